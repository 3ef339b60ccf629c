//! A fake server in two dialects: ours, and the existing ones' (the Python SDK's behaviour).

mod uploads;

pub use uploads::Upload;

use pocketping_core::engine::{
    HttpAnswer, HttpRequest, Method, NetworkFailure, StreamEvent, StreamId, Transport,
};
use pocketping_core::envelope::{MessageDeleted, MessageEdited, ServerEnvelope, ServerEvent};
use pocketping_core::model::{Attachment, Message, MessageStatus, Sender};
use pocketping_core::route::parse_query;
use pocketping_core::{Cursor, MessageId, Object, SessionId, Timestamp, Value, Wire};
use std::collections::BTreeMap;

/// The server's clock at the world's time 0.
pub const EPOCH: i64 = 1_790_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Ours,
    Foreign,
}

/// What becomes of an attempt to open a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled {
    Open,
    Refused,
    /// No answer at all.
    Nothing,
}

#[derive(Clone, Debug)]
pub struct OpenStream {
    pub id: StreamId,
    pub transport: Transport,
    pub session: SessionId,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub visitor: String,
    pub messages: Vec<Message>,
    pub log: Vec<ServerEnvelope>,
}

/// A scripted answer: path prefix, status, body.
pub type Script = (String, u16, Value);

pub struct Server {
    pub dialect: Dialect,
    pub up: bool,
    /// Takes requests, does the work and never answers.
    pub silent: bool,
    pub web_socket: Dialled,
    pub event_source: Dialled,
    /// Streams open, and nothing ever comes over them.
    pub deaf: bool,
    /// Cursors before this are not replayed any more.
    pub oldest_cursor: usize,
    /// Whether own messages come back over the stream before the answer does.
    pub echo: bool,
    pub sessions: Vec<Session>,
    pub streams: Vec<OpenStream>,
    pub scripts: Vec<Script>,
    pub retry_after: Option<u64>,
    /// The version headers of every answer.
    pub version: Option<Object>,
    /// Requests as they arrived: method and path.
    pub heard: Vec<(Method, String, Option<Value>)>,
    pub frames: Vec<Value>,
    pub events: Vec<Value>,
    pub sent: Vec<(StreamId, StreamEvent)>,
    pub missing_routes: Vec<&'static str>,
    /// Edits and deletions by `POST /edit` and `POST /delete`, as the Node server has them.
    pub node_routes: bool,
    /// Answers 500 where it does not know the session, as the Node server does (PROTOCOL §1.4).
    pub node_errors: bool,
    /// Whoever names a session that is gone gets the last one of the same visitor.
    pub moved: bool,
    /// Ratings and pre-chat forms as they came.
    pub forms: Vec<(String, Value)>,
    pub features: Vec<&'static str>,
    /// Uploads by their ids.
    pub uploads: BTreeMap<String, Upload>,
    /// How long addresses for bytes are good, in milliseconds.
    pub link_millis: u64,
    pub now: u64,
    made: usize,
}

impl Server {
    pub fn ours() -> Self {
        Self::of(Dialect::Ours)
    }

    pub fn foreign() -> Self {
        let mut server = Self::of(Dialect::Foreign);
        server.missing_routes = vec!["/identify", "/event", "/disconnect", "/visibility", "/page"];
        server.event_source = Dialled::Refused;
        server.features = Vec::new();
        server
    }

    fn of(dialect: Dialect) -> Self {
        Server {
            dialect,
            up: true,
            silent: false,
            web_socket: Dialled::Open,
            event_source: Dialled::Open,
            deaf: false,
            oldest_cursor: 0,
            echo: true,
            sessions: Vec::new(),
            streams: Vec::new(),
            scripts: Vec::new(),
            retry_after: None,
            version: None,
            heard: Vec::new(),
            frames: Vec::new(),
            events: Vec::new(),
            sent: Vec::new(),
            missing_routes: Vec::new(),
            node_routes: false,
            node_errors: false,
            moved: false,
            forms: Vec::new(),
            features: vec![
                "idempotent-send",
                "event-route",
                "resume",
                "heartbeat",
                "pages",
                "uploads",
            ],
            uploads: BTreeMap::new(),
            link_millis: 900_000,
            now: 0,
            made: 0,
        }
    }

    pub fn kill(&mut self) {
        self.up = false;
        for stream in std::mem::take(&mut self.streams) {
            self.sent
                .push((stream.id, StreamEvent::Closed { code: Some(1006) }));
        }
    }

    pub fn start(&mut self) {
        self.up = true;
    }

    /// The next request to such a path is answered so.
    pub fn script(&mut self, path: &str, status: u16, body: impl Into<Value>) {
        self.scripts.push((path.to_owned(), status, body.into()));
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::from_millis(EPOCH + self.now as i64)
    }

    fn make_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        // Not in the order of time, as random ids are not.
        format!("{prefix}{:04x}", (self.made * 40_503) % 65_521)
    }

    /// The texts that the session holds, in order.
    pub fn texts(&self) -> Vec<String> {
        let session = self.sessions.last().unwrap();
        session
            .messages
            .iter()
            .map(|message| message.content.clone())
            .collect()
    }

    pub fn session(&mut self) -> &mut Session {
        self.sessions.last_mut().unwrap()
    }

    /// The operator writes.
    pub fn say(&mut self, now: u64, content: &str) -> MessageId {
        self.now = now;
        let session = self.session().id.clone();
        let message = self.new_message(session, content, Sender::Operator, None);
        self.store(message)
    }

    fn new_message(
        &mut self,
        session_id: SessionId,
        content: &str,
        sender: Sender,
        client: Option<&str>,
    ) -> Message {
        let id = self.make_id("m").into();
        Message {
            client_message_id: client.map(Into::into),
            ..Message::new(id, session_id, sender, content.to_owned(), self.timestamp())
        }
    }

    fn store(&mut self, message: Message) -> MessageId {
        let id = message.id.clone();
        let at = self
            .sessions
            .iter()
            .position(|session| session.id == message.session_id)
            .unwrap();
        self.sessions[at].messages.push(message.clone());
        self.tell(at, ServerEvent::Message(Box::new(message)));
        id
    }

    /// Tells the current session's streams, and its log.
    pub fn broadcast(&mut self, event: ServerEvent) {
        let at = self.sessions.len() - 1;
        self.tell(at, event);
    }

    fn tell(&mut self, at: usize, event: ServerEvent) {
        let session = &mut self.sessions[at];
        let mut envelope = ServerEnvelope::from(event);
        if self.dialect == Dialect::Ours {
            envelope.cursor = Some(Cursor::new(format!("c1.{}", session.log.len() + 1)));
        }
        session.log.push(envelope.clone());
        if self.deaf {
            return;
        }
        for stream in self.streams.iter().filter(|stream| stream.session == session.id) {
            self.sent.push((stream.id, StreamEvent::Frame(envelope.write())));
        }
    }

    pub fn edit(&mut self, id: &MessageId, content: &str) {
        let edited_at = self.timestamp();
        for message in &mut self.session().messages {
            if message.id == *id {
                message.content = content.to_owned();
                message.edited_at = Some(edited_at);
            }
        }
        self.broadcast(ServerEvent::MessageEdited(MessageEdited {
            message_id: id.clone(),
            content: content.to_owned(),
            edited_at,
        }));
    }

    pub fn delete(&mut self, id: &MessageId) {
        let deleted_at = self.timestamp();
        self.delete_at(id, deleted_at);
    }

    pub fn delete_at(&mut self, id: &MessageId, deleted_at: Timestamp) {
        for message in &mut self.session().messages {
            if message.id == *id {
                message.content.clear();
                message.deleted_at = Some(deleted_at);
            }
        }
        self.broadcast(ServerEvent::MessageDeleted(MessageDeleted {
            message_id: id.clone(),
            deleted_at,
        }));
    }

    pub fn dial(&mut self, id: StreamId, transport: Transport, path: &str) -> Dialled {
        let how = match transport {
            _ if !self.up => Dialled::Refused,
            Transport::WebSocket => self.web_socket,
            Transport::EventSource => self.event_source,
        };
        if how != Dialled::Open {
            return how;
        }
        let query = parse_query(path.split_once('?').unwrap().1);
        let session: SessionId = query[0].1.as_str().into();
        self.streams.push(OpenStream {
            id,
            transport,
            session: session.clone(),
        });
        let after = query
            .iter()
            .find(|(key, _)| key == "after")
            .and_then(|(_, cursor)| place(cursor));
        let known = self.sessions.iter().find(|known| known.id == session);
        if let (Some(after), Some(known), Dialect::Ours, false) = (after, known, self.dialect, self.deaf) {
            if after < self.oldest_cursor {
                let resync = ServerEnvelope::from(ServerEvent::Resync).write();
                self.sent.push((id, StreamEvent::Frame(resync)));
            } else {
                for envelope in &known.log[after..] {
                    self.sent.push((id, StreamEvent::Frame(envelope.write())));
                }
            }
        }
        Dialled::Open
    }

    pub fn frame(&mut self, id: StreamId, frame: &Value) {
        if !self.streams.iter().any(|stream| stream.id == id) {
            return;
        }
        self.frames.push(frame.clone());
        let kind = frame.get("type").and_then(Value::as_str);
        if kind == Some("ping") && self.dialect == Dialect::Ours && !self.deaf {
            let pong = ServerEnvelope::from(ServerEvent::Pong).write();
            self.sent.push((id, StreamEvent::Frame(pong)));
        }
    }

    pub fn answer(&mut self, now: u64, request: &HttpRequest) -> Result<HttpAnswer, NetworkFailure> {
        self.now = now;
        if !self.up {
            return Err(NetworkFailure::Unreachable);
        }
        self.heard
            .push((request.method, request.path.clone(), request.body.clone()));
        if let Some(at) = self
            .scripts
            .iter()
            .position(|(path, ..)| request.path.starts_with(path.as_str()))
        {
            let (_, status, body) = self.scripts.remove(at);
            return Ok(self.http(status, body));
        }
        let (route, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let query = parse_query(query);
        let body = request.body.clone().unwrap_or_default();
        if let Some(id) = route.strip_prefix("/message/") {
            return Ok(self.revise(request.method, id, &body));
        }
        if self.missing_routes.contains(&route) {
            return Ok(self.http(404, Object::new().with("detail", "Not Found")));
        }
        Ok(match route {
            "/connect" => self.connect(&body),
            "/message" => self.message(&body),
            "/messages" => self.messages(&query),
            "/upload" => self.announce(&body),
            "/upload/complete" => self.complete(&body),
            "/read" => self.read(&body),
            "/edit" | "/delete" if self.node_routes => {
                let method = if route == "/edit" {
                    Method::Patch
                } else {
                    Method::Delete
                };
                let id = body.get("messageId").and_then(Value::as_str).unwrap().to_owned();
                self.change(method, &id, &body)
            }
            "/edit" | "/delete" => self.http(404, Object::new().with("detail", "Not Found")),
            "/csat" | "/prechat" => {
                self.forms.push((route.to_owned(), body));
                self.http(200, Object::new().with("ok", true))
            }
            "/event" => {
                let known = self
                    .events
                    .iter()
                    .any(|event| event.get("eventId") == body.get("eventId"));
                if !known {
                    self.events.push(body);
                }
                self.http(200, Object::new().with("ok", true))
            }
            _ => self.http(200, Object::new().with("ok", true)),
        })
    }

    fn http(&self, status: u16, body: impl Into<Value>) -> HttpAnswer {
        HttpAnswer {
            status,
            body: body.into(),
            retry_after: self.retry_after.filter(|_| status == 429 || status == 503),
            version: self.version.clone(),
        }
    }

    fn cursor(session: &Session) -> Value {
        Value::from(format!("c1.{}", session.log.len()))
    }

    fn connect(&mut self, body: &Value) -> HttpAnswer {
        let visitor = body.get("visitorId").and_then(Value::as_str).unwrap().to_owned();
        let wanted = body.get("sessionId").and_then(Value::as_str);
        let known = self
            .sessions
            .iter()
            .position(|session| Some(session.id.as_str()) == wanted);
        let of_visitor = |session: &Session| self.moved && session.visitor == visitor;
        let known = known.or_else(|| self.sessions.iter().rposition(of_visitor));
        let at = known.unwrap_or_else(|| {
            let id = SessionId::from(self.make_id("session-"));
            self.sessions.push(Session {
                id,
                visitor,
                messages: Vec::new(),
                log: Vec::new(),
            });
            self.sessions.len() - 1
        });
        let session = &self.sessions[at];
        let mut answer = Object::new()
            .with("sessionId", session.id.as_str())
            .with("visitorId", session.visitor.as_str())
            .with("operatorOnline", true)
            .with("welcomeMessage", "Hi!");
        let count = session.messages.len();
        match self.dialect {
            Dialect::Ours => {
                let newest = session.messages[count.saturating_sub(50)..].to_vec();
                answer.set("messages", newest.write());
                answer.set("hasMore", count > 50);
                answer.set("cursor", Self::cursor(session));
            }
            Dialect::Foreign => answer.set("messages", session.messages[..count.min(50)].to_vec().write()),
        }
        if !self.features.is_empty() {
            let features: Vec<Value> = self.features.iter().map(|name| Value::from(*name)).collect();
            answer.set("features", features);
        }
        self.http(200, answer)
    }

    fn message(&mut self, body: &Value) -> HttpAnswer {
        let text = |key: &str| {
            body.get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (session, content, client) = (text("sessionId"), text("content"), text("clientMessageId"));
        let Some(known) = self.sessions.iter().find(|known| known.id.as_str() == session) else {
            let status = if self.node_errors { 500 } else { 404 };
            return self.http(status, Object::new().with("detail", "Session not found"));
        };
        let ids = body
            .get("attachmentIds")
            .and_then(Value::as_list)
            .unwrap_or_default();
        let mut files = Vec::new();
        for id in ids {
            let id = id.as_str().unwrap();
            let upload = self.uploads.get(id);
            match upload.filter(|upload| upload.complete && upload.session == session) {
                Some(upload) => files.push(Attachment::read(&uploads::view(id, upload).into()).unwrap()),
                None => return self.http(422, Object::new().with("detail", "no such upload")),
            }
        }
        let stored = known.messages.iter().find(|message| {
            self.dialect == Dialect::Ours
                && message
                    .client_message_id
                    .as_ref()
                    .is_some_and(|id| id.as_str() == client)
        });
        let (id, timestamp) = match stored {
            Some(stored) => (stored.id.clone(), stored.timestamp),
            None => {
                let client = (self.dialect == Dialect::Ours).then_some(client.as_str());
                let mut message =
                    self.new_message(session.as_str().into(), &content, Sender::Visitor, client);
                message.attachments = files;
                let timestamp = message.timestamp;
                let deaf = self.deaf;
                self.deaf |= !self.echo;
                let id = self.store(message);
                self.deaf = deaf;
                (id, timestamp)
            }
        };
        let answer = Object::new()
            .with("messageId", id.as_str())
            .with("timestamp", timestamp.to_string());
        self.http(200, answer)
    }

    fn messages(&mut self, query: &[(String, String)]) -> HttpAnswer {
        let get = |key: &str| {
            query
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.as_str())
        };
        let Some(session) = self
            .sessions
            .iter()
            .find(|known| Some(known.id.as_str()) == get("sessionId"))
        else {
            let status = if self.dialect == Dialect::Ours { 404 } else { 200 };
            return self.http(
                status,
                Object::new().with("messages", Vec::new()).with("hasMore", false),
            );
        };
        let limit: usize = get("limit").map_or(50, |limit| limit.parse().unwrap());
        let messages = &session.messages;
        let mut answer = Object::new();
        if self.dialect == Dialect::Ours {
            answer.set("cursor", Self::cursor(session));
        }
        if let Some(after) = get("after")
            .and_then(place)
            .filter(|_| self.dialect == Dialect::Ours)
        {
            let rest = &session.log[after.min(session.log.len())..];
            let events = if after < self.oldest_cursor {
                vec![ServerEnvelope::from(ServerEvent::Resync)]
            } else {
                rest[..rest.len().min(limit)].to_vec()
            };
            answer.set("events", events.write());
            answer.set("messages", Vec::new());
            answer.set("hasMore", rest.len() > limit);
        } else if let Some(before) = get("before").filter(|_| self.dialect == Dialect::Ours) {
            let found = messages.iter().position(|message| message.id.as_str() == before);
            let end = found.unwrap_or(messages.len());
            let from = end.saturating_sub(limit);
            answer.set("messages", messages[from..end].to_vec().write());
            answer.set("hasMore", from > 0);
        } else {
            let found =
                get("after").and_then(|id| messages.iter().position(|message| message.id.as_str() == id));
            let rest = &messages[found.map_or(0, |at| at + 1)..];
            answer.set("messages", rest[..rest.len().min(limit)].to_vec().write());
            answer.set("hasMore", rest.len() > limit);
        }
        self.http(200, answer)
    }

    fn revise(&mut self, method: Method, id: &str, body: &Value) -> HttpAnswer {
        match self.dialect {
            Dialect::Ours => self.change(method, id, body),
            Dialect::Foreign => self.http(404, Object::new().with("detail", "Not Found")),
        }
    }

    fn change(&mut self, method: Method, id: &str, body: &Value) -> HttpAnswer {
        let id = MessageId::from(id);
        let session = body.get("sessionId").and_then(Value::as_str).unwrap();
        if !self.sessions.iter().any(|known| known.id.as_str() == session) {
            return self.http(404, Object::new().with("detail", "Session not found"));
        }
        let known = self.session().messages.iter().find(|message| message.id == id);
        if known.is_none_or(|message| message.deleted_at.is_some()) {
            return self.http(404, Object::new().with("detail", "Message not found"));
        }
        if method == Method::Delete {
            self.delete(&id);
            return self.http(200, Object::new().with("deleted", true));
        }
        let content = body
            .get("content")
            .and_then(Value::as_str)
            .unwrap()
            .trim()
            .to_owned();
        self.edit(&id, &content);
        let message = Object::new()
            .with("id", id.as_str())
            .with("content", content)
            .with("editedAt", self.timestamp().to_string());
        self.http(200, Object::new().with("message", message))
    }

    fn read(&mut self, body: &Value) -> HttpAnswer {
        let ids: Vec<MessageId> = Vec::read(body.get("messageIds").unwrap()).unwrap();
        let status = MessageStatus::read(body.get("status").unwrap()).unwrap();
        let mut updated = 0;
        for session in &mut self.sessions {
            for message in session
                .messages
                .iter_mut()
                .filter(|message| ids.contains(&message.id))
            {
                message.status = message.status.max(Some(status));
                updated += 1;
            }
        }
        self.http(200, Object::new().with("updated", updated))
    }
}

fn place(cursor: &str) -> Option<usize> {
    cursor.strip_prefix("c1.")?.parse().ok()
}
