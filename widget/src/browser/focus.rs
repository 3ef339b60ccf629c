//! Where the keyboard's focus is, inside the shadow root and on the page.

use super::page::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent, Node, ShadowRoot};

/// What is ours in our own root.
const OURS: &str = ".pp-root";
/// Where Tab stops.
const STOPS: &str = "a[href], button:not([disabled]), textarea, [tabindex='0']";

/// Whether the focus is within `element`, also when that is in a shadow root.
pub fn has_focus(element: &Element) -> bool {
    let root = element.get_root_node();
    let active = match root.dyn_ref::<ShadowRoot>() {
        Some(shadow) => shadow.active_element(),
        None => document().active_element(),
    };
    active.is_some_and(|active| element.contains(Some(active.unchecked_ref::<Node>())))
}

/// Whether somebody is typing into a field of the page, and should not be torn from it.
pub fn page_is_typed_into() -> bool {
    let mut active = document().active_element();
    // Components of the page have their own roots, with focus of their own.
    while let Some(inner) = active
        .as_ref()
        .and_then(|element| element.shadow_root()?.active_element())
    {
        if inner.closest(OURS).is_ok_and(|ours| ours.is_some()) {
            return false;
        }
        active = Some(inner);
    }
    active.is_some_and(|element| {
        element
            .matches("input, textarea, select, iframe")
            .unwrap_or(false)
            || element.unchecked_ref::<HtmlElement>().is_content_editable()
    })
}

/// Keeps Tab within an element that covers the page: from its last stop it goes to the first, and back.
pub fn wrap_tab(around: &Element, event: &KeyboardEvent) {
    let stops = around.query_selector_all(STOPS).ok();
    let Some(stops) = stops.filter(|stops| event.key() == "Tab" && stops.length() > 0) else {
        return;
    };
    let (first, last) = (stops.item(0), stops.item(stops.length() - 1));
    let (from, to) = if event.shift_key() {
        (first, last)
    } else {
        (last, first)
    };
    let (Some(from), Some(to)) = (from, to) else {
        return;
    };
    let is_at_edge = has_focus(from.unchecked_ref())
        || event.shift_key() && event.target().as_ref() == Some(around.unchecked_ref());
    if is_at_edge {
        event.prevent_default();
        focus(to.unchecked_ref());
    }
}

/// Focuses without scrolling the page.
pub fn focus(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot take the focus leaves it where it is.
    drop(element.focus_with_options(&options));
}
