//! [`LossyProxy`]: a network that loses answers.

use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Of a hundred answers to messages, so many are lost.
const LOST: u64 = 15;
/// How a request that sends a message begins.
const MESSAGE: &[u8] = b"POST /pocketping/message ";

/// Passes everything on, but cuts the connection in place of some answers to messages: the backend has stored
/// the message, and the client does not know.
#[derive(Debug)]
pub struct LossyProxy {
    port: u16,
    lost: Arc<AtomicUsize>,
    // Ends with the proxy.
    _tasks: JoinSet<()>,
}

impl LossyProxy {
    /// Starts one in front of `backend` (`host:port`). Equal seeds draw the same fates, in order of requests.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(backend: String, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let lost = Arc::new(AtomicUsize::new(0));
        let fate = Fate {
            state: Arc::new(AtomicU64::new(seed)),
            lost: Arc::clone(&lost),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (backend, fate) = (backend.clone(), fate.clone());
                connections.spawn(async move {
                    if let Ok(server) = TcpStream::connect(backend).await {
                        // A connection that breaks is what clients have to live with.
                        drop(pass(client, server, &fate).await);
                    }
                });
            }
        });
        Ok(LossyProxy {
            port,
            lost,
            _tasks: tasks,
        })
    }

    /// `http://127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

/// Draws what becomes of an answer.
#[derive(Clone, Debug)]
struct Fate {
    state: Arc<AtomicU64>,
    lost: Arc<AtomicUsize>,
}

impl Fate {
    fn is_lost(&self) -> bool {
        // A step of SplitMix64.
        let step = 0x9e37_79b9_7f4a_7c15;
        let mut draw = self.state.fetch_add(step, Ordering::SeqCst).wrapping_add(step);
        draw = (draw ^ (draw >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        draw = (draw ^ (draw >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (draw ^ (draw >> 31)) % 100 < LOST
    }
}

/// Passes bytes until one side ends. Clients do not send a request before the last one is answered, so what
/// comes from one after an answer is the beginning of a request.
async fn pass(mut client: TcpStream, mut server: TcpStream, fate: &Fate) -> std::io::Result<()> {
    let (mut from_client, mut from_server) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut loses = false;
    loop {
        tokio::select! {
            count = client.read(&mut from_client) => {
                let bytes = &from_client[..count?];
                if bytes.is_empty() {
                    return Ok(());
                }
                if bytes.starts_with(MESSAGE) {
                    loses = fate.is_lost();
                }
                server.write_all(bytes).await?;
            }
            count = server.read(&mut from_server) => {
                let bytes = &from_server[..count?];
                if bytes.is_empty() {
                    return Ok(());
                }
                if loses {
                    fate.lost.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}
