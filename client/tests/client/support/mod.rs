//! A real server in this process, and waiting for what a client tells.

pub(crate) mod folder;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use pocketping_client::{Builder, Change, Changes, Client, Message, Snapshot};
use pocketping_server::files::MemoryFiles;
use pocketping_server::storage::SqliteStorage;
use pocketping_server::{PocketPing, RateLimit};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// No test waits longer for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What lies between client and server in a test.
#[derive(Default)]
pub(crate) struct Between {
    /// Refuse upgrades to WebSocket.
    pub(crate) no_sockets: AtomicBool,
    /// Refuse event streams.
    pub(crate) no_events: AtomicBool,
    /// Lose the answers of so many `POST /message`, after the server has stored them.
    pub(crate) lose_answers: AtomicUsize,
    /// Refuse `POST /message` with 422.
    pub(crate) refuse_sends: AtomicBool,
    /// How many requests there were.
    pub(crate) sockets: AtomicUsize,
    pub(crate) event_streams: AtomicUsize,
    pub(crate) polls: AtomicUsize,
    pub(crate) sends: AtomicUsize,
}

/// A server that can be stopped and started again on its port.
pub(crate) struct Server {
    pub(crate) pp: PocketPing,
    pub(crate) address: SocketAddr,
    pub(crate) between: Arc<Between>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// With memory storage, on a new port.
    pub(crate) async fn start() -> Self {
        let pp = PocketPing::builder().rate_limit(RateLimit::Off).build().unwrap();
        Server::serve(pp, bind("127.0.0.1:0").await).await
    }

    /// With memory storage that takes files, too.
    pub(crate) async fn with_files() -> Self {
        let pp = PocketPing::builder()
            .rate_limit(RateLimit::Off)
            .public_url("/pocketping")
            .files(MemoryFiles::default())
            .build()
            .unwrap();
        Server::serve(pp, bind("127.0.0.1:0").await).await
    }

    /// With this SQLite file.
    pub(crate) async fn on_file(file: &Path, address: &str) -> Self {
        let listener = bind(address).await;
        let storage = SqliteStorage::open(file).unwrap();
        let pp = PocketPing::builder()
            .rate_limit(RateLimit::Off)
            .storage(storage)
            .build()
            .unwrap();
        Server::serve(pp, listener).await
    }

    pub(crate) async fn serve(pp: PocketPing, listener: TcpListener) -> Self {
        let between = Arc::new(Between::default());
        let app = Router::new()
            .nest("/pocketping", pp.router())
            .layer(from_fn_with_state(Arc::clone(&between), pass));
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
                drop(stopped.await);
            });
            serving.await.unwrap();
        });
        Server {
            pp,
            address,
            between,
            stop: Some(stop),
            task,
        }
    }

    /// `http://…/pocketping`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}/pocketping", self.address)
    }

    /// A builder for this server.
    pub(crate) fn client(&self) -> Builder {
        Client::builder(self.endpoint())
    }

    /// Ends all connections and the server with them; gives its address.
    pub(crate) async fn stop(mut self) -> String {
        self.pp.shutdown();
        drop(self.stop.take());
        within(self.task).await.unwrap();
        self.address.to_string()
    }

    /// Says something as the operator to the client's session.
    pub(crate) async fn answer(&self, client: &Client, content: &str) -> Message {
        let session = client.snapshot().await.unwrap().session_id.unwrap();
        self.pp.send_message(&session, content).await.unwrap()
    }

    /// What the server holds of the client's session.
    pub(crate) async fn contents(&self, client: &Client) -> Vec<String> {
        let session = client.snapshot().await.unwrap().session_id.unwrap();
        self.contents_of(&session).await
    }

    pub(crate) async fn contents_of(&self, session: &pocketping_client::SessionId) -> Vec<String> {
        let mut contents = Vec::new();
        let mut after = None;
        loop {
            let page = pocketping_server::Page {
                after: after.take(),
                limit: Some(100),
                ..Default::default()
            };
            let page = self.pp.get_messages(session, page).await.unwrap();
            after = page.messages.last().map(|message| message.id.to_string());
            contents.extend(page.messages.into_iter().map(|message| message.content));
            if !page.has_more {
                return contents;
            }
        }
    }
}

pub(crate) async fn bind(address: &str) -> TcpListener {
    TcpListener::bind(address).await.unwrap()
}

async fn pass(State(between): State<Arc<Between>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_socket = request.headers().contains_key(header::UPGRADE);
    let refused = match path.as_str() {
        "/pocketping/stream" if is_socket => {
            between.sockets.fetch_add(1, Ordering::SeqCst);
            between.no_sockets.load(Ordering::SeqCst)
        }
        "/pocketping/stream" => {
            between.event_streams.fetch_add(1, Ordering::SeqCst);
            between.no_events.load(Ordering::SeqCst)
        }
        "/pocketping/messages" => {
            between.polls.fetch_add(1, Ordering::SeqCst);
            false
        }
        "/pocketping/message" => {
            between.sends.fetch_add(1, Ordering::SeqCst);
            if between.refuse_sends.load(Ordering::SeqCst) {
                return StatusCode::UNPROCESSABLE_ENTITY.into_response();
            }
            let answer = next.run(request).await;
            let one_less = |left: usize| left.checked_sub(1);
            let lost = between
                .lose_answers
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
            return match lost {
                Ok(_) => StatusCode::BAD_GATEWAY.into_response(),
                Err(_) => answer,
            };
        }
        _ => false,
    };
    if refused {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// The end of something that must come.
#[track_caller]
pub(crate) fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        let ended = timeout(PATIENCE, future).await;
        ended.unwrap_or_else(|_| panic!("waited in vain at {caller}"))
    }
}

/// Waits for a change.
#[track_caller]
pub(crate) fn change<T>(
    changes: &mut Changes,
    mut wanted: impl FnMut(Change) -> Option<T>,
) -> impl Future<Output = T> {
    within(async move {
        loop {
            let change = changes.next().await.expect("the client lives").unwrap();
            if let Some(found) = wanted(change) {
                return found;
            }
        }
    })
}

/// Waits for a message of the other side.
#[track_caller]
pub(crate) fn arrival(changes: &mut Changes) -> impl Future<Output = String> {
    change(changes, |change| match change {
        Change::Arrived(message) => Some(message.content),
        _ => None,
    })
}

/// Waits until the state is as wanted; it is looked at after each change.
#[track_caller]
pub(crate) fn state(client: &Client, wanted: impl Fn(&Snapshot) -> bool) -> impl Future<Output = Snapshot> {
    within(async move {
        let mut changes = client.changes();
        loop {
            let snapshot = client.snapshot().await.unwrap();
            if wanted(&snapshot) {
                return snapshot;
            }
            // What was missed is in the next snapshot.
            drop(changes.next().await.expect("the client lives"));
        }
    })
}

/// What a client shows.
pub(crate) fn texts(snapshot: &Snapshot) -> Vec<&str> {
    let messages = snapshot.messages.iter();
    messages.map(|entry| entry.message.content.as_str()).collect()
}
