//! [`Foreign`]: a server of the existing kind (the Python SDK with its memory store, PROTOCOL §8).
//!
//! No idempotent sends, no cursors, no features, the oldest 50 messages with `/connect`, `after` only as a
//! message id, copies in its lists after each receipt, nothing replayed. A message is committed some time after
//! its request has arrived, now and then very late.

use crate::chance::Chance;
use crate::clock::{Clock, WallClock};
use crate::server::{CallId, ConnectionId, Said, Server};
use pocketping_core::engine::{HttpAnswer, HttpRequest, Method, Transport};
use pocketping_core::envelope::{ReadReceipt, ServerEnvelope, ServerEvent};
use pocketping_core::model::{Message, MessageStatus, Sender};
use pocketping_core::route::parse_query;
use pocketping_core::{MessageId, Object, SessionId, Value, Wire};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Routes that the Python SDK does not have.
const MISSING: [&str; 5] = ["/identify", "/event", "/disconnect", "/visibility", "/page"];
/// Messages that `/connect` answers with, and a page's default.
const PAGE: usize = 50;
/// Most messages of a page.
const MOST: usize = 100;

struct Session {
    id: SessionId,
    visitor: String,
    /// In storage order, copies included.
    messages: Vec<Message>,
}

/// A message that has arrived and is not committed.
struct Pending {
    due: u64,
    call: CallId,
    message: Message,
}

/// A server of the existing kind.
pub(crate) struct Foreign {
    clock: Clock,
    wall: WallClock,
    chance: Chance,
    up: bool,
    fails: bool,
    /// Chances of 1,000 that a commit takes seconds.
    slowness: u64,
    made: u64,
    sessions: Vec<Session>,
    streams: BTreeMap<ConnectionId, SessionId>,
    pending: Vec<Pending>,
    /// Operators' messages by the id of the simulated operator's own, which is no part of the dialect.
    said_by_operator: BTreeMap<String, MessageId>,
    said: VecDeque<Said>,
}

impl Foreign {
    pub(crate) fn new(clock: &Clock, mut chance: Chance) -> Self {
        let slowness = *chance.pick(&[0, 20, 150]).unwrap_or(&0);
        Foreign {
            clock: clock.clone(),
            wall: WallClock::new(clock, 0),
            chance,
            up: true,
            fails: false,
            slowness,
            made: 0,
            sessions: Vec::new(),
            streams: BTreeMap::new(),
            pending: Vec::new(),
            said_by_operator: BTreeMap::new(),
            said: VecDeque::new(),
        }
    }

    fn make_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        // Not in the order of time, as random ids are not.
        format!("{prefix}{:04x}-{}", self.made * 40_503 % 65_521, self.made)
    }

    fn answer(&mut self, call: CallId, status: u16, body: Object) {
        let answer = HttpAnswer {
            status,
            body: body.into(),
            retry_after: None,
            version: None,
        };
        self.said.push_back(Said::Answer(call, answer));
    }

    fn session(&self, id: &str) -> Option<usize> {
        self.sessions.iter().position(|session| session.id.as_str() == id)
    }

    fn tell(&mut self, session: &SessionId, event: ServerEvent) {
        let envelope = ServerEnvelope::from(event).write();
        for (connection, listens_to) in &self.streams {
            if listens_to == session {
                self.said.push_back(Said::Envelope(*connection, envelope.clone()));
            }
        }
    }

    fn connect(&mut self, call: CallId, body: &Value) {
        let known = text(body, "sessionId").and_then(|id| self.session(&id));
        let at = known.unwrap_or_else(|| {
            let id = SessionId::from(self.make_id("session-"));
            self.sessions.push(Session {
                id,
                visitor: text(body, "visitorId").unwrap_or_default(),
                messages: Vec::new(),
            });
            self.sessions.len() - 1
        });
        let session = &self.sessions[at];
        let oldest: Vec<Value> = session.messages.iter().take(PAGE).map(Wire::write).collect();
        let body = Object::new()
            .with("sessionId", session.id.as_str())
            .with("visitorId", session.visitor.as_str())
            .with("operatorOnline", true)
            .with("messages", oldest);
        self.answer(call, 200, body);
    }

    /// A message arrives, of the visitor or of the simulated operator.
    fn message(&mut self, call: CallId, session: &str, sender: Sender, body: &Value) {
        let Some(at) = self.session(session) else {
            return self.answer(call, 404, Object::new().with("detail", "Session not found"));
        };
        let session_id = self.sessions[at].id.clone();
        let content = text(body, "content").unwrap_or_default();
        let id = MessageId::from(self.make_id("m"));
        let message = Message::new(id, session_id, sender, content, self.wall.read());
        let delay = if sender == Sender::Visitor && self.chance.permille(self.slowness) {
            self.chance.of(1_000..=40_000)
        } else {
            self.chance.of(0..=3)
        };
        self.pending.push(Pending {
            due: self.clock.now() + delay,
            call,
            message,
        });
    }

    fn commit(&mut self, pending: Pending) {
        let mut message = pending.message;
        if self.fails && self.chance.permille(500) {
            return self.answer(
                pending.call,
                500,
                Object::new().with("detail", "Internal Server Error"),
            );
        }
        message.timestamp = self.wall.read();
        let Some(at) = self.session(message.session_id.as_str()) else {
            return;
        };
        self.sessions[at].messages.push(message.clone());
        self.said.push_back(Said::Committed(pending.call));
        let body = Object::new()
            .with("messageId", message.id.as_str())
            .with("timestamp", message.timestamp.to_string());
        let session = message.session_id.clone();
        self.tell(&session, ServerEvent::Message(Box::new(message)));
        if self.fails {
            return self.answer(
                pending.call,
                500,
                Object::new().with("detail", "Internal Server Error"),
            );
        }
        self.answer(pending.call, 200, body);
    }

    fn operator_message(&mut self, call: CallId, session: &str, body: &Value) {
        let name = text(body, "clientMessageId").unwrap_or_default();
        if let Some(id) = self.said_by_operator.get(&name) {
            let body = Object::new().with("id", id.as_str());
            return self.answer(call, 200, body);
        }
        let Some(at) = self.session(session) else {
            return self.answer(call, 404, Object::new());
        };
        let session_id = self.sessions[at].id.clone();
        let id = MessageId::from(self.make_id("m"));
        let content = text(body, "content").unwrap_or_default();
        let message = Message::new(
            id.clone(),
            session_id.clone(),
            Sender::Operator,
            content,
            self.wall.read(),
        );
        self.sessions[at].messages.push(message.clone());
        self.tell(&session_id, ServerEvent::Message(Box::new(message)));
        let body = Object::new().with("id", id.as_str());
        self.said_by_operator.insert(name, id);
        self.answer(call, 200, body);
    }

    fn list(&mut self, call: CallId, query: &[(String, String)]) {
        let get = |name: &str| {
            query
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let limit = get("limit")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(PAGE)
            .min(MOST);
        let session = get("sessionId").and_then(|id| self.session(id));
        let messages = session.map_or(&[][..], |at| &self.sessions[at].messages);
        let found = get("after").and_then(|id| messages.iter().position(|message| message.id.as_str() == id));
        let rest = &messages[found.map_or(0, |at| at + 1)..];
        let page: Vec<Value> = rest.iter().take(limit).map(Wire::write).collect();
        let body = Object::new()
            .with("messages", page)
            .with("hasMore", rest.len() > limit);
        self.answer(call, 200, body);
    }

    /// Marks messages, and appends a copy of each, as those stores do.
    fn read(&mut self, call: CallId, body: &Value) {
        let ids: Vec<MessageId> = body
            .get("messageIds")
            .and_then(|ids| Wire::read(ids).ok())
            .unwrap_or_default();
        let status = body
            .get("status")
            .and_then(|status| MessageStatus::read(status).ok());
        let status = status.unwrap_or(MessageStatus::Read);
        let Some(at) = text(body, "sessionId").and_then(|id| self.session(&id)) else {
            return self.answer(call, 404, Object::new().with("detail", "Session not found"));
        };
        let now = self.wall.read();
        let session = &mut self.sessions[at];
        let mut updated = Vec::new();
        for id in ids {
            let mut copy = None;
            for message in session.messages.iter_mut().filter(|message| message.id == id) {
                message.status = message.status.max(Some(status));
                message.delivered_at = message.delivered_at.or(Some(now));
                if status == MessageStatus::Read {
                    message.read_at = message.read_at.or(Some(now));
                }
                copy = Some(message.clone());
            }
            if let Some(copy) = copy {
                session.messages.push(copy);
                updated.push(id);
            }
        }
        let session_id = session.id.clone();
        let count = updated.len();
        if count > 0 {
            let receipt = ReadReceipt {
                session_id: Some(session_id.clone()),
                message_ids: updated,
                status,
                delivered_at: Some(now),
                read_at: (status == MessageStatus::Read).then_some(now),
            };
            self.tell(&session_id, ServerEvent::Read(receipt));
        }
        self.answer(
            call,
            200,
            Object::new().with("updated", i64::try_from(count).unwrap_or(0)),
        );
    }
}

impl Server for Foreign {
    fn request(&mut self, call: CallId, request: &HttpRequest) {
        let (route, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let body = request.body.clone().unwrap_or_default();
        let session = text(&body, "sessionId").unwrap_or_default();
        match route {
            _ if MISSING.contains(&route) => {
                self.answer(call, 404, Object::new().with("detail", "Not Found"));
            }
            "/connect" => self.connect(call, &body),
            "/message" if request.method == Method::Post => {
                self.message(call, &session, Sender::Visitor, &body)
            }
            "/messages" => self.list(call, &parse_query(query)),
            "/read" => self.read(call, &body),
            _ => match route
                .strip_prefix("/operator/v1/sessions/")
                .and_then(|rest| rest.split_once('/'))
            {
                Some((session, "messages")) => self.operator_message(call, session, &body),
                _ => self.answer(call, 200, Object::new().with("ok", true)),
            },
        }
    }

    fn dial(&mut self, connection: ConnectionId, transport: Transport, path: &str) {
        if transport == Transport::EventSource {
            self.said.push_back(Said::Closed(connection, 1006));
            return;
        }
        let query = parse_query(path.split_once('?').map_or("", |(_, query)| query));
        let session = query.into_iter().find(|(key, _)| key == "sessionId");
        // An unknown session is accepted, too.
        self.streams.insert(
            connection,
            SessionId::from(session.map_or_else(String::new, |(_, id)| id)),
        );
        self.said.push_back(Said::Opened(connection));
    }

    fn frame(&mut self, _: ConnectionId, _: &Value) {
        // Nothing that we send over a socket means anything there.
    }

    fn stall(&mut self, _: ConnectionId, _: u64) {
        // Those servers gather without a limit.
    }

    fn hang_up(&mut self, connection: ConnectionId) {
        self.streams.remove(&connection);
    }

    fn run(&mut self) {
        let now = self.clock.now();
        while let Some(at) = self.pending.iter().position(|pending| pending.due <= now) {
            let pending = self.pending.remove(at);
            self.commit(pending);
        }
    }

    fn poll_said(&mut self) -> Option<Said> {
        self.said.pop_front()
    }

    fn deadline(&self) -> Option<u64> {
        self.pending.iter().map(|pending| pending.due).min()
    }

    fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    fn is_up(&self) -> bool {
        self.up
    }

    fn crash(&mut self) -> usize {
        self.up = false;
        self.streams.clear();
        self.said.clear();
        std::mem::take(&mut self.pending).len()
    }

    fn forget(&mut self) {
        self.sessions.clear();
        self.said_by_operator.clear();
    }

    fn start(&mut self) {
        self.up = true;
    }

    fn store_fails(&mut self, fails: bool) {
        self.fails = fails;
    }

    fn set_clock(&mut self, off_by: i64) {
        self.wall.set(off_by);
    }

    fn messages(&self, session: &SessionId) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::new();
        let stored = self
            .session(session.as_str())
            .map(|at| &self.sessions[at].messages);
        for message in stored.into_iter().flatten() {
            if !messages.iter().any(|known| known.id == message.id) {
                messages.push(message.clone());
            }
        }
        messages
    }

    fn readable(&self, session: &SessionId) -> Option<BTreeSet<MessageId>> {
        let mut seen = BTreeSet::new();
        let at = self.session(session.as_str())?;
        let messages = &self.sessions[at].messages;
        let mut from = 0;
        loop {
            let page = messages[from..].iter().take(MOST);
            let unseen = page.filter(|message| seen.insert(message.id.clone()));
            let Some(last) = unseen.last() else {
                return Some(seen);
            };
            let first = messages.iter().position(|message| message.id == last.id);
            from = first.map_or(from, |at| at + 1);
        }
    }

    fn event_ids(&self) -> Option<Vec<String>> {
        None
    }
}

fn text(body: &Value, key: &str) -> Option<String> {
    body.get(key).and_then(Value::as_str).map(str::to_owned)
}
