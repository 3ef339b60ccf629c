//! Days and times in the browser's own language and zone, as `js/dates.js` writes them.

use crate::browser::clock;
use pocketping_core::Timestamp;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/dates.js")]
extern "C" {
    #[wasm_bindgen(js_name = localDay)]
    fn day_of(at: f64) -> f64;

    #[wasm_bindgen(js_name = timeOfDay)]
    fn time_of(at: f64) -> String;

    #[wasm_bindgen(js_name = date)]
    fn date_of(at: f64, now: f64) -> String;
}

/// Number of the local day that a moment falls on.
pub fn local_day(at: Timestamp) -> i64 {
    day_of(millis(at)) as i64
}

/// How a moment's time of day is written: `14:05`.
pub fn time_of_day(at: Timestamp) -> String {
    time_of(millis(at))
}

/// How a moment's day is written as a heading: `Today`, `Yesterday`, `12 Mar`, `12 Mar 2024`.
pub fn day_name(at: Timestamp, now: Timestamp) -> String {
    match local_day(now) - local_day(at) {
        0 => super::words::Word::Today.text().to_owned(),
        1 => super::words::Word::Yesterday.text().to_owned(),
        _ => date_of(millis(at), millis(now)),
    }
}

/// The browser's clock.
pub fn now() -> Timestamp {
    clock::wall()
}

fn millis(at: Timestamp) -> f64 {
    at.as_millis() as f64
}
