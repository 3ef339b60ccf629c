//! The binary behind a proxy, and a browser's way to it.

use crate::front::{Front, HOST};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::process::{Child, Command, Stdio};

pub(crate) const TOKEN: &str = "an-operator-token-for-tests";

/// A server, the proxy before it, and a client that knows only the proxy.
pub(crate) struct Behind {
    child: Child,
    pub(crate) front: Front,
    pub(crate) http: Client,
}

/// Starts a proxy in front of the server at an address, for the test of a name.
pub(crate) type InFrontOf = fn(&str, &str) -> Front;

impl Behind {
    pub(crate) fn start(in_front_of: InFrontOf, test: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
            command.env_remove(name);
        }
        // As in the documentation; the client has another address of this machine.
        let child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--database", "memory:"])
            .args(["--operator-token", TOKEN, "--trusted-proxies", "127.0.0.1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the server ended at once").unwrap();
        let server = first
            .strip_prefix("listening on http://")
            .expect("the first line");
        let front = in_front_of(server, test);
        let http = client(&front, [127, 0, 0, 9].into());
        Behind { child, front, http }
    }

    /// A request to an address at the proxy.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("https://{HOST}:{}{path}", self.front.address().port());
        self.http.request(method.parse().unwrap(), url)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.request("POST", &format!("/pocketping{path}"));
        request.json(&body).send().await.unwrap()
    }

    pub(crate) async fn connect(&self, visitor: &str) -> String {
        let answer = self.post("/connect", json!({ "visitorId": visitor })).await;
        let body = answer.json::<Value>().await.unwrap();
        body["sessionId"].as_str().unwrap().to_owned()
    }

    /// The origin of pages at the proxy.
    pub(crate) fn origin(&self) -> String {
        format!("https://{HOST}:{}", self.front.address().port())
    }
}

fn client(front: &Front, own: IpAddr) -> Client {
    Client::builder()
        .tls_certs_only([front.certificate()])
        .resolve(HOST, front.address())
        // As browsers do for WebSockets.
        .http1_only()
        .local_address(own)
        .build()
        .unwrap()
}

impl Drop for Behind {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
