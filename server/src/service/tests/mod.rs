//! The services over memory storage, with a clock and random bytes that the tests control.

mod blocked;
mod connect;
mod departure;
mod edit;
mod event;
mod hooks;
mod identity;
mod list;
mod message;
mod operator;
mod people;
mod policy;
mod reachability;
mod read;
mod receiver;
mod retention;
mod screenshot;
mod search;
mod shelf;
mod staff;
mod stats;
mod stream;
mod upload;
mod upload_faults;
mod webhook;
mod webhook_bodies;

use crate::{Builder, Client, Clock, Delivery, Envelope, PocketPing, Rng, ServiceError, Subscription};
use pocketping_core::envelope::{ServerEnvelope, ServerEvent};
use pocketping_core::model::Sender;
use pocketping_core::route::{
    ConnectRequest, ConnectResponse, MessagesQuery, SendMessageRequest, SendMessageResponse,
};
use pocketping_core::value::Wire;
use pocketping_core::{SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// 2026-11-21T07:00:00Z.
const START: i64 = 1_795_244_400_000;

/// A clock that stands still until a test moves it.
#[derive(Clone)]
struct TestClock(Arc<AtomicI64>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Counts: each id differs, and runs are alike.
struct TestRng(AtomicU64);

impl Rng for TestRng {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        bytes.fill(0);
        let at = bytes.len() - number.len();
        bytes[at..].copy_from_slice(&number);
    }
}

struct Server {
    pp: PocketPing,
    clock: TestClock,
}

impl Server {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(options: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = TestClock(Arc::new(AtomicI64::new(START)));
        let builder = PocketPing::builder()
            .clock(clock.clone())
            .rng(TestRng(AtomicU64::new(1)));
        Server {
            pp: options(builder).build().unwrap(),
            clock,
        }
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    async fn connect(&self, visitor: &str) -> ConnectResponse {
        self.pp
            .connect(request(visitor), Client::default())
            .await
            .unwrap()
    }

    /// A session of a new visitor.
    async fn session(&self) -> SessionId {
        self.connect("visitor").await.session_id
    }

    async fn say(&self, session: &SessionId, content: &str) -> SendMessageResponse {
        self.pp.visitor_message(text(session, content)).await.unwrap()
    }
}

fn request(visitor: &str) -> ConnectRequest {
    ConnectRequest::new(visitor)
}

fn text(session: &SessionId, content: &str) -> SendMessageRequest {
    SendMessageRequest::new(session.clone(), content)
}

/// The list from its start.
fn from_start(session: &SessionId) -> MessagesQuery {
    MessagesQuery {
        session_id: session.clone(),
        after: None,
        before: None,
        limit: None,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> &'static str {
    result.unwrap_err().code()
}

/// What the stream has to give right now.
async fn drain(stream: &mut Subscription) -> Vec<Envelope> {
    let mut envelopes = Vec::new();
    while let Some(delivery) = futures_util::FutureExt::now_or_never(stream.next()) {
        match delivery {
            Delivery::Envelope(envelope) => envelopes.push(envelope),
            other => panic!("the stream ended: {other:?}"),
        }
    }
    envelopes
}

fn parse(envelope: &Envelope) -> ServerEnvelope {
    let value = serde_json::from_str(envelope.text().as_str()).unwrap();
    ServerEnvelope::read(&value).unwrap()
}

async fn events(stream: &mut Subscription) -> Vec<ServerEvent> {
    drain(stream)
        .await
        .iter()
        .map(|envelope| parse(envelope).event)
        .collect()
}

fn kinds(events: &[ServerEvent]) -> Vec<&str> {
    events.iter().map(ServerEvent::kind).collect()
}
