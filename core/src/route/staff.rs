//! Bodies about operators themselves (EXTENSIONS, Operator API).

use crate::model::{OperatorProfile, OperatorRole};
use crate::value::wire_object;

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
