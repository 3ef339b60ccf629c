//! [`Locks`]: which page of a browser leads.
//!
//! Two kinds. A lock of the browser (Web Locks) passes on when its holder's page ends, and can be stolen. A lease in
//! localStorage, for where there are no such locks, stays with a dead page until somebody takes it, and two pages that
//! look at it at the same moment may both believe to have it.

use pocketping_core::engine::TabEvent;
use std::collections::VecDeque;

/// What becomes of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Elected,
    Following,
    Deposed,
}

/// The lock of one browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    pub(crate) is_lease: bool,
    holder: Option<u64>,
    queue: VecDeque<u64>,
}

impl Locks {
    pub(crate) fn new(is_lease: bool) -> Self {
        Locks {
            is_lease,
            ..Locks::default()
        }
    }

    /// The page that leads.
    pub(crate) fn holder(&self) -> Option<u64> {
        self.holder
    }

    /// A page wants to lead; who is told what.
    pub(crate) fn elect(&mut self, page: u64, steal: bool) -> Vec<(u64, Verdict)> {
        self.queue.retain(|waiting| *waiting != page);
        match self.holder.filter(|holder| *holder != page) {
            None => {
                self.holder = Some(page);
                vec![(page, Verdict::Elected)]
            }
            Some(robbed) if steal => {
                self.holder = Some(page);
                vec![(robbed, Verdict::Deposed), (page, Verdict::Elected)]
            }
            Some(_) => {
                self.queue.push_back(page);
                vec![(page, Verdict::Following)]
            }
        }
    }

    /// A page gives the lock back, or its place in the queue; who leads then.
    pub(crate) fn resign(&mut self, page: u64) -> Option<u64> {
        self.queue.retain(|waiting| *waiting != page);
        if self.holder != Some(page) {
            return None;
        }
        self.holder = self.queue.pop_front();
        self.holder
    }

    /// A page has ended; who leads then.
    pub(crate) fn ended(&mut self, page: u64) -> Option<u64> {
        if self.is_lease && self.holder == Some(page) {
            return None;
        }
        self.resign(page)
    }
}

impl Verdict {
    /// What the page hears, when it is not that it leads.
    pub(crate) fn event(self) -> Option<TabEvent> {
        match self {
            Verdict::Elected => None,
            Verdict::Following => Some(TabEvent::Following),
            Verdict::Deposed => Some(TabEvent::Deposed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_passes_on_when_its_page_ends_and_a_lease_does_not() {
        for (is_lease, next) in [(false, Some(2)), (true, None)] {
            let mut locks = Locks::new(is_lease);
            assert_eq!(locks.elect(1, false), [(1, Verdict::Elected)]);
            assert_eq!(locks.elect(2, false), [(2, Verdict::Following)]);
            assert_eq!(locks.ended(1), next);
            let stolen = locks.elect(3, true);
            assert!(stolen.contains(&(3, Verdict::Elected)));
            assert_eq!(locks.holder(), Some(3));
        }
    }
}
