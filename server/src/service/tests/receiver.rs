//! The site's own server: a real one, which answers as a test says.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, watch};

pub(super) const SECRET: &str = "the-webhooks-secret";

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) path: String,
    headers: HeaderMap,
    pub(super) body: String,
}

impl Heard {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn id(&self) -> &str {
        self.header("x-pocketping-delivery")
    }

    pub(super) fn kind(&self) -> &str {
        self.header("x-pocketping-event")
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether it is signed with [`SECRET`].
    pub(super) fn is_signed(&self) -> bool {
        let key: Hmac<Sha256> = Hmac::new_from_slice(SECRET.as_bytes()).unwrap();
        let made = key.chain_update(&self.body).finalize().into_bytes();
        let made: String = made.iter().map(|byte| format!("{byte:02x}")).collect();
        self.header("x-pocketping-signature") == format!("sha256={made}")
    }
}

type Script = Box<dyn FnMut(&Heard) -> Response + Send>;

struct Inside {
    heard: watch::Sender<Vec<Heard>>,
    script: Mutex<Script>,
    /// Who wants an answer takes a place and gives it back.
    gate: Semaphore,
    /// Requests that are not answered, and the most of them so far.
    under_way: Mutex<(usize, usize)>,
}

/// A server on a port of its own.
pub(super) struct Receiver {
    pub(super) url: String,
    inside: Arc<Inside>,
}

impl Receiver {
    /// One that takes everything.
    pub(super) async fn start() -> Self {
        let inside = Arc::new(Inside {
            heard: watch::Sender::default(),
            script: Mutex::new(Box::new(|_| StatusCode::NO_CONTENT.into_response())),
            gate: Semaphore::new(1_000),
            under_way: Mutex::default(),
        });
        let app = axum::Router::new().fallback(hear).with_state(Arc::clone(&inside));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Receiver { url, inside }
    }

    /// Has it answer like this from now on.
    pub(super) fn answers<R: IntoResponse>(&self, mut answer: impl FnMut(&Heard) -> R + Send + 'static) {
        *self.inside.script.lock().unwrap() = Box::new(move |heard| answer(heard).into_response());
    }

    /// Keeps all answers back until [`go_on`](Self::go_on).
    pub(super) async fn hold(&self) {
        self.inside.gate.acquire_many(1_000).await.unwrap().forget();
    }

    pub(super) fn go_on(&self) {
        self.inside.gate.add_permits(1_000);
    }

    /// Everything so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.inside.heard.borrow().clone()
    }

    /// Everything, as soon as it is as many.
    pub(super) async fn heard_of(&self, count: usize) -> Vec<Heard> {
        let mut heard = self.inside.heard.subscribe();
        heard
            .wait_for(|heard| heard.len() >= count)
            .await
            .unwrap()
            .clone()
    }

    /// The most requests that were under way at a time.
    pub(super) fn most_at_once(&self) -> usize {
        self.inside.under_way.lock().unwrap().1
    }
}

async fn hear(State(inside): State<Arc<Inside>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let heard = Heard {
        path: uri.path().to_owned(),
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    {
        let mut under_way = inside.under_way.lock().unwrap();
        under_way.0 += 1;
        under_way.1 = under_way.1.max(under_way.0);
    }
    inside.heard.send_modify(|all| all.push(heard.clone()));
    drop(inside.gate.acquire().await.unwrap());
    inside.under_way.lock().unwrap().0 -= 1;
    let mut script = inside.script.lock().unwrap();
    script(&heard)
}
