//! Work that waits. Boxed throughout, so that the machinery around it is there once.

use super::listener::callback;
use super::page::window;
use std::cell::Cell;
use std::pin::Pin;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

/// Runs a future in the page.
pub fn spawn(work: Pin<Box<dyn Future<Output = ()>>>) {
    spawn_local(work);
}

/// Runs when what is under way now is done, before the browser draws.
pub fn soon(run: impl FnOnce() + 'static) {
    spawn(Box::pin(async move { run() }));
}

/// Runs before the next frame is drawn. In hidden pages that is when they are shown again.
pub fn next_frame(run: impl FnOnce() + 'static) {
    let run = once(Box::new(run));
    // It fails for no function.
    drop(window().request_animation_frame(run.unchecked_ref()));
}

/// Runs after a while.
pub fn after(delay: Duration, run: impl FnOnce() + 'static) {
    let (run, delay) = (once(Box::new(run)), delay.as_millis() as i32);
    let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(run.unchecked_ref(), delay);
    // It fails for no function and no delay.
    drop(set);
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
