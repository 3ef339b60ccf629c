//! The engine as the page's functions see it: [`start`], commands and questions by name, and what it says.
//!
//! The functions of `PocketPing` themselves (PROTOCOL §4.3), with their promises, handlers and options, are JavaScript in
//! `js/page`: what calls the platform with every line costs a page less there.

mod app;
mod commands;
mod report;

use crate::browser::database::Files;
use crate::browser::value;
use crate::view::{self, Appearance};
use app::App;
use js_sys::Function;
use pocketping_core::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/js/words.js")]
extern "C" {
    /// Chooses the language.
    fn learn(speech: &JsValue);
}

/// A function that takes a command or a question: its name, its value as JSON text, a function that is called with the
/// engine's id of a command before anything comes of that, and that id where it was given out before (by `stamp`). Gives
/// JSON text, or nothing when the value has another form than it should.
type Act = Closure<dyn Fn(JsValue, JsValue, Function, JsValue) -> JsValue>;

/// Starts the widget for the backend at `base` and gives its `Act`.
///
/// `options` is JSON text of the page's options, as `js/page/options.js` has found them right. `hear` is called with a
/// word and JSON text of what there is to say (`js/page/report.js`). `files` is where things are kept,
/// `speech` the language (`js/page/language.js`).
#[wasm_bindgen]
pub fn start(
    base: String,
    options: &JsValue,
    root: HtmlElement,
    launcher: HtmlElement,
    hear: Function,
    files: Files,
    speech: &JsValue,
) -> JsValue {
    learn(speech);
    view::files_are_at(&base);
    view::forget_words();
    let options = value::read(options);
    let mut appearance = Appearance::default();
    if let Value::Object(options) = &options {
        appearance.merge(options);
    }
    let app = App::start(base, appearance, root, launcher, hear, files);
    let act: Act = Closure::new(
        move |name: JsValue, value: JsValue, begun: Function, stamp: JsValue| {
            let name = name.as_string().unwrap_or_default();
            let answer = app.act(&name, &value::read(&value), &begun, stamp.as_string());
            answer.map_or(JsValue::UNDEFINED, |answer| value::to_json(&answer).into())
        },
    );
    act.into_js_value()
}

#[cfg(test)]
mod tests {
    use crate::view::PHONE;
    use pocketping_core::content::{MAX_CONTENT_CHARS, MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};

    #[test]
    fn every_option_is_documented_and_has_a_type() {
        let source = include_str!("../../js/page/options.js");
        let (_, list) = source.split_once("const OPTIONS = {").unwrap();
        let (list, _) = list.split_once("};").unwrap();
        let names = list.lines().filter_map(|line| line.trim().split_once(": "));
        // What keeps members of the page's out is no option.
        let names = names.filter(|(name, _)| *name != "__proto__");
        let (guide, readme) = (
            include_str!("../../../docs/widget.md"),
            include_str!("../../../README.md"),
        );
        let types = include_str!("../../../www/types/index.d.ts");
        for (name, _) in names {
            let named = format!("`{name}`");
            assert!(
                guide.contains(&named) || readme.contains(&named),
                "{name} is not documented"
            );
            assert!(types.contains(&format!("\n  {name}?")), "{name} has no type");
        }
    }

    #[test]
    fn what_the_pages_functions_know_is_as_here() {
        let limits = include_str!("../../js/page/limits.js");
        assert!(limits.contains(&format!("MAX_CONTENT_CHARS = {MAX_CONTENT_CHARS};")));
        assert!(limits.contains(&format!("MAX_EVENT_NAME_CHARS = {MAX_EVENT_NAME_CHARS};")));
        assert!(limits.contains(&format!("MAX_EVENT_DATA_BYTES = {MAX_EVENT_DATA_BYTES};")));
        let errors = include_str!("../../js/page/errors.js");
        assert!(errors.contains(&format!("at most {MAX_CONTENT_CHARS} characters")));
        let phone = include_str!("../../js/page/phone.js");
        assert!(phone.contains(&format!("PHONE = '{PHONE}';")));
    }
}
