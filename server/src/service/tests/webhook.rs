//! How deliveries are made: again and again, in order, and in nobody's way.

use super::receiver::{Heard, Receiver};
use super::webhook_bodies::{event, to};
use super::*;
use crate::storage::{MemoryStorage, Storage};
use crate::test_log::Log;
use crate::{WebhookConfig, WebhookKind};
use axum::http::{StatusCode, header};
use std::time::Duration;

const DAY: i64 = 24 * 3600;

async fn telling(receiver: &Receiver) -> (Server, SessionId) {
    let config = to(receiver, &[WebhookKind::Events]);
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    (server, session)
}

async fn trigger(server: &Server, session: &SessionId, name: &str) {
    server.pp.visitor_event(event(session, name)).await.unwrap();
}

fn names(heard: &[Heard]) -> Vec<String> {
    let name = |heard: &Heard| heard.json()["event"]["name"].as_str().unwrap().to_owned();
    heard.iter().map(name).collect()
}

/// Moves the clock to the next attempt and waits until it is made; how many seconds that was.
async fn to_the_next_attempt(server: &Server) -> Option<i64> {
    let next = server.pp.webhook_status().await.unwrap().next_attempt_at?;
    let wait = next.since(server.clock.now()).as_millis() as i64;
    server.clock.0.fetch_add(wait + 1, Ordering::SeqCst);
    server.pp.flush().await;
    Some(wait / 1000)
}

#[tokio::test]
async fn a_delivery_is_tried_for_a_day_with_the_same_id_and_bytes_and_then_kept() {
    let receiver = Receiver::start().await;
    receiver.answers(|_| StatusCode::SERVICE_UNAVAILABLE);
    let (server, session) = telling(&receiver).await;
    trigger(&server, &session, "lost").await;
    server.pp.flush().await;
    let mut waits = Vec::new();
    while let Some(wait) = to_the_next_attempt(&server).await {
        waits.push(wait);
    }
    let all = (server.clock.now().as_millis() - START) / 1000;
    assert_eq!(all, DAY, "{waits:?}");
    assert!((18..=26).contains(&waits.len()), "{waits:?}");
    let heard = receiver.heard();
    assert_eq!(heard.len(), waits.len() + 1);
    assert!(
        heard
            .iter()
            .all(|again| (again.id(), &again.body) == (heard[0].id(), &heard[0].body))
    );
    assert!(heard.iter().all(Heard::is_signed));

    let dead = server.pp.dead_deliveries(None, None).await.unwrap().deliveries;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].id.as_str(), &dead[0].body),
        (heard[0].id(), &heard[0].body)
    );
    assert_eq!(
        (dead[0].attempts, dead[0].problem.as_str()),
        (heard.len() as u64, "status 503")
    );
    assert_eq!(
        (&dead[0].session_id, dead[0].kind.as_str()),
        (&session, "custom_event")
    );
    let status = server.pp.webhook_status().await.unwrap();
    assert_eq!((status.enabled, status.waiting, status.dead), (true, 0, 1));

    receiver.answers(|_| StatusCode::OK);
    server.pp.retry_delivery(&dead[0].id).await.unwrap();
    server.pp.flush().await;
    let again = receiver.heard().pop().unwrap();
    assert_eq!((again.id(), &again.body), (heard[0].id(), &heard[0].body));
    let status = server.pp.webhook_status().await.unwrap();
    assert_eq!(
        (status.waiting, status.dead, status.next_attempt_at),
        (0, 0, None)
    );
    assert_eq!(
        code(server.pp.retry_delivery(&dead[0].id).await),
        "dead_letter_not_found"
    );
    assert_eq!(
        code(server.pp.delete_delivery(&dead[0].id).await),
        "dead_letter_not_found"
    );
}

#[tokio::test]
async fn refusals_are_tried_again_but_not_after_410() {
    let receiver = Receiver::start().await;
    let (server, session) = telling(&receiver).await;
    for status in [400, 401, 404, 413, 422, 500] {
        receiver.answers(move |_| StatusCode::from_u16(status).unwrap());
        trigger(&server, &session, &status.to_string()).await;
        server.pp.flush().await;
        receiver.answers(|_| StatusCode::ACCEPTED);
        to_the_next_attempt(&server).await.unwrap();
        assert_eq!(server.pp.webhook_status().await.unwrap().waiting, 0, "{status}");
    }
    assert_eq!(receiver.heard().len(), 12);
    receiver.answers(|_| StatusCode::GONE);
    trigger(&server, &session, "gone").await;
    server.pp.flush().await;
    let dead = server.pp.dead_deliveries(None, None).await.unwrap().deliveries;
    assert_eq!((dead.len(), dead[0].attempts), (1, 1));
    assert!(dead[0].problem.starts_with("status 410"));
    server.pp.delete_delivery(&dead[0].id).await.unwrap();
    assert_eq!(server.pp.webhook_status().await.unwrap().dead, 0);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let elsewhere = other.url.clone();
    receiver.answers(move |_| {
        (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, elsewhere.clone())],
        )
    });
    let (server, session) = telling(&receiver).await;
    trigger(&server, &session, "away").await;
    server.pp.flush().await;
    assert_eq!((receiver.heard().len(), other.heard().len()), (1, 0));
    assert_eq!(server.pp.webhook_status().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_gets_nothing_unless_allowed() {
    let receiver = Receiver::start().await;
    let by_name = receiver.url.replace("127.0.0.1", "localhost");
    for allow_private_addresses in [false, true] {
        let config = WebhookConfig {
            url: Some(by_name.clone()),
            allow_private_addresses,
            ..to(&receiver, &[WebhookKind::Events])
        };
        let server = Server::with(|builder| builder.webhook(config));
        let session = server.session().await;
        trigger(&server, &session, "inside").await;
        server.pp.flush().await;
        let waiting = server.pp.webhook_status().await.unwrap().waiting;
        let expected = if allow_private_addresses { (1, 0) } else { (0, 1) };
        assert_eq!((receiver.heard().len(), waiting), expected);
    }
}

#[tokio::test]
async fn a_target_that_asks_for_a_pause_gets_it() {
    let receiver = Receiver::start().await;
    receiver.answers(|_| (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "600")]));
    let (server, session) = telling(&receiver).await;
    let other = server.connect("another").await.session_id;
    trigger(&server, &session, "first").await;
    server.pp.flush().await;
    receiver.answers(|_| StatusCode::OK);
    trigger(&server, &other, "second").await;
    for _ in 0..5 {
        server.later(100);
        server.pp.flush().await;
        assert_eq!(receiver.heard().len(), 1, "nothing for anybody");
    }
    server.later(101);
    server.pp.flush().await;
    let mut told = names(&receiver.heard()[1..]);
    told.sort();
    assert_eq!(told, ["first", "second"]);
}

#[tokio::test]
async fn of_a_session_things_are_told_in_order_and_others_do_not_wait() {
    let receiver = Receiver::start().await;
    receiver.answers(|heard| match heard.json()["event"]["name"] == "stuck" {
        true => StatusCode::BAD_GATEWAY,
        false => StatusCode::OK,
    });
    let (server, session) = telling(&receiver).await;
    let other = server.connect("another").await.session_id;
    for name in ["stuck", "behind", "last"] {
        trigger(&server, &session, name).await;
    }
    trigger(&server, &other, "free").await;
    server.pp.flush().await;
    let mut told = names(&receiver.heard());
    told.sort();
    assert_eq!(told, ["free", "stuck"]);
    to_the_next_attempt(&server).await.unwrap();
    assert_eq!(names(&receiver.heard()[2..]), ["stuck"]);
    receiver.answers(|_| StatusCode::OK);
    to_the_next_attempt(&server).await.unwrap();
    assert_eq!(names(&receiver.heard()[3..]), ["stuck", "behind", "last"]);
}

#[tokio::test]
async fn a_target_that_hangs_holds_nobody_up_and_gets_few_requests_at_a_time() {
    let receiver = Receiver::start().await;
    receiver.hold().await;
    let (server, _) = telling(&receiver).await;
    let mut sessions = Vec::new();
    for number in 0..20 {
        sessions.push(server.connect(&format!("visitor {number}")).await.session_id);
    }
    for session in &sessions {
        trigger(&server, session, "answered at once").await;
        server.say(session, "so is this").await;
    }
    assert_eq!(receiver.heard_of(4).await.len(), 4);
    assert_eq!(server.pp.webhook_status().await.unwrap().waiting, 20);
    receiver.go_on();
    server.pp.flush().await;
    assert_eq!((receiver.heard().len(), receiver.most_at_once()), (20, 4));
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let receiver = Receiver::start().await;
    receiver.hold().await;
    let config = WebhookConfig {
        timeout: Duration::from_millis(50),
        ..to(&receiver, &[WebhookKind::Events])
    };
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    trigger(&server, &session, "slow").await;
    server.pp.flush().await;
    receiver.go_on();
    to_the_next_attempt(&server).await.unwrap();
    let heard = receiver.heard();
    assert_eq!((heard.len(), heard[0].id()), (2, heard[1].id()));
    assert_eq!(server.pp.webhook_status().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn what_an_erased_conversation_had_to_tell_is_not_told() {
    let receiver = Receiver::start().await;
    receiver.answers(|_| StatusCode::BAD_GATEWAY);
    let config = to(&receiver, &[WebhookKind::Events]);
    let server = Server::with(|builder| builder.webhook(config).retention(Duration::from_secs(3600)));
    let session = server.session().await;
    trigger(&server, &session, "private").await;
    server.pp.flush().await;
    server.later(4000);
    assert_eq!(server.pp.erase_old().await.unwrap(), 1);
    receiver.answers(|_| StatusCode::OK);
    server.pp.flush().await;
    // An attempt may have begun while the conversation was erased, but none after.
    let heard = receiver.heard().len();
    server.later(DAY);
    server.pp.flush().await;
    assert_eq!(receiver.heard().len(), heard);
    assert_eq!(server.pp.webhook_status().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn dead_letters_are_kept_for_a_month() {
    let receiver = Receiver::start().await;
    receiver.answers(|_| StatusCode::GONE);
    let (server, session) = telling(&receiver).await;
    trigger(&server, &session, "gone").await;
    server.pp.flush().await;
    for (days, dead) in [(29, 1), (2, 0)] {
        server.later(days * DAY);
        server.pp.flush().await;
        assert_eq!(server.pp.webhook_status().await.unwrap().dead, dead);
    }
}

#[tokio::test]
async fn what_waits_is_delivered_by_the_next_server_and_the_last_one_lets_go_of_the_storage() {
    let receiver = Receiver::start().await;
    receiver.answers(|_| StatusCode::BAD_GATEWAY);
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let build = |storage: &Arc<dyn Storage>| {
        let (config, storage) = (to(&receiver, &[WebhookKind::Events]), Arc::clone(storage));
        Server::with(|builder| builder.webhook(config).storage_arc(storage))
    };
    let first = build(&storage);
    let session = first.session().await;
    trigger(&first, &session, "waits").await;
    first.pp.flush().await;
    drop(first);
    while Arc::strong_count(&storage) > 1 {
        tokio::task::yield_now().await;
    }
    receiver.answers(|_| StatusCode::OK);
    let second = build(&storage);
    second.later(10);
    second.pp.flush().await;
    let heard = receiver.heard();
    assert_eq!((heard.len(), heard[0].id()), (2, heard[1].id()));
}

#[tokio::test]
async fn no_secret_no_address_and_no_content_is_in_the_log() {
    let log = Log::capture();
    let receiver = Receiver::start().await;
    let config = WebhookConfig {
        url: Some(format!("{}/hunter2?key=hunter2", receiver.url)),
        secret: Some("hunter2-hunter2-hunter2".into()),
        ..to(&receiver, &WebhookKind::ALL)
    };
    let server = Server::with(|builder| builder.webhook(config));
    let session = server.session().await;
    for status in [StatusCode::OK, StatusCode::BAD_GATEWAY, StatusCode::GONE] {
        receiver.answers(move |_| status);
        server.say(&session, "hunter2").await;
        server.pp.flush().await;
        receiver.answers(|_| StatusCode::OK);
        to_the_next_attempt(&server).await;
    }
    let text = log.text();
    assert!(text.contains("a delivery is given up"), "{text}");
    for secret in ["hunter2", session.as_str()] {
        assert!(!text.contains(secret), "{text}");
    }
}
