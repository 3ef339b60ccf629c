//! Ways of receiving: what the network does not let through is replaced by what it does.

use crate::support::{Server, arrival, bind, within};
use pocketping_server::{PocketPing, RateLimit, StreamPolicy};
use std::sync::atomic::Ordering::SeqCst;

/// Both directions work, and the server's stream is only as good as the network lets it be.
async fn converse(server: &Server) {
    let client = server.client().connect().await.unwrap();
    let mut changes = client.changes();
    for round in 0..3 {
        within(client.send(format!("question {round}"))).await.unwrap();
        server.answer(&client, &format!("answer {round}")).await;
        assert_eq!(arrival(&mut changes).await, format!("answer {round}"));
    }
    within(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_socket_is_used_where_it_can() {
    let server = Server::start().await;
    converse(&server).await;
    assert_eq!(server.between.sockets.load(SeqCst), 1);
    assert_eq!(server.between.event_streams.load(SeqCst), 0);
    assert_eq!(server.between.polls.load(SeqCst), 0);
}

#[tokio::test]
async fn without_sockets_events_carry() {
    let server = Server::start().await;
    server.between.no_sockets.store(true, SeqCst);
    converse(&server).await;
    assert_eq!(server.between.event_streams.load(SeqCst), 1);
    assert_eq!(server.between.polls.load(SeqCst), 0);
}

#[tokio::test]
async fn without_any_stream_polling_carries() {
    let server = Server::start().await;
    server.between.no_sockets.store(true, SeqCst);
    server.between.no_events.store(true, SeqCst);
    converse(&server).await;
    assert!(server.between.polls.load(SeqCst) > 0);
}

#[tokio::test]
async fn a_server_that_offers_no_streams_is_polled() {
    let pp = PocketPing::builder()
        .rate_limit(RateLimit::Off)
        .streams(StreamPolicy::Off);
    let server = Server::serve(pp.build().unwrap(), bind("127.0.0.1:0").await).await;
    converse(&server).await;
    assert!(server.between.polls.load(SeqCst) > 0);
}
