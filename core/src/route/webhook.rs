//! The operator API's bodies about webhooks.

use crate::value::wire_object;
use crate::{DeliveryId, SessionId, Timestamp};

wire_object! {
    /// The answer of `GET webhooks`: how the queue stands.
    pub struct WebhooksResponse {
        /// Whether there is a target.
        pub enabled: bool => "enabled" or false;
        /// Deliveries that wait for an attempt or are under way.
        pub waiting: u64 => "waiting" or 0;
        /// Deliveries that were given up.
        pub dead: u64 => "dead" or 0;
        /// When the next attempt is due; unset when nothing waits.
        pub next_attempt_at: Option<Timestamp> => "nextAttemptAt";
    }
}

wire_object! {
    /// A delivery that was given up.
    pub struct DeadDelivery {
        /// Its id, the header `X-PocketPing-Delivery` of each attempt.
        pub id: DeliveryId => "id";
        /// Its type, the header `X-PocketPing-Event`.
        pub kind: String => "type";
        /// The session that it tells of.
        pub session_id: SessionId => "sessionId";
        /// When it was queued, or asked for anew.
        pub queued_at: Timestamp => "queuedAt";
        /// When it was given up.
        pub died_at: Timestamp => "diedAt";
        /// How often it was tried.
        pub attempts: u64 => "attempts" or 0;
        /// What was wrong the last time.
        pub problem: String => "problem" or String::new();
        /// The request's body, byte for byte.
        pub body: String => "body" or String::new();
    }
}

wire_object! {
    /// The answer of `GET webhooks/dead`.
    pub struct DeadDeliveriesResponse {
        /// Those given up last come first.
        pub deliveries: Vec<DeadDelivery> => "deliveries" or Vec::new();
        /// Pass as `before` for the next page; null on the last.
        pub next: Option<String> => "next", nullable;
    }
}

wire_object! {
    /// The answer of `POST webhooks/dead/retry`.
    pub struct RetriedResponse {
        /// How many deliveries wait again.
        pub retried: u64 => "retried" or 0;
    }
}
