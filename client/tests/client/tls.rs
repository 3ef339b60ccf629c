//! `https` and `wss`.

use crate::support::{Server, arrival, within};
use pocketping_client::{Client, ConnectError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Takes TLS off in front of a server; gives its port and the certificate.
async fn front(server: SocketAddr) -> (u16, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not believe us goes away; that is its test's subject.
                let Ok(mut inner) = acceptor.accept(stream).await else {
                    return;
                };
                let mut outer = TcpStream::connect(server).await.unwrap();
                drop(copy_bidirectional(&mut inner, &mut outer).await);
            });
        }
    });
    (port, certificate.to_vec())
}

#[tokio::test]
async fn requests_and_sockets_go_through_tls() {
    let server = Server::start().await;
    let (port, certificate) = front(server.address).await;
    let client =
        Client::builder(format!("https://localhost:{port}/pocketping")).root_certificate(certificate);
    let client = client.connect().await.unwrap();
    let mut changes = client.changes();
    within(client.send("secret")).await.unwrap();
    server.answer(&client, "also secret").await;
    assert_eq!(arrival(&mut changes).await, "also secret");
    assert_eq!(server.between.sockets.load(SeqCst), 1);
    assert_eq!(
        server.between.event_streams.load(SeqCst),
        0,
        "the socket has carried it"
    );
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_believed() {
    let server = Server::start().await;
    let (port, _) = front(server.address).await;
    let client = Client::builder(format!("https://localhost:{port}/pocketping"));
    let client = client.connect_timeout(Duration::from_millis(500));
    let error = within(client.connect()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NoAnswer { .. }), "{error:?}");
    assert!(
        server
            .pp
            .get_sessions(Default::default())
            .await
            .unwrap()
            .sessions
            .is_empty()
    );
}
