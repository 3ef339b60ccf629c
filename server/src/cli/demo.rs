//! What the demo shop's server does beside the chat: it makes an offer to whoever looks at the prices.

use pocketping_core::{Object, Value};
use pocketping_server::{Builder, PocketPing, ServiceError};
use std::sync::{Arc, OnceLock};

/// What the demo's empty chat says when no other welcome is configured.
pub(super) const WELCOME: &str =
    "Hello! Ask us anything about the Halo lamp. We usually reply in a few minutes.";

/// The handle on the server, which hooks need and which exists only after them.
pub(super) type Handle = Arc<OnceLock<PocketPing>>;

/// Answers the page's event `clicked_pricing` with `show_offer`.
pub(super) fn with_offer(builder: Builder, server: Handle) -> Builder {
    builder.on_event_async("clicked_pricing", move |_, session| {
        let server = server.clone();
        async move {
            let Some(pp) = server.get() else {
                return Ok::<(), ServiceError>(());
            };
            let offer = Object::new().with("discount", 20).with("code", "HELLO20");
            pp.emit_event(&session.id, "show_offer", Value::from(offer)).await
        }
    })
}
