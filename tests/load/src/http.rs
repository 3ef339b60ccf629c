//! A keep-alive connection that speaks just enough HTTP/1.1: load tool and server share the processors, so the tool
//! must not cost more than what it measures. Heads are parsed by `httparse`.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where the routes are, with ours and with the peer.
pub(crate) const BASE: &str = "/pocketping";
/// More headers than any of the servers sends.
const MAX_HEADERS: usize = 32;

/// One connection, one request at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    out: Vec<u8>,
    read: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer<'a> {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body's bytes.
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// The body of a 2xx as JSON.
    pub(crate) fn json(&self) -> Result<Json> {
        self.ok()?;
        serde_json::from_slice(self.body).context("the answer is not JSON")
    }

    /// Fails unless the status is 2xx.
    pub(crate) fn ok(&self) -> Result<()> {
        ensure!(
            (200..300).contains(&self.status),
            "status {}: {}",
            self.status,
            String::from_utf8_lossy(self.body)
        );
        Ok(())
    }
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            out: Vec::with_capacity(1024),
            read: Vec::with_capacity(4096),
        })
    }

    /// `POST` of JSON to a route below the base.
    pub(crate) async fn post(&mut self, route: &str, body: &[u8]) -> Result<Answer<'_>> {
        self.out.clear();
        let head = format!(
            "POST {BASE}{route} HTTP/1.1\r\nHost: bench\r\nUser-Agent: pocketping-load\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.out.extend_from_slice(head.as_bytes());
        self.out.extend_from_slice(body);
        self.exchange().await
    }

    /// `GET` of a route below the base.
    pub(crate) async fn get(&mut self, route: &str) -> Result<Answer<'_>> {
        self.out.clear();
        let head =
            format!("GET {BASE}{route} HTTP/1.1\r\nHost: bench\r\nUser-Agent: pocketping-load\r\n\r\n");
        self.out.extend_from_slice(head.as_bytes());
        self.exchange().await
    }

    async fn exchange(&mut self) -> Result<Answer<'_>> {
        self.stream.write_all(&self.out).await?;
        self.read.clear();
        let mut expected = None;
        loop {
            if let Some((status, start, end)) = expected
                && self.read.len() >= end
            {
                ensure!(self.read.len() == end, "the server said more than it was asked");
                let body = &self.read[start..end];
                return Ok(Answer { status, body });
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                bail!("the server closed the connection");
            }
            if expected.is_none() {
                expected = parse_head(&self.read)?;
            }
        }
    }
}

/// Status, and where the body begins and ends; `None` while the head is not whole.
fn parse_head(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = response.parse(bytes)? else {
        return Ok(None);
    };
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .context("an answer without a length")?;
    let length: usize = std::str::from_utf8(length.value)?.trim().parse()?;
    let status = response.code.context("an answer without a status")?;
    Ok(Some((status, start, start + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(parse_head(&whole[..20]).unwrap(), None);
        assert_eq!(parse_head(whole).unwrap(), Some((200, 38, 40)));
        assert!(parse_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
