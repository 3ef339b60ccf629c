//! What can be wrong with a request, and asking for it: each route says what is right, the rest follows.

use super::{Answer, Server, TOKEN};
use futures_util::FutureExt;
use pocketping_core::{MessageId, Wire};
use pocketping_server::storage::{MemoryStorage, Storage};
use pocketping_server::{Delivery, Page, SessionFilter, Subscription};
use serde_json::{Value, json};
use std::sync::Arc;

/// A route that takes JSON.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// A body that it takes.
    pub(crate) good: Value,
    pub(crate) fields: Vec<Field>,
    pub(crate) beacon: bool,
}

/// A field of a body.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// What a field holds, and with which status it is refused when it is too long.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A text that is not empty; of any length.
    Id,
    /// A text of at most so many characters.
    Text(usize, u16),
    /// A text of any length.
    AnyText,
    Number,
    Flag,
    /// A list of texts that are not empty.
    Ids,
    /// A list of texts.
    Texts,
    Object,
    /// One of some words.
    Choice,
    Date,
}

pub(crate) fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
    }
}

pub(crate) fn optional(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
    }
}

pub(crate) fn route(method: &'static str, path: impl Into<String>, good: Value, fields: Vec<Field>) -> Route {
    Route {
        method,
        path: path.into(),
        good,
        fields,
        beacon: false,
    }
}

impl Route {
    /// It takes any content type.
    pub(crate) fn of_beacons(mut self) -> Self {
        self.beacon = true;
        self
    }

    /// The good body with another value of a field; without it for `None`.
    fn with(&self, field: &str, value: Option<Value>) -> Value {
        let mut body = self.good.clone();
        let members = body.as_object_mut().unwrap();
        match value {
            Some(value) => members.insert(field.to_owned(), value),
            None => members.remove(field),
        };
        body
    }

    async fn send(&self, server: &Server, body: impl Into<Vec<u8>>, kind: &str) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        let headers = [("content-type", kind), ("authorization", &bearer)];
        server.send(self.method, &self.path, &headers, body).await
    }
}

impl Kind {
    /// Values of other types and forms.
    fn wrong(self) -> Vec<Value> {
        let other = match self {
            Kind::Id => vec![json!(7), json!(true), json!({}), json!("")],
            Kind::Text(..) | Kind::AnyText => vec![json!(7), json!(false), json!({}), json!(["x"])],
            Kind::Number => vec![
                json!("x"),
                json!(true),
                json!({}),
                json!(1.5),
                json!(99999999999999999999u128 as f64),
            ],
            Kind::Flag => vec![json!("yes"), json!(1), json!({})],
            Kind::Ids => vec![
                json!("x"),
                json!({}),
                json!(7),
                json!([7]),
                json!([null]),
                json!([""]),
            ],
            Kind::Texts => vec![json!("x"), json!({}), json!(7), json!([7]), json!([null])],
            Kind::Object => vec![json!("x"), json!(7), json!(true), json!(["x"])],
            Kind::Choice => vec![json!("nonsense"), json!(7), json!({}), json!("")],
            Kind::Date => vec![
                json!("yesterday"),
                json!(7),
                json!({}),
                json!("2026-02-30T00:00:00Z"),
            ],
        };
        other.into_iter().collect()
    }
}

/// Messages that the visitor may change, or not.
pub(crate) struct Messages {
    pub(crate) mine: String,
    /// Deleted.
    pub(crate) gone: String,
    /// Another visitor's session.
    pub(crate) other: String,
    /// And a message in it.
    pub(crate) theirs: String,
    /// Operators' own.
    pub(crate) note: MessageId,
    /// An operator's.
    pub(crate) answer: MessageId,
}

/// A server that tells whether anything was stored or broadcast.
pub(crate) struct Watched {
    pub(crate) server: Server,
    store: Arc<MemoryStorage>,
    session: String,
    operators: Subscription,
    visitor: Subscription,
}

impl Watched {
    /// A server with this session of the visitor `visitor`, whose streams are listened to.
    pub(crate) async fn start() -> Self {
        let store = Arc::new(MemoryStorage::new());
        let storage = Arc::clone(&store) as Arc<dyn Storage>;
        let server = Server::with(|builder| builder.storage_arc(storage)).await;
        let session = server.connect("visitor").await;
        let visitor = server.pp.subscribe(session.as_str().into(), None).await.unwrap();
        let operators = server.pp.subscribe_operators(None).await.unwrap();
        Watched {
            server,
            store,
            session,
            operators,
            visitor,
        }
    }

    /// The session.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// Stores a message of each kind.
    pub(crate) async fn messages(&self) -> Messages {
        let (server, session) = (&self.server, self.session());
        let mine = server.say(session, "mine").await;
        let gone = server.say(session, "gone").await;
        let other = server.connect("somebody else").await;
        let theirs = server.say(&other, "theirs").await;
        let id = session.into();
        let note = server.pp.add_note(&id, "a note".into()).await.unwrap().id;
        let answer = server.pp.send_message(&id, "from us").await.unwrap().id;
        let delete = json!({ "sessionId": session, "messageId": gone });
        assert_eq!(server.post("/delete", delete).await.status, 200);
        Messages {
            mine,
            gone,
            other,
            theirs,
            note,
            answer,
        }
    }

    /// Everything that is stored, in order and in words.
    async fn stored(&self) -> (u64, Value) {
        let sessions = self
            .server
            .pp
            .get_sessions(SessionFilter::default())
            .await
            .unwrap();
        let mut messages = Vec::new();
        for session in &sessions.sessions {
            let page = self
                .server
                .pp
                .get_messages(&session.id, Page::default())
                .await
                .unwrap();
            messages.push(serde_json::to_value(page.write()).unwrap());
        }
        let all = json!([serde_json::to_value(sessions.write()).unwrap(), messages]);
        (self.store.head().get(), all)
    }

    /// Runs this, and panics when it stored or broadcast anything.
    pub(crate) async fn nothing_happens(&mut self, what: &str, act: impl AsyncFnOnce(&Server)) {
        drain(&mut self.operators);
        drain(&mut self.visitor);
        let before = self.stored().await;
        act(&self.server).await;
        assert_eq!(self.stored().await, before, "{what} stored something");
        assert_eq!(
            drain(&mut self.operators),
            [""; 0],
            "{what} was told to operators"
        );
        assert_eq!(
            drain(&mut self.visitor),
            [""; 0],
            "{what} was told to the visitor"
        );
    }

    /// Panics when the document names a route with a JSON body, among those that `is_one` picks by their path, that is not
    /// among these.
    #[track_caller]
    pub(crate) fn are_all(&self, routes: &[Route], is_one: impl Fn(&str) -> bool) {
        let documented = &self.server.documented;
        let tried: Vec<_> = routes
            .iter()
            .map(|route| (route.method, documented.template(route.method, &route.path)))
            .collect();
        for (method, template) in documented.with_json_body() {
            let is_tried = tried
                .iter()
                .any(|(tried, at)| *tried == method && at.as_ref() == Some(&template));
            assert!(
                is_tried || !is_one(&template),
                "{method} {template} is not in the table"
            );
        }
    }

    /// Asks a route for all that is wrong, then for what is right.
    pub(crate) async fn try_everything(&mut self, route: &Route) {
        let name = format!("{} {}", route.method, route.path);
        self.nothing_happens(&name, async |server| {
            bad_bodies(server, route).await;
            for field in &route.fields {
                bad_field(server, route, field).await;
            }
        })
        .await;
        let answer = route
            .send(&self.server, route.good.to_string(), "application/json")
            .await;
        assert_eq!(answer.status, 200, "{name} with what is right: {answer:?}");
    }
}

/// What a stream has to give right now.
fn drain(stream: &mut Subscription) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(delivery) = stream.next().now_or_never() {
        match delivery {
            Delivery::Envelope(envelope) => all.push(envelope.text().as_str().to_owned()),
            other => panic!("the stream ended: {other:?}"),
        }
    }
    all
}

/// What is no JSON object, or not one of this route.
async fn bad_bodies(server: &Server, route: &Route) {
    let good = route.good.to_string();
    let inner = &good[1..good.len() - 1];
    let malformed: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("half of it", good[..good.len() - 1].into()),
        ("more than it", format!("{good} x").into()),
        (
            "no UTF-8",
            [&good.as_bytes()[..good.len() - 1], b",\"x\":\"\xff\xfe\"}"].concat(),
        ),
        (
            "deep nesting",
            format!("{{{inner},\"x\":{}{}}}", "[".repeat(500), "]".repeat(500)).into(),
        ),
        (
            "a number beyond all numbers",
            format!("{{{inner},\"x\":1e999}}").into(),
        ),
        (
            "half a character",
            format!("{{{inner},\"x\":\"\\ud800\"}}").into(),
        ),
    ];
    for (what, body) in malformed {
        let answer = route.send(server, body, "application/json").await;
        assert_eq!(answer.status, 400, "{} {what}: {answer:?}", route.path);
        answer.refused(400, "malformed_json");
    }
    for body in ["[]", "7", "\"x\"", "null", "true"] {
        let answer = route.send(server, body, "application/json").await;
        assert_eq!(answer.status, 422, "{} {body}: {answer:?}", route.path);
        answer.refused(422, "invalid_field");
    }
    let large = format!("{{{inner},\"x\":\"{}\"}}", "x".repeat(300_000));
    let answer = route.send(server, large, "application/json").await;
    answer.refused(413, "payload_too_large");
    if !route.beacon {
        let answer = route.send(server, good, "text/plain").await;
        answer.refused(415, "unsupported_media_type");
    }
}

async fn bad_field(server: &Server, route: &Route, field: &Field) {
    let name = field.name;
    let refused = async |body: String, what: String| {
        let answer = route.send(server, body, "application/json").await;
        assert_eq!(answer.status, 422, "{} {what}: {answer:?}", route.path);
        let error = answer.refused(422, "invalid_field");
        let at = error["error"]["details"][0]["field"].as_str().unwrap();
        assert!(
            at == name || at.starts_with(&format!("{name}.")),
            "{} {what}: {error}",
            route.path
        );
    };
    if field.required {
        refused(route.with(name, None).to_string(), format!("{name} missing")).await;
        refused(
            route.with(name, Some(Value::Null)).to_string(),
            format!("{name} null"),
        )
        .await;
    }
    for wrong in field.kind.wrong() {
        let body = route.with(name, Some(wrong.clone()));
        refused(body.to_string(), format!("{name} {wrong}")).await;
        // Of two equal keys the last one counts, as everywhere in JavaScript.
        let good = route.good.to_string();
        let twice = format!("{},\"{name}\":{wrong}}}", &good[..good.len() - 1]);
        refused(twice, format!("{name} twice, {wrong} last")).await;
    }
    if let Kind::Text(most, status) = field.kind {
        let body = route.with(name, Some(json!("x".repeat(most + 1)))).to_string();
        let answer = route.send(server, body, "application/json").await;
        assert_eq!(
            answer.status, status,
            "{} {name} too long: {answer:?}",
            route.path
        );
        assert_eq!(
            answer.json()["detail"],
            answer.json()["error"]["message"],
            "{answer:?}"
        );
    }
}
