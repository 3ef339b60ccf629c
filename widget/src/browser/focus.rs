//! Where the keyboard's focus is, inside the shadow root and on the page (`js/focus.js`).

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, Event, HtmlElement, Node};

#[wasm_bindgen(module = "/js/focus.js")]
extern "C" {
    /// Whether the focus is within `element`, also when that is in a shadow root.
    #[wasm_bindgen(js_name = hasFocus)]
    pub fn has_focus(element: &Element) -> bool;

    /// Whether somebody is typing into a field of the page, and should not be torn from it.
    #[wasm_bindgen(js_name = pageIsTypedInto)]
    pub fn page_is_typed_into() -> bool;

    /// Keeps Tab within an element that covers the page: from its last stop it goes to the first, and back.
    #[wasm_bindgen(js_name = wrapTab)]
    pub fn wrap_tab(around: &Element, event: &Event);

    /// Focuses without scrolling the page.
    pub fn focus(element: &HtmlElement);

    /// The focus was before this node, in something that is gone: it goes to what is around.
    #[wasm_bindgen(js_name = takeFocus)]
    pub fn take_focus(node: &Node);

    /// Puts the launcher back into its place in the root; the focus that is within the root goes along.
    #[wasm_bindgen(js_name = putBack)]
    pub fn put_back(root: &HtmlElement, launcher: &HtmlElement);
}
