//! Which browsers get a widget (PROTOCOL §5.6): a module of its own, fetched by the pages that ask (`js/app.js`).

use crate::browser::regexp::BrowserUaFilter;
use crate::browser::{console, page, value};
use crate::member::function;
use js_sys::Function;
use pocketping_core::ua::UaFilterConfig;
use pocketping_core::{Value, Wire};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// The `uaFilter` option, and the configuration of `checkUaFilter`.
struct UaFilterOption {
    /// The lists.
    config: UaFilterConfig,
    /// `customFilter`: asked before the lists; true allows, false blocks.
    custom: Option<Function>,
}

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

/// Whether the option `uaFilter` of the page blocks this browser.
#[wasm_bindgen]
pub fn blocks(option: JsValue) -> bool {
    let Some(filter) = UaFilterOption::read(&option, "uaFilter") else {
        return false;
    };
    let verdict = verdict(&filter, Some(&page::user_agent()));
    let blocked = verdict.get("allowed").and_then(Value::as_bool) == Some(false);
    if blocked && filter.config.log_blocked {
        let reason = verdict.get("reason").and_then(Value::as_str);
        let reason = reason.unwrap_or_default();
        console::info(&["no widget for this browser: uaFilter says ", reason].concat());
    }
    blocked
}

impl UaFilterOption {
    /// Reads a configuration; `None`, and a warning that names it, when it is none.
    fn read(js: &JsValue, name: &str) -> Option<Self> {
        let read = match value::from_page(js) {
            Some((config, _)) => UaFilterConfig::read(&config).map_err(|error| error.to_string()),
            None => Err("it must be an object".to_owned()),
        };
        match read {
            Ok(config) => Some(UaFilterOption {
                config,
                custom: function(js, "customFilter"),
            }),
            Err(problem) => {
                console::warn(&[name, " is passed over: ", &problem].concat());
                None
            }
        }
    }
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
