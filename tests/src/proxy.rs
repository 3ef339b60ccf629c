//! [`Proxy`]: a network in front of a server, with the faults that a test asks for.

use crate::wait::eventually;
use anyhow::Result;
use std::io::Result as IoResult;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How a request that sends a message begins.
pub const MESSAGE: &str = "POST /pocketping/message";
/// How a request for a stream begins.
const STREAM: &str = "GET /pocketping/stream";
/// Of a hundred answers to messages, so many are lost by [`Losses::Some`].
const LOST: u64 = 15;

/// Which answers to messages are lost: the connection is cut in their place. The server has stored the message,
/// and the client does not know.
#[derive(Clone, Copy, Debug, Default)]
pub enum Losses {
    /// None.
    #[default]
    None,
    /// The next ones.
    Next(usize),
    /// 15 %. Equal seeds draw the same fates, in order of requests.
    Some {
        /// The seed.
        seed: u64,
    },
}

/// What the network does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// WebSockets are answered with 503.
    pub no_web_sockets: bool,
    /// Event sources are answered with 503.
    pub no_event_sources: bool,
    /// Lost answers.
    pub losses: Losses,
}

/// Passes everything on but what its faults say.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    network: Arc<Mutex<Network>>,
    // Ends with the proxy.
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Network {
    faults: Faults,
    lost: usize,
    /// Requests that came, refused ones included.
    requests: Vec<String>,
    last_request: Instant,
}

impl Proxy {
    /// Starts one in front of `backend` (`http://host:port`).
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(backend: &str, faults: Faults) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let network = Arc::new(Mutex::new(Network {
            faults,
            lost: 0,
            requests: Vec::new(),
            last_request: Instant::now(),
        }));
        let backend = backend.trim_start_matches("http://").to_owned();
        let mut tasks = JoinSet::new();
        tasks.spawn({
            let network = Arc::clone(&network);
            async move {
                let mut connections = JoinSet::new();
                while let Ok((client, _)) = listener.accept().await {
                    let (backend, network) = (backend.clone(), Arc::clone(&network));
                    connections.spawn(async move {
                        if let Ok(server) = TcpStream::connect(backend).await {
                            // A connection that breaks is what clients have to live with.
                            drop(pass(client, server, &network).await);
                        }
                    });
                }
            }
        });
        Ok(Proxy {
            port,
            network,
            _tasks: tasks,
        })
    }

    /// `http://127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        lock(&self.network).lost
    }

    /// How many requests came that begin so.
    pub fn count(&self, start: &str) -> usize {
        let network = lock(&self.network);
        let requests = network.requests.iter();
        requests.filter(|request| request.starts_with(start)).count()
    }

    /// Waits at most `limit` until no request has come for `span`.
    ///
    /// # Errors
    /// When they never stop; with the last of them.
    pub async fn quiet(&self, span: Duration, limit: Duration) -> Result<()> {
        let probe = async || Ok((lock(&self.network).last_request.elapsed() >= span).then_some(()));
        eventually("silence", limit, probe).await.map_err(|error| {
            let network = lock(&self.network);
            let last = network.requests.iter().rev().take(5).cloned().collect::<Vec<_>>();
            error.context(format!("the last requests, newest first: {last:?}"))
        })
    }
}

fn lock(network: &Mutex<Network>) -> MutexGuard<'_, Network> {
    network.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Pass,
    Refuse,
    LoseAnswer,
}

impl Network {
    fn judge(&mut self, line: &str, is_upgrade: bool) -> Fate {
        self.requests.push(line.to_owned());
        self.last_request = Instant::now();
        let faults = &mut self.faults;
        if line.starts_with(STREAM) {
            let refuses = if is_upgrade {
                faults.no_web_sockets
            } else {
                faults.no_event_sources
            };
            return if refuses { Fate::Refuse } else { Fate::Pass };
        }
        // Not `/messages`.
        if !line.starts_with(&format!("{MESSAGE} ")) {
            return Fate::Pass;
        }
        let loses = match &mut faults.losses {
            Losses::None | Losses::Next(0) => false,
            Losses::Next(left) => {
                *left -= 1;
                true
            }
            Losses::Some { seed } => draw(seed) % 100 < LOST,
        };
        if loses { Fate::LoseAnswer } else { Fate::Pass }
    }
}

/// A step of SplitMix64.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut draw = *state;
    draw = (draw ^ (draw >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    draw = (draw ^ (draw >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    draw ^ (draw >> 31)
}

/// The first line of a request that begins here, and whether it asks for a WebSocket.
fn request(bytes: &[u8]) -> Option<(String, bool)> {
    let methods: [&[u8]; 5] = [b"GET ", b"POST ", b"PATCH ", b"DELETE ", b"OPTIONS "];
    if !methods.iter().any(|method| bytes.starts_with(method)) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next().unwrap_or_default().to_owned();
    let is_upgrade = text.to_ascii_lowercase().contains("\r\nupgrade: websocket");
    Some((line, is_upgrade))
}

/// Passes bytes until one side ends. Clients do not send a request before the last one is answered, so what
/// comes from one after an answer is the beginning of a request.
async fn pass(mut client: TcpStream, mut server: TcpStream, network: &Mutex<Network>) -> IoResult<()> {
    let (mut from_client, mut from_server) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut is_socket = false;
    let mut fate = Fate::Pass;
    loop {
        tokio::select! {
            count = client.read(&mut from_client) => {
                let bytes = &from_client[..count?];
                if bytes.is_empty() {
                    return Ok(());
                }
                if let Some((line, is_upgrade)) = request(bytes).filter(|_| !is_socket) {
                    is_socket = is_upgrade;
                    fate = lock(network).judge(&line, is_upgrade);
                }
                if fate == Fate::Refuse {
                    let refusal = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    return client.write_all(refusal).await;
                }
                server.write_all(bytes).await?;
            }
            count = server.read(&mut from_server) => {
                let bytes = &from_server[..count?];
                if bytes.is_empty() {
                    return Ok(());
                }
                if fate == Fate::LoseAnswer {
                    lock(network).lost += 1;
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}
