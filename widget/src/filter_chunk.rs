//! The WebAssembly module of the user-agent filter, which most pages never fetch.
#![cfg_attr(target_family = "wasm", no_main)]

use pocketping_widget as _;

/// Natively there is nothing to run: the filter needs a browser.
#[cfg(not(target_family = "wasm"))]
fn main() {}
