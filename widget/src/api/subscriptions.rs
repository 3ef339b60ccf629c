//! The page's handlers.

use crate::browser::console;
use js_sys::{Array, Function};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

/// What a handler hears.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// An event of PROTOCOL §4.5 (`on`).
    Own,
    /// A custom event of the server (`onEvent`).
    Custom,
}

/// Handlers in the order of their subscription.
#[derive(Default)]
pub(super) struct Subscriptions {
    next: Cell<u32>,
    list: RefCell<Vec<Subscription>>,
}

struct Subscription {
    id: u32,
    topic: Topic,
    event: String,
    handler: Function,
}

impl Subscriptions {
    /// Adds a handler and gives the id of the subscription. The same handler twice is one subscription.
    pub(super) fn add(&self, topic: Topic, event: String, handler: Function) -> u32 {
        let mut list = self.list.borrow_mut();
        let known = list
            .iter()
            .find(|known| known.topic == topic && known.event == event && known.handler == handler);
        if let Some(known) = known {
            return known.id;
        }
        let id = self.next.get();
        self.next.set(id + 1);
        list.push(Subscription {
            id,
            topic,
            event,
            handler,
        });
        id
    }

    /// Ends a subscription; one that has ended is fine.
    pub(super) fn end(&self, id: u32) {
        self.list.borrow_mut().retain(|known| known.id != id);
    }

    /// Ends the subscription of a handler.
    pub(super) fn remove(&self, topic: Topic, event: &str, handler: &JsValue) {
        self.list.borrow_mut().retain(|known| {
            known.topic != topic || known.event != event || JsValue::from(&known.handler) != *handler
        });
    }

    /// Calls the handlers of an event; they may subscribe and unsubscribe meanwhile.
    pub(super) fn tell(&self, topic: Topic, event: &str, arguments: &[&JsValue]) {
        let list = self.list.borrow();
        let heard = list
            .iter()
            .filter(|known| known.topic == topic && known.event == event);
        let handlers: Vec<Function> = heard.map(|known| known.handler.clone()).collect();
        drop(list);
        for handler in &handlers {
            call(handler, arguments);
        }
    }
}

/// Calls a function of the page. What it throws is reported and stops nothing.
pub(super) fn call(function: &Function, arguments: &[&JsValue]) {
    let list: Array = arguments.iter().copied().collect();
    if let Err(thrown) = function.apply(&JsValue::UNDEFINED, &list) {
        console::error("a function of the page has thrown", &thrown);
    }
}
