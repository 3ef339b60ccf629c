//! `operatorReachable` of `/connect`: office hours, and operators who are there all the same.

use crate::support::Server;
use pocketping_core::Timestamp;
use pocketping_server::{Clock, OfficeHoursConfig};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that tests set.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn at(moment: &str) -> Self {
        let hand = Hand(Arc::default());
        hand.set(moment);
        hand
    }

    fn set(&self, moment: &str) {
        let moment = Timestamp::parse(moment).unwrap();
        self.0.store(moment.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

async fn reachable(server: &Server) -> Value {
    let answer = server.post("/connect", json!({ "visitorId": "v" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["operatorReachable"].clone()
}

fn mondays() -> OfficeHoursConfig {
    OfficeHoursConfig {
        time_zone: "Europe/Paris".into(),
        monday: vec!["09:00-12:30".into(), "14:00-18:00".into()],
        ..Default::default()
    }
}

#[tokio::test]
async fn office_hours_say_whether_anybody_can_be_reached() {
    // A Monday in summer time.
    let clock = Hand::at("2026-07-06T08:59:59+02:00");
    let hand = clock.clone();
    let server = Server::with(|builder| builder.clock(clock).office_hours(mondays())).await;
    assert_eq!(reachable(&server).await, false);
    hand.set("2026-07-06T09:00:00+02:00");
    assert_eq!(reachable(&server).await, true);
    hand.set("2026-07-06T12:30:00+02:00");
    assert_eq!(reachable(&server).await, false);
    // A Monday in winter time.
    hand.set("2026-11-23T17:59:59+01:00");
    assert_eq!(reachable(&server).await, true);
    hand.set("2026-11-23T18:00:00+01:00");
    assert_eq!(reachable(&server).await, false);
}

#[tokio::test]
async fn an_operator_who_is_online_can_be_reached_at_any_hour() {
    let clock = Hand::at("2026-11-22T12:00:00Z");
    let server = Server::with(|builder| builder.clock(clock).office_hours(mondays())).await;
    assert_eq!(reachable(&server).await, false);
    server.pp.set_operator_online(true).await.unwrap();
    assert_eq!(reachable(&server).await, true);
    server.pp.set_operator_online(false).await.unwrap();
    assert_eq!(reachable(&server).await, false);
    assert!(!server.pp.is_operator_reachable());
}

#[tokio::test]
async fn without_office_hours_nothing_is_said_which_widgets_take_as_true() {
    let server = Server::start().await;
    assert_eq!(reachable(&server).await, Value::Null);
    assert!(server.pp.is_operator_reachable());
}
