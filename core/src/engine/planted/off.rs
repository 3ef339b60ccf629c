//! No bugs: hooks that do nothing.

use crate::engine::{Conversation, Input};
use crate::envelope::ServerEnvelope;

/// Nothing is planted.
pub(in crate::engine) type Planted = ();

impl Conversation {
    #[inline]
    pub(in crate::engine) fn planted_before_input(&mut self, _: &Input) {
        let () = self.planted;
    }

    #[inline]
    pub(in crate::engine) fn planted_stays_leader(&self) -> bool {
        false
    }

    #[inline]
    pub(in crate::engine) fn planted_after_sending(&mut self, _: &str) {}

    #[inline]
    pub(in crate::engine) fn planted_before_applying(
        &mut self,
        envelope: ServerEnvelope,
    ) -> Option<ServerEnvelope> {
        Some(envelope)
    }
}
