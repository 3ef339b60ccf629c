//! The browser's clocks and random bytes, which the engine takes as arguments.

use super::page::window;
use js_sys::{Date, Math};
use pocketping_core::Timestamp;
use pocketping_core::engine::{Entropy, Moment};

/// Both clocks, now.
pub fn now() -> Moment {
    Moment {
        wall: Timestamp::from_millis(Date::now() as i64),
        mono: monotonic(),
    }
}

/// Milliseconds since the page began, on a clock that only goes forward.
pub fn monotonic() -> u64 {
    window().performance().map_or(0, |clock| clock.now() as u64)
}

/// 16 fresh random bytes.
pub fn entropy() -> Entropy {
    let mut bytes = [0; 16];
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        // A page that hides `crypto` still gets distinct ids; guessable ones are its own choice.
        for byte in &mut bytes {
            *byte = (Math::random() * 256.0) as u8;
        }
    }
    bytes
}
