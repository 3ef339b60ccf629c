//! What operators see (EXTENSIONS, Operator API).

use super::choice::wire_choice;
use super::role::OperatorRole;
use super::{Csat, Identity, Message, PageView, SessionMetadata};
use crate::value::{Object, wire_object};
use crate::{OperatorId, PersonId, SessionId, Timestamp, VisitorId};

wire_object! {
    /// A person who answers.
    pub struct Operator {
        /// The server's id of that person.
        pub id: OperatorId => "id";
        /// The name shown to visitors.
        pub name: String => "name";
        /// Address of a picture.
        pub avatar: Option<String> => "avatar";
    }
}

wire_object! {
    /// A person who answers, as their colleagues see them.
    pub struct OperatorProfile {
        /// The server's id of that person; `owner` is whoever has the configured token.
        pub id: OperatorId => "id";
        /// The name shown to visitors.
        pub name: String => "name";
        /// Address of a picture.
        pub avatar: Option<String> => "avatar";
        /// What they may do.
        pub role: OperatorRole => "role" or OperatorRole::Agent;
        /// Whether they have given a sign lately and do not say that they are away.
        pub online: bool => "online" or false;
        /// When they were last heard of.
        pub last_seen: Option<Timestamp> => "lastSeen";
        /// When they were removed; they are listed only when asked for.
        pub removed_at: Option<Timestamp> => "removedAt";
    }
}

wire_choice! {
    /// Where a conversation stands.
    pub enum SessionState ("open, pending or resolved") {
        /// Someone has to do something.
        Open = "open",
        /// Waiting for the visitor.
        Pending = "pending",
        /// Done; a new message of the visitor opens it again.
        Resolved = "resolved",
    }
}

wire_object! {
    /// A session with what operators need beside it.
    pub struct OperatorSession {
        /// The server's id of it.
        pub id: SessionId => "id";
        /// The visitor it belongs to.
        pub visitor_id: VisitorId => "visitorId";
        /// When it began.
        pub created_at: Timestamp => "createdAt";
        /// When anything last happened.
        pub last_activity: Timestamp => "lastActivity";
        /// Whether an operator was online when it began.
        pub operator_online: bool => "operatorOnline" or false;
        /// Whether the AI is answering.
        pub ai_active: bool => "aiActive" or false;
        /// The browser.
        pub metadata: Option<SessionMetadata> => "metadata";
        /// The person, as the site says.
        pub identity: Option<Identity> => "identity";
        /// Phone number in E.164.
        pub user_phone: Option<String> => "userPhone";
        /// Country of that number, ISO 3166 alpha-2.
        pub user_phone_country: Option<String> => "userPhoneCountry";
        /// The rating.
        pub csat: Option<Csat> => "csat";
        /// Where it stands.
        pub state: SessionState => "state" or SessionState::Open;
        /// Visitor messages that no operator has read.
        pub unread: u64 => "unread" or 0;
        /// The newest message.
        pub last_message: Option<Message> => "lastMessage";
        /// Who takes care of it.
        pub assignee: Option<OperatorId> => "assignee";
        /// Labels.
        pub tags: Vec<String> => "tags" or Vec::new();
        /// Data of the host's own.
        pub data: Object => "data" or Object::new();
        /// Whether its messages are refused.
        pub blocked: bool => "blocked" or false;
        /// Whether the visitor has a stream open.
        pub online: bool => "online" or false;
        /// The latest 20 pages, oldest first.
        pub pages: Vec<PageView> => "pages" or Vec::new();
        /// The person that the identity names.
        pub person_id: Option<PersonId> => "personId";
    }
}
