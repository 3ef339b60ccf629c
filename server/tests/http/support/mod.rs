//! A real server on a port of its own, and what tests say to it.

pub(crate) mod bad;
mod documented;
#[cfg(feature = "cli")]
pub(crate) mod process;
pub(crate) mod socket;

use axum::Router;
use axum::serve::ListenerExt;
use documented::Documented;
use pocketping_server::files::MemoryFiles;
use pocketping_server::{Builder, PocketPing, RateLimit};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The operator token of test servers.
pub(crate) const TOKEN: &str = "an-operator-token-for-tests";

/// A server that ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) pp: PocketPing,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    documented: Documented,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's text, empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks status, code and shape of an error, and returns its body.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert_eq!(body["error"]["code"], code, "{self:?}");
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{self:?}");
        assert_eq!(
            body["detail"], body["error"]["message"],
            "where existing clients read it"
        );
        body
    }
}

impl Server {
    /// Memory storage, files in memory, no rate limit, the token [`TOKEN`].
    pub(crate) async fn start() -> Self {
        Server::with(|builder| builder).await
    }

    /// The same with more options.
    pub(crate) async fn with(options: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = PocketPing::builder()
            .rate_limit(RateLimit::Off)
            .files(MemoryFiles::new())
            .operator_token(TOKEN);
        Server::run(options(builder).build().unwrap()).await
    }

    /// Serves this instance as the binary does.
    pub(crate) async fn run(pp: PocketPing) -> Self {
        let app = Router::new()
            .nest("/pocketping", pp.router())
            .merge(pp.health())
            .merge(pp.assets())
            .merge(pp.inbox())
            .merge(pp.metrics_for_operators())
            .merge(pp.start_page());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Server {
            documented: Documented::of(&pp),
            pp,
            address,
            http: reqwest::Client::new(),
        }
    }

    /// `http://…/pocketping<path>`
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/pocketping{path}", self.address)
    }

    /// Sends a request with headers and, if not empty, a body. The answer has to be one that the OpenAPI document names.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut request = self
            .http
            .request(Method::from_bytes(method.as_bytes()).unwrap(), self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.into();
        if !body.is_empty() {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer {
            status,
            headers,
            text: response.text().await.unwrap(),
        };
        self.documented.check(method, path, &answer);
        answer
    }

    /// `POST` with a JSON body.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    /// `GET`
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// Opens a session of this visitor and returns its id.
    pub(crate) async fn connect(&self, visitor: &str) -> String {
        let answer = self.post("/connect", json!({ "visitorId": visitor })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["sessionId"].as_str().unwrap().to_owned()
    }

    /// Sends a visitor's message and returns its id.
    pub(crate) async fn say(&self, session: &str, content: &str) -> String {
        let body = json!({ "sessionId": session, "content": content, "sender": "visitor" });
        let answer = self.post("/message", body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["messageId"].as_str().unwrap().to_owned()
    }

    /// What the session's messages say.
    pub(crate) async fn contents(&self, session: &str) -> Vec<String> {
        let body = self.get(&format!("/messages?sessionId={session}")).await.json();
        let messages = body["messages"].as_array().unwrap();
        messages
            .iter()
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A request to the operator API with the token.
    pub(crate) async fn operator(&self, method: &str, path: &str, body: Value) -> Answer {
        self.operator_with(TOKEN, method, path, body).await
    }

    /// The same with this token.
    pub(crate) async fn operator_with(&self, token: &str, method: &str, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &format!("/operator/v1{path}"), &headers, text)
            .await
    }
}
