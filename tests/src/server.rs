//! The `pocketping` binary as a user runs it.

use crate::process::{free_port, program, start_until};
use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::Value as Json;
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::{Child, Command};

/// The operator token of every test server.
pub const OPERATOR_TOKEN: &str = "test-operator-token-0123456789abcdef";

/// How a test server is started.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// Arguments after those that the harness gives.
    pub arguments: Vec<String>,
    /// Environment variables of its own.
    pub environment: Vec<(String, String)>,
}

/// How far a session's messages have been read.
#[derive(Clone, Debug, Default)]
pub struct Known {
    last: Option<String>,
}

/// A running server on a port and an SQLite file of its own.
#[derive(Debug)]
pub struct Server {
    /// One for all calls: each begins with reading certificates.
    http: reqwest::Client,
    port: u16,
    folder: PathBuf,
    options: ServerOptions,
    child: Option<Child>,
}

impl Server {
    /// Starts a server with the demo shop and waits until it is ready.
    ///
    /// # Errors
    /// When the binary is missing or does not come up within 20 s.
    pub async fn start(options: ServerOptions) -> Result<Self> {
        let port = free_port()?;
        let folder = std::env::temp_dir().join(format!("pocketping-e2e-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut server = Server {
            // No connection outlives a call: the server may be killed meanwhile.
            http: reqwest::Client::builder().pool_max_idle_per_host(0).build()?,
            port,
            folder,
            options,
            child: None,
        };
        server.resume().await?;
        Ok(server)
    }

    /// Starts it again on the same port and file.
    ///
    /// # Errors
    /// When it does not come up within 20 s.
    pub async fn resume(&mut self) -> Result<()> {
        let mut command = Command::new(program("POCKETPING_BIN")?);
        let database = format!("sqlite://{}", self.folder.join("chat.db").display());
        command
            .args(["serve", "--demo", "--rate-limit", "off"])
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--database", &database, "--operator-token", OPERATOR_TOKEN])
            .args(&self.options.arguments)
            .envs(self.options.environment.iter().cloned())
            .current_dir(&self.folder);
        self.child = Some(start_until(command, "listening on", Duration::from_secs(20)).await?);
        Ok(())
    }

    /// Kills it without warning, as a power cut would.
    ///
    /// # Errors
    /// When it was not running.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server is not running")?;
        child.kill().await?;
        Ok(())
    }

    /// `http://127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks the operator API: `GET` without a body, else `POST`.
    ///
    /// # Errors
    /// When the answer is not 2xx JSON.
    pub async fn operator(&self, path: &str, body: Option<Json>) -> Result<Json> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        self.operator_as(method, path, body).await
    }

    /// Asks the operator API.
    ///
    /// # Errors
    /// When the answer is not 2xx JSON.
    pub async fn operator_as(&self, method: Method, path: &str, body: Option<Json>) -> Result<Json> {
        let url = format!("{}/pocketping/operator/v1/{path}", self.address());
        let mut request = self.http.request(method, &url);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.bearer_auth(OPERATOR_TOKEN).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{url} answered {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{url} answered {text:?}"))
    }
}

impl Server {
    /// The id of the session with the latest activity.
    ///
    /// # Errors
    /// When there is none.
    pub async fn latest_session(&self) -> Result<String> {
        let sessions = self.operator("sessions", None).await?;
        let id = sessions["sessions"][0]["id"].as_str();
        Ok(id.context("no session")?.to_owned())
    }

    /// The texts of a session's messages that come after those known; they are known then.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn texts_after(&self, session: &str, known: &mut Known) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            let after = known
                .last
                .as_ref()
                .map(|id| format!("&after={id}"))
                .unwrap_or_default();
            let path = format!("sessions/{session}/messages?limit=100{after}");
            let page = self.operator(&path, None).await?;
            let messages = page["messages"].as_array().context("no messages")?;
            for message in messages {
                texts.push(message["content"].as_str().context("no content")?.to_owned());
                known.last = message["id"].as_str().map(str::to_owned);
            }
            if messages.is_empty() || page["hasMore"] != true {
                return Ok(texts);
            }
        }
    }

    /// The texts of all messages of a session, in order.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn texts(&self, session: &str) -> Result<Vec<String>> {
        self.texts_after(session, &mut Known::default()).await
    }

    /// The operator writes into a session; the message's id.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn say(&self, session: &str, text: &str) -> Result<String> {
        let body = serde_json::json!({ "content": text });
        let path = format!("sessions/{session}/messages");
        let message = self.operator(&path, Some(body)).await?;
        Ok(message["id"].as_str().context("a message without id")?.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            child.start_kill().ok();
        }
        // A leftover in the temporary folder does no harm.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
