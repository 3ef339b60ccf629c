//! The other pages of this browser, and the lock that one of them holds (`js/tabs.js`).

use super::listener::{Callback, callback};
use super::{clock, value};
use pocketping_core::Value;
use pocketping_core::engine::TabEvent;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(module = "/js/tabs.js")]
extern "C" {
    #[wasm_bindgen(js_name = available)]
    fn has_channel() -> bool;

    /// Whether the lock is something that is stored.
    pub fn leases() -> bool;

    #[wasm_bindgen(js_name = Tabs)]
    type Page;

    #[wasm_bindgen(constructor, js_class = "Tabs")]
    fn new(name: &str, base: &str, heard: &JsValue) -> Page;

    #[wasm_bindgen(method)]
    fn say(this: &Page, json: &str);

    #[wasm_bindgen(method)]
    fn elect(this: &Page, steal: bool);

    #[wasm_bindgen(method)]
    fn resign(this: &Page);

    #[wasm_bindgen(method)]
    fn close(this: &Page);
}

/// What this page hears.
pub enum Heard {
    /// The lock is its own.
    Elected,
    /// Anything else.
    Event(TabEvent),
}

/// This page among those of the browser; dropping it leaves them.
pub struct Tabs {
    page: Page,
    _heard: Callback,
}

/// Whether pages can talk to each other here.
pub fn available() -> bool {
    has_channel()
}

/// A name for this page, which no other one has.
pub fn new_name() -> String {
    let letters = clock::entropy().into_iter().take(10);
    letters.map(|byte| char::from(b'a' + byte % 26)).collect()
}

impl Tabs {
    /// Joins those of the backend at `base` under this name. What happens goes to `heard`.
    pub fn join(name: &str, base: &str, heard: impl Fn(Heard) + 'static) -> Self {
        let heard = callback(move |json| heard_of(value::read(&json)).into_iter().for_each(&heard));
        Tabs {
            page: Page::new(name, base, heard.as_ref().unchecked_ref()),
            _heard: heard,
        }
    }

    /// Tells all others.
    pub fn say(&self, said: &Value) {
        self.page.say(&value::to_json(said));
    }

    /// Asks for the lock; with `steal` it is taken from the page that has it.
    pub fn elect(&self, steal: bool) {
        self.page.elect(steal);
    }

    /// Gives the lock back, or leaves its queue.
    pub fn resign(&self) {
        self.page.resign();
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.page.close();
    }
}

/// Reads what `js/tabs.js` tells: what has happened, what was said or written, and the name of who wrote it.
fn heard_of(told: Value) -> Option<Heard> {
    let Value::List(parts) = told else { return None };
    let mut parts = parts.into_iter();
    let (event, content, page) = (parts.next()?, parts.next()?, parts.next());
    Some(Heard::Event(match event.as_str()? {
        "elected" => return Some(Heard::Elected),
        "following" => TabEvent::Following,
        "deposed" => TabEvent::Deposed,
        "said" => TabEvent::Said(content),
        _ => TabEvent::Journal {
            tab: page?.as_str()?.to_owned(),
            journal: content,
        },
    }))
}
