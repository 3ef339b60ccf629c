//! Old conversations on PostgreSQL, with a clock that the test moves.

use crate::cluster::{database, open};
use pocketping_core::Timestamp;
use pocketping_core::route::ConnectRequest;
use pocketping_server::{Client, Clock, PocketPing, SessionFilter};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const DAY: i64 = 24 * 3600 * 1000;

#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

async fn visit(pp: &PocketPing, visitor: &str) {
    let request = ConnectRequest {
        visitor_id: visitor.into(),
        session_id: None,
        metadata: None,
        identity: None,
        inspector_token: None,
    };
    let session = pp.connect(request, Client::default()).await.unwrap().session_id;
    pp.send_message(&session, "hello").await.unwrap();
}

#[tokio::test]
async fn two_servers_erase_what_is_old_once_and_keep_the_rest() {
    let (url, hand) = (database().await, Hand::default());
    let server = async || {
        let storage = open(&url).await;
        let builder = PocketPing::builder().storage(*storage).clock(hand.clone());
        builder
            .retention(Duration::from_secs(30 * 24 * 3600))
            .build()
            .unwrap()
    };
    let (one, other) = (server().await, server().await);
    for number in 0..50 {
        visit(&one, &format!("old {number}")).await;
    }
    hand.0.fetch_add(29 * DAY, Ordering::SeqCst);
    visit(&other, "young").await;
    assert_eq!(one.erase_old().await.unwrap(), 0);
    hand.0.fetch_add(2 * DAY, Ordering::SeqCst);
    let (by_one, by_other) = tokio::join!(one.erase_old(), other.erase_old());
    assert_eq!(by_one.unwrap() + by_other.unwrap(), 50);
    for pp in [&one, &other] {
        let page = pp.get_sessions(SessionFilter::default()).await.unwrap();
        assert_eq!(page.sessions.len(), 1);
        assert_eq!(page.sessions[0].visitor_id.as_str(), "young");
    }
}
