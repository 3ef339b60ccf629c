//! How long something took, in two units at most.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `45 s`, `12 min`, `2 h 5 min`, `3 d 4 h`.
pub(crate) fn short(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    let two = |large: u64, large_name: &str, small: u64, small_name: &str| {
        let rest = seconds % large / small;
        let whole = [&(seconds / large).to_string(), large_name].concat();
        if rest == 0 {
            whole
        } else {
            [&whole, " ", &rest.to_string(), small_name].concat()
        }
    };
    match seconds {
        0..MINUTE => [&seconds.to_string(), " s"].concat(),
        MINUTE..HOUR => [&(seconds / MINUTE).to_string(), " min"].concat(),
        HOUR..DAY => two(HOUR, " h", MINUTE, " min"),
        _ => two(DAY, " d", HOUR, " h"),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn the_two_largest_units_are_shown() {
        assert_eq!(short(0.4), "0 s");
        assert_eq!(short(59.6), "1 min");
        assert_eq!(short(7_200.0), "2 h");
        assert_eq!(short(7_505.0), "2 h 5 min");
        assert_eq!(short(273_600.0), "3 d 4 h");
    }
}
