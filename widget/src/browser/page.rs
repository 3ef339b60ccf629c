//! The page's window and document.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Document, Window};

#[wasm_bindgen(module = "/js/surroundings.js")]
extern "C" {
    /// The page's window.
    #[wasm_bindgen(js_name = pageWindow)]
    pub fn window() -> Window;

    /// The page's document.
    #[wasm_bindgen(js_name = pageDocument)]
    pub fn document() -> Document;

    /// The address the page is at now.
    pub fn address() -> String;
}

/// The browser's user agent.
pub fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}
