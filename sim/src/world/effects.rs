//! What an engine wants done, and what it tells.

use super::World;
use super::arrivals::{Caller, Connection, Event};
use crate::faults::Fault;
use crate::invariant::{self, Promise};
use crate::network::{Fate, FrameFate, Way};
use crate::server::ConnectionId;
use pocketping_core::Value;
use pocketping_core::engine::{
    Change, Effect, HttpRequest, Input, Method, NetworkFailure, Notice, Output, PersistId, RequestId,
    StreamId,
};

impl World {
    /// Gives an input to the engine of a client's page.
    pub(super) fn input(&mut self, client: usize, input: Input) {
        self.say(|| format!("client {client}   {}", shown(&input)));
        let outputs = self.clients[client].handle(input);
        self.perform_all(client, outputs);
    }

    /// Does what came of an input, unless the page dies in the middle of it.
    pub(super) fn perform_all(&mut self, client: usize, outputs: Vec<Output>) {
        let dies = !self.healed && self.chance.of(0..=999_999) < self.plan.clients[client].dies_within_a_step;
        let done = match dies {
            true => usize::try_from(self.chance.of(0..=outputs.len() as u64)).unwrap_or(0),
            false => outputs.len(),
        };
        let shows = outputs.iter().any(|output| matches!(output, Output::Change(_)));
        for output in outputs.into_iter().take(done) {
            match output {
                Output::Effect(effect) => self.perform(client, effect),
                Output::Change(change) => self.told(client, change),
            }
        }
        if let Some(page) = self.clients[client].page.as_ref().filter(|_| shows)
            && let Err((promise, detail)) = invariant::check_list(&page.engine)
        {
            self.break_promise(promise, format!("client {client}: {detail}"));
        }
        if dies {
            let away = self.chance.of(1..=5_000);
            self.client_dies(client, away);
        }
    }

    fn perform(&mut self, client: usize, effect: Effect) {
        match effect {
            Effect::Request { id, request } => self.send_request(client, Some(id), request),
            Effect::Beacon { path, body } => {
                let request = HttpRequest {
                    method: Method::Post,
                    path,
                    body: Some(body),
                    timeout_ms: 0,
                };
                self.send_request(client, None, request);
            }
            Effect::OpenStream { id, transport, path } => {
                let Some(page) = &mut self.clients[client].page else {
                    return;
                };
                self.last_name += 1;
                let name = ConnectionId(self.last_name);
                page.streams.insert(id, name);
                let connection = Connection {
                    client,
                    page: page.number,
                    stream: id,
                    transport,
                    path,
                    last: [0; 2],
                    deaf: false,
                    broken: false,
                };
                self.connections.insert(name, connection);
                self.dial(client, name);
            }
            Effect::SendFrame { id, frame } => self.send_frame(client, id, frame),
            Effect::CloseStream(id) => {
                let page = self.clients[client].page.as_mut();
                if let Some(name) = page.and_then(|page| page.streams.remove(&id)) {
                    self.hang_up(client, name);
                }
            }
            Effect::Persist { id, writes } => {
                let delay = self.chance.of(1..=20);
                let Some(page) = &mut self.clients[client].page else {
                    return;
                };
                page.writes.push_back((id, writes));
                let page = page.number;
                self.after(delay, Event::Commit { client, page, id });
            }
            Effect::WriteLocal { key, value } => {
                let now = self.clock.now();
                let disk = &mut self.clients[client].disk;
                if !disk.write_local(now, key, value) {
                    self.say(|| format!("client {client}   localStorage takes no {}", key.as_str()));
                }
            }
            other => self.break_promise(
                Promise::NoSpinning,
                format!("an effect that nobody knows: {other:?}"),
            ),
        }
    }

    fn send_request(&mut self, client: usize, id: Option<RequestId>, request: HttpRequest) {
        let now = self.clock.now();
        let Some(page) = &mut self.clients[client].page else {
            return;
        };
        let number = page.number;
        if let Some(id) = id {
            page.requests.insert(id);
            let event = Event::TimeOut {
                client,
                page: number,
                id,
            };
            self.after(u64::from(request.timeout_ms), event);
        }
        self.say(|| {
            let named = |key| request.body.as_ref().and_then(|body| body.get(key)?.as_str());
            let what = named("content").or_else(|| named("eventId")).unwrap_or_default();
            format!(
                "client {client} -> {} {} {what}",
                request.method.as_str(),
                request.path
            )
        });
        let caller = Caller::Client {
            client,
            page: number,
            id,
            message: message_of(&request),
        };
        match self.clients[client]
            .link
            .send(Way::ToServer, now, &mut self.tally)
        {
            Fate::Arrives(at) => {
                if let Some(again) = self.clients[client].link.repeats(at, &mut self.tally) {
                    let (caller, request) = (caller.clone(), request.clone());
                    self.at(
                        again,
                        Event::Arrive {
                            caller,
                            request,
                            sent_at: now,
                        },
                    );
                }
                self.at(
                    at,
                    Event::Arrive {
                        caller,
                        request,
                        sent_at: now,
                    },
                );
            }
            Fate::Lost(noticed) => {
                self.count(Fault::RequestLost);
                if let (Some(at), Some(id)) = (noticed, id) {
                    let outcome = Err(NetworkFailure::Unreachable);
                    let input = Input::Response { id, outcome };
                    self.at(
                        at,
                        Event::Input {
                            client,
                            page: number,
                            input,
                        },
                    );
                }
            }
        }
    }

    fn dial(&mut self, client: usize, name: ConnectionId) {
        let now = self.clock.now();
        match self.clients[client]
            .link
            .send(Way::ToServer, now, &mut self.tally)
        {
            Fate::Arrives(at) => self.at(at, Event::Dial(name)),
            Fate::Lost(noticed) => {
                let Some(connection) = self.connections.get_mut(&name) else {
                    return;
                };
                connection.broken = true;
                if let Some(at) = noticed {
                    let closed = pocketping_core::engine::StreamEvent::Closed { code: Some(1006) };
                    self.at(at, Event::Stream(name, closed));
                }
            }
        }
    }

    fn send_frame(&mut self, client: usize, stream: StreamId, frame: Value) {
        let now = self.clock.now();
        let page = self.clients[client].page.as_ref();
        let Some(name) = page.and_then(|page| page.streams.get(&stream).copied()) else {
            return;
        };
        let Some(connection) = self.connections.get_mut(&name) else {
            return;
        };
        let last = connection.last[Way::ToServer as usize];
        let link = &mut self.clients[client].link;
        match link.frame(Way::ToServer, now, last, &mut self.tally) {
            FrameFate::Arrives(at) => {
                connection.last[Way::ToServer as usize] = at;
                self.at(at, Event::Frame(name, frame));
            }
            // What breaks or deafens does so for both directions; frames of ours need no more than to be lost.
            FrameFate::Breaks | FrameFate::Deafens => {
                connection.deaf = true;
            }
        }
    }

    /// The client's end of a stream is closed; the server hears of it, if it is told.
    pub(super) fn hang_up(&mut self, client: usize, name: ConnectionId) {
        let now = self.clock.now();
        self.connections.remove(&name);
        if let Fate::Arrives(at) = self.clients[client]
            .link
            .send(Way::ToServer, now, &mut self.tally)
        {
            self.at(at, Event::HangUp(name));
        }
    }

    /// A database transaction ends.
    pub(super) fn commit(&mut self, client: usize, page: u64, id: PersistId) {
        let now = self.clock.now();
        let found = &mut self.clients[client];
        let wait = found.frozen_until.max(found.disk.hangs_until);
        if now < wait {
            return self.at(wait, Event::Commit { client, page, id });
        }
        let Some(open) = found.page.as_mut().filter(|open| open.number == page) else {
            return;
        };
        // In order: earlier ones end first.
        let ends = open
            .writes
            .iter()
            .position(|(known, _)| *known == id)
            .map_or(0, |at| at + 1);
        for (id, writes) in open.writes.drain(..ends).collect::<Vec<_>>() {
            let outcome = self.clients[client].disk.commit(now, writes);
            let input = Input::Persisted { id, outcome };
            self.at(now, Event::Input { client, page, input });
        }
    }

    /// What an engine tells.
    fn told(&mut self, client: usize, change: Change) {
        match change {
            Change::Delivered {
                client_message_id,
                message,
            } => {
                let name = client_message_id.as_str();
                let mut forgotten = false;
                if let Some(sent) = self.ledger.get_mut(name) {
                    sent.acknowledged = true;
                    forgotten = sent.may_be_forgotten;
                }
                let stored = self.server.messages(&message.session_id);
                if !forgotten && !stored.iter().any(|known| known.id == message.id) {
                    let detail = format!("{:?} is said to be stored", message.content);
                    self.break_promise(Promise::AcknowledgedMeansStored, detail);
                }
                self.say(|| format!("client {client}   delivered {:?}", message.content));
            }
            Change::Connected { session_id, .. } => {
                self.sessions.insert(session_id);
            }
            Change::Undeliverable {
                client_message_id,
                reason,
            } => {
                let detail = format!("client {client}: {client_message_id} is undeliverable: {reason:?}");
                self.break_promise(Promise::NothingRefused, detail);
            }
            Change::Notice(Notice::StorageCorrupt { entries }) => {
                let detail = format!("client {client} cannot read {entries} entries");
                self.break_promise(Promise::ReadableStorage, detail);
            }
            _ => {}
        }
    }
}

/// The message that a request brings.
fn message_of(request: &HttpRequest) -> Option<String> {
    if request.path != "/message" {
        return None;
    }
    let id = request.body.as_ref()?.get("clientMessageId")?.as_str()?;
    Some(id.to_owned())
}

/// An input in a trace.
fn shown(input: &Input) -> String {
    match input {
        Input::Restored(restored) => format!(
            "restored {} entries, {} messages",
            restored.outbox.len(),
            restored.history.len()
        ),
        Input::Response {
            outcome: Ok(answer),
            id,
        } => format!("<- {} for {}", answer.status, id.0),
        Input::Stream {
            id,
            event: pocketping_core::engine::StreamEvent::Frame(frame),
        } => {
            let kind = frame.get("type").and_then(Value::as_str).unwrap_or("?");
            let cursor = frame.get("cursor").and_then(Value::as_str).unwrap_or("");
            let content = frame
                .get("data")
                .and_then(|data| data.get("content"))
                .and_then(Value::as_str);
            format!("<- stream {} {kind} {cursor} {}", id.0, content.unwrap_or(""))
        }
        other => format!("{other:?}"),
    }
}
