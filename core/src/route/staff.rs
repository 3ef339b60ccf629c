//! Bodies about operators themselves (EXTENSIONS, Operator API).

use crate::model::{OperatorProfile, OperatorRole};
use crate::value::{Fields, ReadError, Value, Wire, wire_object};

wire_object! {
    /// The answer of `GET operators`.
    pub struct OperatorsResponse {
        /// Who may sign in, the owner first, then by age.
        pub operators: Vec<OperatorProfile> => "operators" or Vec::new();
        /// Whether visitors are told that somebody is there.
        pub online: bool => "online" or false;
    }
}

wire_object! {
    /// `POST operators`.
    pub struct NewOperatorRequest {
        /// 1–100 characters, shown to visitors.
        pub name: String => "name";
        /// http(s) address of a picture.
        pub avatar: Option<String> => "avatar";
        /// What they may do.
        pub role: OperatorRole => "role" or OperatorRole::Agent;
    }
}

wire_object! {
    /// `PATCH operators/{id}`: what is left out stays.
    pub struct OperatorPatch {
        /// 1–100 characters, shown to visitors.
        pub name: Option<String> => "name";
        /// http(s) address of a picture; empty: none.
        pub avatar: Option<String> => "avatar";
        /// What they may do.
        pub role: Option<OperatorRole> => "role";
    }
}

wire_object! {
    /// The answer of `POST operators` and `POST operators/{id}/token`.
    pub struct OperatorTokenResponse {
        /// Whose it is.
        pub operator: OperatorProfile => "operator";
        /// What they sign in with. It is shown this once: the server keeps only its hash.
        pub token: String => "token";
    }
}

/// The answer of `PATCH operators/{id}`: the operator, and their new token if there had to be one.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedOperatorResponse {
    /// As they are now.
    pub operator: OperatorProfile,
    /// What they sign in with from now on, if their role has risen: whoever knows the old token may not have the new role.
    /// It is shown this once.
    pub token: Option<String>,
}

/// The members of the operator, and `token` beside them.
impl Wire for ChangedOperatorResponse {
    fn read(value: &Value) -> Result<Self, ReadError> {
        Ok(ChangedOperatorResponse {
            operator: OperatorProfile::read(value)?,
            token: Fields::of(value)?.get("token")?,
        })
    }
    fn write(&self) -> Value {
        let mut value = self.operator.write();
        if let (Value::Object(object), Some(token)) = (&mut value, &self.token) {
            object.set("token", Value::from(token.as_str()));
        }
        value
    }
    #[cfg(feature = "openapi")]
    fn schema(schemas: &mut crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use crate::value::schema::{Presence, property};
        use utoipa::openapi::{AllOfBuilder, ObjectBuilder};
        let operator = OperatorProfile::schema(schemas);
        let text = ["doc = \"The operator's new token, told this once; only when their role has risen.\""];
        let token =
            property::<Option<String>>(ObjectBuilder::new(), schemas, "token", &text, Presence::Optional);
        AllOfBuilder::new().item(operator).item(token).into()
    }
}
