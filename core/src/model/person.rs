//! People over all of their sessions (EXTENSIONS, Operator API).

use super::{Message, OperatorSession};
use crate::value::{Object, wire_object};
use crate::{PersonId, Timestamp};

wire_object! {
    /// A person whom the site has named by an identity, verified or declared. The two are never the same person: anybody
    /// can declare any id.
    pub struct Person {
        /// The server's id of them.
        pub id: PersonId => "id";
        /// The site's id of them: the identity's `id`.
        pub identity_id: String => "identityId";
        /// Whether the site has signed that.
        pub verified: bool => "verified" or false;
        /// The name of their newest session.
        pub name: Option<String> => "name";
        /// The e-mail address of their newest session.
        pub email: Option<String> => "email";
        /// The phone number of their newest session, in E.164.
        pub phone: Option<String> => "phone";
        /// What operators note about them.
        pub attributes: Object => "attributes" or Object::new();
        /// How many sessions they have.
        pub sessions: u64 => "sessions" or 0;
        /// When the first of their sessions began, whether or not it is still there.
        pub first_seen: Timestamp => "firstSeen";
        /// When anything last happened in one of them.
        pub last_seen: Timestamp => "lastSeen";
    }
}

wire_object! {
    /// A session with all of its messages.
    pub struct ExportedSession {
        /// The session.
        pub session: OperatorSession => "session";
        /// Its messages, oldest first; deleted ones with their text, notes among operators included.
        pub messages: Vec<Message> => "messages" or Vec::new();
    }
}

wire_object! {
    /// Everything that is kept of a person.
    pub struct PersonExport {
        /// Who.
        pub person: Person => "person";
        /// Their sessions, newest activity first.
        pub sessions: Vec<ExportedSession> => "sessions" or Vec::new();
    }
}
