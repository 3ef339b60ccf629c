//! Streams of envelopes: WebSocket and EventSource.

use super::listener::Listener;
use super::{console, value};
use js_sys::Reflect;
use pocketping_core::Value;
use pocketping_core::engine::{StreamEvent, Transport};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, Event, EventSource, EventTarget, MessageEvent, WebSocket};

const SOCKET_EVENTS: &[&str] = &["open", "message", "close"];
/// Named events of PROTOCOL §2.4 and EXTENSIONS (Heartbeat). `connected` says nothing that `open` has not.
const SOURCE_EVENTS: &[&str] = &[
    "open",
    "message",
    "error",
    "heartbeat",
    "csat_request",
    "screenshot_request",
];

/// An open or opening stream; dropping it closes it, and nothing is heard of it any more.
pub struct Stream {
    kind: Kind,
    // Ends before the stream does: closing must not be heard.
    listener: Option<Listener>,
}

enum Kind {
    Socket(WebSocket),
    Source(EventSource),
}

/// Whether the browser can open both kinds.
pub fn available() -> bool {
    let global = js_sys::global();
    ["WebSocket", "EventSource"].iter().all(|name| {
        let constructor = Reflect::get(&global, &JsValue::from_str(name));
        constructor.is_ok_and(|constructor| constructor.is_function())
    })
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
        let (kind, target, events): (_, EventTarget, _) = match transport {
            Transport::WebSocket => {
                // `http` → `ws`, so `https` → `wss`.
                let url = ["ws", base.strip_prefix("http").unwrap_or(base), path].concat();
                let socket = WebSocket::new(&url).ok()?;
                (Kind::Socket(socket.clone()), socket.into(), SOCKET_EVENTS)
            }
            Transport::EventSource => {
                let source = EventSource::new(&[base, path].concat()).ok()?;
                (Kind::Source(source.clone()), source.into(), SOURCE_EVENTS)
            }
        };
        let heard: Rc<dyn Fn(Event)> = Rc::new(move |event| {
            if let Some(event) = read(&event) {
                heard(event);
            }
        });
        let listener = Some(Listener::new(target, events, heard));
        Some(Stream { kind, listener })
    }

    /// Sends a frame. On a socket that is just closing it is lost, and its end is heard next.
    pub fn send(&self, frame: &Value) {
        if let Kind::Socket(socket) = &self.kind {
            drop(socket.send_with_str(&value::to_json(frame)));
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.listener = None;
        match &self.kind {
            // Without a code it cannot fail.
            Kind::Socket(socket) => drop(socket.close()),
            Kind::Source(source) => source.close(),
        }
    }
}

fn read(event: &Event) -> Option<StreamEvent> {
    Some(match event.type_().as_str() {
        "open" => StreamEvent::Opened,
        "close" => StreamEvent::Closed {
            code: Some(event.unchecked_ref::<CloseEvent>().code()),
        },
        // An EventSource would try again by itself, by its own times: the ladder is the engine's.
        "error" => StreamEvent::Closed { code: None },
        "heartbeat" => StreamEvent::Heartbeat,
        _ => {
            let text = event.unchecked_ref::<MessageEvent>().data().as_string();
            match text.as_deref().and_then(value::parse) {
                Some(frame) => StreamEvent::Frame(frame),
                None => {
                    console::warn("a frame that is no JSON was passed over");
                    return None;
                }
            }
        }
    })
}
