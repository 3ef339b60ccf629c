//! The rating and the pre-chat form.

use super::outbox::item::{Kind, PreChatDraft, RatingDraft};
use super::{Conversation, FailureReason};
use crate::content::MAX_CSAT_COMMENT_CHARS;
use crate::route::Score;

impl Conversation {
    pub(super) fn rate(&mut self, score: Score, comment: Option<String>) {
        let id = self.dice.id(self.now);
        let Some(session_id) = self.session.id.clone() else {
            // Nothing was said that could be rated.
            return self.settle(&id, Err(FailureReason::NotFound));
        };
        let comment = comment.map(|comment| comment.trim().chars().take(MAX_CSAT_COMMENT_CHARS).collect());
        self.enqueue(
            id,
            Kind::Rating(RatingDraft {
                session_id,
                score,
                comment: comment.filter(|comment: &String| !comment.is_empty()),
            }),
        );
    }

    pub(super) fn submit_pre_chat(&mut self, form: PreChatDraft) {
        let id = self.dice.id(self.now);
        if form.email.is_none() && form.phone.is_none() {
            return self.settle(&id, Err(FailureReason::Blank));
        }
        self.link.want(self.now.mono);
        self.enqueue(id, Kind::PreChat(form));
    }
}
