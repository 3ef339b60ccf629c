//! What Unicode says about characters, asked of the browser: Rust's tables are 3 KB of what a page loads.

/// Whether a character is a letter or a digit of any script.
pub fn is_alphanumeric(letter: char) -> bool {
    if letter.is_ascii() {
        letter.is_ascii_alphanumeric()
    } else {
        platform::is_alphanumeric(letter)
    }
}

#[cfg(target_family = "wasm")]
mod platform {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "/js/letters.js")]
    extern "C" {
        #[wasm_bindgen(js_name = isAlphanumeric)]
        pub(super) fn is_alphanumeric(letter: char) -> bool;
    }
}

/// For tests of what uses it.
#[cfg(not(target_family = "wasm"))]
mod platform {
    pub(super) fn is_alphanumeric(letter: char) -> bool {
        letter.is_alphanumeric()
    }
}
