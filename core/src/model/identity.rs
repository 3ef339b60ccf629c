//! Who a visitor is, as the site says (PROTOCOL §3.5; EXTENSIONS, Signed identity).

use crate::value::{Object, wire_object};

wire_object! {
    /// An identified visitor, with the site's own keys beside ours.
    pub struct Identity {
        /// The site's id of the person; not empty.
        pub id: String => "id";
        /// An e-mail address.
        pub email: Option<String> => "email";
        /// A name to show.
        pub name: Option<String> => "name";
        /// Hex HMAC-SHA256 of `id` under the identity secret.
        pub user_hash: Option<String> => "userHash";
        /// A JWT that says the same with an expiry.
        pub token: Option<String> => "token";
        /// Set by the server on what it stores.
        pub verified: Option<bool> => "verified";
        ..custom "The site's own keys."
    }
}

impl Identity {
    /// A person of whom only the site's id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Identity {
            id: id.into(),
            email: None,
            name: None,
            user_hash: None,
            token: None,
            verified: None,
            custom: Object::new(),
        }
    }
}
