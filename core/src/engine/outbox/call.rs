//! [`Call`]s: what the page waits for.

use super::item::Call;
use crate::engine::{Conversation, Method};
use crate::{Object, SessionId, Value, Wire};

/// The request of a call.
pub(super) struct CallRequest {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Value,
}

impl Conversation {
    /// The request of a call; `None` when what it is about is gone.
    pub(super) fn call_request(&self, id: &str, call: &Call, session_id: SessionId) -> Option<CallRequest> {
        let mut body: Object = call.body.clone();
        body.push("sessionId", session_id.write());
        let (method, path) = match &call.key {
            Some(key) => self.revision(&call.route, key, &mut body)?,
            None => {
                // Makes repeats harmless (EXTENSIONS, Idempotent sends).
                body.push("eventId", Value::from(id));
                (Method::Post, call.route.clone())
            }
        };
        Some(CallRequest {
            method,
            path,
            body: Value::Object(body),
        })
    }

    /// The server has taken a call.
    pub(super) fn called(&mut self, id: &str, call: &Call, answer: &Value) {
        if let Some(key) = &call.key {
            self.revised(&call.route, key, answer);
        }
        self.end(id, Ok(()));
    }
}
