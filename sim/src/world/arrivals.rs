//! What travels, and what happens when it arrives.

use super::World;
use super::operator::Attempt;
use crate::client::Spot;
use crate::faults::Fault;
use crate::invariant::Promise;
use crate::ledger::{Accepted, Author};
use crate::locks::Verdict;
use crate::network::{Fate, FrameFate, Way};
use crate::ours::TOO_SLOW;
use crate::scenario::{Act, Mishap};
use crate::server::{CallId, Carried, ConnectionId, Said};
use pocketping_core::Value;
use pocketping_core::engine::{
    HttpAnswer, Input, NetworkFailure, PersistId, RequestId, StreamEvent, StreamId, Transport,
};

/// The time from a message's sending after which a foreign server's commit counts as too late.
const SETTLING_DEADLINE_MILLIS: u64 = 15_000;

/// How long an engine waits for its database.
pub(super) const RESTORE_MILLIS: u64 = 5_000;

/// Something that happens at its time.
#[derive(Debug)]
pub(super) enum Event {
    Act(usize, Act),
    /// Of this page.
    PageAct(Spot, Act),
    Mishap(Mishap),
    /// For an engine.
    Input(Spot, Input),
    /// A page hears whether it leads.
    Verdict(Spot, Verdict),
    /// The database has been read.
    Restore {
        spot: Spot,
        claim: bool,
    },
    /// A database transaction ends.
    Commit(Spot, PersistId),
    /// A request reaches the server.
    Arrive {
        caller: Caller,
        carried: Carried,
        sent_at: u64,
    },
    /// The client waits no longer for an answer.
    TimeOut(Spot, RequestId),
    Dial(ConnectionId),
    /// A frame reaches the server.
    Frame(ConnectionId, Value),
    /// Something of a stream reaches the client.
    Stream(ConnectionId, StreamEvent),
    /// The server hears that a client has gone.
    HangUp(ConnectionId),
    /// A page waits no longer for its database.
    GivesUp(Spot),
    /// A page that stood still goes on.
    Thaw(Spot),
    /// An operator's request is answered, or will not be.
    OperatorHears(Attempt, Option<HttpAnswer>),
    /// An operator goes on.
    OperatorGoesOn(usize),
}

/// Who has sent a request.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    Client {
        spot: Spot,
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
    pub(super) spot: Spot,
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
            Event::PageAct(spot, act) => self.page_act(spot, act),
            Event::Mishap(mishap) if !self.healed => self.mishap(mishap),
            Event::Mishap(_) => {}
            Event::Input(spot, input) => self.arrived(spot, input),
            Event::Verdict(spot, verdict) if self.is_frozen(spot) => {
                self.park(spot, Event::Verdict(spot, verdict))
            }
            Event::Verdict(spot, verdict) => self.verdict(spot, verdict),
            Event::Restore { spot, claim } => {
                let disk = &mut self.clients[spot.client].disk;
                if self.clock.now() < disk.hangs_until {
                    let until = disk.hangs_until;
                    return self.at(until, Event::Restore { spot, claim });
                }
                if self.clients[spot.client].page(spot.page).is_none() {
                    return;
                }
                let restored = self.clients[spot.client].disk.restored(claim);
                self.gives_up_database(spot);
                if let Some(page) = self.clients[spot.client].page_mut(spot.page) {
                    page.asked_at = None;
                }
                self.arrived(spot, Input::Restored(restored));
            }
            Event::Commit(spot, id) => self.commit(spot, id),
            Event::Arrive {
                caller,
                carried,
                sent_at,
            } => self.request_arrives(caller, &carried, sent_at),
            Event::TimeOut(spot, id) => {
                let outcome = Err(NetworkFailure::TimedOut);
                self.arrived(spot, Input::Response { id, outcome });
            }
            Event::Dial(id) => self.dial_arrives(id),
            Event::Frame(id, frame) => self.server.frame(id, &frame),
            Event::Stream(id, event) => self.stream_arrives(id, event),
            Event::HangUp(id) => self.server.hang_up(id),
            Event::GivesUp(spot) => self.gives_up_database(spot),
            Event::Thaw(spot) => self.thaw(spot),
            Event::OperatorHears(attempt, answer) => self.operator_hears(&attempt, answer),
            Event::OperatorGoesOn(client) => self.operator_goes_on(client),
        }
    }

    /// An engine waits five seconds for the database on opening. What it gets later, or never, may come after what
    /// was sent since; the visitor is told that storage does not work.
    pub(super) fn gives_up_database(&mut self, spot: Spot) {
        let now = self.clock.now();
        let page = self.clients[spot.client].page(spot.page);
        let asked_at = page.and_then(|page| page.asked_at);
        let Some(asked_at) = asked_at.filter(|at| at + RESTORE_MILLIS <= now) else {
            return;
        };
        let earlier = |sent: &&mut Accepted| {
            sent.author == Author::Visitor(spot.client) && !sent.acknowledged && sent.at < asked_at
        };
        self.ledger
            .all_mut()
            .filter(earlier)
            .for_each(|sent| sent.may_be_late = true);
    }

    pub(super) fn is_frozen(&self, spot: Spot) -> bool {
        let page = self.clients[spot.client].page(spot.page);
        page.is_some_and(|page| self.clock.now() < page.frozen_until)
    }

    /// Keeps something for a page that stands still, in order.
    pub(super) fn park(&mut self, spot: Spot, event: Event) {
        let until = self.clients[spot.client]
            .page(spot.page)
            .map_or(0, |page| page.frozen_until);
        self.at(until, Event::Thaw(spot));
        self.parked.entry(spot).or_default().push(event);
    }

    fn thaw(&mut self, spot: Spot) {
        if self.is_frozen(spot) {
            // Longer than it was meant to; what was kept last comes with its own time.
            let until = self.clients[spot.client]
                .page(spot.page)
                .map_or(0, |page| page.frozen_until);
            return self.at(until, Event::Thaw(spot));
        }
        for event in self.parked.remove(&spot).unwrap_or_default() {
            self.take(event);
        }
    }

    /// Something for an engine; a page that stands still gets it later.
    fn arrived(&mut self, spot: Spot, input: Input) {
        if self.is_frozen(spot) {
            return self.park(spot, Event::Input(spot, input));
        }
        let Some(open) = self.clients[spot.client].page_mut(spot.page) else {
            return;
        };
        if let Input::Response { id, .. } = &input
            && !open.requests.remove(id)
        {
            return;
        }
        self.input(spot, input);
    }

    fn request_arrives(&mut self, caller: Caller, carried: &Carried, sent_at: u64) {
        if !self.server.is_up() {
            return self.unreachable(caller);
        }
        let call = CallId(self.next_name());
        self.say(|| {
            let message = match &caller {
                Caller::Client { message, .. } => message.as_ref(),
                Caller::Operator(_) => None,
            };
            let (method, path) = match carried {
                Carried::Request(request) => (request.method.as_str(), &request.path),
                Carried::File { url, .. } => ("PUT", url),
            };
            format!("server  <- {method} {path} [{}] {message:?}", call.0)
        });
        self.calls.insert(call, Call { caller, sent_at });
        match carried {
            Carried::Request(request) => self.server.request(call, request),
            Carried::File { url, bytes } => self.server.put(call, url, bytes),
        }
    }

    /// Nobody is there to answer.
    pub(super) fn unreachable(&mut self, caller: Caller) {
        match caller {
            Caller::Client {
                spot, id: Some(id), ..
            } => {
                let way =
                    self.clients[spot.client]
                        .link
                        .send(Way::ToClient, self.clock.now(), &mut self.tally);
                if let Fate::Arrives(at) | Fate::Lost(Some(at)) = way {
                    let outcome = Err(NetworkFailure::Unreachable);
                    let input = Input::Response { id, outcome };
                    self.at(at, Event::Input(spot, input));
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
        let (client, transport, path) = (
            connection.spot.client,
            connection.transport,
            connection.path.clone(),
        );
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
        let (spot, stream) = (connection.spot, connection.stream);
        let closed = matches!(event, StreamEvent::Closed { .. });
        if self.is_frozen(spot) {
            return self.park(spot, Event::Stream(id, event));
        }
        if closed {
            self.connections.remove(&id);
        }
        let open = self.clients[spot.client].page_mut(spot.page);
        // The page may have closed it, or be gone.
        let Some(open) = open.filter(|open| open.streams.contains_key(&stream)) else {
            return;
        };
        if closed {
            open.streams.remove(&stream);
        }
        self.input(spot, Input::Stream { id: stream, event });
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
        let link = &mut self.clients[connection.spot.client].link;
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
                spot,
                id: Some(id),
                message,
            } => {
                match self.clients[spot.client]
                    .link
                    .send(Way::ToClient, now, &mut self.tally)
                {
                    Fate::Arrives(at) => {
                        let input = Input::Response {
                            id,
                            outcome: Ok(answer),
                        };
                        self.at(at, Event::Input(spot, input));
                    }
                    Fate::Lost(noticed) => {
                        self.count(Fault::ResponseLost);
                        if message.is_some() && answer.status == 200 {
                            self.count(Fault::ResponseLostAfterCommit);
                        }
                        if let Some(at) = noticed {
                            let outcome = Err(NetworkFailure::Unreachable);
                            let input = Input::Response { id, outcome };
                            self.at(at, Event::Input(spot, input));
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
