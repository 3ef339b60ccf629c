//! How long ago, in as few letters as a dense list needs.

use pocketping_core::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `now`, `2m`, `3h`, `5d`; `None` from a week on, when a date says more.
pub(crate) fn short(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.since(at).as_secs();
    let (number, unit) = match seconds {
        0..MINUTE => return Some("now".to_owned()),
        MINUTE..HOUR => (seconds / MINUTE, "m"),
        HOUR..DAY => (seconds / HOUR, "h"),
        _ if seconds < 7 * DAY => (seconds / DAY, "d"),
        _ => return None,
    };
    Some([&number.to_string(), unit].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_whole_unit_is_shown_up_to_a_week() {
        let now = Timestamp::from_millis(1_000_000_000_000);
        let ago = |seconds: i64| short(Timestamp::from_millis(1_000_000_000_000 - seconds * 1000), now);
        assert_eq!(ago(59).as_deref(), Some("now"));
        assert_eq!(ago(-30).as_deref(), Some("now"), "a clock ahead of ours");
        assert_eq!(ago(60).as_deref(), Some("1m"));
        assert_eq!(ago(7199).as_deref(), Some("1h"));
        assert_eq!(ago(6 * 86_400).as_deref(), Some("6d"));
        assert_eq!(ago(7 * 86_400), None);
    }
}
