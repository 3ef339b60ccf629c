//! The functions of `PocketPing` (PROTOCOL §4.3), and what the loader calls (its boot contract is at the
//! top of `www/loader/pocketping.js`).

mod app;
mod files;
mod filter;
mod functions;
mod outcome;
mod report;
mod subscriptions;

pub use filter::{check_ua_filter, is_bot};

use crate::browser::listener::callback;
use crate::browser::page;
use crate::options::{Options, given};
use app::App;
use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Starts the widget for one `init` of the loader and gives its functions.
///
/// A browser that the option `uaFilter` blocks gets functions that do nothing: no widget, no request,
/// nothing stored; promises are rejected with the code `blocked`.
///
/// # Errors
/// When the loader is not ours: `boot` lacks `root`, `launcher` or `base`.
#[wasm_bindgen]
pub fn start(boot: JsValue) -> Result<JsValue, JsValue> {
    let config = given(&boot, "config").unwrap_or_default();
    let options = Options::read(&config);
    if filter::blocks(&options) {
        return Ok(functions::inert());
    }
    let element = |name| given(&boot, name).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let base = given(&boot, "base").and_then(|base| base.as_string());
    let (Some(root), Some(launcher), Some(base)) = (element("root"), element("launcher"), base) else {
        return Err(outcome::error(
            "invalid_boot",
            "the loader and the app do not fit together",
        ));
    };
    if !root.is_connected() {
        paint(&boot);
    }
    let act = given(&boot, "act").and_then(|act| act.as_string());
    let at_once = matches!(act.as_deref(), Some("load" | "session"));
    let app = App::start(base, options, config, root, launcher);
    if at_once {
        app.connect();
    }
    Ok(functions::of(&app))
}

/// Lets the loader attach the container, as soon as there is a body.
fn paint(boot: &JsValue) {
    let paint = given(boot, "paint").and_then(|paint| paint.dyn_into::<Function>().ok());
    let Some(paint) = paint else { return };
    if page::document().body().is_some() {
        // It appends an element to the body; a page that forbids that has no widget.
        drop(paint.call0(&JsValue::NULL));
        return;
    }
    let paint = callback(move |_| drop(paint.call0(&JsValue::NULL))).into_js_value();
    // It is heard once; adding a listener does not fail.
    drop(page::document().add_event_listener_with_callback("DOMContentLoaded", paint.unchecked_ref()));
}
