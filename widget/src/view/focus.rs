//! Where the keyboard's focus is, inside the shadow root and on the page.

use crate::browser::page::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node, ShadowRoot};

/// Whether the focus is within `element`, also when that is in a shadow root.
pub(super) fn has_focus(element: &Element) -> bool {
    let root = element.get_root_node();
    let active = match root.dyn_ref::<ShadowRoot>() {
        Some(shadow) => shadow.active_element(),
        None => document().active_element(),
    };
    active.is_some_and(|active| element.contains(Some(active.unchecked_ref::<Node>())))
}

/// Whether somebody is typing into a field of the page, and should not be torn from it.
pub(super) fn page_is_typed_into() -> bool {
    document().active_element().is_some_and(|element| {
        element
            .matches("input, textarea, select, iframe, [contenteditable]")
            .unwrap_or(false)
    })
}

/// Focuses without scrolling the page.
pub(super) fn focus(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot take the focus leaves it where it is.
    drop(element.focus_with_options(&options));
}
