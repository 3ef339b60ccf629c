//! [`Tracked`]: which elements of the page tell the server what is done with them.
//!
//! There is one set. The page gives it (`setupTrackedElements`), `/connect` does, and `config_update` does; who spoke
//! last has replaced all of it. A server that repeats on reconnecting what it has said before has said nothing new.

use super::{Change, Conversation};
use crate::model::TrackedElement;

/// The tracked elements.
#[derive(Default)]
pub(super) struct Tracked {
    elements: Vec<TrackedElement>,
    /// What the server said last.
    told: Vec<TrackedElement>,
}

impl Tracked {
    /// The set that the server gave last.
    pub(super) fn of_server(&self) -> &[TrackedElement] {
        &self.told
    }
}

impl Conversation {
    /// The page's elements whose use is to be told with [`super::Command::Trigger`].
    pub fn tracked_elements(&self) -> &[TrackedElement] {
        &self.tracked.elements
    }

    /// Replaces the set.
    pub(super) fn track(&mut self, elements: Vec<TrackedElement>) {
        if self.tracked.elements != elements {
            self.tracked.elements = elements;
            self.out.change(Change::TrackedElements);
        }
    }

    /// The server gives a set, or none.
    pub(super) fn track_for_server(&mut self, elements: Option<Vec<TrackedElement>>) {
        if let Some(elements) = elements.filter(|elements| *elements != self.tracked.told) {
            self.track(elements.clone());
            self.tracked.told = elements;
        }
    }
}
