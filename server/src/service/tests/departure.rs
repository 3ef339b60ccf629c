//! Leaving: said by the browser, or noticed by the server.

use super::*;
use crate::Departure;
use pocketping_core::route::{
    DisconnectReason, DisconnectRequest, MessagesQuery, PageState, VisibilityRequest,
};
use std::sync::Mutex;
use std::time::Duration;

type Left = Arc<Mutex<Vec<(String, Departure)>>>;

fn server(timeout: Option<u64>) -> (Server, Left) {
    let left = Left::default();
    let note = Arc::clone(&left);
    let server = Server::with(|builder| {
        let builder = builder.on_disconnect(move |session, departure| {
            note.lock()
                .unwrap()
                .push((session.visitor_id.to_string(), departure));
        });
        match timeout {
            Some(seconds) => builder.inactivity_timeout(Duration::from_secs(seconds)),
            None => builder,
        }
    });
    (server, left)
}

async fn told(server: &Server, left: &Left) -> Vec<(String, Departure)> {
    server.pp.flush().await;
    std::mem::take(&mut *left.lock().unwrap())
}

fn gone(visitor: &str, seconds: u64) -> (String, Departure) {
    let departure = Departure {
        stay: Duration::from_secs(seconds),
        reason: DisconnectReason::Inactivity,
    };
    (visitor.to_owned(), departure)
}

#[tokio::test]
async fn the_browsers_word_reaches_the_hook() {
    let (server, left) = server(None);
    let session = server.session().await;
    let request = DisconnectRequest {
        session_id: session,
        duration: 45,
        reason: DisconnectReason::PageUnload,
    };
    server.pp.disconnect(request).await.unwrap();
    let departure = Departure {
        stay: Duration::from_secs(45),
        reason: DisconnectReason::PageUnload,
    };
    assert_eq!(told(&server, &left).await, [("visitor".to_owned(), departure)]);
}

#[tokio::test]
async fn who_is_silent_for_the_time_out_leaves_once() {
    let (server, left) = server(Some(300));
    let session = server.session().await;
    server.later(100);
    server.say(&session, "hello").await;
    server.later(299);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    server.later(1);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 1);
    assert_eq!(told(&server, &left).await, [gone("visitor", 100)]);
    server.later(1000);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    assert!(told(&server, &left).await.is_empty());
    let stored = server.pp.get_session(&session).await.unwrap();
    assert_eq!(
        stored.last_activity.as_millis(),
        START + 100_000,
        "leaving is no activity"
    );
}

#[tokio::test]
async fn an_open_stream_and_every_request_are_signs_of_life() {
    let (server, left) = server(Some(300));
    let session = server.session().await;
    let stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    server.later(1000);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    drop(stream);
    server.later(200);
    let list = MessagesQuery {
        session_id: session.clone(),
        after: None,
        before: None,
        limit: None,
    };
    server.pp.list_messages(list).await.unwrap();
    server.later(200);
    server
        .pp
        .visitor_typing(session.clone(), Sender::Visitor, true)
        .await
        .unwrap();
    server.later(200);
    let visible = VisibilityRequest {
        session_id: session,
        state: PageState::Visible,
        timestamp: None,
    };
    server.pp.visibility(visible).await.unwrap();
    server.later(200);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    server.later(100);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 1);
    assert_eq!(told(&server, &left).await, [gone("visitor", 1600)]);
}

#[tokio::test]
async fn who_comes_back_may_leave_again_and_who_said_so_is_not_told_of_twice() {
    let (server, left) = server(Some(60));
    let session = server.session().await;
    server.later(60);
    server.pp.dismiss_inactive().await.unwrap();
    server.say(&session, "back").await;
    server.later(60);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 1);
    assert_eq!(
        told(&server, &left).await,
        [gone("visitor", 0), gone("visitor", 0)]
    );
    server.say(&session, "again").await;
    let request = DisconnectRequest {
        session_id: session,
        duration: 1,
        reason: DisconnectReason::Manual,
    };
    server.pp.disconnect(request).await.unwrap();
    server.later(60);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
}

#[tokio::test]
async fn signs_of_life_in_sessions_that_do_not_exist_make_nobody_present() {
    let (server, left) = server(Some(60));
    let unknown = SessionId::from("unknown");
    server
        .pp
        .visitor_typing(unknown.clone(), Sender::Visitor, true)
        .await
        .unwrap();
    assert_eq!(
        code(server.pp.visitor_message(text(&unknown, "hello")).await),
        "session_not_found"
    );
    server.later(60);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    assert!(told(&server, &left).await.is_empty());
}

#[tokio::test]
async fn without_a_time_out_nobody_is_dismissed() {
    let (server, left) = server(None);
    server.session().await;
    server.later(1_000_000);
    assert_eq!(server.pp.dismiss_inactive().await.unwrap(), 0);
    assert!(told(&server, &left).await.is_empty());
}
