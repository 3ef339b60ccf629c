//! Which browsers get a widget (PROTOCOL §5.6).

use crate::browser::regexp::BrowserUaFilter;
use crate::browser::{console, page, value};
use crate::options::{Options, UaFilterOption};
use pocketping_core::Value;
use pocketping_core::ua::UaFilterConfig;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether a user agent is a known bot's, by the default patterns; without an argument this browser's.
#[wasm_bindgen(js_name = isBot)]
pub fn is_bot(ua: JsValue) -> bool {
    user_agent(&ua, "isBot").is_some_and(|ua| BrowserUaFilter::is_bot(&ua))
}

/// What a filter of this configuration decides about a user agent: `{allowed, reason, matchedPattern?}`.
///
/// Without a user agent this browser's is checked. A configuration of a wrong form is named in the console
/// and filters nothing.
#[wasm_bindgen(js_name = checkUaFilter)]
pub fn check_ua_filter(ua: JsValue, config: JsValue) -> JsValue {
    let filter = UaFilterOption::read(&config, "checkUaFilter: config").unwrap_or(UaFilterOption {
        config: UaFilterConfig::default(),
        custom: None,
    });
    let ua = user_agent(&ua, "checkUaFilter");
    value::write(&verdict(&filter, ua.as_deref()))
}

/// Whether the page's own filter blocks this browser.
pub(super) fn blocks(options: &Options) -> bool {
    let Some(filter) = &options.ua_filter else {
        return false;
    };
    let verdict = verdict(filter, Some(&page::user_agent()));
    let blocked = verdict.get("allowed").and_then(Value::as_bool) == Some(false);
    if blocked && filter.config.log_blocked {
        let reason = verdict.get("reason").and_then(Value::as_str);
        let reason = reason.unwrap_or_default();
        console::info(&["no widget for this browser: uaFilter says ", reason].concat());
    }
    blocked
}

fn verdict(filter: &UaFilterOption, ua: Option<&str>) -> Value {
    let compiled = BrowserUaFilter::compile(&filter.config);
    for problem in compiled.problems() {
        console::warn(&["the user-agent filter's ", &problem.to_string()].concat());
    }
    let custom = |ua: &str| {
        let custom = filter.custom.as_ref()?;
        match custom.call1(&JsValue::UNDEFINED, &JsValue::from_str(ua)) {
            Ok(decision) => decision.as_bool(),
            Err(thrown) => {
                console::error("customFilter has thrown", &thrown);
                None
            }
        }
    };
    compiled.check_with(ua, custom).write()
}

/// The argument, or this browser's user agent when there is none.
fn user_agent(ua: &JsValue, function: &str) -> Option<String> {
    if ua.is_undefined() || ua.is_null() {
        return Some(page::user_agent());
    }
    let text = ua.as_string();
    if text.is_none() {
        console::warn(&[function, ": ua must be a string"].concat());
    }
    text
}
