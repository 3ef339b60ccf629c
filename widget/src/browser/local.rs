//! localStorage, or memory where it is forbidden or full (`js/local.js`).

use super::value;
use pocketping_core::Value;
use pocketping_core::engine::LocalKey;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/local.js")]
extern "C" {
    #[wasm_bindgen(js_name = Local)]
    type Keys;

    #[wasm_bindgen(constructor, js_class = "Local")]
    fn new(base: &str) -> Keys;

    #[wasm_bindgen(method, js_name = isThere)]
    fn is_there(this: &Keys) -> bool;

    #[wasm_bindgen(method)]
    fn share(this: &Keys, page: &str);

    #[wasm_bindgen(method)]
    fn text(this: &Keys, key: &str) -> JsValue;

    #[wasm_bindgen(method)]
    fn json(this: &Keys, key: &str) -> JsValue;

    #[wasm_bindgen(method)]
    fn write(this: &Keys, key: &str, text: Option<&str>) -> bool;

    #[wasm_bindgen(method)]
    fn journals(this: &Keys) -> JsValue;

    #[wasm_bindgen(method)]
    fn forget(this: &Keys, page: &str, seq: f64);
}

#[wasm_bindgen(module = "/js/names.js")]
extern "C" {
    /// Gives what was stored before backends were told apart to this one, if it is the first that asks.
    #[wasm_bindgen(js_name = claimUsed)]
    fn claim_used(base: &str);
}

/// The few keys that outlive the page. What the browser refuses is kept for as long as the page lives.
pub struct Local(Keys);

impl Local {
    /// What the page's localStorage has for the backend at `base`.
    pub fn open(base: &str) -> Self {
        claim_used(base);
        Local(Keys::new(base))
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.0.is_there()
    }

    /// From here on the journal is the one of this page.
    pub fn share(&self, page: &str) {
        self.0.share(page);
    }

    /// Whether the browser has nothing of ours.
    pub fn is_fresh(&self) -> bool {
        self.text(LocalKey::VisitorId).is_none()
            && self.text(LocalKey::SessionId).is_none()
            && self.journals().is_empty()
    }

    /// The text under a key.
    pub fn text(&self, key: LocalKey) -> Option<String> {
        self.0.text(key.as_str()).as_string()
    }

    /// The JSON under a key; text that is no JSON counts as nothing (PROTOCOL §4.4).
    pub fn json(&self, key: LocalKey) -> Option<Value> {
        let json = self.0.json(key.as_str());
        (!json.is_undefined()).then(|| value::read(&json))
    }

    /// Writes strings as they are, other values as JSON text; `None` removes. Whether the browser has taken it.
    pub fn write(&self, key: LocalKey, value: Option<&Value>) -> bool {
        let text = value.map(|value| match value {
            Value::String(text) => text.clone(),
            other => value::to_json(other),
        });
        self.0.write(key.as_str(), text.as_deref())
    }

    /// The journals of all pages, with their names; of a page that was alone it is empty.
    pub fn journals(&self) -> Vec<(String, Value)> {
        let Value::List(journals) = value::read(&self.0.journals()) else {
            return Vec::new();
        };
        let named = |journal| {
            let Value::List(parts) = journal else { return None };
            let mut parts = parts.into_iter();
            Some((parts.next()?.as_str()?.to_owned(), parts.next()?))
        };
        journals.into_iter().filter_map(named).collect()
    }

    /// Removes the journal of another page, unless that has written a newer one than this.
    pub fn forget_journal(&self, page: &str, seq: u64) {
        // Numbers count milliseconds, which a double holds exactly.
        self.0.forget(page, seq as f64);
    }
}
