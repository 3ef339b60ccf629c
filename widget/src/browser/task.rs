//! Work that waits. Boxed throughout, so that the machinery around it is there once. No futures: what answers later calls
//! a function, and the queue and the tasks for them need not be downloaded.

use super::listener::callback;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(run: &JsValue);

    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(run: &JsValue);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(run: &JsValue, delay_ms: i32);
}

/// Runs when what is under way now is done, before the browser draws.
pub fn soon(run: impl FnOnce() + 'static) {
    queue_microtask(&once(|_| run()));
}

/// Runs before the next frame is drawn. In hidden pages that is when they are shown again.
pub fn next_frame(run: impl FnOnce() + 'static) {
    request_animation_frame(&once(|_| run()));
}

/// Runs after a while.
pub fn after(delay: Duration, run: impl FnOnce() + 'static) {
    set_timeout(&once(|_| run()), delay.as_millis() as i32);
}

/// A function for the browser that is called once, with one value; freed by the browser with its last reference.
pub fn once(run: impl FnOnce(JsValue) + 'static) -> JsValue {
    boxed(Box::new(run))
}

fn boxed(run: Box<dyn FnOnce(JsValue)>) -> JsValue {
    let run = Cell::new(Some(run));
    let run = callback(move |value| {
        if let Some(run) = run.take() {
            run(value);
        }
    });
    run.into_js_value()
}
