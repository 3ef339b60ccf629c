//! What travels, and what happens when it arrives.

use super::World;
use super::operator::Attempt;
use crate::faults::Fault;
use crate::invariant::Promise;
use crate::ledger::{Accepted, Author};
use crate::network::{Fate, FrameFate, Way};
use crate::ours::TOO_SLOW;
use crate::scenario::{Act, Mishap};
use crate::server::{CallId, ConnectionId, Said};
use pocketping_core::Value;
use pocketping_core::engine::{
    HttpAnswer, HttpRequest, Input, NetworkFailure, PersistId, RequestId, StreamEvent, StreamId, Transport,
};

/// The time from a message's sending after which a foreign server's commit counts as too late.
const SETTLING_DEADLINE_MILLIS: u64 = 15_000;

/// How long an engine waits for its database.
const RESTORE_MILLIS: u64 = 5_000;

/// Something that happens at its time.
#[derive(Debug)]
pub(super) enum Event {
    Act(usize, Act),
    Mishap(Mishap),
    /// For an engine.
    Input {
        client: usize,
        page: u64,
        input: Input,
    },
    /// The database has been read.
    Restore {
        client: usize,
        page: u64,
    },
    /// A database transaction ends.
    Commit {
        client: usize,
        page: u64,
        id: PersistId,
    },
    /// A request reaches the server.
    Arrive {
        caller: Caller,
        request: HttpRequest,
        sent_at: u64,
    },
    /// The client waits no longer for an answer.
    TimeOut {
        client: usize,
        page: u64,
        id: RequestId,
    },
    Dial(ConnectionId),
    /// A frame reaches the server.
    Frame(ConnectionId, Value),
    /// Something of a stream reaches the client.
    Stream(ConnectionId, StreamEvent),
    /// The server hears that a client has gone.
    HangUp(ConnectionId),
    /// A client that stood still goes on.
    Thaw(usize),
    /// An operator's request is answered, or will not be.
    OperatorHears(Attempt, Option<HttpAnswer>),
    /// An operator goes on.
    OperatorGoesOn(usize),
}

/// Who has sent a request.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    Client {
        client: usize,
        page: u64,
        /// None for a beacon.
        id: Option<RequestId>,
        /// The message that it brings.
        message: Option<String>,
    },
    Operator(Attempt),
}

/// A request that the server has.
#[derive(Debug)]
pub(super) struct Call {
    caller: Caller,
    sent_at: u64,
}

/// A stream's connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: usize,
    pub(super) page: u64,
    pub(super) stream: StreamId,
    pub(super) transport: Transport,
    pub(super) path: String,
    /// When the last thing arrives that was sent, of each direction.
    pub(super) last: [u64; 2],
    /// Nothing gets to the client any more.
    pub(super) deaf: bool,
    /// Broken, and the client will hear of it: nothing more comes.
    pub(super) broken: bool,
}

impl World {
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Act(client, act) => self.act(client, act),
            Event::Mishap(mishap) if !self.healed => self.mishap(mishap),
            Event::Mishap(_) => {}
            Event::Input { client, page, input } => self.arrived(client, page, input),
            Event::Restore { client, page } => {
                let disk = &self.clients[client].disk;
                if self.clock.now() < disk.hangs_until {
                    let until = disk.hangs_until;
                    return self.at(until, Event::Restore { client, page });
                }
                let restored = disk.restored();
                self.gives_up_database(client);
                if let Some(open) = self.clients[client]
                    .page
                    .as_mut()
                    .filter(|open| open.number == page)
                {
                    open.restored = true;
                }
                self.arrived(client, page, Input::Restored(restored));
            }
            Event::Commit { client, page, id } => self.commit(client, page, id),
            Event::Arrive {
                caller,
                request,
                sent_at,
            } => self.request_arrives(caller, &request, sent_at),
            Event::TimeOut { client, page, id } => {
                let outcome = Err(NetworkFailure::TimedOut);
                self.arrived(client, page, Input::Response { id, outcome });
            }
            Event::Dial(id) => self.dial_arrives(id),
            Event::Frame(id, frame) => self.server.frame(id, &frame),
            Event::Stream(id, event) => self.stream_arrives(id, event),
            Event::HangUp(id) => self.server.hang_up(id),
            Event::Thaw(client) => self.thaw(client),
            Event::OperatorHears(attempt, answer) => self.operator_hears(&attempt, answer),
            Event::OperatorGoesOn(client) => self.operator_goes_on(client),
        }
    }

    /// An engine waits five seconds for the database on opening. What it gets later, or never, may come after what
    /// was sent since; the visitor is told that storage does not work.
    pub(super) fn gives_up_database(&mut self, client: usize) {
        let now = self.clock.now();
        let page = self.clients[client].page.as_ref();
        let Some(page) = page.filter(|page| !page.restored && page.opened_at + RESTORE_MILLIS <= now) else {
            return;
        };
        let opened_at = page.opened_at;
        let earlier = |sent: &&mut Accepted| {
            sent.author == Author::Visitor(client) && !sent.acknowledged && sent.at < opened_at
        };
        self.ledger
            .all_mut()
            .filter(earlier)
            .for_each(|sent| sent.may_be_late = true);
    }

    pub(super) fn is_frozen(&self, client: usize) -> bool {
        self.clock.now() < self.clients[client].frozen_until
    }

    /// Keeps something for a client that stands still, in order.
    pub(super) fn park(&mut self, client: usize, event: Event) {
        let until = self.clients[client].frozen_until;
        self.at(until, Event::Thaw(client));
        self.parked[client].push(event);
    }

    fn thaw(&mut self, client: usize) {
        if self.is_frozen(client) {
            // Longer than it was meant to; what was kept last comes with its own time.
            let until = self.clients[client].frozen_until;
            return self.at(until, Event::Thaw(client));
        }
        for event in std::mem::take(&mut self.parked[client]) {
            self.take(event);
        }
    }

    /// Something for an engine; a client that stands still gets it later.
    fn arrived(&mut self, client: usize, page: u64, input: Input) {
        if self.is_frozen(client) {
            return self.park(client, Event::Input { client, page, input });
        }
        let Some(open) = self.clients[client]
            .page
            .as_mut()
            .filter(|open| open.number == page)
        else {
            return;
        };
        if let Input::Response { id, .. } = &input
            && !open.requests.remove(id)
        {
            return;
        }
        self.input(client, input);
    }

    fn request_arrives(&mut self, caller: Caller, request: &HttpRequest, sent_at: u64) {
        if !self.server.is_up() {
            return self.unreachable(caller);
        }
        let call = CallId(self.next_name());
        self.say(|| {
            format!(
                "server  <- {} {} [{}]",
                request.method.as_str(),
                request.path,
                call.0
            )
        });
        self.calls.insert(call, Call { caller, sent_at });
        self.server.request(call, request);
    }

    /// Nobody is there to answer.
    pub(super) fn unreachable(&mut self, caller: Caller) {
        match caller {
            Caller::Client {
                client,
                page,
                id: Some(id),
                ..
            } => {
                let way = self.clients[client]
                    .link
                    .send(Way::ToClient, self.clock.now(), &mut self.tally);
                if let Fate::Arrives(at) | Fate::Lost(Some(at)) = way {
                    let outcome = Err(NetworkFailure::Unreachable);
                    let input = Input::Response { id, outcome };
                    self.at(at, Event::Input { client, page, input });
                }
            }
            Caller::Client { .. } => {}
            Caller::Operator(attempt) => self.after(20, Event::OperatorHears(attempt, None)),
        }
    }

    fn dial_arrives(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get(&id).filter(|connection| !connection.broken) else {
            return;
        };
        let (client, transport, path) = (connection.client, connection.transport, connection.path.clone());
        self.say(|| format!("server  <- dial {transport:?} {path} [{}]", id.0));
        if !self.server.is_up() || self.clients[client].link.blocks_streams(self.clock.now()) {
            return self.hear(id, StreamEvent::Closed { code: Some(1006) });
        }
        self.server.dial(id, transport, &path);
    }

    fn stream_arrives(&mut self, id: ConnectionId, event: StreamEvent) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let (client, page, stream) = (connection.client, connection.page, connection.stream);
        let closed = matches!(event, StreamEvent::Closed { .. });
        if self.is_frozen(client) {
            return self.park(client, Event::Stream(id, event));
        }
        if closed {
            self.connections.remove(&id);
        }
        let open = self.clients[client]
            .page
            .as_mut()
            .filter(|open| open.number == page);
        // The page may have closed it, or be gone.
        let Some(open) = open.filter(|open| open.streams.contains_key(&stream)) else {
            return;
        };
        if closed {
            open.streams.remove(&stream);
        }
        self.input(client, Input::Stream { id: stream, event });
    }

    /// Sends something of a stream to its client.
    pub(super) fn hear(&mut self, id: ConnectionId, event: StreamEvent) {
        let now = self.clock.now();
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if connection.deaf || connection.broken {
            return;
        }
        let link = &mut self.clients[connection.client].link;
        let last = connection.last[Way::ToClient as usize];
        let closes = matches!(event, StreamEvent::Closed { .. });
        match link.frame(Way::ToClient, now, last, &mut self.tally) {
            FrameFate::Arrives(at) => {
                connection.last[Way::ToClient as usize] = at;
                connection.broken = closes;
                self.at(at, Event::Stream(id, event));
            }
            FrameFate::Breaks => {
                connection.broken = true;
                let at = now.max(last) + 5;
                self.at(at, Event::Stream(id, StreamEvent::Closed { code: Some(1006) }));
                self.at(at, Event::HangUp(id));
                self.say(|| format!("network    breaks stream [{}]", id.0));
            }
            FrameFate::Deafens => {
                connection.deaf = true;
                self.say(|| format!("network    deafens stream [{}]", id.0));
            }
        }
    }

    /// Lets the server go on, and sends out what it says.
    pub(super) fn listen(&mut self) {
        loop {
            self.server.run();
            let Some(first) = self.server.poll_said() else {
                return;
            };
            let rest = std::iter::from_fn(|| self.server.poll_said()).collect::<Vec<_>>();
            for said in std::iter::once(first).chain(rest) {
                self.hear_server(said);
            }
        }
    }

    fn hear_server(&mut self, said: Said) {
        match said {
            Said::Answer(id, answer) => {
                let Some(call) = self.calls.remove(&id) else {
                    return;
                };
                self.say(|| format!("server  -> {} [{}]", answer.status, id.0));
                if answer.status == 500 && !self.plan.foreign {
                    self.break_promise(Promise::NoServerError, format!("{:?}", answer.body));
                }
                self.answer(call, answer);
            }
            Said::Committed(id) => {
                let Some(call) = self.calls.get(&id) else { return };
                let late = self.clock.now() - call.sent_at >= SETTLING_DEADLINE_MILLIS;
                let Caller::Client {
                    message: Some(message),
                    ..
                } = &call.caller
                else {
                    return;
                };
                if let Some(sent) = self.ledger.get_mut(message).filter(|_| late) {
                    sent.late_commits += 1;
                    self.tally.count(Fault::LateCommit);
                }
            }
            Said::Opened(id) => self.hear(id, StreamEvent::Opened),
            Said::Heartbeat(id) => self.hear(id, StreamEvent::Heartbeat),
            Said::Envelope(id, envelope) => {
                if envelope.get("type").and_then(Value::as_str) == Some("resync") {
                    self.count(Fault::Resync);
                }
                self.hear(id, StreamEvent::Frame(envelope));
            }
            Said::Closed(id, code) => {
                if code == TOO_SLOW {
                    self.count(Fault::TooSlow);
                }
                self.hear(id, StreamEvent::Closed { code: Some(code) });
            }
        }
    }

    fn answer(&mut self, call: Call, answer: HttpAnswer) {
        let now = self.clock.now();
        match call.caller {
            Caller::Operator(attempt) => {
                match self.desks[attempt.client]
                    .link
                    .send(Way::ToClient, now, &mut self.tally)
                {
                    Fate::Arrives(at) => self.at(at, Event::OperatorHears(attempt, Some(answer))),
                    Fate::Lost(_) => self.count(Fault::ResponseLost),
                }
            }
            Caller::Client {
                client,
                page,
                id: Some(id),
                message,
            } => {
                match self.clients[client]
                    .link
                    .send(Way::ToClient, now, &mut self.tally)
                {
                    Fate::Arrives(at) => {
                        let input = Input::Response {
                            id,
                            outcome: Ok(answer),
                        };
                        self.at(at, Event::Input { client, page, input });
                    }
                    Fate::Lost(noticed) => {
                        self.count(Fault::ResponseLost);
                        if message.is_some() && answer.status == 200 {
                            self.count(Fault::ResponseLostAfterCommit);
                        }
                        if let Some(at) = noticed {
                            let outcome = Err(NetworkFailure::Unreachable);
                            let input = Input::Response { id, outcome };
                            self.at(at, Event::Input { client, page, input });
                        }
                    }
                }
            }
            Caller::Client { .. } => {}
        }
    }

    /// The server's process dies with its connections.
    pub(super) fn server_dies(&mut self) {
        let lost = self.server.crash();
        self.count(Fault::ServerCrash);
        for _ in 0..lost {
            self.count(Fault::WriteLostInServerCrash);
        }
        self.say(|| format!("server     dies; {lost} writes are lost"));
        for (_, call) in std::mem::take(&mut self.calls) {
            self.unreachable(call.caller);
        }
        for id in self.connections.keys().copied().collect::<Vec<_>>() {
            self.hear(id, StreamEvent::Closed { code: Some(1006) });
        }
    }
}
