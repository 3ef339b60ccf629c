//! The options of `init`, read leniently: a wrong one is named in the console and left at its default.

use crate::browser::value;
use crate::member::{function, given, wrong};
use crate::view::Appearance;
use js_sys::Function;
use pocketping_core::{Object, Value};
use wasm_bindgen::JsValue;

/// What a page can say in `init` (PROTOCOL §4.2), as far as it has an effect. Where the app is found
/// (`endpoint`, `projectId`) and when it connects (`connect`) are the loader's to read; `uaFilter` is `js/app.js`'s.
pub struct Options {
    /// `operatorName`, `operatorAvatar`, `welcomeMessage`, `placeholder`, `theme`, `primaryColor`,
    /// `position`, `zIndex`; the server's values override them.
    pub appearance: Appearance,
    /// `autoOpenOnMessage`: whether a message from the other side opens the window. Default true; never on
    /// phones, where the window would cover the page.
    pub auto_open: bool,
    /// `onOpen`, `onMessage`…
    pub callbacks: Callbacks,
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
        match given(config, "zIndex").map(|number| value::from_page(&number)?.0.as_int()) {
            Some(Some(number)) => looks.push("zIndex", Value::Int(number)),
            Some(None) => wrong("zIndex", "a whole number"),
            None => {}
        }
        let mut appearance = Appearance::default();
        appearance.merge(&looks);
        Options {
            appearance,
            auto_open: flag(config, "autoOpenOnMessage", true),
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
