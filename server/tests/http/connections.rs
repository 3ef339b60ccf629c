//! What the binary does with connections: how many, how slow, how large.

use crate::support::process::{Running, pocketping};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const BASE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--database", "memory:"];

fn start(options: &[&str]) -> Running {
    let mut arguments = BASE.to_vec();
    for option in options {
        arguments.extend(["--set", option]);
    }
    Running::start(&mut pocketping(&arguments), "operator token")
}

fn open(server: &Running) -> TcpStream {
    let stream = TcpStream::connect(server.address.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Asks for presence and reads until the body has come.
fn ask(stream: &mut TcpStream) -> String {
    write!(stream, "GET /pocketping/presence HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !answer.ends_with(b"}") {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(bytes) => answer.extend_from_slice(&chunk[..bytes]),
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8(answer).unwrap()
}

/// Waits for the server to close.
fn ends(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 4096]) {
        Ok(0) => true,
        Ok(_) => ends(stream),
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn a_connection_beyond_the_limit_gets_429_and_is_closed_and_places_come_back() {
    let server = start(&["rate_limits.connections_per_address=2"]);
    let (mut first, mut second) = (open(&server), open(&server));
    assert!(ask(&mut first).starts_with("HTTP/1.1 200"));
    assert!(ask(&mut second).starts_with("HTTP/1.1 200"));
    let mut third = open(&server);
    let answer = ask(&mut third);
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    assert!(
        answer.contains("\"code\":\"too_many_connections\"") && answer.contains("retry-after: 5"),
        "{answer}"
    );
    assert!(ends(&mut third));
    drop(first);
    let begin = Instant::now();
    while !ask(&mut open(&server)).starts_with("HTTP/1.1 200") {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "the place never comes back"
        );
    }
    assert!(
        ask(&mut second).starts_with("HTTP/1.1 200"),
        "others are not disturbed"
    );
}

#[test]
fn a_trusted_proxy_and_a_server_without_limits_have_as_many_as_they_like() {
    for free in ["trusted_proxies=127.0.0.1", "rate_limit=off"] {
        let server = start(&["rate_limits.connections_per_address=1", free]);
        let mut streams: Vec<_> = (0..5).map(|_| open(&server)).collect();
        for stream in &mut streams {
            assert!(ask(stream).starts_with("HTTP/1.1 200"), "{free}");
        }
    }
}

#[test]
fn headers_that_never_end_cost_a_connection_only_for_the_time_out() {
    let server = start(&["header_timeout=1"]);
    let mut slow = open(&server);
    write!(slow, "GET /pocketping/presence HTTP/1.1\r\nhost: ").unwrap();
    assert!(ends(&mut slow));
    let mut idle = open(&server);
    assert!(ask(&mut idle).starts_with("HTTP/1.1 200"));
    assert!(ends(&mut idle), "an idle connection ends too");
}

#[test]
fn headers_beyond_the_limit_are_refused_and_beyond_all_measure_not_even_read() {
    let server = start(&["max_header_bytes=2048"]);
    let head = |bytes: usize| {
        format!(
            "GET /pocketping/presence HTTP/1.1\r\nhost: a\r\ncookie: {}\r\n\r\n",
            "x".repeat(bytes)
        )
    };
    let mut stream = open(&server);
    stream.write_all(head(3000).as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
    let mut stream = open(&server);
    // The server may close before all is written.
    stream.write_all(head(10_000_000).as_bytes()).ok();
    assert!(ends(&mut stream));
    assert!(ask(&mut open(&server)).starts_with("HTTP/1.1 200"));
}

#[test]
fn a_body_that_never_comes_is_408() {
    let server = start(&["body_timeout=1"]);
    let mut stream = open(&server);
    write!(
        stream,
        "POST /pocketping/connect HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{{"
    )
    .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}
