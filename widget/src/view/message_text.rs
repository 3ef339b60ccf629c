//! A message's text, with its marks heeded and addresses to follow (`js/markup.js`).

#[cfg(target_family = "wasm")]
mod platform {
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::Element;

    #[wasm_bindgen(module = "/js/markup.js")]
    extern "C" {
        /// Makes an element, which is empty, show a message's text; line breaks are kept by the style sheet. Nothing in it
        /// is ever taken as HTML.
        #[wasm_bindgen(js_name = write)]
        pub(in crate::view) fn write_text(content: &Element, text: &str);

        /// What a message says, without its marks.
        pub(in crate::view) fn plain(text: &str) -> String;
    }
}

/// For tests of what uses it.
#[cfg(not(target_family = "wasm"))]
mod platform {
    use web_sys::Element;

    pub(in crate::view) fn write_text(_: &Element, _: &str) {}

    pub(in crate::view) fn plain(text: &str) -> String {
        text.to_owned()
    }
}

pub(super) use platform::{plain, write_text};
