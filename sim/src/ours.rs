//! [`Ours`]: the real server, from its routes down, without sockets.
//!
//! Requests go through the router as a process would get them, JSON text included. Streams are the service's
//! subscriptions; only the frames of RFC 6455 and SSE's lines are left out. Everything runs when
//! [`Server::run`] polls it, in one order.

use crate::chance::Chance;
use crate::clock::{Clock, WallClock};
use crate::server::{CallId, ConnectionId, Said, Server};
use crate::store::Store;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pocketping_core::engine::{HttpAnswer, HttpRequest, Transport};
use pocketping_core::envelope::{ClientFrame, ServerEnvelope, ServerEvent};
use pocketping_core::model::{Message, Sender};
use pocketping_core::route::{PageRequest, parse_query};
use pocketping_core::{SessionId, Value, Wire};
use pocketping_server::bus::LocalBus;
use pocketping_server::files::MemoryFiles;
use pocketping_server::storage::LogLimits;
use pocketping_server::{After, Delivery, PocketPing, RateLimit, Rng, ServiceError, Subscription};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tower::ServiceExt;

/// How often SSE has the event `heartbeat`.
const HEARTBEAT_MILLIS: u64 = 25_000;
/// The close code of a stream whose client does not keep up (RFC 6455's registry: try again later).
pub(crate) const TOO_SLOW: u16 = 1013;
/// How many envelopes may gather for one stream.
const QUEUES: [usize; 3] = [2, 16, 1_024];
/// The secret of the simulated operator.
const TOKEN: &str = "the simulated operator's token";
/// What addresses of files begin with.
const PUBLIC_URL: &str = "/pocketping";
/// Places of each session's log.
const LOG_PLACES: [usize; 3] = [4, 30, LONG_LOG];
/// More than anything in a scenario.
const LONG_LOG: usize = 1_000;

/// The real server.
pub(crate) struct Ours {
    store: Arc<Store>,
    /// As durable as the storage: what has been taken stays when the process dies.
    files: Arc<MemoryFiles>,
    clock: Clock,
    wall: WallClock,
    rng: SharedChance,
    process: Option<Process>,
    log: LogLimits,
    queue: usize,
    said: VecDeque<Said>,
    runtime: tokio::runtime::Runtime,
}

/// What dies with the process.
struct Process {
    pp: PocketPing,
    router: Router,
    calls: Vec<(CallId, BoxFuture<'static, Response<Body>>)>,
    dials: Vec<Dial>,
    frames: Vec<BoxFuture<'static, Result<(), ServiceError>>>,
    streams: BTreeMap<ConnectionId, Stream>,
}

struct Dial {
    connection: ConnectionId,
    transport: Transport,
    session: SessionId,
    subscription: BoxFuture<'static, Result<Subscription, ServiceError>>,
}

struct Stream {
    session: SessionId,
    subscription: Subscription,
    /// Nothing can be sent until then.
    stalled_until: u64,
    /// Of an event source: when its next `heartbeat` is due.
    heartbeat_at: Option<u64>,
}

impl Ours {
    pub(crate) fn new(clock: &Clock, mut chance: Chance) -> Self {
        let log = LogLimits {
            per_session: *chance.pick(&LOG_PLACES).unwrap_or(&1_000),
            age: Duration::from_secs(24 * 3600),
        };
        let slowness = *chance.pick(&[0, 0, 50, 300]).unwrap_or(&0);
        let queue = *chance.pick(&QUEUES).unwrap_or(&1_024);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime without I/O needs nothing of the system");
        let mut ours = Ours {
            store: Store::new(clock, chance.fork(), slowness, log),
            files: Arc::new(MemoryFiles::default()),
            clock: clock.clone(),
            wall: WallClock::new(clock, 0),
            rng: SharedChance(Arc::new(Mutex::new(chance))),
            process: None,
            log,
            queue,
            said: VecDeque::new(),
            runtime,
        };
        ours.start();
        ours
    }
}

impl Ours {
    fn call(&mut self, call: CallId, request: Request<Body>) {
        let Some(process) = &mut self.process else { return };
        let future = process
            .router
            .clone()
            .oneshot(request)
            .map(|outcome| match outcome {
                Ok(response) => response,
                Err(never) => match never {},
            });
        process.calls.push((call, future.boxed()));
    }
}

impl Process {
    fn new(ours: &Ours) -> Self {
        let pp = PocketPing::builder()
            .storage_arc(ours.store.clone())
            .files_arc(ours.files.clone())
            .public_url(PUBLIC_URL)
            .event_bus(LocalBus::with_queue(ours.queue))
            .clock(ours.wall.clone())
            .rng(ours.rng.clone())
            .operator_token(TOKEN)
            .rate_limit(RateLimit::Off)
            .build()
            .expect("the options are right");
        Process {
            router: pp.router(),
            pp,
            calls: Vec::new(),
            dials: Vec::new(),
            frames: Vec::new(),
            streams: BTreeMap::new(),
        }
    }

    /// Polls everything once; whether anything moved.
    fn turn(&mut self, now: u64, said: &mut VecDeque<Said>) -> bool {
        let before = said.len();
        let mut context = Context::from_waker(Waker::noop());
        self.calls
            .retain_mut(|(call, future)| match future.poll_unpin(&mut context) {
                Poll::Ready(response) => {
                    said.push_back(Said::Answer(*call, answer_of(response)));
                    false
                }
                Poll::Pending => true,
            });
        self.frames
            .retain_mut(|frame| frame.poll_unpin(&mut context).is_pending());
        for at in (0..self.dials.len()).rev() {
            let Poll::Ready(outcome) = self.dials[at].subscription.poll_unpin(&mut context) else {
                continue;
            };
            let dial = self.dials.remove(at);
            match outcome {
                Ok(subscription) => {
                    said.push_back(Said::Opened(dial.connection));
                    let is_source = dial.transport == Transport::EventSource;
                    if is_source {
                        let greeting = ServerEnvelope::from(ServerEvent::Connected).write();
                        said.push_back(Said::Envelope(dial.connection, greeting));
                    }
                    let stream = Stream {
                        session: dial.session,
                        subscription,
                        stalled_until: 0,
                        heartbeat_at: is_source.then_some(now + HEARTBEAT_MILLIS),
                    };
                    self.streams.insert(dial.connection, stream);
                }
                Err(_) => said.push_back(Said::Closed(dial.connection, 1006)),
            }
        }
        let streams = &mut self.streams;
        streams.retain(|connection, stream| {
            while stream.stalled_until <= now {
                match stream.subscription.poll_next(&mut context) {
                    Poll::Ready(Delivery::Envelope(envelope)) => {
                        let value = serde_json::from_str(envelope.text().as_str());
                        said.push_back(Said::Envelope(*connection, value.expect("envelopes are JSON")));
                    }
                    Poll::Ready(_) => {
                        said.push_back(Said::Closed(*connection, TOO_SLOW));
                        return false;
                    }
                    Poll::Pending => return true,
                }
            }
            true
        });
        for (connection, stream) in streams {
            if stream.heartbeat_at.is_some_and(|at| at <= now) {
                stream.heartbeat_at = Some(now + HEARTBEAT_MILLIS);
                said.push_back(Said::Heartbeat(*connection));
            }
        }
        said.len() > before
    }
}

impl Server for Ours {
    fn request(&mut self, call: CallId, request: &HttpRequest) {
        self.call(call, http_request(request));
    }

    fn put(&mut self, call: CallId, url: &str, bytes: &str) {
        let request = Request::put(url.strip_prefix(PUBLIC_URL).expect("addresses begin so"))
            .header(header::CONTENT_TYPE, "text/plain")
            .header(header::CONTENT_LENGTH, bytes.len())
            .body(Body::from(bytes.to_owned()))
            .expect("the server makes valid addresses");
        self.call(call, request);
    }

    fn dial(&mut self, connection: ConnectionId, transport: Transport, path: &str) {
        let Some(process) = &mut self.process else { return };
        let query = parse_query(path.split_once('?').map_or("", |(_, query)| query));
        let get = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        };
        let session = SessionId::from(get("sessionId").unwrap_or_default());
        let after = get("after").as_deref().and_then(After::parse);
        let (pp, wanted) = (process.pp.clone(), session.clone());
        process.dials.push(Dial {
            connection,
            transport,
            session,
            subscription: async move { pp.subscribe(wanted, after).await }.boxed(),
        });
    }

    fn frame(&mut self, connection: ConnectionId, frame: &Value) {
        let Some(process) = &mut self.process else { return };
        let Some(stream) = process.streams.get(&connection) else {
            return;
        };
        let (pp, session_id) = (process.pp.clone(), stream.session.clone());
        match ClientFrame::read(frame) {
            Ok(ClientFrame::Ping) => {
                let pong = ServerEnvelope::from(ServerEvent::Pong).write();
                self.said.push_back(Said::Envelope(connection, pong));
            }
            Ok(ClientFrame::Typing { is_typing }) => {
                let typing = async move { pp.visitor_typing(session_id, Sender::Visitor, is_typing).await };
                process.frames.push(typing.boxed());
            }
            Ok(ClientFrame::Page(page)) => {
                let request = PageRequest {
                    session_id,
                    url: page.url,
                    title: page.title,
                    referrer: page.referrer,
                };
                let told = async move { pp.page(request).await.map(|_| ()) };
                process.frames.push(told.boxed());
            }
            _ => {}
        }
    }

    fn stall(&mut self, connection: ConnectionId, until: u64) {
        let process = self.process.as_mut();
        if let Some(stream) = process.and_then(|process| process.streams.get_mut(&connection)) {
            stream.stalled_until = stream.stalled_until.max(until);
        }
    }

    fn hang_up(&mut self, connection: ConnectionId) {
        let _runtime = self.runtime.enter();
        if let Some(process) = &mut self.process {
            process.dials.retain(|dial| dial.connection != connection);
            process.streams.remove(&connection);
        }
    }

    fn run(&mut self) {
        let _runtime = self.runtime.enter();
        loop {
            self.store.run();
            let Some(process) = &mut self.process else { return };
            if !process.turn(self.clock.now(), &mut self.said) {
                // A turn without a word may still have put writes into the queue.
                if self.store.deadline().is_none_or(|at| at > self.clock.now()) {
                    return;
                }
            }
        }
    }

    fn poll_said(&mut self) -> Option<Said> {
        self.said.pop_front()
    }

    fn deadline(&self) -> Option<u64> {
        let streams = self.process.iter().flat_map(|process| process.streams.values());
        let now = self.clock.now();
        let due = streams.flat_map(|stream| {
            let stall = Some(stream.stalled_until).filter(|at| *at > now);
            [stream.heartbeat_at, stall].into_iter().flatten()
        });
        due.chain(self.store.deadline()).min()
    }

    fn is_idle(&self) -> bool {
        let at_rest = |process: &Process| process.calls.is_empty() && process.dials.is_empty();
        self.process.as_ref().is_none_or(at_rest) && self.store.deadline().is_none()
    }

    fn is_up(&self) -> bool {
        self.process.is_some()
    }

    fn crash(&mut self) -> usize {
        let _runtime = self.runtime.enter();
        let lost = self.store.crash();
        self.process = None;
        self.said.clear();
        lost
    }

    fn forget(&mut self) {
        let mut chance = Chance::new(self.clock.now());
        self.store = Store::new(&self.clock, chance.fork(), 0, self.log);
        self.files = Arc::new(MemoryFiles::default());
    }

    fn start(&mut self) {
        let _runtime = self.runtime.enter();
        self.process = Some(Process::new(self));
    }

    fn store_fails(&mut self, fails: bool) {
        self.store.fail(fails);
        if !fails {
            self.store.heal();
        }
    }

    fn set_clock(&mut self, off_by: i64) {
        self.wall.set(off_by);
    }

    fn messages(&self, session: &SessionId) -> Vec<Message> {
        let stored = self.store.messages_of(session).into_iter();
        stored
            .map(|stored| {
                let mut message = Message::clone(&stored.message);
                if message.deleted_at.is_some() {
                    message.content.clear();
                    message.attachments.clear();
                }
                message
            })
            .collect()
    }

    fn event_ids(&self) -> Option<Vec<String>> {
        (self.log.per_session >= LONG_LOG).then(|| self.store.event_ids())
    }
}

fn http_request(request: &HttpRequest) -> Request<Body> {
    let body = match &request.body {
        Some(body) => Body::from(serde_json::to_vec(body).expect("a value is JSON")),
        None => Body::empty(),
    };
    Request::builder()
        .method(request.method.as_str())
        .uri(&request.path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header("x-pocketping-version", pocketping_core::PROTOCOL_VERSION)
        .body(body)
        .expect("the engine makes valid paths")
}

fn answer_of(response: Response<Body>) -> HttpAnswer {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).now_or_never();
    let bytes = bytes
        .expect("a body of JSON is there at once")
        .unwrap_or_default();
    let retry_after = parts.headers.get(header::RETRY_AFTER);
    HttpAnswer {
        status: parts.status.as_u16(),
        // As a browser would: an empty body, or one that is no JSON, is no value.
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
        retry_after: retry_after.and_then(|value| value.to_str().ok()?.parse().ok()),
        version: None,
    }
}

/// The server's random bytes.
#[derive(Clone)]
struct SharedChance(Arc<Mutex<Chance>>);

impl Rng for SharedChance {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}
