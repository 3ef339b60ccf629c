//! Which rows of a list are drawn: a part that moves, so that ten thousand messages are as quick as ten.

use super::timeline::{Item, Timeline};
use crate::dom::Live;

/// So many rows are drawn at most.
const DRAWN: usize = 56;
/// The part moves by so many rows.
const STEP: usize = 20;

/// The rows that are drawn: the newest ones, until somebody reads back.
pub(super) struct Extent<T> {
    timeline: Timeline<T>,
    /// How many newer rows there were, and how many rows had come in by then: what comes in later does not push out what
    /// somebody is reading.
    newer: Live<(usize, u32)>,
}

impl<T> Clone for Extent<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Extent<T> {}

impl<T: Item> Extent<T> {
    /// The newest rows.
    pub(super) fn new(timeline: Timeline<T>) -> Self {
        let newer = Live::new((0, 0));
        Extent { timeline, newer }
    }

    /// Where the rows begin and end, and how many newer ones there are; followed.
    pub(super) fn drawn(&self) -> (usize, usize, usize) {
        let count = self.timeline.rows().with(Vec::len);
        let newer = match self.newer.get() {
            (0, _) => 0,
            (newer, serial) => newer + (self.timeline.serial() - serial) as usize,
        };
        let newer = newer.min(count.saturating_sub(DRAWN));
        let to = count - newer;
        (to.saturating_sub(DRAWN), to, newer)
    }

    /// Moves the part; says whether it is near the beginning then.
    pub(super) fn go(&self, earlier: bool) -> bool {
        let (from, _, newer) = self.drawn();
        self.set(if earlier {
            newer + from.min(STEP)
        } else {
            newer.saturating_sub(STEP)
        });
        earlier && from < 2 * STEP
    }

    /// Moves the part around a row, unless that is drawn.
    pub(super) fn go_to(&self, at: usize) {
        let (from, to, newer) = self.drawn();
        if !(from..to).contains(&at) {
            self.set((to + newer).saturating_sub(at + DRAWN / 2));
        }
    }

    /// Moves the part to the newest rows.
    pub(super) fn go_to_end(&self) {
        self.set(0);
    }

    fn set(&self, newer: usize) {
        let serial = if newer > 0 { self.timeline.serial() } else { 0 };
        self.newer.set_if_new((newer, serial));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::timeline::tests::{note, with_timeline};

    fn fill(timeline: Timeline<crate::view::timeline::tests::Note>, count: i64) {
        let notes: Vec<_> = (0..count).map(|at| note(&at.to_string(), at, "")).collect();
        timeline.replace(&notes);
    }

    #[test]
    fn the_newest_are_drawn_until_somebody_reads_back() {
        with_timeline(|timeline| {
            let extent = Extent::new(timeline);
            assert_eq!(extent.drawn(), (0, 0, 0));
            fill(timeline, 100);
            assert_eq!(extent.drawn(), (44, 100, 0));
            assert!(!extent.go(true), "there are enough before these");
            assert_eq!(extent.drawn(), (24, 80, 20));
            assert!(extent.go(true));
            extent.go(true);
            assert_eq!(extent.drawn(), (0, 56, 44), "there is nothing before the first");
            extent.go(false);
            extent.go(false);
            extent.go(false);
            assert_eq!(extent.drawn(), (44, 100, 0));
        });
    }

    #[test]
    fn what_comes_in_does_not_push_out_what_is_read() {
        with_timeline(|timeline| {
            let extent = Extent::new(timeline);
            fill(timeline, 100);
            extent.go(true);
            assert!(timeline.put(note("new", 200, "")));
            assert_eq!(extent.drawn(), (24, 80, 21));
            extent.go_to(2);
            assert_eq!(extent.drawn(), (0, 56, 45));
            extent.go_to_end();
            assert_eq!(extent.drawn(), (45, 101, 0));
            fill(timeline, 10);
            assert_eq!(extent.drawn(), (0, 10, 0));
        });
    }
}
