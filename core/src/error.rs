//! The error shape of the wire (EXTENSIONS, Errors), and reading the other servers' shapes.

use crate::value::{Object, ReadError, Value, Wire, wire_object};

wire_object! {
    /// One bad field of a request.
    pub struct ErrorDetail {
        /// Path of the field, such as `identity.id`.
        pub field: String => "field";
        /// What is wrong with it, as a clause: `is required`.
        pub problem: String => "problem";
    }
}

/// An error answer: `{"error": {"code","message","details"?}, "detail": message}`.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorBody {
    /// Stable name for programs, such as `content_too_long`; `unknown` for servers that send none.
    pub code: String,
    /// For people; holds no internals.
    pub message: String,
    /// Bad fields, with status 422.
    pub details: Vec<ErrorDetail>,
}

impl Wire for ErrorBody {
    /// Reads our shape, Node's (`{"error": text}`) and Python's (`{"detail": text}`); never fails.
    fn read(value: &Value) -> Result<Self, ReadError> {
        let ours = value.get("error");
        let code = ours
            .and_then(|error| error.get("code"))
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        let message = ours
            .and_then(|error| error.get("message").or(Some(error)))
            .and_then(Value::as_str)
            .or_else(|| value.get("message").and_then(Value::as_str))
            .or_else(|| value.get("detail").and_then(Value::as_str))
            .unwrap_or_default();
        let details = ours.and_then(|error| error.get("details")).map(Vec::read);
        Ok(ErrorBody {
            code: code.to_owned(),
            message: message.to_owned(),
            // Details of another form are another server's: the message has said what we understand.
            details: details.and_then(Result::ok).unwrap_or_default(),
        })
    }

    fn write(&self) -> Value {
        let mut error = Object::new()
            .with("code", self.code.as_str())
            .with("message", self.message.as_str());
        if !self.details.is_empty() {
            error.set("details", self.details.write());
        }
        Object::new()
            .with("error", error)
            .with("detail", self.message.as_str())
            .into()
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        schemas.model("Error", |schemas| {
            use crate::value::schema::{Presence, property};
            let error = utoipa::openapi::ObjectBuilder::new();
            let code = ["doc = \"Stable name for programs.\""];
            let error = property::<String>(error, schemas, "code", &code, Presence::OfItsType);
            let message = ["doc = \"For people.\""];
            let error = property::<String>(error, schemas, "message", &message, Presence::OfItsType);
            let details = ["doc = \"The bad fields.\""];
            let error = property::<Vec<ErrorDetail>>(error, schemas, "details", &details, Presence::Optional);
            let object = utoipa::openapi::ObjectBuilder::new()
                .property("error", error)
                .required("error");
            let detail = ["doc = \"The message once more, where older clients look for it.\""];
            property::<String>(object, schemas, "detail", &detail, Presence::OfItsType).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_of_all_servers_are_read() {
        let ours = ErrorBody {
            code: "c".into(),
            message: "m".into(),
            details: Vec::new(),
        };
        assert_eq!(ErrorBody::read(&ours.write()), Ok(ours));
        let node = Value::from(Object::new().with("error", "Not found"));
        assert_eq!(ErrorBody::read(&node).unwrap().message, "Not found");
        let python = Value::from(Object::new().with("detail", "Session not found"));
        assert_eq!(ErrorBody::read(&python).unwrap().message, "Session not found");
        assert_eq!(ErrorBody::read(&Value::Null).unwrap().code, "unknown");
    }
}
