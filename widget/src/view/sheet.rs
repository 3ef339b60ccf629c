//! The window as a sheet that covers the page (PROTOCOL §4.6): `js/sheet.js` holds the page behind it.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/js/sheet.js")]
extern "C" {
    #[wasm_bindgen(js_name = Sheet)]
    type Held;

    #[wasm_bindgen(constructor, js_class = "Sheet")]
    fn new(window: &HtmlElement) -> Held;

    #[wasm_bindgen(method)]
    fn end(this: &Held);
}

/// The page is held where it is, and the window follows what a phone's keyboard leaves of the screen; dropping this
/// lets the page go, back where it was.
pub(super) struct Sheet(Held);

impl Sheet {
    /// Holds the page behind this window.
    pub(super) fn new(window: &HtmlElement) -> Self {
        Sheet(Held::new(window))
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        self.0.end();
    }
}
