//! The real binary on a database, and what tests say to it.

use reqwest::Client;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const TOKEN: &str = "an-operator-token-for-tests";

/// A running `pocketping serve`.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    http: Client,
}

impl Server {
    /// Starts one and waits until it listens.
    pub(crate) fn start(database: &str, files: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
            command.env_remove(name);
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"])
            .args(["--operator-token", TOKEN, "--database", database, "--files"])
            .arg(files)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the server ended at once").unwrap();
        let address = first.strip_prefix("listening on ").expect("the first line");
        Server {
            child,
            address: address.to_owned(),
            http: Client::new(),
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Value {
        let response = request.bearer_auth(TOKEN).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(self.http.get(format!("{}/pocketping{path}", self.address)))
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/pocketping{path}", self.address));
        self.ask(request.json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        let request = self.http.put(format!("{}/pocketping{path}", self.address));
        self.ask(request.json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
        let request = self.http.patch(format!("{}/pocketping{path}", self.address));
        self.ask(request.json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Value {
        self.ask(self.http.delete(format!("{}/pocketping{path}", self.address)))
            .await
    }

    /// Sends a visitor's message as it goes when things go wrong; gives the status.
    pub(crate) async fn try_say(&self, session: &str, client_id: &str) -> u16 {
        let body = json!({
            "sessionId": session, "content": client_id, "sender": "visitor", "clientMessageId": client_id,
        });
        let url = format!("{}/pocketping/message", self.address);
        let response = self.http.post(url).json(&body).send().await.unwrap();
        response.status().as_u16()
    }

    /// Whether the server can do its work, by `/readyz`.
    pub(crate) async fn is_ready(&self) -> bool {
        let response = self.http.get(format!("{}/readyz", self.address)).send().await;
        response.unwrap().status() == 200
    }

    /// Opens a session of this visitor.
    pub(crate) async fn connect(&self, visitor: &str) -> String {
        let answer = self.post("/connect", json!({ "visitorId": visitor })).await;
        answer["sessionId"].as_str().unwrap().to_owned()
    }

    /// Sends a visitor's message; gives its id.
    pub(crate) async fn say(&self, session: &str, client_id: &str, content: &str) -> String {
        let body = json!({
            "sessionId": session, "content": content, "sender": "visitor", "clientMessageId": client_id,
        });
        let answer = self.post("/message", body).await;
        answer["messageId"].as_str().unwrap().to_owned()
    }

    /// Sends an operator's message; gives its id.
    pub(crate) async fn answer(&self, session: &str, content: &str) -> String {
        let path = format!("/operator/v1/sessions/{session}/messages");
        let message = self.post(&path, json!({ "content": content })).await;
        message["id"].as_str().unwrap().to_owned()
    }

    /// Opens the operators' stream.
    pub(crate) async fn operators(&self) -> crate::stream::Stream {
        crate::stream::Stream::open(&self.address, "/operator/v1/stream", Some(TOKEN)).await
    }

    /// Opens a visitor's stream.
    pub(crate) async fn visitor(&self, session: &str, after: Option<&str>) -> crate::stream::Stream {
        let after = after.map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let path = format!("/stream?sessionId={session}{after}");
        crate::stream::Stream::open(&self.address, &path, None).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A folder for files that goes with its test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pocketping-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the temporary folder does no harm.
        std::fs::remove_dir_all(&self.0).ok();
    }
}
