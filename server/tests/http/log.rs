//! What the binary logs: where things happened, and nothing that was said.

use crate::support::process::{Running, folder, pocketping};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio_tungstenite::tungstenite::Message;

/// What is in no log, however much is logged. Each is said once or more in [`Conversation::run`].
const SECRETS: [&str; 17] = [
    "the-visitors-id",
    "what-the-visitor-wrote",
    "what-the-visitor-edited",
    "what-the-operator-wrote",
    "what-the-note-says",
    "what-the-event-says",
    "what-the-frame-says",
    "what-the-file-says",
    "the-name-of-the-file",
    "what-the-rating-says",
    "the-title-of-the-page",
    "the-id-of-the-person",
    "the-name-of-the-person",
    "somebody@mail.example",
    "an-operator-token-for-the-log",
    "an-identity-secret-for-the-log",
    "the-browser-of-the-visitor",
];

/// A server that logs everything, and who talks to it.
struct Conversation {
    server: Running,
    folder: PathBuf,
    http: reqwest::Client,
}

impl Conversation {
    fn start(name: &str, format: &str) -> Self {
        let folder = folder(name);
        let database = format!("sqlite://{}", folder.join("chat.db").display());
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
        let mut command = pocketping(&arguments);
        command
            .env("RUST_LOG", "trace")
            .env("POCKETPING_LOG_FORMAT", format)
            .env("POCKETPING_OPERATOR_TOKEN", "an-operator-token-for-the-log")
            .env("POCKETPING_IDENTITY_SECRETS", "an-identity-secret-for-the-log");
        let agent = "the-browser-of-the-visitor";
        Conversation {
            server: Running::start_with_log(&mut command, "inbox", log.into()),
            folder,
            http: reqwest::Client::builder().user_agent(agent).build().unwrap(),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}/pocketping{path}", self.server.address);
        let request = self.http.request(method.parse().unwrap(), url).json(&body);
        let request = match path.starts_with("/operator") {
            true => request.bearer_auth("an-operator-token-for-the-log"),
            false => request,
        };
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    }

    /// All that can be said in a conversation, some of it refused; gives the ids that are secret.
    async fn run(&self) -> Vec<String> {
        let connect = json!({
            "visitorId": "the-visitors-id",
            "metadata": { "pageTitle": "the-title-of-the-page", "url": "https://shop.example/the-title-of-the-page" },
        });
        let session = self.ask("POST", "/connect", connect).await["sessionId"].clone();
        let id = session.as_str().unwrap().to_owned();
        let url = format!("{}/pocketping/stream?sessionId={id}", self.server.address);
        let (mut socket, _) = tokio_tungstenite::connect_async(url.replace("http://", "ws://"))
            .await
            .unwrap();
        let identity = json!({ "id": "the-id-of-the-person", "name": "the-name-of-the-person", "email": "somebody@mail.example" });
        let forged = json!({ "sessionId": session, "identity": identity });
        self.ask("POST", "/identify", forged).await;
        let form = json!({ "sessionId": session, "email": "somebody@mail.example" });
        self.ask("POST", "/prechat", form).await;
        let text = json!({ "sessionId": session, "content": "what-the-visitor-wrote", "sender": "visitor" });
        let message = self.ask("POST", "/message", text).await["messageId"].clone();
        let edit = json!({ "sessionId": session, "content": "what-the-visitor-edited" });
        let path = format!("/message/{}", message.as_str().unwrap());
        self.ask("PATCH", &path, edit).await;
        let file = json!({ "sessionId": session, "filename": "the-name-of-the-file.txt", "mimeType": "text/plain", "size": 18 });
        let upload = self.ask("POST", "/upload", file).await;
        let address = format!("{}{}", self.server.address, upload["uploadUrl"].as_str().unwrap());
        let put = self.http.put(&address).body("what-the-file-says");
        assert_eq!(put.send().await.unwrap().status(), 204);
        let complete = json!({ "attachmentId": upload["attachmentId"] });
        self.ask("POST", "/upload/complete", complete).await;
        for (path, body) in [
            ("messages", json!({ "content": "what-the-operator-wrote" })),
            ("notes", json!({ "content": "what-the-note-says" })),
            (
                "events",
                json!({ "name": "offer", "data": "what-the-event-says" }),
            ),
        ] {
            let path = format!("/operator/v1/sessions/{id}/{path}");
            self.ask("POST", &path, body).await;
        }
        let event =
            json!({ "sessionId": session, "name": "clicked", "data": { "text": "what-the-event-says" } });
        self.ask("POST", "/event", event).await;
        let rating = json!({ "sessionId": session, "score": 5, "comment": "what-the-rating-says" });
        self.ask("POST", "/csat", rating).await;
        for frame in [
            r#"{"type":"event","data":{"name":"what-the-frame-says","data":1}}"#,
            r#"{"type":"page","data":{"url":"https://shop.example/","title":"the-title-of-the-page"}}"#,
            r#"{"type":"what-the-frame-says"#,
        ] {
            socket.send(Message::text(frame)).await.unwrap();
        }
        while !read(&mut socket).await.contains("malformed_json") {}
        let wrong = json!({ "token": "what-the-visitor-wrote" });
        self.ask("POST", "/operator/v1/login", wrong).await;
        self.ask("GET", &format!("/messages?sessionId={id}"), json!(null))
            .await;
        let query = "/operator/v1/sessions?q=what-the-visitor-edited";
        let found = self.ask("GET", query, json!(null)).await;
        assert_eq!(found["sessions"][0]["id"], session, "the secrets were there");
        let signature = address.rsplit(['=', '/']).next().unwrap().to_owned();
        vec![id, message.as_str().unwrap().to_owned(), signature]
    }

    /// Ends the server; its log.
    fn end(self) -> String {
        let Conversation { server, folder, .. } = self;
        server.stop();
        let log = std::fs::read_to_string(folder.join("log")).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        log
    }
}

async fn read<S>(socket: &mut S) -> String
where
    S: futures_util::Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    socket
        .next()
        .await
        .unwrap()
        .unwrap()
        .to_text()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn without_secrets(log: &str, ids: &[String]) {
    for secret in SECRETS.into_iter().chain(ids.iter().map(String::as_str)) {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in the log: {line:?}");
    }
}

#[tokio::test]
async fn no_level_prints_what_was_said_or_a_secret() {
    let conversation = Conversation::start("log-text", "text");
    let ids = conversation.run().await;
    let log = conversation.end();
    assert!(log.contains("TRACE") && log.contains("answered"), "{log}");
    without_secrets(&log, &ids);
}

#[tokio::test]
async fn json_says_the_same_a_line_for_each_event_with_request_and_session() {
    let conversation = Conversation::start("log-json", "json");
    let ids = conversation.run().await;
    let log = conversation.end();
    without_secrets(&log, &ids);
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered = |route: &str| {
        let line = lines.iter().find(|line| {
            line["message"] == "answered" && line["span"]["route"] == format!("/pocketping{route}")
        });
        line.unwrap_or_else(|| panic!("{route} is not in {log}"))
    };
    let (connect, message) = (answered("/connect"), answered("/message"));
    for line in [connect, message] {
        assert_eq!(line["span"]["method"], "POST");
        assert_eq!(line["status"], 200);
        assert!(line["ms"].as_f64().unwrap() > 0.0);
    }
    let tag = connect["span"]["session"].as_str().unwrap();
    assert_eq!(tag.len(), 12);
    assert_eq!(message["span"]["session"], tag, "the same session");
    assert_ne!(connect["span"]["id"], message["span"]["id"], "another request");
}
