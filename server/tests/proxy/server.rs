//! The binary behind nginx, and a browser's way to it.

use crate::nginx::{HOST, Nginx};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::process::{Child, Command, Stdio};

pub(crate) const TOKEN: &str = "an-operator-token-for-tests";

/// A server, the nginx before it, and a client that knows only nginx.
pub(crate) struct Behind {
    child: Child,
    pub(crate) nginx: Nginx,
    pub(crate) http: Client,
}

impl Behind {
    pub(crate) fn start(name: &str) -> Self {
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
        let nginx = Nginx::in_front_of(server, name);
        let http = client(&nginx, [127, 0, 0, 9].into());
        Behind { child, nginx, http }
    }

    /// A request to an address at nginx.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("https://{HOST}:{}{path}", self.nginx.address.port());
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

    /// The origin of pages at nginx.
    pub(crate) fn origin(&self) -> String {
        format!("https://{HOST}:{}", self.nginx.address.port())
    }
}

fn client(nginx: &Nginx, own: IpAddr) -> Client {
    Client::builder()
        .tls_certs_only([nginx.certificate.clone()])
        .resolve(HOST, nginx.address)
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
