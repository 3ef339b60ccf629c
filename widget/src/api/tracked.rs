//! Tracked elements: using one of them on the page is a custom event (PROTOCOL §4.7).
//!
//! An element counts when what was used lies within it, across the open shadow roots of the page's own components;
//! what is used in the widget never does. `mouseenter` is heard for each element that is entered, so there only the
//! element itself counts: moving about within it is one event, not many.

use super::app::App;
use super::functions::fire;
use crate::browser::listener::Listener;
use crate::browser::page::{address, document};
use crate::browser::{clock, console, value};
use js_sys::Array;
use pocketping_core::content::MAX_EVENT_NAME_CHARS;
use pocketping_core::model::{CustomEvent, ElementEvent, TrackedElement};
use pocketping_core::{Object, Value, Wire};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// What is ours on the page.
const OURS: &str = ".pp-root";
/// How much of an element's text is told.
const TEXT_CHARS: usize = 100;

/// Listens until dropped.
pub(super) struct Tracking {
    _listener: Listener,
}

impl Tracking {
    /// Listens for what can be tracked of these elements; the others are named in the console.
    pub(super) fn new(app: &Weak<App>, elements: &[TrackedElement]) -> Self {
        let elements: Vec<TrackedElement> = elements.iter().filter(|it| is_usable(it)).cloned().collect();
        let mut events: Vec<&'static str> = Vec::new();
        for element in &elements {
            let event = element.event.as_str();
            if !events.contains(&event) {
                events.push(event);
            }
        }
        let app = app.clone();
        let heard = move |event| {
            if let Some(app) = app.upgrade() {
                for element in &elements {
                    hear(&app, element, &event);
                }
            }
        };
        Tracking {
            _listener: Listener::capturing(document().into(), &events, Rc::new(heard)),
        }
    }
}

/// `setupTrackedElements(list)`
pub(super) fn read(list: &JsValue) -> Option<Vec<TrackedElement>> {
    let Some((Value::List(items), _)) = value::from_page(list) else {
        console::warn("setupTrackedElements: it must be a list of elements");
        return None;
    };
    let read = items.iter().filter_map(|item| {
        let element = TrackedElement::read(item);
        if let Err(error) = &element {
            console::warn(&["a tracked element is passed over: ", &error.to_string()].concat());
        }
        element.ok()
    });
    Some(read.collect())
}

fn is_usable(element: &TrackedElement) -> bool {
    let fits = (1..=MAX_EVENT_NAME_CHARS).contains(&element.name.chars().count());
    // On an element that matches nothing it still has to be understood.
    let is_selector = document()
        .create_element("a")
        .is_ok_and(|any| any.matches(&element.selector).is_ok());
    if !fits || !is_selector {
        console::warn(
            &[
                "a tracked element is passed over: its selector or name cannot be used: ",
                &element.selector,
            ]
            .concat(),
        );
    }
    fits && is_selector
}

fn hear(app: &App, tracked: &TrackedElement, event: &Event) {
    if event.type_() != tracked.event.as_str() {
        return;
    }
    let path: Array = event.composed_path();
    let path = path.iter().filter_map(|node| node.dyn_into::<Element>().ok());
    let path: Vec<Element> = path.collect();
    let is_at = |element: &&Element, selector: &str| element.matches(selector).unwrap_or(false);
    let within = if tracked.event == ElementEvent::MouseEnter {
        &path[..path.len().min(1)]
    } else {
        &path
    };
    let used = within.iter().find(|element| is_at(element, &tracked.selector));
    let Some(used) = used.filter(|_| !path.iter().any(|element| is_at(&element, OURS))) else {
        return;
    };
    let text = used.text_content().unwrap_or_default();
    let text: String = text.trim().chars().take(TEXT_CHARS).collect();
    let mut data: Object = tracked.data.clone().unwrap_or_default();
    data.set("selector", tracked.selector.as_str());
    data.set("elementText", text);
    data.set("url", address());
    let event = CustomEvent {
        name: tracked.name.clone(),
        data: data.into(),
        timestamp: clock::now().wall,
        session_id: None,
        event_id: None,
    };
    fire(app, event, tracked.widget_message.clone());
}
