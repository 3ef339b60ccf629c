//! The options of `init`, read leniently: a wrong one is named in the console and left at its default.

use crate::browser::{console, value};
use crate::view::Appearance;
use js_sys::{Function, Reflect};
use pocketping_core::ua::UaFilterConfig;
use pocketping_core::{Object, Value, Wire};
use wasm_bindgen::{JsCast, JsValue};

/// What a page can say in `init` (PROTOCOL §4.2), as far as it has an effect. Where the app is found
/// (`endpoint`, `projectId`) and when it connects (`connect`) are the loader's to read.
pub struct Options {
    /// `operatorName`, `operatorAvatar`, `welcomeMessage`, `placeholder`, `theme`, `primaryColor`,
    /// `position`, `zIndex`; the server's values override them.
    pub appearance: Appearance,
    /// `autoOpenOnMessage`: whether a message from the other side opens the window. Default true; never on
    /// phones, where the window would cover the page.
    pub auto_open: bool,
    /// `uaFilter`: which browsers get no widget.
    pub ua_filter: Option<UaFilterOption>,
    /// `onOpen`, `onMessage`…
    pub callbacks: Callbacks,
}

/// The `uaFilter` option, and the configuration of `checkUaFilter`.
pub struct UaFilterOption {
    /// The lists.
    pub config: UaFilterConfig,
    /// `customFilter`: asked before the lists; true allows, false blocks.
    pub custom: Option<Function>,
}

/// The page's functions among the options.
#[derive(Default)]
pub struct Callbacks {
    /// `onOpen()`
    pub open: Option<Function>,
    /// `onClose()`
    pub close: Option<Function>,
    /// `onMessage(message)`
    pub message: Option<Function>,
    /// `onConnect(sessionId)`
    pub connect: Option<Function>,
    /// `onVersionWarning(warning)`
    pub version_warning: Option<Function>,
    /// `onEvent(event)`
    pub event: Option<Function>,
    /// `onError(error)`
    pub error: Option<Function>,
}

impl Options {
    /// Reads the object given to `init`.
    pub fn read(config: &JsValue) -> Self {
        let mut looks = Object::new();
        for key in [
            "operatorName",
            "operatorAvatar",
            "welcomeMessage",
            "placeholder",
            "primaryColor",
        ] {
            if let Some(text) = text(config, key) {
                looks.push(key, Value::String(text));
            }
        }
        let choices = [
            ("theme", &["auto", "light", "dark"][..]),
            ("position", &["bottom-right", "bottom-left"]),
        ];
        for (key, words) in choices {
            match text(config, key) {
                Some(word) if words.contains(&word.as_str()) => looks.push(key, Value::String(word)),
                Some(_) => wrong(key, &["one of ", &words.join(", ")].concat()),
                None => {}
            }
        }
        match given(config, "zIndex").map(|number| value::read(&number).as_int()) {
            Some(Some(number)) => looks.push("zIndex", Value::Int(number)),
            Some(None) => wrong("zIndex", "a whole number"),
            None => {}
        }
        let mut appearance = Appearance::default();
        appearance.merge(&looks);
        Options {
            appearance,
            auto_open: flag(config, "autoOpenOnMessage", true),
            ua_filter: given(config, "uaFilter").and_then(|filter| UaFilterOption::read(&filter, "uaFilter")),
            callbacks: Callbacks {
                open: function(config, "onOpen"),
                close: function(config, "onClose"),
                message: function(config, "onMessage"),
                connect: function(config, "onConnect"),
                version_warning: function(config, "onVersionWarning"),
                event: function(config, "onEvent"),
                error: function(config, "onError"),
            },
        }
    }
}

impl UaFilterOption {
    /// Reads a configuration; `None`, and a warning that names it, when it is none.
    pub fn read(js: &JsValue, name: &str) -> Option<Self> {
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

/// The member of an object that is neither missing nor null.
pub fn given(object: &JsValue, key: &str) -> Option<JsValue> {
    // Reading throws for what is no object, and where the page's getter does.
    let member = Reflect::get(object, &JsValue::from_str(key)).ok()?;
    (!member.is_undefined() && !member.is_null()).then_some(member)
}

fn text(config: &JsValue, key: &str) -> Option<String> {
    let text = given(config, key)?.as_string();
    if text.is_none() {
        wrong(key, "a string");
    }
    text
}

fn flag(config: &JsValue, key: &str, default: bool) -> bool {
    let Some(flag) = given(config, key) else {
        return default;
    };
    flag.as_bool().unwrap_or_else(|| {
        wrong(key, "true or false");
        default
    })
}

fn function(config: &JsValue, key: &str) -> Option<Function> {
    let function = given(config, key)?.dyn_into().ok();
    if function.is_none() {
        wrong(key, "a function");
    }
    function
}

fn wrong(key: &str, expected: &str) {
    console::warn(&["the option ", key, " is passed over: it must be ", expected].concat());
}
