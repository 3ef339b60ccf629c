//! The webhook of the binary: a server that is killed, one that ends, and TLS.

use crate::support::process::{Running, folder, pocketping};
use crate::webhooks::serve;
use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A target that tells of each request, its delivery's id and body, and answers only if `answers`.
async fn listening(answers: bool) -> (String, mpsc::UnboundedReceiver<(String, String)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let hook = move |headers: HeaderMap, body: String| async move {
        let id = headers["x-pocketping-delivery"].to_str().unwrap().to_owned();
        tell.send((id, body)).unwrap();
        if !answers {
            std::future::pending::<()>().await;
        }
    };
    (serve(Router::new().route("/hook", post(hook))).await, told)
}

/// A server with this target; `certificates` are the ones that it believes, the system's when there are none.
async fn start(database: &str, url: &str, certificates: Option<&Path>) -> Running {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", database];
    let mut command = pocketping(&arguments);
    command
        .env("POCKETPING_WEBHOOK_URL", url)
        .env("POCKETPING_WEBHOOK_TIMEOUT", "60")
        .env("POCKETPING_WEBHOOK_ALLOW_PRIVATE_ADDRESSES", "true");
    if let Some(file) = certificates {
        command.env("SSL_CERT_FILE", file);
    }
    tokio::task::spawn_blocking(move || Running::start(&mut command, "operator token"))
        .await
        .unwrap()
}

async fn trigger_by_http(address: &str) {
    let http = reqwest::Client::new();
    let post = async |path: &str, body: serde_json::Value| -> serde_json::Value {
        let request = http.post(format!("{address}/pocketping{path}")).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    };
    let session = post("/connect", json!({ "visitorId": "v" })).await;
    let event = json!({ "sessionId": session["sessionId"], "name": "clicked_pricing" });
    assert_eq!(post("/event", event).await, json!({ "ok": true }));
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_delivery_makes_it_again() {
    let folder = folder("webhook-kill");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let (url, mut told) = listening(false).await;
    let mut first = start(&database, &url, None).await;
    trigger_by_http(&first.address).await;
    let before = told.recv().await.unwrap();
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let (url, mut told) = listening(true).await;
    let second = start(&database, &url, None).await;
    assert_eq!(
        told.recv().await.unwrap(),
        before,
        "the same id and the same bytes"
    );
    drop(second);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_target_that_hangs_does_not_keep_the_server_from_ending() {
    let folder = folder("webhook-stop");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let (url, mut told) = listening(false).await;
    let server = start(&database, &url, None).await;
    trigger_by_http(&server.address).await;
    told.recv().await.unwrap();
    let (code, time) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert_eq!(code, Some(0));
    assert!(time.as_secs() < 10, "{time:?}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// Takes TLS off in front of a target: its port, its certificate as a file has it, and a word for each handshake.
async fn behind_tls(url: &str) -> (u16, String, mpsc::UnboundedReceiver<bool>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = reqwest::Url::parse(url).unwrap().socket_addrs(|| None).unwrap()[0];
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shaken = acceptor.accept(stream).await;
            tell.send(shaken.is_ok()).unwrap();
            let Ok(mut inner) = shaken else { continue };
            let mut outer = TcpStream::connect(target).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut inner, &mut outer).await);
        }
    });
    let text = base64::engine::general_purpose::STANDARD.encode(made.cert.der());
    let lines = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap());
    let lines = lines.collect::<Vec<_>>().join("\n");
    let pem = format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n");
    (port, pem, told)
}

#[tokio::test]
async fn a_target_with_https_is_believed_by_its_certificate_only() {
    let folder = folder("webhook-tls");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let (plain, mut told) = listening(true).await;
    let (port, certificate, mut shaken) = behind_tls(&plain).await;
    let url = format!("https://localhost:{port}/hook");
    let server = start(&database, &url, None).await;
    trigger_by_http(&server.address).await;
    assert_eq!(shaken.recv().await, Some(false), "nobody vouches for it");
    drop(server);
    assert!(told.try_recv().is_err());
    let file = folder.join("certificates.pem");
    std::fs::write(&file, certificate).unwrap();
    let database = format!("sqlite://{}", folder.join("other.db").display());
    let server = start(&database, &url, Some(&file)).await;
    trigger_by_http(&server.address).await;
    assert_eq!(shaken.recv().await, Some(true));
    assert!(told.recv().await.unwrap().1.contains("clicked_pricing"));
    drop(server);
    std::fs::remove_dir_all(folder).unwrap();
}
