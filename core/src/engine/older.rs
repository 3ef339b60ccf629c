//! Reading further back than the list goes.

use super::outputs::Purpose;
use super::receive::readable;
use super::{Conversation, HttpAnswer, Method, NetworkFailure};
use crate::Wire;
use crate::route::{Feature, MessagesQuery, MessagesResponse};

/// Messages of one page.
const PAGE: u32 = 50;

impl Conversation {
    /// Asks for the page before the oldest message. Servers without paging backwards have told all anyway.
    pub(super) fn read_older(&mut self) {
        if self.ask_leader(|ask| ask.older = true) {
            return;
        }
        let oldest = self
            .timeline
            .stored()
            .first()
            .map(|entry| entry.message.id.clone());
        let (Some(session_id), Some(oldest)) = (self.session.id.clone(), oldest) else {
            return;
        };
        let waits = !self.can_talk() || self.out.is_under_way(Purpose::ReadOlder);
        if waits || !self.session.has_more || !self.session.has(Feature::Resume) {
            return;
        }
        let query = MessagesQuery {
            session_id,
            after: None,
            before: Some(oldest.as_str().to_owned()),
            limit: Some(PAGE),
        };
        self.out
            .request(Purpose::ReadOlder, Method::Get, query.to_path(), None);
    }

    /// The answer; without one the older messages are still there to be asked for.
    pub(super) fn older_answered(&mut self, outcome: Result<HttpAnswer, NetworkFailure>) {
        let Some(answer) = outcome.ok().filter(|answer| answer.status == 200) else {
            return;
        };
        if let Ok(page) = MessagesResponse::read(&readable(answer.body)) {
            self.session.has_more = page.has_more;
            self.absorb_older(page.messages);
        }
    }
}
