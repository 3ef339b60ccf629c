//! What clients say over a socket (PROTOCOL §2.3), and the answers.
//!
//! A frame that makes no sense is answered by an envelope of type `error`, whose data is `{code, message,
//! details?}`; the socket stays open. Clients that do not know the type ignore it.

use super::socket::Frames;
use crate::PocketPing;
use crate::http::{Address, ApiError, Place, parse_json};
use axum::extract::ws::Utf8Bytes;
use pocketping_core::envelope::ClientFrame;
use pocketping_core::model::Sender;
use pocketping_core::route::{EventRequest, PageRequest};
use pocketping_core::{Object, SessionId, Value, Wire};
use tracing::Instrument;
use tracing::field::Empty;

const PONG: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"pong","data":{}}"#);

/// The visitor's frames: events, typing, pages, heartbeat.
pub(crate) struct VisitorFrames {
    pub(crate) pp: PocketPing,
    pub(crate) session_id: SessionId,
    pub(crate) address: Address,
    /// Held for as long as the socket is open.
    pub(crate) _place: Place,
}

impl Frames for VisitorFrames {
    async fn take(&self, text: &str) -> Option<Utf8Bytes> {
        // The request that opened the socket is over, and so is its span.
        let span = tracing::info_span!("frame", session = Empty);
        match self.handle(text).instrument(span).await {
            Ok(answer) => answer,
            Err(error) => {
                self.pp.metrics().refused(error.code());
                Some(error_envelope(&error))
            }
        }
    }
}

impl VisitorFrames {
    async fn handle(&self, text: &str) -> Result<Option<Utf8Bytes>, ApiError> {
        self.pp.http().count_address(self.address.0)?;
        self.pp.http().count_session(&self.session_id)?;
        let value = parse_json(text.as_bytes())?;
        let pp = &self.pp;
        match ClientFrame::read(&value)? {
            ClientFrame::Event(event) => {
                pp.visitor_event(EventRequest {
                    session_id: self.session_id.clone(),
                    event_id: event.event_id,
                    name: event.name,
                    data: event.data,
                    timestamp: Some(event.timestamp),
                    page: None,
                })
                .await?;
            }
            ClientFrame::Typing { is_typing } => {
                let sender = sender_of(&value)?;
                pp.visitor_typing(self.session_id.clone(), sender, is_typing)
                    .await?;
            }
            ClientFrame::Page(page) => {
                pp.page(PageRequest {
                    session_id: self.session_id.clone(),
                    url: page.url,
                    title: page.title,
                    referrer: page.referrer,
                })
                .await?;
            }
            ClientFrame::Ping => return Ok(Some(PONG)),
            // Ignored, as by the other servers.
            _ => {}
        }
        Ok(None)
    }
}

/// In whose name a typing frame comes; both spellings.
fn sender_of(frame: &Value) -> Result<Sender, ApiError> {
    match frame.get("data").unwrap_or(frame).get("sender") {
        Some(sender) => Sender::read(sender).map_err(|error| error.within("sender").into()),
        None => Ok(Sender::Visitor),
    }
}

/// The operators' frames: only the heartbeat; everything else they do over HTTP.
pub(crate) struct OperatorFrames;

impl Frames for OperatorFrames {
    async fn take(&self, text: &str) -> Option<Utf8Bytes> {
        let frame =
            parse_json(text.as_bytes()).and_then(|value| ClientFrame::read(&value).map_err(ApiError::from));
        match frame {
            Ok(ClientFrame::Ping) => Some(PONG),
            Ok(_) => None,
            Err(error) => Some(error_envelope(&error)),
        }
    }
}

fn error_envelope(error: &ApiError) -> Utf8Bytes {
    let envelope = Object::new()
        .with("type", "error")
        .with("data", error.to_frame_data());
    match serde_json::to_string(&Value::from(envelope)) {
        Ok(text) => text.into(),
        Err(_) => Utf8Bytes::from_static(r#"{"type":"error","data":{"code":"internal"}}"#),
    }
}
