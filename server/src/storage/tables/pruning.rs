//! When a log is looked through for what is beyond its limits: now and then, as the limits say what is kept at least.

use crate::storage::{LogLimits, Seq};
use std::collections::HashMap;

/// Events of a session between two looks at how many it has, on average.
const COUNT_EVERY: usize = 128;
/// Events between two looks at what is too old.
const AGE_EVERY: usize = 1_024;
/// Most old events that one look removes: more would hold up the writes behind it.
pub(in crate::storage) const AGE_BATCH: i64 = 4_096;

/// Counts events.
///
/// A session is looked at when it has got enough events, which are counted; and by lot, so that sessions whose
/// events come slowly, among those of many others or over many starts of the program, stay bounded too.
pub(in crate::storage) struct Pruning {
    limits: LogLimits,
    since_age: usize,
    /// Events of each session, by its key, since its last look (or the start of the program).
    added: HashMap<i64, usize>,
}

/// What is due after an event.
pub(in crate::storage) struct Due {
    /// Of the event's session only so many are to stay.
    pub(in crate::storage) keep: Option<i64>,
    /// Events before this moment (in microseconds) are too old, whosever they are.
    pub(in crate::storage) too_old: Option<i64>,
}

impl Pruning {
    pub(in crate::storage) fn new(limits: LogLimits) -> Self {
        Pruning {
            limits,
            // The first event after a start looks: a program that never runs for long gets there too.
            since_age: AGE_EVERY - 1,
            added: HashMap::new(),
        }
    }

    /// To be called after each event that was added; `at` in microseconds.
    pub(in crate::storage) fn added(&mut self, key: i64, seq: Seq, at: i64) -> Due {
        let every = self.limits.per_session.clamp(1, COUNT_EVERY);
        let added = self.added.entry(key).or_default();
        *added += 1;
        let mut due = Due {
            keep: None,
            too_old: None,
        };
        if *added >= every || drawn(seq, every) {
            self.added.remove(&key);
            due.keep = Some(self.limits.per_session.max(1) as i64);
        }
        self.since_age += 1;
        if self.since_age >= AGE_EVERY {
            self.since_age = 0;
            // Bounds the counters; whoever loses one is drawn some day.
            self.added.clear();
            let age = i64::try_from(self.limits.age.as_micros()).unwrap_or(i64::MAX);
            due.too_old = Some(at.saturating_sub(age));
        }
        due
    }
}

/// Whether an event's number is one of those, one in `every`, that have their session looked at. The numbers of a
/// session may follow a pattern, so they are mixed first (the finisher of SplitMix64).
fn drawn(seq: Seq, every: usize) -> bool {
    let mut bits = seq.get();
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)).is_multiple_of(every as u64)
}
