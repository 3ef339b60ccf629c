//! The rating and the pre-chat form.

use super::outbox::item::{Call, Kind};
use super::{Conversation, FailureReason};
use crate::content::MAX_CSAT_COMMENT_CHARS;
use crate::route::Score;
use crate::{Object, Value, Wire};
use std::sync::Arc;

impl Conversation {
    pub(super) fn rate(&mut self, score: Score, comment: Option<String>) {
        let id = self.dice.id(self.now);
        let Some(session_id) = self.session.id.clone() else {
            // Nothing was said that could be rated.
            return self.settle(&id, Err(FailureReason::NotFound));
        };
        let mut body = Object::new();
        body.push("score", score.write());
        let comment = comment.unwrap_or_default();
        let comment: String = comment.trim().chars().take(MAX_CSAT_COMMENT_CHARS).collect();
        if !comment.is_empty() {
            body.push("comment", Value::String(comment));
        }
        let call = Call {
            route: "/csat".to_owned(),
            session_id: Some(session_id),
            key: None,
            body,
        };
        self.enqueue_form(id, call);
    }

    /// `form` has `email`, `phone` and `phoneCountry`, as far as they were filled in.
    pub(super) fn submit_pre_chat(&mut self, form: Object) {
        let id = self.dice.id(self.now);
        if form.get("email").or_else(|| form.get("phone")).is_none() {
            return self.settle(&id, Err(FailureReason::Blank));
        }
        let call = Call {
            route: "/prechat".to_owned(),
            session_id: None,
            key: None,
            body: form,
        };
        self.enqueue_form(id, call);
    }

    /// Queues a form, if there is room for it.
    fn enqueue_form(&mut self, id: Arc<str>, call: Call) {
        let form = Kind::Call(call);
        if self.admits(&id, &form) {
            self.link.want(self.now.mono);
            self.enqueue(id, form);
        }
    }
}
