//! [`Typing`]: who is typing, on both sides. Nothing of it is kept: a typing signal that is late is wrong.

use super::outputs::Purpose;
use super::{Conversation, Method};
use crate::Wire;
use crate::engine::backoff::earliest;
use crate::envelope::ClientFrame;
use crate::model::Sender;
use crate::route::TypingRequest;

/// After so long without news the other side has stopped, in milliseconds.
const OTHER_STOPS_MILLIS: u64 = 6_000;
/// The visitor's typing is told again after so long.
const REPEAT_MILLIS: u64 = 3_000;
/// After so long without a key stroke the visitor has stopped.
const IDLE_MILLIS: u64 = 3_000;

/// Who is typing.
#[derive(Default)]
pub(super) struct Typing {
    other_until: Option<u64>,
    /// When the visitor's typing was last told.
    told_at: Option<u64>,
    /// The server believes that the visitor types.
    is_told: bool,
    last_stroke: u64,
}

impl Typing {
    /// The other side has begun or stopped.
    pub(super) fn other(&mut self, is_typing: bool, now: u64) {
        self.other_until = is_typing.then_some(now + OTHER_STOPS_MILLIS);
    }

    /// Whether the other side is typing.
    pub(super) fn other_is_typing(&self) -> bool {
        self.other_until.is_some()
    }

    /// The visitor's message went out: the other side takes that as the end of typing.
    pub(super) fn sent(&mut self) {
        self.is_told = false;
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        let idle = self.is_told.then_some(self.last_stroke + IDLE_MILLIS);
        earliest(&[self.other_until, idle])
    }
}

impl Conversation {
    /// The visitor typed, or emptied the composer.
    pub(super) fn compose(&mut self, is_typing: bool) {
        let now = self.now.mono;
        if !is_typing {
            if std::mem::take(&mut self.typing.is_told) {
                self.tell_typing(false);
            }
            return;
        }
        self.typing.last_stroke = now;
        let is_due = self.typing.told_at.is_none_or(|told| now >= told + REPEAT_MILLIS);
        if is_due && (self.can_talk() || self.tabs.follows()) {
            self.typing.told_at = Some(now);
            self.typing.is_told = true;
            self.tell_typing(true);
        }
    }

    /// Ends typing that has ended by itself.
    pub(super) fn run_typing(&mut self) {
        let now = self.now.mono;
        self.typing.other_until.take_if(|until| *until <= now);
        if self.typing.is_told && now >= self.typing.last_stroke + IDLE_MILLIS {
            self.typing.is_told = false;
            self.tell_typing(false);
        }
    }

    pub(super) fn tell_typing(&mut self, is_typing: bool) {
        if self.ask_leader(|ask| ask.typing = Some(is_typing)) {
            return;
        }
        let Some(session_id) = self.session.id.clone().filter(|_| self.can_talk()) else {
            return;
        };
        // The existing servers do not read the frame alike; their own widget uses the route.
        if let Some(socket) = self.ladder.socket().filter(|_| !self.session.is_foreign()) {
            return self.send_frame(socket, &ClientFrame::Typing { is_typing });
        }
        let request = TypingRequest {
            session_id,
            sender: Sender::Visitor,
            is_typing,
        };
        let path = "/typing".to_owned();
        self.out
            .request(Purpose::Passing, Method::Post, path, Some(request.write()));
    }
}
