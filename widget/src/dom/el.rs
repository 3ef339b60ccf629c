//! [`El`]: an element under construction.

use super::keyed::Keyed;
use super::part::Part;
use super::{effect, hold, platform};
use crate::browser::listener::Listener;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

/// An element; cheap to clone, all clones are the same one. Methods whose names end in `_of` follow signals.
#[derive(Clone, Debug)]
pub struct El(Element);

/// A new element by a description that is written as a selector in CSS:
/// `button.pp-send-btn[type=submit][part=send]`. The tags `svg` and `path` are SVG's.
pub fn el(description: &str) -> El {
    El(platform::make(description))
}

impl From<Element> for El {
    fn from(element: Element) -> Self {
        El(element)
    }
}

impl El {
    /// Sets the attribute `class`.
    pub fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        platform::set(&self.0, name, Some(value));
        self
    }

    /// Appends text.
    pub fn text(self, text: &str) -> Self {
        platform::append(&self.0, &JsValue::from_str(text));
        self
    }

    /// Appends an element.
    pub fn child(self, child: El) -> Self {
        platform::append(&self.0, &child.0);
        self
    }

    /// Calls `run` for each event of this name, until the owner ends.
    pub fn on(self, event: &'static str, run: impl Fn(Event) + 'static) -> Self {
        // Not after that: a picture may fail to load when its message, and the signals of it, are gone.
        hold(Listener::new(self.0.clone().into(), event, Rc::new(run)));
        self
    }

    /// Keeps the attribute `class`.
    pub fn class_of(self, class: impl Fn() -> String + 'static) -> Self {
        self.attr_of("class", move || Some(class()))
    }

    /// Keeps an attribute; `None` takes it away.
    pub fn attr_of(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        keep(self.0.clone().into(), Some(name), Box::new(value));
        self
    }

    /// Appends text and keeps it.
    pub fn text_of(self, text: impl Fn() -> String + 'static) -> Self {
        let node = platform::mark_end(&self.0);
        keep(node, None, Box::new(move || Some(text())));
        self
    }

    /// Appends what `build` makes for as long as `when` holds; it is made anew each time.
    pub fn show(self, when: impl Fn() -> bool + 'static, build: impl Fn() -> El + 'static) -> Self {
        let mut part = Part::new(&self.0);
        effect(move || part.show(when(), &build));
        self
    }

    /// Appends one element for each row, in the order of `rows`. A row whose key was there keeps its element.
    pub fn keyed<R: 'static>(
        self,
        rows: impl Fn() -> Vec<R> + 'static,
        key: fn(&R) -> Arc<str>,
        build: impl Fn(&R) -> El + 'static,
    ) -> Self {
        let mut keyed = Keyed::new(&self.0);
        effect(move || {
            let rows = rows();
            keyed.show(rows.iter().map(key).collect(), &|at| build(&rows[at]));
        });
        self
    }

    /// Makes its content this text.
    pub fn set_text(&self, text: &str) {
        platform::set_text(&self.0, text);
    }

    /// Makes an attribute this one.
    pub fn set(&self, name: &str, value: &str) {
        platform::set(&self.0, name, Some(value));
    }

    /// The element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// The element as one of HTML.
    pub fn html(&self) -> &HtmlElement {
        self.0.unchecked_ref()
    }
}

/// Two class names, or only the first when the second is empty.
pub fn classes(class: &str, further: &str) -> String {
    if further.is_empty() {
        class.to_owned()
    } else {
        [class, " ", further].concat()
    }
}

/// Keeps an attribute of a node, or without a name its text.
fn keep(node: Node, attribute: Option<&'static str>, value: Box<dyn Fn() -> Option<String>>) {
    let mut before = None;
    effect(move || {
        let now = value();
        if now != before {
            match attribute {
                Some(name) => platform::set(node.unchecked_ref(), name, now.as_deref()),
                None => platform::set_text(&node, now.as_deref().unwrap_or_default()),
            }
            before = now;
        }
    });
}
