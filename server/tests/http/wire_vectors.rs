//! The recorded traffic of the Python server, played against ours: shapes and statuses.
//!
//! Ids and times differ, so ids are translated as they come up, and only the shape of answers is compared: every
//! field that was recorded with a value is in our answer with the same JSON type. Errors have our own shape
//! (EXTENSIONS, Errors). Everything else that differs on purpose is in [`DIFFERENCES`].

use crate::support::socket::Socket;
use crate::support::{Answer, Server};
use crate::wire_differences::{ABSENT, DIFFERENCES, RAISED};
use pocketping_core::ua::UaFilterConfig;
use pocketping_server::{IpFilterConfig, Origins, ServiceError};
use serde_json::{Value, json};
use std::collections::HashMap;

#[tokio::test]
async fn the_recorded_conversation_has_the_same_shapes_and_statuses() {
    let mut replay =
        Replay::new(Server::with(|builder| builder.welcome_message("Hi! How can we help?")).await);
    replay
        .file("connect", include_str!("../../../tests/vectors/connect.json"))
        .await;
    // A message among the next ones takes a file along.
    replay
        .file(
            "attachments",
            include_str!("../../../tests/vectors/attachments.json"),
        )
        .await;
    replay
        .file("messages", include_str!("../../../tests/vectors/messages.json"))
        .await;
    replay
        .file(
            "edit_delete",
            include_str!("../../../tests/vectors/edit_delete.json"),
        )
        .await;
    replay
        .file("typing", include_str!("../../../tests/vectors/typing.json"))
        .await;
    replay
        .file("read", include_str!("../../../tests/vectors/read.json"))
        .await;
    replay
        .file("presence", include_str!("../../../tests/vectors/presence.json"))
        .await;
    replay
        .file("csat", include_str!("../../../tests/vectors/csat.json"))
        .await;
    replay
        .file("sessions", include_str!("../../../tests/vectors/sessions.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_version_checks_have_the_same_answers_and_headers() {
    let server = Server::with(|builder| builder.min_widget_version("1.0.0").latest_widget_version("2.3.0"));
    let mut replay = Replay::new(server.await);
    replay
        .file("version", include_str!("../../../tests/vectors/version.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_requests_of_other_origins_have_the_same_answers() {
    let origins = Origins::List(vec!["https://shop.example".into()]);
    let mut replay =
        Replay::new(Server::with(|builder| builder.allowed_origins(origins).welcome_message("Hi!")).await);
    replay
        .file("cors", include_str!("../../../tests/vectors/cors.json"))
        .await;
    replay.finish();
}

#[tokio::test]
async fn recorded_blocks_by_address_have_the_same_answers() {
    let filter = IpFilterConfig {
        enabled: true,
        blocklist: vec!["203.0.113.0/24".parse().unwrap()],
        ..Default::default()
    };
    let server = Server::with(|builder| {
        let proxy = ["127.0.0.1".parse().unwrap()];
        builder.ip_filter(filter).trusted_proxies(proxy)
    });
    let mut replay = Replay::new(server.await);
    replay
        .file(
            "ip_filter_http",
            include_str!("../../../tests/vectors/ip_filter_http.json"),
        )
        .await;
    replay.finish();
}

#[tokio::test]
async fn the_recorded_stream_request_is_answered_by_events() {
    let server = Server::with(|builder| builder.ua_filter(UaFilterConfig::default())).await;
    let items: Vec<Value> = serde_json::from_str(include_str!("../../../tests/vectors/sse.json")).unwrap();
    let (_, _, status, _) = DIFFERENCES.iter().find(|(file, ..)| *file == "sse").unwrap();
    assert_eq!(items.len(), 1);
    let session = server.connect("v").await;
    let url = server.url(&format!("/stream?sessionId={session}"));
    let response = server
        .http
        .get(url)
        .header("accept", "text/event-stream")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), *status);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
}

/// Plays files in the order in which they were recorded, as later ones use the sessions of earlier ones.
struct Replay {
    server: Server,
    /// Recorded ids and ours.
    ids: HashMap<String, String>,
    problems: Vec<String>,
}

impl Replay {
    fn new(server: Server) -> Self {
        Replay {
            server,
            ids: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn finish(self) {
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
    }

    async fn file(&mut self, file: &str, text: &str) {
        let items: Vec<Value> = serde_json::from_str(text).unwrap();
        assert!(!items.is_empty());
        for item in &items {
            let name = item["name"].as_str().unwrap();
            self.prepare(file, name).await;
            if item.get("request").is_some() {
                self.exchange(file, name, item).await;
            } else {
                self.call(file, name, item).await;
            }
        }
    }

    /// What the recorder did between items.
    async fn prepare(&mut self, file: &str, name: &str) {
        let session = |ids: &HashMap<String, String>, recorded: &str| ids.get(recorded).cloned().unwrap();
        match (file, name) {
            // Missing in Python, so the message outlived them there.
            ("edit_delete", name) if name.starts_with("route_missing") => {
                let id = self
                    .server
                    .say(&session(&self.ids, "1a1fcfa5173-4b7be31c"), "for the routes")
                    .await;
                let first = self.ids.insert("1a1fcfa5193-8653d9ef".into(), id);
                if let Some(first) = first {
                    self.ids.entry("the first message".into()).or_insert(first);
                }
            }
            ("attachments", "upload_complete") => {
                let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
                picture.resize(12_345, 0);
                let url = session(&self.ids, "https://uploads.pocketping.local/1a1fcfa51af-8c463233");
                let put = self
                    .server
                    .send("PUT", url.strip_prefix("/pocketping").unwrap(), &[], picture);
                assert_eq!(put.await.status, 204);
            }
            // Its message was taken without the file there; lists have it in this place.
            ("messages", "message_with_attachment") => {
                let session = session(&self.ids, "1a1fcfa5173-4b7be31c");
                self.server.say(&session, "with ghost attachment").await;
            }
            ("edit_delete", "edit_ok_trims") => {
                let first = self.ids.remove("the first message").unwrap();
                self.ids.insert("1a1fcfa5193-8653d9ef".into(), first);
            }
            ("read", "delivered_one") => {
                let session = session(&self.ids, "1a1fcfa5179-498280ce");
                let message = self
                    .server
                    .pp
                    .send_message(&session.into(), "read me")
                    .await
                    .unwrap();
                self.ids
                    .insert("1a1fcfa51e5-e5c5dfba".into(), message.id.to_string());
            }
            _ => {}
        }
    }

    async fn exchange(&mut self, file: &str, name: &str, item: &Value) {
        let (request, recorded) = (&item["request"], &item["response"]);
        let path = self.translated(request["path"].as_str().unwrap());
        let body = match &request["body"] {
            Value::Null => String::new(),
            Value::String(raw) => raw.clone(),
            body => self.translated(&body.to_string()),
        };
        let headers = request["headers"].as_object().unwrap().iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let method = request["method"].as_str().unwrap();
        let answer = self
            .server
            .send(method, path.strip_prefix("/pocketping").unwrap(), &headers, body)
            .await;

        let difference = DIFFERENCES
            .iter()
            .find(|known| (known.0, known.1) == (file, name));
        let status = recorded["status"].as_u64().unwrap() as u16;
        let wanted = difference.map_or(status, |known| known.2);
        if answer.status != wanted {
            self.problems
                .push(format!("{file}/{name}: {wanted} wanted, got {answer:?}"));
        } else if wanted >= 400 {
            self.check_error(file, name, &answer);
        } else if wanted == 200 && status == 200 {
            let ours = answer.json();
            self.learn(&recorded["body"], &ours);
            self.compare(&format!("{file}/{name}"), &recorded["body"], &ours);
        }
        if wanted == status {
            self.check_headers(file, name, &recorded["headers"], &answer);
        }
    }

    fn check_error(&mut self, file: &str, name: &str, answer: &Answer) {
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let (code, message) = (&body["error"]["code"], &body["error"]["message"]);
        if !code.is_string() || !message.is_string() || body["detail"] != *message {
            self.problems
                .push(format!("{file}/{name}: no error shape: {answer:?}"));
        }
    }

    /// The headers of the protocol: versions word for word, and who may read the answer.
    fn check_headers(&mut self, file: &str, name: &str, recorded: &Value, answer: &Answer) {
        for (header, value) in recorded.as_object().unwrap() {
            let ours = answer.header(header);
            let same = match header.as_str() {
                "access-control-allow-origin" => ours == value,
                header if header.starts_with("x-pocketping-") => ours == value,
                "allow" => ours.split(',').any(|method| method.trim() == value),
                "content-type" => ours == value || ours.is_empty(),
                _ => true,
            };
            if !same {
                self.problems.push(format!(
                    "{file}/{name}: {header} is {ours:?}, {value} was recorded"
                ));
            }
        }
    }

    /// Direct calls of the Python SDK, where it has no route.
    async fn call(&mut self, file: &str, name: &str, item: &Value) {
        let input: Value = serde_json::from_str(&self.translated(&item["input"].to_string())).unwrap();
        let text = |key: &str| input[key].as_str().unwrap_or_default().to_owned();
        let session = || text("sessionId").into();
        let pp = &self.server.pp;
        let done: Result<Value, ServiceError> = match item["call"].as_str().unwrap() {
            "edit" => pp
                .visitor_edit(session(), text("messageId").into(), text("content"))
                .await
                .map(json_of),
            "delete" => pp
                .visitor_delete(session(), text("messageId").into())
                .await
                .map(json_of),
            "operator_message" => pp.send_message(&session(), text("content")).await.map(json_of),
            "session" => pp.get_session(&session()).await.map(json_of),
            "csat" => pp.request_csat(&session()).await.map(|()| json!({ "ok": true })),
            "identify" => {
                // The empty id is refused when the body is read.
                let answer = self.server.post("/identify", input.clone()).await;
                match &item["output"]["_raised"] {
                    Value::Null => assert_eq!(answer.json(), item["output"]),
                    _ => self.check_error(file, name, &answer),
                }
                return;
            }
            "upload_request" => return self.upload(file, name, "/upload", item, input).await,
            "upload_complete" => return self.upload(file, name, "/upload/complete", item, input).await,
            "upload_failed" => return self.upload(file, name, "/upload-failed", item, input).await,
            // Figures are no part of this server yet.
            "stats" => return,
            other => panic!("{file}/{name}: what is {other}?"),
        };
        match (done, item["output"]["_message"].as_str()) {
            (Ok(ours), None) => {
                self.learn(&item["output"], &ours);
                self.compare(&format!("{file}/{name}"), &item["output"], &ours);
            }
            (Err(error), Some(raised)) => {
                let wanted = RAISED.iter().find(|(text, _)| *text == raised).unwrap().1;
                if error.code() != wanted {
                    self.problems
                        .push(format!("{file}/{name}: {} instead of {wanted}", error.code()));
                }
            }
            (done, _) => self.problems.push(format!("{file}/{name}: {done:?}")),
        }
    }

    /// Calls of the SDK that are routes of ours.
    async fn upload(&mut self, file: &str, name: &str, path: &str, item: &Value, input: Value) {
        let answer = self.server.post(path, input).await;
        let ours = answer.json();
        let wanted = match item["output"]["_message"].as_str() {
            None => {
                self.learn(&item["output"], &ours);
                return self.compare(&format!("{file}/{name}"), &item["output"], &ours);
            }
            Some(raised) => RAISED.iter().find(|(text, _)| *text == raised).unwrap().1,
        };
        self.check_error(file, name, &answer);
        if ours["error"]["code"] != wanted {
            self.problems
                .push(format!("{file}/{name}: {ours} instead of {wanted}"));
        }
    }

    /// Remembers which of our ids stands for which recorded one.
    fn learn(&mut self, recorded: &Value, ours: &Value) {
        // Lists are not learned from: their order is a promise only for whole conversations.
        let (Value::Object(recorded), Value::Object(ours)) = (recorded, ours) else {
            return;
        };
        for (key, value) in recorded {
            let Some(own) = ours.get(key) else { continue };
            match (key.as_str(), value.as_str(), own.as_str()) {
                ("sessionId" | "messageId" | "attachmentId" | "uploadUrl" | "id", Some(value), Some(own)) => {
                    self.ids.entry(value.to_owned()).or_insert_with(|| own.to_owned());
                }
                _ => self.learn(value, own),
            }
        }
    }

    fn translated(&self, text: &str) -> String {
        let pairs = self.ids.iter();
        pairs.fold(text.to_owned(), |text, (recorded, ours)| {
            text.replace(recorded.as_str(), ours)
        })
    }

    /// Every recorded value has one of the same type in ours.
    fn compare(&mut self, path: &str, recorded: &Value, ours: &Value) {
        match (recorded, ours) {
            (Value::Null, _) => {}
            (_, Value::Null) if ABSENT.iter().any(|known| path.ends_with(known.0)) => {}
            (Value::Object(recorded), Value::Object(own)) => {
                for (key, value) in recorded {
                    let own = own.get(key).unwrap_or(&Value::Null);
                    self.compare(&format!("{path}.{key}"), value, own);
                }
            }
            (Value::Array(recorded), Value::Array(own)) => {
                for (value, own) in recorded.iter().zip(own) {
                    self.compare(&format!("{path}[]"), value, own);
                }
            }
            (Value::Bool(_), Value::Bool(_)) | (Value::Number(_), Value::Number(_)) => {}
            (Value::String(_), Value::String(_)) => {}
            _ => self
                .problems
                .push(format!("{path}: {recorded} was recorded, ours is {ours}")),
        }
    }
}

fn json_of<T: pocketping_core::Wire>(value: T) -> Value {
    serde_json::to_value(value.write()).unwrap()
}

#[tokio::test]
async fn recorded_envelopes_have_the_same_shapes() {
    let items: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/vectors/websocket.json")).unwrap();
    let mut replay = Replay::new(Server::start().await);
    let session = replay.server.connect("v").await;
    let mut socket = Socket::open(&replay.server, &format!("/stream?sessionId={session}")).await;
    let mut stage = Stage {
        id: session.as_str().into(),
        visitors: String::new(),
        operators: String::new(),
    };
    for item in &items {
        let name = item["name"].as_str().unwrap();
        if !stage
            .play(&replay.server, &mut socket, name, &item["client_frame"])
            .await
        {
            continue;
        }
        for recorded in item["server_frames"].as_array().into_iter().flatten() {
            let ours = socket.next_of(recorded["type"].as_str().unwrap()).await;
            replay.compare(name, recorded, &ours);
        }
    }
    replay.finish();
}

/// What the recorder did for each step.
struct Stage {
    id: pocketping_core::SessionId,
    visitors: String,
    operators: String,
}

impl Stage {
    /// Whether the step is one that we play; each that we do not says why.
    async fn play(&mut self, server: &Server, socket: &mut Socket, name: &str, frame: &Value) -> bool {
        let pp = &server.pp;
        match name {
            "on_open_nothing_is_sent" => {}
            "visitor_message_over_http_echo" => self.visitors = server.say(self.id.as_str(), "hello").await,
            "operator_message" => {
                self.operators = pp
                    .send_message(&self.id, "hi there")
                    .await
                    .unwrap()
                    .id
                    .to_string();
            }
            "typing_operator_http" => pp.operator_typing(&self.id, true).await.unwrap(),
            // Typing of the visitor is for operators; Python sends it back to whoever types.
            "typing_client_frame_flat" | "typing_client_frame_with_data_envelope" => {
                socket.say(frame.to_string()).await;
                return false;
            }
            // Handled by us (a test of its own), ignored there: no frame comes back either way.
            "event_client_frame_ignored_by_python" => socket.say(frame.to_string()).await,
            // Unknown there; here it is the heartbeat (EXTENSIONS).
            "unknown_type_ignored" => {
                socket.say(frame.to_string()).await;
                socket.next_of("pong").await;
            }
            "read_delivered" | "read_read" => {
                let status = name.strip_prefix("read_").unwrap();
                let body = json!({ "sessionId": self.id.as_str(), "messageIds": [self.operators], "status": status });
                assert_eq!(server.post("/read", body).await.json()["updated"], 1);
            }
            "read_zero_updated_no_frame" => {
                let body = json!({ "sessionId": self.id.as_str(), "messageIds": ["nope"] });
                assert_eq!(server.post("/read", body).await.json()["updated"], 0);
            }
            "presence_online" => pp.set_operator_online(true).await.unwrap(),
            "presence_offline" => pp.set_operator_online(false).await.unwrap(),
            "custom_event_emit" => {
                let offer = pocketping_core::Object::new().with("discount", 20);
                pp.emit_event(&self.id, "show_offer", offer.into()).await.unwrap();
            }
            "custom_event_broadcast_no_data" => {
                pp.broadcast_event("maintenance", pocketping_core::Value::Null)
                    .await
                    .unwrap();
            }
            "message_edited" => {
                let id = self.visitors.as_str().into();
                pp.visitor_edit(self.id.clone(), id, "hello edited".into())
                    .await
                    .unwrap();
            }
            "message_deleted" => {
                pp.visitor_delete(self.id.clone(), self.visitors.as_str().into())
                    .await
                    .unwrap();
            }
            "csat_request" => pp.request_csat(&self.id).await.unwrap(),
            // The version is known when a session is opened, and said there in headers.
            "version_warning" => return false,
            // Python drops the connection; here it stays, see `websocket.rs`.
            "bad_json_frame" => return false,
            // Refused before the upgrade, with 422 and 404 instead of 403 and not at all; see `websocket.rs`.
            "missing_session_id" | "unknown_session_id_is_accepted" => return false,
            // Refused before the upgrade, as there; see `routes/tests.rs`.
            "ip_blocked" => return false,
            other => panic!("a step that is not played: {other}"),
        }
        true
    }
}
