//! Ids: opaque strings on the wire, types of their own in the code.

use crate::value::{ReadError, Value, Wire};
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident; )*) => { $(
        $(#[$meta])*
        ///
        /// Opaque text; cheap to clone. `Debug` shows at most 8 characters, as some ids are secrets.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id with this text.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                $name(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))?;
                f.write_str("(")?;
                match self.0.char_indices().nth(8) {
                    Some((at, _)) => { f.write_str(&self.0[..at])?; f.write_str("…")?; }
                    None => f.write_str(&self.0)?,
                }
                f.write_str(")")
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                $name(text.into())
            }
        }

        impl Wire for $name {
            fn read(value: &Value) -> Result<Self, ReadError> {
                match value.as_str() {
                    Some(text) if !text.is_empty() => Ok($name(text.into())),
                    Some(_) => Err(ReadError::expected("a string that is not empty")),
                    None => Err(ReadError::expected("a string")),
                }
            }
            fn write(&self) -> Value {
                Value::from(&*self.0)
            }
            #[cfg(feature = "openapi")]
            fn schema(_: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .min_length(Some(1))
                    .into()
            }
        }
    )* };
}

ids! {
    /// A conversation of one visitor. A bearer secret of that visitor's browser (EXTENSIONS, Sessions).
    SessionId;
    /// A visitor's browser. A bearer secret, made by the widget.
    VisitorId;
    /// A message, made by the server.
    MessageId;
    /// A message as its sender knows it before the server answers (EXTENSIONS, Idempotent sends).
    ClientMessageId;
    /// A custom event as its sender knows it: the idempotency key of `POST /event`.
    EventId;
    /// An uploaded file.
    AttachmentId;
    /// A person who writes to visitors.
    OperatorId;
    /// A visitor whom the site has named by an identity, over several sessions.
    PersonId;
    /// A webhook's delivery, the same for each attempt.
    DeliveryId;
    /// A place in a session's stream, opaque, beginning with `c1.` (EXTENSIONS, Resume).
    Cursor;
}

impl OperatorId {
    /// The id of whoever has the configured token.
    pub const OWNER: &str = "owner";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_shows_a_whole_secret() {
        assert_eq!(
            format!("{:?}", SessionId::from("0123456789abcdef")),
            "SessionId(01234567…)"
        );
        assert_eq!(format!("{:?}", MessageId::from("m1")), "MessageId(m1)");
    }

    #[test]
    fn an_empty_id_is_refused() {
        assert!(SessionId::read(&Value::from("")).is_err());
    }
}
