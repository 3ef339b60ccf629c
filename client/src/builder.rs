//! [`Builder`]: from options to a running client.

use crate::call::Call;
use crate::clock::Clock;
use crate::driver::Driver;
use crate::files::Files;
use crate::network::{Backend, Network};
use crate::pending::Pending;
use crate::storage::{Keeper, Opener, Stored, Turn};
use crate::{Client, ConnectError, StartError, Storage, StorageError};
use pocketping_core::engine::{Conversation, EngineOptions, Input, LocalKey, Restored};
use pocketping_core::model::SessionMetadata;
use pocketping_core::{SessionId, Value, VisitorId, Wire};
use std::error::Error;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use url::Url;

/// How many calls may wait for the driver; as many as its outbox takes.
const WAITING_CALLS: usize = 10_000;

/// Options of a client. Each but the endpoint has a default that works.
pub struct Builder {
    endpoint: String,
    user_agent: String,
    visitor_id: Option<VisitorId>,
    metadata: SessionMetadata,
    storage: Option<Opener>,
    root_certificates: Vec<Vec<u8>>,
    change_buffer: usize,
    connect_timeout: Duration,
    close_timeout: Duration,
}

impl Builder {
    pub(crate) fn new(endpoint: String) -> Self {
        Builder {
            endpoint,
            user_agent: concat!("pocketping-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            visitor_id: None,
            metadata: SessionMetadata::default(),
            storage: None,
            root_certificates: Vec::new(),
            change_buffer: 1024,
            connect_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(10),
        }
    }

    /// What the client calls itself. Default `pocketping-client/<version>`. Servers may filter by it.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// The visitor to be. Default the storage's, else a new one. It is a secret: whoever knows it reads the
    /// visitor's conversations, so it must not be guessable.
    #[must_use]
    pub fn visitor_id(mut self, id: VisitorId) -> Self {
        self.visitor_id = Some(id);
        self
    }

    /// What is told about the visitor's surroundings (page, language, time zone…). Default the user agent.
    #[must_use]
    pub fn metadata(mut self, metadata: SessionMetadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// A file that keeps what is not sent yet, the visitor and the newest messages: a program that is killed
    /// goes on where it was. Default none: all is in memory. One file serves one client at a time.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn storage_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        let path = path.into();
        self.storage = Some(Box::new(move || {
            let storage = crate::SqliteStorage::open(path)?;
            Ok(Box::new(storage) as Box<dyn Storage>)
        }));
        self
    }

    /// A storage of your own, instead of a file. `open` is called on the storage's thread, and may block.
    #[must_use]
    pub fn storage<S: Storage>(
        mut self,
        open: impl FnOnce() -> Result<S, StorageError> + Send + 'static,
    ) -> Self {
        self.storage = Some(Box::new(move || Ok(Box::new(open()?) as Box<dyn Storage>)));
        self
    }

    /// One more certificate authority to believe, as PEM or DER, beside the system's. Default none.
    #[must_use]
    pub fn root_certificate(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(certificate.into());
        self
    }

    /// How many changes wait for a slow reader before it loses some ([`Lagged`](crate::Lagged)). Default
    /// 1,024; at least 1. A change takes 200 bytes or so and its message.
    #[must_use]
    pub fn change_buffer(mut self, changes: usize) -> Self {
        self.change_buffer = changes.max(1);
        self
    }

    /// How long [`connect`](Self::connect) waits for a session. Default 30 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long [`Client::close`] may take to send what waits. Default 10 s. Short times leave more unsent;
    /// without a storage that is lost.
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Starts a client and waits until it has a session.
    ///
    /// # Errors
    /// When it does not start, the server refuses it, or there is no session in time. It then ends; what its
    /// storage held is kept there.
    pub async fn connect(self) -> Result<Client, ConnectError> {
        let client = self.start().await?;
        client.connect().await?;
        Ok(client)
    }

    /// Starts a client without waiting for the server. It connects at the first act ([`Client::connect`],
    /// [`Client::send`]…), or at once when its storage holds something unsent; subscribe to
    /// [`Client::changes`] before that to miss nothing.
    ///
    /// # Errors
    /// When an option is wrong, or the storage cannot be opened or read.
    pub async fn start(self) -> Result<Client, StartError> {
        let backend = self.backend()?;
        let (mut keeper, mut stored) = match self.storage {
            Some(open) => Keeper::open(open).await?,
            None => (Keeper::default(), Stored::default()),
        };
        let mut options = EngineOptions::default();
        let known = text(stored.take_local(LocalKey::VisitorId)).map(VisitorId::from);
        if let (Some(known), Some(wanted)) = (&known, &self.visitor_id)
            && known != wanted
        {
            keeper.close().await;
            return Err(StartError::OtherVisitor);
        }
        if let (None, Some(wanted)) = (&known, &self.visitor_id) {
            let mut writes = Turn::default();
            writes.local(LocalKey::VisitorId, Some(wanted.write()));
            keeper.write(&mut writes);
        }
        options.visitor_id = known.or(self.visitor_id);
        options.session_id = text(stored.take_local(LocalKey::SessionId)).map(SessionId::from);
        options.identity = stored.take_local(LocalKey::Identity);
        options.journal = stored.take_local(LocalKey::Outbox);
        options.metadata = self.metadata;
        options.metadata.user_agent.get_or_insert(self.user_agent);
        options.streams = true;
        options.visible = true;
        options.online = true;
        let restored = Input::Restored(Restored {
            outbox: stored.outbox,
            outbox_keys: stored.outbox_keys,
            history_keys: stored.history_keys,
            history: stored.history,
            files: stored.files,
            ..Restored::default()
        });
        let clock = Clock::new();
        let (changes, _) = broadcast::channel(self.change_buffer);
        let driver = Driver {
            clock,
            conversation: Conversation::new(options),
            network: Network::new(backend),
            keeper,
            files: Files::default(),
            pending: Pending::default(),
            changes: changes.clone(),
            notices: Vec::new(),
            close_timeout: self.close_timeout,
        };
        let (calls, waiting) = mpsc::channel::<Call>(WAITING_CALLS);
        tokio::spawn(driver.run(restored, waiting));
        Ok(Client::new(
            calls,
            changes.downgrade(),
            clock,
            self.connect_timeout,
        ))
    }

    fn backend(&self) -> Result<Backend, StartError> {
        let base = base(&self.endpoint).map_err(|problem| StartError::Endpoint {
            given: self.endpoint.clone(),
            problem,
        })?;
        let agent = http::HeaderValue::from_str(&self.user_agent).map_err(|_| StartError::UserAgent)?;
        let mut certificates = Vec::new();
        for given in &self.root_certificates {
            certificates.extend(read_certificates(given).map_err(StartError::Certificate)?);
        }
        let builder = reqwest::Client::builder()
            .user_agent(agent)
            // Sockets are upgraded requests, which later versions do differently.
            .http1_only();
        let builder = if base.starts_with("https:") {
            builder.tls_certs_merge(certificates)
        } else {
            // The system's roots take a while to read, and small containers have none.
            builder.tls_certs_only(certificates)
        };
        let http = builder
            .build()
            .map_err(|error| StartError::Http(Box::new(error)))?;
        Ok(Backend { base, http })
    }
}

/// The certificates in PEM or DER; at least one.
fn read_certificates(given: &[u8]) -> Result<Vec<reqwest::Certificate>, Box<dyn Error + Send + Sync>> {
    let read = if given.starts_with(b"-----") {
        reqwest::Certificate::from_pem_bundle(given)?
    } else {
        vec![reqwest::Certificate::from_der(given)?]
    };
    if read.is_empty() {
        return Err("there is no certificate in it".into());
    }
    Ok(read)
}

/// The endpoint without a slash at its end, as paths are put after it.
fn base(endpoint: &str) -> Result<String, String> {
    let url = Url::parse(endpoint).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("it has to begin with http:// or https://".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it must not have a query or a fragment".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A stored text; an empty one is none.
fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_address_without_query() {
        assert_eq!(
            base("https://a.example/pocketping/").as_deref(),
            Ok("https://a.example/pocketping")
        );
        assert_eq!(
            base("http://127.0.0.1:3000").as_deref(),
            Ok("http://127.0.0.1:3000")
        );
        for wrong in [
            "a.example",
            "ftp://a.example",
            "https://a.example/?x=1",
            "https://a.example/#x",
        ] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
    }
}
