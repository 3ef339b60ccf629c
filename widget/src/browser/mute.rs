//! Whether the visitor wants no sounds.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/mute.js")]
extern "C" {
    /// Whether it is so; kept by the browser.
    #[wasm_bindgen(js_name = isMuted)]
    pub fn is_muted() -> bool;

    /// Makes it so, or not.
    pub fn mute(wanted: bool);
}
