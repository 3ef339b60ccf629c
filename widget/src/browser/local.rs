//! localStorage, or memory where it is forbidden or full.

use super::page::window;
use super::value;
use pocketping_core::Value;
use pocketping_core::engine::LocalKey;
use std::cell::RefCell;
use web_sys::Storage;

/// The few keys that outlive the page. What the browser refuses is kept for as long as the page lives.
pub struct Local {
    storage: Option<Storage>,
    refused: RefCell<Vec<(LocalKey, String)>>,
}

impl Local {
    /// The page's localStorage; reading it throws where storage is forbidden.
    pub fn open() -> Self {
        Local {
            storage: window().local_storage().ok().flatten(),
            refused: RefCell::new(Vec::new()),
        }
    }

    /// The text under a key.
    pub fn text(&self, key: LocalKey) -> Option<String> {
        let refused = self.refused.borrow();
        if let Some((_, text)) = refused.iter().find(|(name, _)| *name == key) {
            return Some(text.clone());
        }
        let storage = self.storage.as_ref()?;
        // It can be forbidden while the page lives; then there is nothing.
        storage.get_item(key.as_str()).ok().flatten()
    }

    /// The JSON under a key; text that is no JSON counts as nothing (PROTOCOL §4.4).
    pub fn json(&self, key: LocalKey) -> Option<Value> {
        value::parse(&self.text(key)?)
    }

    /// Writes strings as they are, other values as JSON text; `None` removes.
    pub fn write(&self, key: LocalKey, value: Option<&Value>) {
        let text = value.map(|value| match value {
            Value::String(text) => text.clone(),
            other => value::to_json(other),
        });
        let mut refused = self.refused.borrow_mut();
        refused.retain(|(name, _)| *name != key);
        let written = self.storage.as_ref().is_some_and(|storage| {
            let done = match &text {
                Some(text) => storage.set_item(key.as_str(), text),
                None => storage.remove_item(key.as_str()),
            };
            done.is_ok()
        });
        if let (false, Some(text)) = (written, text) {
            refused.push((key, text));
        }
    }
}
