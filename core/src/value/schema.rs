//! How types of the wire are described in an OpenAPI document: from the same list of fields that reads and writes them.

use super::Wire;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{OneOfBuilder, SchemaType};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type};

/// The schemas of a document, by the names of their types.
#[derive(Default)]
pub struct Schemas(BTreeMap<String, RefOr<Schema>>);

impl Schemas {
    /// All of them, in the order of their names.
    pub fn into_components(self) -> BTreeMap<String, RefOr<Schema>> {
        self.0
    }

    /// A reference to the model of this name, which `make` describes when it is met for the first time.
    pub fn model(&mut self, name: &str, make: impl FnOnce(&mut Schemas) -> RefOr<Schema>) -> RefOr<Schema> {
        let reference = RefOr::Ref(Ref::from_schema_name(name));
        if !self.0.contains_key(name) {
            // A model may have itself in it.
            self.0.insert(name.to_owned(), reference.clone());
            let schema = make(self);
            self.0.insert(name.to_owned(), schema);
        }
        reference
    }
}

/// Whether a member has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// As its type says: an [`Option`] may be left out.
    OfItsType,
    /// There is a default.
    Optional,
}

/// An object with one more member; `attributes` are the field's, of which the documentation is taken.
pub(crate) fn property<T: Wire>(
    object: ObjectBuilder,
    schemas: &mut Schemas,
    key: &str,
    attributes: &[&str],
    presence: Presence,
) -> ObjectBuilder {
    let schema = T::schema(schemas);
    let text = documentation(attributes);
    if presence == Presence::OfItsType && T::absent().is_err() {
        return object.property(key, described(schema, &text)).required(key);
    }
    object.property(key, described(or_null(schema), &text))
}

/// Null counts as absent.
fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    if matches!(&schema, RefOr::T(Schema::Object(object)) if object.schema_type.is_any_value()) {
        return schema;
    }
    let null = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(schema).item(null).into()
}

fn described(schema: RefOr<Schema>, text: &str) -> RefOr<Schema> {
    let text = Some(text.to_owned()).filter(|text| !text.is_empty());
    match schema {
        RefOr::Ref(mut reference) => {
            reference.description = text.unwrap_or_default();
            RefOr::Ref(reference)
        }
        RefOr::T(mut schema) => {
            match &mut schema {
                Schema::Object(object) => object.description = text,
                Schema::Array(array) => array.description = text,
                Schema::OneOf(choice) => choice.description = text,
                _ => {}
            }
            RefOr::T(schema)
        }
    }
}

/// The text of the `doc` attributes among these, which are Rust source: `doc = " A text."`, one for each line.
pub(crate) fn documentation(attributes: &[&str]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let literal = attribute
            .trim()
            .strip_prefix("doc")?
            .trim_start()
            .strip_prefix('=')?;
        let (start, end) = (literal.find('"')? + 1, literal.rfind('"')?);
        Some(literal.get(start..end)?.trim().replace("\\\"", "\""))
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Anything.
pub(crate) fn anything() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
}

/// A value of a type without parts.
pub(crate) fn plain(kind: Type) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(kind).into()
}

/// One of some words.
pub(crate) fn words(words: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.iter().copied()))
        .into()
}

/// A list of such items.
pub(crate) fn list(items: RefOr<Schema>) -> RefOr<Schema> {
    ArrayBuilder::new().items(items).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::OperatorMessageRequest;

    #[test]
    fn a_model_is_described_by_its_fields() {
        let mut schemas = Schemas::default();
        OperatorMessageRequest::schema(&mut schemas);
        let schemas = serde_json::to_value(schemas.into_components()).unwrap();
        let request = &schemas["OperatorMessageRequest"];
        assert_eq!(request["required"], serde_json::json!(["content"]));
        assert_eq!(
            request["properties"]["content"],
            serde_json::json!({ "type": "string", "description": "The text." })
        );
        let operator = &request["properties"]["operator"]["oneOf"];
        assert_eq!(operator[0]["$ref"], "#/components/schemas/MessageOperator");
        assert_eq!(operator[1]["type"], "null");
        assert_eq!(
            schemas["MessageOperator"]["required"],
            serde_json::json!(["name"])
        );
        assert!(
            request["description"]
                .as_str()
                .unwrap()
                .contains("POST sessions/{id}/messages")
        );
    }

    #[test]
    fn documentation_is_read_from_attributes() {
        let attributes = [
            "derive(Default)",
            "doc = \" Says \\\"hello\\\".\"",
            "doc = r\" Twice.\"",
        ];
        assert_eq!(documentation(&attributes), "Says \"hello\". Twice.");
    }
}
