//! What an engine wants done, and what it tells.

use super::World;
use super::arrivals::{Caller, Connection, Event, RESTORE_MILLIS};
use crate::client::Spot;
use crate::faults::Fault;
use crate::invariant::{self, Promise};
use crate::locks::Verdict;
use crate::network::{Fate, FrameFate, Way};
use crate::server::{Carried, ConnectionId};
use pocketping_core::Value;
use pocketping_core::engine::{
    Change, Effect, FailureReason, HttpRequest, Input, LocalKey, Method, NetworkFailure, Notice, Output,
    PersistFailure, PersistId, RequestId, StoreWrite, StreamId, TabEvent,
};

impl World {
    /// Gives an input to the engine of a page.
    pub(super) fn input(&mut self, spot: Spot, input: Input) {
        self.say(|| format!("{spot}   {}", shown(&input)));
        let outputs = self.clients[spot.client].handle(spot.page, input);
        self.perform_all(spot, outputs);
    }

    /// Does what came of an input, unless the page dies in the middle of it.
    pub(super) fn perform_all(&mut self, spot: Spot, outputs: Vec<Output>) {
        let chance = self.plan.clients[spot.client].dies_within_a_step;
        let dies = !self.healed && self.chance.of(0..=999_999) < chance;
        let done = match dies {
            true => usize::try_from(self.chance.of(0..=outputs.len() as u64)).unwrap_or(0),
            false => outputs.len(),
        };
        let shows = outputs.iter().any(|output| matches!(output, Output::Change(_)));
        for output in outputs.into_iter().take(done) {
            match output {
                Output::Effect(effect) => self.perform(spot, effect),
                Output::Change(change) => self.told(spot, change),
            }
        }
        if let Some(page) = self.clients[spot.client].page(spot.page).filter(|_| shows)
            && let Err((promise, detail)) = invariant::check_list(&page.engine)
        {
            self.break_promise(promise, format!("{spot}: {detail}"));
        }
        if dies {
            let away = self.chance.of(1..=5_000);
            self.page_dies(spot, away);
        }
    }

    fn perform(&mut self, spot: Spot, effect: Effect) {
        let client = spot.client;
        match effect {
            Effect::Request { id, request } => self.send_request(spot, Some(id), request),
            Effect::PutFile { id, file, url, .. } => self.put_file(spot, id, file.as_str(), url),
            Effect::Beacon { path, body } => {
                let request = HttpRequest {
                    method: Method::Post,
                    path,
                    body: Some(body),
                    timeout_ms: 0,
                };
                self.send_request(spot, None, request);
            }
            Effect::OpenStream { id, transport, path } => {
                let Some(page) = self.clients[client].page_mut(spot.page) else {
                    return;
                };
                self.last_name += 1;
                let name = ConnectionId(self.last_name);
                page.streams.insert(id, name);
                let connection = Connection {
                    spot,
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
            Effect::SendFrame { id, frame } => self.send_frame(spot, id, frame),
            Effect::CloseStream(id) => {
                let page = self.clients[client].page_mut(spot.page);
                if let Some(name) = page.and_then(|page| page.streams.remove(&id)) {
                    self.hang_up(client, name);
                }
            }
            Effect::Persist { id, epoch, writes } => {
                let delay = self.chance.of(1..=20);
                let Some(page) = self.clients[client].page_mut(spot.page) else {
                    return;
                };
                let line = format!(
                    "{spot} => write {} of epoch {epoch}: {}",
                    id.0,
                    writes.iter().map(shown_write).collect::<Vec<_>>().join(", ")
                );
                page.writes.push_back((id, epoch, writes));
                self.say(|| line);
                self.after(delay, Event::Commit(spot, id));
            }
            Effect::WriteLocal { key, value } => {
                self.write_local(spot, key, value);
            }
            Effect::Restore { claim } => {
                let (now, delay) = (self.clock.now(), self.chance.of(1..=60));
                if let Some(page) = self.clients[client].page_mut(spot.page).filter(|_| claim) {
                    page.asked_at.get_or_insert(now);
                    self.after(RESTORE_MILLIS, Event::GivesUp(spot));
                }
                self.after(delay, Event::Restore { spot, claim });
            }
            Effect::Elect { steal } => self.elect(spot, steal),
            Effect::Resign => {
                let next = self.clients[client].locks.resign(spot.page);
                self.lead_next(client, next);
            }
            Effect::Broadcast(said) => self.broadcast(spot, &said),
            Effect::ForgetJournal { of, seq } => {
                self.say(|| format!("{spot} => forgets the journal of {of} at {seq}"));
                self.clients[client].disk.forget_journal(&of, seq);
            }
            other => self.break_promise(
                Promise::NoSpinning,
                format!("an effect that nobody knows: {other:?}"),
            ),
        }
    }

    fn write_local(&mut self, spot: Spot, key: LocalKey, value: Option<Value>) {
        let now = self.clock.now();
        let client = &mut self.clients[spot.client];
        let Some(page) = client.pages.iter().find(|page| page.number == spot.page) else {
            return;
        };
        let name = match page.is_alone {
            true => String::new(),
            false => page.name(),
        };
        let is_news = match &value {
            Some(value) => !client.disk.has_local(&name, key, value),
            None => client.disk.journals().iter().any(|(page, _)| *page == name),
        };
        let told = (key == LocalKey::Outbox && is_news).then(|| value.clone().unwrap_or(Value::Null));
        if key == LocalKey::Outbox {
            self.trace.say(now, || {
                format!(
                    "{spot} => journal {}",
                    value.as_ref().map_or("-".to_owned(), shown_journal)
                )
            });
        } else {
            self.trace
                .say(now, || format!("{spot} => {} {value:?}", key.as_str()));
        }
        if !client.disk.write_local(now, &name, key, value) {
            self.say(|| format!("{spot}   localStorage takes no {}", key.as_str()));
            if matches!(key, LocalKey::Outbox | LocalKey::VisitorId) {
                self.at(now, Event::Input(spot, Input::JournalRefused));
            }
            return;
        }
        if let Some(journal) = told {
            // The browser tells other pages of what is written there.
            self.tell_others(spot, || TabEvent::Journal {
                tab: name.clone(),
                journal: journal.clone(),
            });
        }
    }

    /// Tells the other pages of the browser, in order.
    fn tell_others(&mut self, spot: Spot, event: impl Fn() -> TabEvent) {
        let now = self.clock.now();
        let others = self.clients[spot.client].pages.iter_mut();
        let others: Vec<_> = others
            .filter(|page| page.number != spot.page)
            .map(|page| {
                page.hears_until = page.hears_until.max(now + self.chance.of(0..=5));
                (page.number, page.hears_until)
            })
            .collect();
        for (page, at) in others {
            let other = Spot { page, ..spot };
            self.at(at, Event::Input(other, Input::Tab(event())));
        }
    }

    fn broadcast(&mut self, spot: Spot, said: &Value) {
        self.tell_others(spot, || TabEvent::Said(said.clone()));
    }

    fn elect(&mut self, spot: Spot, steal: bool) {
        let client = &mut self.clients[spot.client];
        // Two that look at a lease at the same moment may both find that it is theirs.
        let is_race = client.locks.is_lease && !self.healed && self.chance.permille(100);
        let before = client.locks.holder();
        for (page, verdict) in client.locks.elect(spot.page, steal || is_race) {
            let told = Spot { page, ..spot };
            let delay = match verdict {
                Verdict::Deposed => {
                    self.is_robbed(told);
                    let is_frozen = self.is_frozen(told);
                    self.count(if is_frozen {
                        Fault::LeaderRobbed
                    } else {
                        Fault::TwoLeaders
                    });
                    self.chance.of(1..=if self.clients[spot.client].locks.is_lease {
                        3_000
                    } else {
                        15
                    })
                }
                _ => self.chance.of(1..=15),
            };
            self.say(|| format!("{told}   will be {verdict:?}, {before:?} led"));
            self.after(delay, Event::Verdict(told, verdict));
        }
    }

    /// The lock has passed on.
    pub(super) fn lead_next(&mut self, client: usize, next: Option<u64>) {
        if let Some(page) = next {
            let delay = self.chance.of(1..=15);
            self.after(delay, Event::Verdict(Spot { client, page }, Verdict::Elected));
        }
    }

    /// A page hears what has become of its wish to lead.
    pub(super) fn verdict(&mut self, spot: Spot, verdict: Verdict) {
        let disk = &self.clients[spot.client].disk;
        let event = verdict.event().unwrap_or_else(|| TabEvent::Elected {
            journals: disk.journals(),
            visitor_id: disk.visitor(),
            session_id: disk.session(),
        });
        self.input(spot, Input::Tab(event));
    }

    fn send_request(&mut self, spot: Spot, id: Option<RequestId>, request: HttpRequest) {
        self.say(|| {
            let named = |key| request.body.as_ref().and_then(|body| body.get(key)?.as_str());
            let what = named("content").or_else(|| named("eventId")).unwrap_or_default();
            format!("{spot} -> {} {} {what}", request.method.as_str(), request.path)
        });
        let caller = Caller::Client {
            spot,
            id,
            message: message_of(&request),
        };
        let time = u64::from(request.timeout_ms);
        self.carry(caller, Carried::Request(request), time);
    }

    /// Takes something of a page's on its way to the server; its answer is waited for so long.
    pub(super) fn carry(&mut self, caller: Caller, carried: Carried, time: u64) {
        let Caller::Client { spot, id, .. } = caller else {
            return;
        };
        let (now, client) = (self.clock.now(), spot.client);
        let Some(page) = self.clients[client].page_mut(spot.page) else {
            return;
        };
        if let Some(id) = id {
            page.requests.insert(id);
            self.after(time, Event::TimeOut(spot, id));
        }
        match self.clients[client]
            .link
            .send(Way::ToServer, now, &mut self.tally)
        {
            Fate::Arrives(at) => {
                if let Some(again) = self.clients[client].link.repeats(at, &mut self.tally) {
                    let (caller, carried) = (caller.clone(), carried.clone());
                    self.at(
                        again,
                        Event::Arrive {
                            caller,
                            carried,
                            sent_at: now,
                        },
                    );
                }
                self.at(
                    at,
                    Event::Arrive {
                        caller,
                        carried,
                        sent_at: now,
                    },
                );
            }
            Fate::Lost(noticed) => {
                self.count(Fault::RequestLost);
                if let (Some(at), Some(id)) = (noticed, id) {
                    let outcome = Err(NetworkFailure::Unreachable);
                    let input = Input::Response { id, outcome };
                    self.at(at, Event::Input(spot, input));
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

    fn send_frame(&mut self, spot: Spot, stream: StreamId, frame: Value) {
        let (now, client) = (self.clock.now(), spot.client);
        let page = self.clients[client].page(spot.page);
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
    pub(super) fn commit(&mut self, spot: Spot, id: PersistId) {
        let now = self.clock.now();
        let found = &mut self.clients[spot.client];
        let wait = found.disk.hangs_until;
        if now < wait {
            return self.at(wait, Event::Commit(spot, id));
        }
        let Some(open) = found.page_mut(spot.page) else {
            return;
        };
        // In order: earlier ones end first.
        let ends = open
            .writes
            .iter()
            .position(|(known, _, _)| *known == id)
            .map_or(0, |at| at + 1);
        for (id, epoch, writes) in open.writes.drain(..ends).collect::<Vec<_>>() {
            let outcome = self.clients[spot.client].disk.commit(now, epoch, writes);
            if outcome == Err(PersistFailure::Fenced) {
                self.count(Fault::Fenced);
            }
            let input = Input::Persisted { id, outcome };
            self.at(now, Event::Input(spot, input));
        }
    }

    /// What an engine tells.
    fn told(&mut self, spot: Spot, change: Change) {
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
                self.say(|| format!("{spot}   delivered {:?}", message.content));
            }
            Change::Connected { session_id, .. } => {
                self.sessions.insert(session_id);
            }
            // Another page's reset has dropped it; whether rightly is looked at in the end.
            Change::Undeliverable {
                reason: FailureReason::NotFound,
                ..
            } => {}
            Change::Undeliverable {
                client_message_id,
                reason,
                ..
            } if self.excuses_file(spot, client_message_id.as_str(), reason) => {}
            Change::Undeliverable {
                client_message_id,
                reason,
                ..
            } => {
                let detail = format!("{spot}: {client_message_id} is undeliverable: {reason:?}");
                self.break_promise(Promise::NothingRefused, detail);
            }
            Change::Notice(Notice::StorageCorrupt { entries }) => {
                let detail = format!("{spot} cannot read {entries} entries");
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
        Input::Tab(TabEvent::Said(said)) => {
            let said = said.as_object().into_iter().flat_map(|said| said.iter());
            let parts = said.map(|(key, value)| match (key, value) {
                ("whole" | "hello" | "lead" | "ping" | "pong" | "bye", _) => key.to_owned(),
                ("entries", Value::List(entries)) => format!("{} entries", entries.len()),
                ("items", Value::List(items)) => {
                    let ids = items.iter().filter_map(|item| item.get("id")?.as_str());
                    format!("items {:?}", ids.collect::<Vec<_>>())
                }
                ("from" | "epoch", _) => format!("{key} {value:?}"),
                ("have" | "gone" | "done" | "reset", value) => format!("{key} {value:?}"),
                _ => key.to_owned(),
            });
            format!("<~ {}", parts.collect::<Vec<_>>().join(", "))
        }
        Input::Tab(TabEvent::Journal { tab, .. }) => format!("<~ journal of {tab}"),
        other => format!("{other:?}"),
    }
}

/// A journal in a trace.
fn shown_journal(value: &Value) -> String {
    let names = |key: &str| {
        let list = value.get(key).and_then(Value::as_list).unwrap_or_default();
        let names = list.iter().map(|item| {
            let id = item.as_str().or_else(|| item.get("id")?.as_str()).unwrap_or("?");
            let seq = item.get("seq").and_then(Value::as_int);
            let what = item.get("kind").and_then(Value::as_str).unwrap_or_default();
            let text = item
                .get("data")
                .and_then(|data| data.get("content").or_else(|| data.get("route"))?.as_str());
            match seq {
                Some(seq) => format!("{id}@{seq} {what} {}", text.unwrap_or_default()),
                None => id.to_owned(),
            }
        });
        names.collect::<Vec<_>>().join("; ")
    };
    let number = |key: &str| value.get(key).and_then(Value::as_int).unwrap_or(0);
    let led = value.get("led").and_then(Value::as_bool);
    format!(
        "seq {} void {} reset {} led {led:?} items [{}] tried [{}] done [{}]",
        number("seq"),
        number("void"),
        number("reset"),
        names("items"),
        names("tried"),
        names("done")
    )
}

/// A write in a trace.
fn shown_write(write: &StoreWrite) -> String {
    match write {
        StoreWrite::Put { store, key, .. } => format!("{store:?} {key}"),
        StoreWrite::Delete { store, key } => format!("no {store:?} {key}"),
        StoreWrite::Clear(store) => format!("no {store:?}"),
    }
}
