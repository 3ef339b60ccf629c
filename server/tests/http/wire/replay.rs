//! The player: sends what was recorded, and compares what comes back.

use super::differences::DIFFERENCES;
use crate::support::{Answer, Server};
use serde_json::Value;
use std::collections::HashMap;

/// Plays files in the order in which they were recorded, as later ones use the sessions of earlier ones.
pub(super) struct Replay {
    pub(super) server: Server,
    /// Recorded ids and ours.
    ids: HashMap<String, String>,
    pub(super) problems: Vec<String>,
    /// Messages of ours that were not recorded: those that routes change which were missing there.
    pub(super) unrecorded: Vec<String>,
}

impl Replay {
    pub(super) fn new(server: Server) -> Self {
        Replay {
            server,
            ids: HashMap::new(),
            problems: Vec::new(),
            unrecorded: Vec::new(),
        }
    }

    pub(super) fn finish(self) {
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
    }

    pub(super) async fn file(&mut self, file: &str, text: &str) {
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
                self.unrecorded.push(id.clone());
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
            // Taken from anybody there, refused here: said by those whose words they are.
            ("messages", "ai_sender_over_http") => {
                let session = session(&self.ids, "1a1fcfa5173-4b7be31c").into();
                self.server
                    .pp
                    .send_message(&session, "Hi, operator here")
                    .await
                    .unwrap();
            }
            ("messages", "empty_content_accepted") => {
                let session = session(&self.ids, "1a1fcfa5173-4b7be31c").into();
                self.server.pp.send_ai_message(&session, "I am AI").await.unwrap();
            }
            ("presence", "online") => self.server.pp.set_operator_online(true).await.unwrap(),
            ("presence", "ai_configured") => self.server.pp.set_operator_online(false).await.unwrap(),
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
            // Answering by itself is no part of this server yet: the host answers in the AI's name.
            ("ai", "messages_include_ai_reply") => {
                let session = session(&self.ids, "1a1fcfa5234-fb6e33b6").into();
                let answer = self.server.pp.send_ai_message(&session, "AI says: anyone?");
                answer.await.unwrap();
            }
            ("ai", "visitor_message_after_operator_within_delay") => {
                let session = session(&self.ids, "1a1fcfa5234-fb6e33b6").into();
                self.server.pp.send_message(&session, "human").await.unwrap();
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

    pub(super) fn check_error(&mut self, file: &str, name: &str, answer: &Answer) {
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

    /// Remembers which of our ids stands for which recorded one.
    pub(super) fn learn(&mut self, recorded: &Value, ours: &Value) {
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

    pub(super) fn translated(&self, text: &str) -> String {
        let pairs = self.ids.iter();
        pairs.fold(text.to_owned(), |text, (recorded, ours)| {
            text.replace(recorded.as_str(), ours)
        })
    }
}
