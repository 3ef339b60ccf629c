//! The browser's clocks and random bytes, which the engine takes as arguments (`js/clock.js`).

use pocketping_core::Timestamp;
use pocketping_core::engine::{Entropy, Moment};

mod platform {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "/js/clock.js")]
    extern "C" {
        pub(super) fn wall() -> f64;
        pub(super) fn monotonic() -> f64;
        #[wasm_bindgen(js_name = fillRandomly)]
        pub(super) fn fill_randomly(bytes: &mut [u8]);
    }
}

/// Both clocks, now.
pub fn now() -> Moment {
    Moment {
        wall: wall(),
        mono: monotonic(),
    }
}

/// The wall's clock.
pub fn wall() -> Timestamp {
    Timestamp::from_millis(platform::wall() as i64)
}

/// Milliseconds since the page began, on a clock that only goes forward.
pub fn monotonic() -> u64 {
    platform::monotonic() as u64
}

/// 16 fresh random bytes.
pub fn entropy() -> Entropy {
    let mut bytes = [0; 16];
    platform::fill_randomly(&mut bytes);
    bytes
}
