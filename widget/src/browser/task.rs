//! Work that waits. Boxed throughout, so that the machinery around it is there once.

use super::listener::callback;
use std::cell::Cell;
use std::pin::Pin;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(run: &JsValue);

    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(run: &JsValue);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(run: &JsValue, delay_ms: i32);
}

/// Runs a future in the page.
pub fn spawn(work: Pin<Box<dyn Future<Output = ()>>>) {
    spawn_local(work);
}

/// Runs when what is under way now is done, before the browser draws.
pub fn soon(run: impl FnOnce() + 'static) {
    queue_microtask(&once(Box::new(run)));
}

/// Runs before the next frame is drawn. In hidden pages that is when they are shown again.
pub fn next_frame(run: impl FnOnce() + 'static) {
    request_animation_frame(&once(Box::new(run)));
}

/// Runs after a while.
pub fn after(delay: Duration, run: impl FnOnce() + 'static) {
    set_timeout(&once(Box::new(run)), delay.as_millis() as i32);
}

/// A function for the browser that runs once; freed by the browser with its last reference.
fn once(run: Box<dyn FnOnce()>) -> JsValue {
    let run = Cell::new(Some(run));
    let run = callback(move |_| {
        if let Some(run) = run.take() {
            run();
        }
    });
    run.into_js_value()
}
