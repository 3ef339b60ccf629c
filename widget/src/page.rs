//! The WebAssembly module that the loader fetches: the library with its exported functions, and nothing else.
#![cfg_attr(target_family = "wasm", no_main)]

use pocketping_widget as _;

/// Natively there is nothing to run: the widget needs a browser.
#[cfg(not(target_family = "wasm"))]
fn main() {}
