//! Server-sent events: an answer that goes on.

use super::sse::Parser;
use super::{Backend, Deaf, Mouth};
use futures_util::StreamExt;
use pocketping_core::Value;
use pocketping_core::engine::StreamEvent;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Response, StatusCode};
use tokio::sync::mpsc::UnboundedReceiver;

/// Opens an event stream and reads it until it ends, or `closed` is closed.
pub(super) async fn run(backend: &Backend, url: &str, mut closed: UnboundedReceiver<Value>, mouth: &Mouth) {
    tokio::select! {
        ended = read(backend, url, mouth) => {
            if let Ok(()) = ended {
                // Should nobody listen any more, it is of no interest.
                drop(mouth.say(StreamEvent::Closed { code: None }).await);
            }
        }
        // No frames go this way: what comes is the end.
        _ = closed.recv() => {}
    }
}

async fn read(backend: &Backend, url: &str, mouth: &Mouth) -> Result<(), Deaf> {
    let request = backend
        .http
        .get(url)
        .header(ACCEPT, "text/event-stream")
        .header(CACHE_CONTROL, "no-store");
    let answer = match request.send().await {
        Ok(answer) if is_event_stream(&answer) => answer,
        Ok(answer) => {
            tracing::debug!(status = %answer.status(), "an event stream was refused");
            return Ok(());
        }
        Err(error) => {
            // The address has the session's id in it.
            let error = error.without_url();
            tracing::debug!(%error, "an event stream was not opened");
            return Ok(());
        }
    };
    mouth.say(StreamEvent::Opened).await?;
    let mut bytes = answer.bytes_stream();
    let mut parser = Parser::default();
    while let Some(chunk) = bytes.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                let error = error.without_url();
                tracing::debug!(%error, "an event stream broke");
                return Ok(());
            }
        };
        if parser.push(&chunk).is_err() {
            tracing::warn!("an event was too long; its stream is given up");
            return Ok(());
        }
        while let Some(event) = parser.next() {
            match event.name.as_str() {
                "heartbeat" => mouth.say(StreamEvent::Heartbeat).await?,
                // Named events of PROTOCOL §2.4. `connected` says nothing that opening has not.
                "" | "message" | "csat_request" | "screenshot_request" => mouth.frame(&event.data).await?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn is_event_stream(answer: &Response) -> bool {
    let kind = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    answer.status() == StatusCode::OK
        && kind.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("text/event-stream")
        })
}
