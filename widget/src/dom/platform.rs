//! What is done with nodes, in `js/dom.js`: the same through bindings has an import and code for each thing that might fail.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, Node};

#[wasm_bindgen(module = "/js/dom.js")]
extern "C" {
    /// A new element by its description.
    pub(super) fn make(description: &str) -> Element;

    /// Sets an attribute, or takes it away.
    pub(super) fn set(element: &Element, name: &str, value: Option<&str>);

    /// Appends an element, or text.
    pub(super) fn append(parent: &Element, child: &JsValue);

    /// Makes this text the content of an element or a text node.
    #[wasm_bindgen(js_name = setText)]
    pub(super) fn set_text(node: &Node, text: &str);

    /// A text node without text, appended to an element.
    #[wasm_bindgen(js_name = markEnd)]
    pub(super) fn mark_end(parent: &Element) -> Node;

    /// Puts an element before a node, unless it stands there.
    pub(super) fn place(element: &Element, next: &Node);
}
