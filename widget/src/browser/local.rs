//! localStorage, or memory where it is forbidden or full.

use super::page::window;
use super::value;
use pocketping_core::Value;
use pocketping_core::engine::LocalKey;
use std::borrow::Cow;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Storage;

#[wasm_bindgen(module = "/js/tabs.js")]
extern "C" {
    /// Names of the pages that have a journal, as JSON text.
    #[wasm_bindgen(js_name = journals, catch)]
    fn journal_pages() -> Result<JsValue, JsValue>;
}

/// The few keys that outlive the page. What the browser refuses is kept for as long as the page lives.
pub struct Local {
    storage: Option<Storage>,
    /// This page's name, if others share the storage.
    page: String,
    refused: RefCell<Vec<(LocalKey, String)>>,
}

impl Local {
    /// The page's localStorage; reading it throws where storage is forbidden.
    pub fn open() -> Self {
        Local {
            storage: window().local_storage().ok().flatten(),
            page: String::new(),
            refused: RefCell::new(Vec::new()),
        }
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.storage.is_some()
    }

    /// From here on the journal is the one of this page.
    pub fn share(&mut self, page: &str) {
        page.clone_into(&mut self.page);
    }

    /// Whether the browser has nothing of ours.
    pub fn is_fresh(&self) -> bool {
        self.text(LocalKey::VisitorId).is_none()
            && self.text(LocalKey::SessionId).is_none()
            && self.journals().is_empty()
    }

    /// The text under a key.
    pub fn text(&self, key: LocalKey) -> Option<String> {
        let refused = self.refused.borrow();
        if let Some((_, text)) = refused.iter().find(|(name, _)| *name == key) {
            return Some(text.clone());
        }
        self.read(&self.name(key))
    }

    /// The JSON under a key; text that is no JSON counts as nothing (PROTOCOL §4.4).
    pub fn json(&self, key: LocalKey) -> Option<Value> {
        value::parse(&self.text(key)?)
    }

    /// Writes strings as they are, other values as JSON text; `None` removes. Whether the browser has taken it.
    pub fn write(&self, key: LocalKey, value: Option<&Value>) -> bool {
        let text = value.map(|value| match value {
            Value::String(text) => text.clone(),
            other => value::to_json(other),
        });
        let mut refused = self.refused.borrow_mut();
        refused.retain(|(name, _)| *name != key);
        let name = self.name(key);
        let written = self.storage.as_ref().is_some_and(|storage| {
            let done = match &text {
                Some(text) => storage.set_item(&name, text),
                None => storage.remove_item(&name),
            };
            done.is_ok()
        });
        if let (false, Some(text)) = (written, text) {
            refused.push((key, text));
        }
        written
    }

    /// The journals of all pages, with their names; of a page that was alone it is empty.
    pub fn journals(&self) -> Vec<(String, Value)> {
        let pages = self.journal_pages().into_iter();
        pages
            .filter_map(|page| {
                let journal = value::parse(&self.read(&journal_of(&page))?)?;
                Some((page, journal))
            })
            .collect()
    }

    /// Removes the journal of another page, unless it has written a newer one than this.
    pub fn forget_journal(&self, page: &str, seq: u64) {
        let (Some(storage), name) = (&self.storage, journal_of(page)) else {
            return;
        };
        let text = self.read(&name).unwrap_or_default();
        let number = value::read(&text).get("seq").and_then(Value::as_int);
        if u64::try_from(number.unwrap_or(0)) == Ok(seq) {
            // What cannot be removed is found again, and known by then.
            drop(storage.remove_item(&name));
        }
    }

    fn journal_pages(&self) -> Vec<String> {
        // Where storage is forbidden, there are none.
        match value::read(&journal_pages().unwrap_or_default()) {
            Value::List(pages) => pages
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }

    fn read(&self, name: &str) -> Option<String> {
        // It can be forbidden while the page lives; then there is nothing.
        self.storage.as_ref()?.get_item(name).ok().flatten()
    }

    fn name(&self, key: LocalKey) -> Cow<'static, str> {
        match key {
            LocalKey::Outbox => journal_of(&self.page).into(),
            _ => key.as_str().into(),
        }
    }
}

/// The key of a page's journal.
fn journal_of(page: &str) -> String {
    let name = LocalKey::Outbox.as_str();
    match page {
        "" => name.to_owned(),
        _ => [name, ".", page].concat(),
    }
}
