//! Requests and streams. They translate between the engine's words and HTTP, and decide nothing.

mod events;
mod put;
mod request;
mod socket;
mod sse;

use pocketping_core::Value;
use pocketping_core::engine::{
    HttpRequest, Input, Method, NetworkFailure, RequestId, StreamEvent, StreamId, Transport,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How many events of streams may wait for the engine; a server that is faster than that is slowed down.
const WAITING_EVENTS: usize = 64;
/// How long goodbyes may take: the last requests, and closing the streams.
const FAREWELL: Duration = Duration::from_secs(2);
/// As the engine's own requests have it.
const BEACON_MILLIS: u32 = 15_000;

/// Where the backend is, and how it is talked to.
#[derive(Clone)]
pub(crate) struct Backend {
    /// Without a slash at the end.
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
}

impl Backend {
    fn url(&self, path: &str) -> String {
        [&self.base, path].concat()
    }
}

/// All that is under way. Dropping it ends everything at once.
pub(crate) struct Network {
    backend: Backend,
    requests: JoinSet<Option<Input>>,
    streams: JoinSet<()>,
    /// To each stream that the engine has not closed. Frames wait in the socket's task; what the engine can
    /// put there is bounded by its outbox.
    frames: HashMap<StreamId, mpsc::UnboundedSender<Value>>,
    heard: mpsc::Receiver<(StreamId, StreamEvent)>,
    hear: mpsc::Sender<(StreamId, StreamEvent)>,
}

impl Network {
    pub(crate) fn new(backend: Backend) -> Self {
        let (hear, heard) = mpsc::channel(WAITING_EVENTS);
        Network {
            backend,
            requests: JoinSet::new(),
            streams: JoinSet::new(),
            frames: HashMap::new(),
            heard,
            hear,
        }
    }

    /// Sends a request; its end comes as an input.
    pub(crate) fn request(&mut self, id: RequestId, request: HttpRequest) {
        let backend = self.backend.clone();
        self.requests.spawn(async move {
            let outcome = request::send(&backend, request).await;
            Some(Input::Response { id, outcome })
        });
    }

    /// Sends a file's bytes; its end comes as an input. There may be none.
    pub(crate) fn put(&mut self, id: RequestId, url: String, mime_type: String, bytes: Option<Arc<[u8]>>) {
        let backend = self.backend.clone();
        self.requests.spawn(async move {
            let outcome = match bytes {
                Some(bytes) => put::send(&backend, &url, &mime_type, bytes).await,
                None => Err(NetworkFailure::FileGone),
            };
            Some(Input::Response { id, outcome })
        });
    }

    /// Sends a request whose end nobody waits for.
    pub(crate) fn beacon(&mut self, path: String, body: Value) {
        let backend = self.backend.clone();
        let request = HttpRequest {
            method: Method::Post,
            path,
            body: Some(body),
            timeout_ms: BEACON_MILLIS,
        };
        self.requests.spawn(async move {
            // A goodbye that does not arrive changes nothing.
            drop(request::send(&backend, request).await);
            None
        });
    }

    pub(crate) fn open(&mut self, id: StreamId, transport: Transport, path: &str) {
        let (frames, waiting) = mpsc::unbounded_channel();
        self.frames.insert(id, frames);
        let mouth = Mouth {
            id,
            hear: self.hear.clone(),
        };
        let (backend, url) = (self.backend.clone(), self.backend.url(path));
        match transport {
            Transport::WebSocket => self
                .streams
                .spawn(async move { socket::run(&backend, &url, waiting, &mouth).await }),
            Transport::EventSource => self
                .streams
                .spawn(async move { events::run(&backend, &url, waiting, &mouth).await }),
        };
    }

    /// Sends a frame. On a stream that is just ending it is lost, and its end is heard next.
    pub(crate) fn send(&mut self, id: StreamId, frame: Value) {
        if let Some(frames) = self.frames.get(&id) {
            drop(frames.send(frame));
        }
    }

    pub(crate) fn close(&mut self, id: StreamId) {
        self.frames.remove(&id);
    }

    /// What happens next. May be dropped and called again without losing anything.
    pub(crate) async fn next(&mut self) -> Input {
        loop {
            tokio::select! {
                Some((id, event)) = self.heard.recv() => {
                    if matches!(event, StreamEvent::Closed { .. }) {
                        self.frames.remove(&id);
                    }
                    return Input::Stream { id, event };
                }
                Some(ended) = self.requests.join_next() => match ended {
                    Ok(Some(input)) => return input,
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "a request's task failed"),
                },
                Some(ended) = self.streams.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a stream's task failed");
                    }
                }
                else => std::future::pending().await,
            }
        }
    }

    /// Lets what is under way come to its end for a short time, then ends it.
    pub(crate) async fn farewell(mut self) {
        self.frames.clear();
        self.heard.close();
        let ended = timeout(FAREWELL, async {
            while self.requests.join_next().await.is_some() {}
            while self.streams.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            tracing::debug!("goodbyes were cut short");
        }
        self.requests.shutdown().await;
        self.streams.shutdown().await;
    }
}

/// How a stream's task tells of itself.
struct Mouth {
    id: StreamId,
    hear: mpsc::Sender<(StreamId, StreamEvent)>,
}

impl Mouth {
    /// Waits while the engine is busy. `Err` when the client has ended.
    async fn say(&self, event: StreamEvent) -> Result<(), Deaf> {
        self.hear.send((self.id, event)).await.map_err(|_| Deaf)
    }

    /// The envelope in a text; one that is no JSON is passed over.
    async fn frame(&self, text: &str) -> Result<(), Deaf> {
        match serde_json::from_str(text) {
            Ok(frame) => self.say(StreamEvent::Frame(frame)).await,
            Err(error) => {
                tracing::warn!(%error, "a frame that is no JSON was passed over");
                Ok(())
            }
        }
    }
}

/// Nobody listens any more.
struct Deaf;
