//! Streams of envelopes: WebSocket and EventSource, which `js/stream.js` opens.

use super::listener::{Callback, callback};
use super::value;
use pocketping_core::Value;
use pocketping_core::engine::{StreamEvent, Transport};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(module = "/js/stream.js")]
extern "C" {
    #[wasm_bindgen(js_name = available)]
    fn has_both() -> bool;

    #[wasm_bindgen(js_name = Stream)]
    type Source;

    #[wasm_bindgen(constructor, js_class = "Stream", catch)]
    fn new(is_socket: bool, url: &str, heard: &JsValue) -> Result<Source, JsValue>;

    #[wasm_bindgen(method)]
    fn send(this: &Source, frame: &str);

    #[wasm_bindgen(method)]
    fn close(this: &Source);
}

/// An open or opening stream; dropping it closes it, and nothing is heard of it any more.
pub struct Stream {
    source: Source,
    _heard: Callback,
}

/// Whether the browser can open both kinds.
pub fn available() -> bool {
    has_both()
}

impl Stream {
    /// Opens a stream at `base` + `path`; what happens to it goes to `heard`, also the end.
    ///
    /// `None` when the browser refuses the address outright (the page's CSP, mixed content).
    pub fn open(
        transport: Transport,
        base: &str,
        path: &str,
        heard: impl Fn(StreamEvent) + 'static,
    ) -> Option<Self> {
        let is_socket = transport == Transport::WebSocket;
        let url = if is_socket {
            // `http` → `ws`, so `https` → `wss`.
            ["ws", base.strip_prefix("http").unwrap_or(base), path].concat()
        } else {
            [base, path].concat()
        };
        let heard = callback(move |json| heard(read(value::read(&json))));
        let source = Source::new(is_socket, &url, heard.as_ref().unchecked_ref()).ok()?;
        Some(Stream {
            source,
            _heard: heard,
        })
    }

    /// Sends a frame. On a socket that is just closing it is lost, and its end is heard next.
    pub fn send(&self, frame: &Value) {
        self.source.send(&value::to_json(frame));
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Reads an event: its name, and the code or the envelope that it brought.
fn read(event: Value) -> StreamEvent {
    let mut event = match event {
        Value::List(parts) => parts.into_iter(),
        _ => Vec::new().into_iter(),
    };
    let (name, content) = (event.next(), event.next().unwrap_or_default());
    match name.as_ref().and_then(Value::as_str).unwrap_or_default() {
        "open" => StreamEvent::Opened,
        "close" => StreamEvent::Closed {
            code: content.as_int().map(|code| code as u16),
        },
        // An EventSource would try again by itself, by its own times: the ladder is the engine's.
        "error" => StreamEvent::Closed { code: None },
        "heartbeat" => StreamEvent::Heartbeat,
        _ => StreamEvent::Frame(content),
    }
}
