//! Readers of changes that do not keep up.

use crate::support::{Server, within};
use pocketping_client::Lagged;

#[tokio::test]
async fn a_slow_reader_is_told_what_it_missed_and_goes_on() {
    let server = Server::start().await;
    let client = server.client().change_buffer(8).connect().await.unwrap();
    let (mut slow, mut never) = (client.changes(), client.changes());
    for at in 0..20 {
        within(client.send(format!("m{at}"))).await.unwrap();
    }
    let Some(Err(Lagged { missed })) = within(slow.next()).await else {
        panic!("20 messages are more than 8 changes");
    };
    assert!(missed >= 12, "{missed}");
    for _ in 0..8 {
        assert!(
            matches!(within(slow.next()).await, Some(Ok(_))),
            "what is left comes in order"
        );
    }
    assert_eq!(client.messages().await.unwrap().len(), 20, "the state has all");
    within(client.close()).await.unwrap();
    let mut rest = 0;
    while within(never.next()).await.is_some() {
        rest += 1;
    }
    assert!(rest <= 9, "no more than the buffer was kept for it: {rest}");
}
