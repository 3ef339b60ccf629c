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
use pocketping_core::content::MAX_EVENT_NAME_CHARS;
use pocketping_core::model::{CustomEvent, ElementEvent, TrackedElement};
use pocketping_core::{Value, Wire};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// What is ours on the page.
const OURS: &str = ".pp-root";
const PASSED_OVER: &str = "a tracked element is passed over: ";
/// How much of an element's text is told.
const TEXT_CHARS: usize = 100;

/// Listens until dropped.
pub(super) struct Tracking {
    _listener: Listener,
}

impl Tracking {
    /// Listens for what can be tracked of the conversation's elements; the others are named in the console.
    pub(super) fn new(app: &Weak<App>, elements: &[TrackedElement]) -> Self {
        let mut events: Vec<&'static str> = Vec::new();
        for element in elements {
            let event = element.event.as_str();
            if is_usable(element) && !events.contains(&event) {
                events.push(event);
            }
        }
        let app = app.clone();
        let heard = move |event| {
            if let Some(app) = app.upgrade() {
                hear(&app, &event);
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
            console::warn(&[PASSED_OVER, &error.to_string()].concat());
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
                PASSED_OVER,
                "its selector or name cannot be used: ",
                &element.selector,
            ]
            .concat(),
        );
    }
    fits && is_selector
}

fn hear(app: &App, event: &Event) {
    let kind = event.type_();
    let path: Vec<Element> = event
        .composed_path()
        .iter()
        .filter_map(|node| node.dyn_into().ok())
        .collect();
    if path.iter().any(|element| is_at(element, OURS)) {
        return;
    }
    let within = if kind == ElementEvent::MouseEnter.as_str() {
        &path[..path.len().min(1)]
    } else {
        &path
    };
    // What is told may change the set.
    let elements = app.driver.conversation().tracked_elements().to_vec();
    for tracked in elements {
        let mut used = within.iter().filter(|_| kind == tracked.event.as_str());
        if let Some(used) = used.find(|element| is_at(element, &tracked.selector)) {
            tell(app, tracked, used);
        }
    }
}

/// Whether a selector is understood and fits.
fn is_at(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or(false)
}

fn tell(app: &App, tracked: TrackedElement, used: &Element) {
    let text = used.text_content().unwrap_or_default();
    let text: String = text.trim().chars().take(TEXT_CHARS).collect();
    let mut data = tracked.data.unwrap_or_default();
    data.set("selector", tracked.selector);
    data.set("elementText", text);
    data.set("url", address());
    let event = CustomEvent {
        name: tracked.name,
        data: data.into(),
        timestamp: clock::now().wall,
        session_id: None,
        event_id: None,
    };
    fire(app, event, tracked.widget_message);
}
