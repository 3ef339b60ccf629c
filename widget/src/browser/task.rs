//! Work that waits.

use std::pin::Pin;
use wasm_bindgen_futures::spawn_local;

/// Runs a future in the page. Boxed, so that the machinery around it is there once.
pub fn spawn(work: Pin<Box<dyn Future<Output = ()>>>) {
    spawn_local(work);
}
