//! The bugs.

use crate::engine::{Conversation, Input, StreamEvent};
use crate::envelope::{ServerEnvelope, ServerEvent};

/// A bug that can be planted in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantedBug {
    /// An entry leaves the outbox when it has been sent, not when the server has acknowledged it.
    ForgetsWhenSent,
    /// A cursor counts as reached before its event is applied: a stream that ends in between takes the event along.
    CursorFirst,
    /// Two leaders without fencing: one that was robbed goes on leading, and its writes name no epoch.
    NoFencing,
}

/// What is planted, and what it needs to know.
#[derive(Default)]
pub(in crate::engine) struct Planted {
    bug: Option<PlantedBug>,
    held: Vec<ServerEvent>,
}

impl Conversation {
    /// Plants a bug.
    pub fn plant(&mut self, bug: PlantedBug) {
        self.planted.bug = Some(bug);
    }

    pub(in crate::engine) fn planted_before_input(&mut self, input: &Input) {
        let held = std::mem::take(&mut self.planted.held);
        let ends = matches!(
            input,
            Input::Stream {
                event: StreamEvent::Closed { .. },
                ..
            }
        );
        for event in held.into_iter().filter(|_| !ends) {
            self.apply_event(event);
        }
    }

    /// Whether a leader that was robbed goes on.
    pub(in crate::engine) fn planted_stays_leader(&self) -> bool {
        self.planted.bug == Some(PlantedBug::NoFencing)
    }

    pub(in crate::engine) fn planted_after_sending(&mut self, id: &str) {
        if self.planted.bug == Some(PlantedBug::ForgetsWhenSent) {
            self.finish(id);
        }
    }

    pub(in crate::engine) fn planted_before_applying(
        &mut self,
        envelope: ServerEnvelope,
    ) -> Option<ServerEnvelope> {
        let cursor = envelope.cursor.clone();
        let holds = self.planted.bug == Some(PlantedBug::CursorFirst);
        let Some(cursor) = cursor.filter(|_| holds) else {
            return Some(envelope);
        };
        if !self.session.has_applied(&cursor) {
            self.session.applied(cursor);
            self.planted.held.push(envelope.event);
        }
        None
    }
}
