//! Days and times in the browser's own language and zone.

use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use pocketping_core::Timestamp;
use wasm_bindgen::JsValue;

const DAY_MS: i64 = 86_400_000;

/// Number of the local day that a moment falls on.
pub fn local_day(at: Timestamp) -> i64 {
    let date = date(at);
    let offset_ms = date.get_timezone_offset() as i64 * 60_000;
    (at.as_millis() - offset_ms).div_euclid(DAY_MS)
}

/// How a moment's time of day is written: `14:05`.
pub fn time_of_day(at: Timestamp) -> String {
    thread_local! {
        static FORMAT: DateTimeFormat = format(&[("hour", "2-digit"), ("minute", "2-digit")]);
    }
    FORMAT.with(|format| write(format, at))
}

/// How a moment's day is written as a heading: `Today`, `Yesterday`, `12 Mar`, `12 Mar 2024`.
pub fn day_name(at: Timestamp, now: Timestamp) -> String {
    thread_local! {
        static THIS_YEAR: DateTimeFormat = format(&[("day", "numeric"), ("month", "short")]);
        static OTHER_YEAR: DateTimeFormat =
            format(&[("day", "numeric"), ("month", "short"), ("year", "numeric")]);
    }
    match local_day(now) - local_day(at) {
        0 => super::words::TODAY.to_owned(),
        1 => super::words::YESTERDAY.to_owned(),
        _ if date(now).get_full_year() == date(at).get_full_year() => {
            THIS_YEAR.with(|format| write(format, at))
        }
        _ => OTHER_YEAR.with(|format| write(format, at)),
    }
}

/// The browser's clock.
pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.as_millis() as f64))
}

fn format(options: &[(&str, &str)]) -> DateTimeFormat {
    let object = Object::new();
    for (key, value) in options {
        // Cannot fail on a plain object of our own; without the option the format is only longer.
        drop(Reflect::set(&object, &(*key).into(), &(*value).into()));
    }
    DateTimeFormat::new(&Array::new(), &object)
}

fn write(format: &DateTimeFormat, at: Timestamp) -> String {
    let written = format.format().call1(&JsValue::UNDEFINED, &date(at));
    // Only an invalid date makes it throw: then no time is better than a wrong one.
    written.ok().and_then(|text| text.as_string()).unwrap_or_default()
}
