//! [`Seq`]: the number that orders everything, and its form on the wire.

use pocketping_core::Cursor;
use std::fmt;

/// The place of an entry among all messages and log entries of a store; the first is 1, 0 is "before all".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(u64);

/// Cursors of this form begin with it (EXTENSIONS, Resume).
const PREFIX: &str = "c1.";

impl Seq {
    /// Before everything.
    pub const START: Seq = Seq(0);

    /// The number `number`.
    pub const fn new(number: u64) -> Self {
        Seq(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Seq(self.0.saturating_add(1))
    }

    /// The cursor that stands for this place.
    pub fn cursor(self) -> Cursor {
        Cursor::from(self.to_string())
    }

    /// Whether a text claims to be a cursor.
    pub fn is_cursor(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The place that a cursor stands for; `None` for one that this server did not make.
    pub fn of_cursor(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        // `parse` alone would take `+1`.
        let canonical = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        canonical.then(|| digits.parse().ok().map(Seq)).flatten()
    }
}

impl fmt::Display for Seq {
    /// As in a cursor.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_a_round_trip_and_others_are_refused() {
        let seq = Seq::new(42);
        assert_eq!(seq.cursor().as_str(), "c1.42");
        assert_eq!(Seq::of_cursor("c1.42"), Some(seq));
        for wrong in [
            "",
            "42",
            "c1.",
            "c1.+4",
            "c1.x",
            "c2.4",
            "c1.99999999999999999999999",
        ] {
            assert_eq!(Seq::of_cursor(wrong), None, "{wrong}");
        }
    }
}
