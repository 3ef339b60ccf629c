//! Servers that do not want the client, or are not there.

use crate::support::{Server, within};
use pocketping_client::{Client, ConnectError, Connection, StartError};
use pocketping_server::PocketPing;
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_client_that_is_too_old_is_told_so() {
    let pp = PocketPing::builder()
        .min_widget_version("99.0.0")
        .build()
        .unwrap();
    let server = Server::serve(pp, TcpListener::bind("127.0.0.1:0").await.unwrap()).await;
    let client = server.client().start().await.unwrap();
    for _ in 0..2 {
        let error = within(client.connect()).await.unwrap_err();
        assert!(matches!(error, ConnectError::Refused), "{error:?}");
        assert!(!error.is_retryable());
    }
    assert_eq!(client.snapshot().await.unwrap().connection, Connection::Refused);
}

#[tokio::test]
async fn a_server_that_is_away_is_told_and_tried_again() {
    let address = Server::start().await.stop().await;
    let endpoint = format!("http://{address}/pocketping");
    let client = Client::builder(endpoint).connect_timeout(Duration::from_millis(50));
    let client = client.start().await.unwrap();
    let error = within(client.connect()).await.unwrap_err();
    assert!(matches!(error, ConnectError::NoAnswer { .. }), "{error:?}");
    assert!(error.is_retryable());

    let pp = PocketPing::builder().build().unwrap();
    let server = Server::serve(pp, TcpListener::bind(&address).await.unwrap()).await;
    within(client.send("here you are")).await.unwrap();
    assert_eq!(server.contents(&client).await, ["here you are"]);
}

#[tokio::test]
async fn a_wrong_option_is_named() {
    let error = Client::builder("chat.example.com").connect().await.unwrap_err();
    let ConnectError::Start(StartError::Endpoint { given, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(given, "chat.example.com");
    let agent = Client::builder("http://127.0.0.1:9")
        .user_agent("a\nb")
        .start()
        .await;
    assert!(matches!(agent, Err(StartError::UserAgent)));
    for wrong in [b"-----no".as_slice(), b"no"] {
        let client = Client::builder("https://127.0.0.1:9").root_certificate(wrong);
        let refused = client.start().await.unwrap_err();
        assert!(
            matches!(refused, StartError::Certificate(_) | StartError::Http(_)),
            "{refused:?}"
        );
        assert!(!refused.is_retryable());
    }
}
