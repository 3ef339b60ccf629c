//! [`Wire`]: what can be read from and written to a [`Value`], and the macro that writes models.

#[cfg(feature = "openapi")]
use super::schema::{self, Schemas};
use super::{Object, ReadError, Value};
#[cfg(feature = "openapi")]
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// A type of the wire.
///
/// Readers accept null and absent alike, and snake_case keys; writers are camelCase and omit what is
/// unset (PROTOCOL §3).
pub trait Wire: Sized {
    /// Reads a value that is there.
    ///
    /// # Errors
    /// When it has another type or form; the error names the field.
    fn read(value: &Value) -> Result<Self, ReadError>;

    /// Writes the value.
    fn write(&self) -> Value;

    /// What an absent or null value means; an error for all but [`Option`].
    ///
    /// # Errors
    /// When the value is required.
    fn absent() -> Result<Self, ReadError> {
        Err(ReadError::missing())
    }

    /// Whether writers leave the key out.
    fn is_unset(&self) -> bool {
        false
    }

    /// How the value is described in an OpenAPI document; models add themselves to the schemas and
    /// give a reference.
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::anything()
    }
}

impl Wire for Value {
    fn read(value: &Value) -> Result<Self, ReadError> {
        Ok(value.clone())
    }
    fn write(&self) -> Value {
        self.clone()
    }
    fn absent() -> Result<Self, ReadError> {
        Ok(Value::Null)
    }
    fn is_unset(&self) -> bool {
        self.is_null()
    }
}

impl Wire for Object {
    fn read(value: &Value) -> Result<Self, ReadError> {
        value
            .as_object()
            .cloned()
            .ok_or_else(|| ReadError::expected("an object"))
    }
    fn write(&self) -> Value {
        Value::Object(self.clone())
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::plain(Type::Object)
    }
}

impl Wire for String {
    fn read(value: &Value) -> Result<Self, ReadError> {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| ReadError::expected("a string"))
    }
    fn write(&self) -> Value {
        Value::String(self.clone())
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::plain(Type::String)
    }
}

impl Wire for bool {
    fn read(value: &Value) -> Result<Self, ReadError> {
        value
            .as_bool()
            .ok_or_else(|| ReadError::expected("true or false"))
    }
    fn write(&self) -> Value {
        Value::Bool(*self)
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::plain(Type::Boolean)
    }
}

impl Wire for i64 {
    fn read(value: &Value) -> Result<Self, ReadError> {
        value
            .as_int()
            .ok_or_else(|| ReadError::expected("a whole number"))
    }
    fn write(&self) -> Value {
        Value::Int(*self)
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::plain(Type::Integer)
    }
}

impl Wire for u64 {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let number = value.as_int().and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| ReadError::expected("a whole number, 0 or more"))
    }
    fn write(&self) -> Value {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .into()
    }
}

impl Wire for f64 {
    fn read(value: &Value) -> Result<Self, ReadError> {
        match value {
            Value::Int(number) => Ok(*number as f64),
            Value::Float(number) => Ok(*number),
            _ => Err(ReadError::expected("a number")),
        }
    }
    fn write(&self) -> Value {
        Value::Float(*self)
    }
    #[cfg(feature = "openapi")]
    fn schema(_: &mut Schemas) -> RefOr<Schema> {
        schema::plain(Type::Number)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read(value: &Value) -> Result<Self, ReadError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::read(value).map(Some)
        }
    }
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
    fn absent() -> Result<Self, ReadError> {
        Ok(None)
    }
    fn is_unset(&self) -> bool {
        self.is_none()
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut Schemas) -> RefOr<Schema> {
        T::schema(schemas)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let mut read = Vec::new();
        read_list(value, &mut |item| {
            read.push(T::read(item)?);
            Ok(())
        })?;
        Ok(read)
    }
    fn write(&self) -> Value {
        write_list(self.len(), &|at| self[at].write())
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut Schemas) -> RefOr<Schema> {
        schema::list(T::schema(schemas))
    }
}

/// Reads each item: one loop for the lists of all types.
#[inline(never)]
fn read_list(value: &Value, read: &mut dyn FnMut(&Value) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let items = value.as_list().ok_or_else(|| ReadError::expected("a list"))?;
    for (at, item) in items.iter().enumerate() {
        read(item).map_err(|error| error.within_item(at))?;
    }
    Ok(())
}

/// Writes so many items: one loop for the lists of all types.
#[inline(never)]
fn write_list(items: usize, item: &dyn Fn(usize) -> Value) -> Value {
    Value::List((0..items).map(item).collect())
}

/// Declares a wire model: the struct and its [`Wire`] implementation from one list of fields.
///
/// `name: Type => "key"` is required unless the type is an [`Option`]; `=> "key" or value` reads `value`
/// when the key is absent; `=> "key" optional` is for flags, numbers and lists: it reads the default when absent
/// and is not written when it is that, which the written value shows; `=> "key", nullable` is for an [`Option`] that is
/// written as null when it is unset.
/// A last `..rest "doc"` keeps unknown members and writes them back.
macro_rules! wire_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$fmeta:meta])* pub $field:ident : $type:ty => $key:literal $(or $default:expr)? $(, $optional:ident)? ; )*
            $( .. $rest:ident $rdoc:literal )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name {
            $( $(#[$fmeta])* pub $field: $type, )*
            $( #[doc = $rdoc] pub $rest: $crate::value::Object, )?
        }

        impl Clone for $name {
            // A derived one is copied into each crate, and into its callers there.
            #[inline(never)]
            fn clone(&self) -> Self {
                $name {
                    $( $field: self.$field.clone(), )*
                    $( $rest: self.$rest.clone(), )?
                }
            }
        }

        impl PartialEq for $name {
            #[inline(never)]
            fn eq(&self, other: &Self) -> bool {
                true $( && self.$field == other.$field )* $( && self.$rest == other.$rest )?
            }
        }

        impl $crate::value::Wire for $name {
            fn read(value: &$crate::value::Value) -> Result<Self, $crate::value::ReadError> {
                // Used only by models that keep unknown members.
                #[allow(dead_code)]
                const KEYS: &[&str] = &[$($key),*];
                let fields = $crate::value::Fields::of(value)?;
                Ok($name {
                    $( $field: wire_object!(@read fields, $key, [$($default)?] [$($optional)?]), )*
                    $( $rest: fields.rest(KEYS), )?
                })
            }

            fn write(&self) -> $crate::value::Value {
                let mut object = $crate::value::Object::new();
                $( wire_object!(@write object, self.$field, $key, $type, [$($optional)?]); )*
                $( for (key, value) in self.$rest.iter() { object.set(key, value.clone()); } )?
                $crate::value::Value::Object(object)
            }

            #[cfg(feature = "openapi")]
            fn schema(
                schemas: &mut $crate::value::Schemas,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use $crate::value::schema::{documentation, property};
                schemas.model(stringify!($name), |schemas| {
                    let object = utoipa::openapi::ObjectBuilder::new();
                    $( let object = property::<$type>(
                        object,
                        schemas,
                        $key,
                        &[$( stringify!($fmeta) ),*],
                        wire_object!(@presence [$($default)?] [$($optional)?]),
                    ); )*
                    object.description(Some(documentation(&[$( stringify!($meta) ),*]))).into()
                })
            }
        }
    };
    (@presence [] []) => { $crate::value::schema::Presence::OfItsType };
    (@presence $($any:tt)*) => { $crate::value::schema::Presence::Optional };
    (@read $fields:ident, $key:literal, [] []) => { $fields.get($key)? };
    (@read $fields:ident, $key:literal, [$default:expr] []) => { $fields.get_or($key, $default)? };
    (@read $fields:ident, $key:literal, [] [nullable]) => { $fields.get($key)? };
    (@read $fields:ident, $key:literal, [] [optional]) => { $fields.get_or($key, Default::default())? };
    (@write $object:ident, $value:expr, $key:literal, $type:ty, []) => {
        $object.put($key, &$value);
    };
    (@write $object:ident, $value:expr, $key:literal, $type:ty, [nullable]) => {
        $object.push($key, $crate::value::Wire::write(&$value));
    };
    (@write $object:ident, $value:expr, $key:literal, $type:ty, [optional]) => {
        $object.push_full($key, $crate::value::Wire::write(&$value));
    };
}
pub(crate) use wire_object;
