//! Figures, as callers get them. What stores count is in their conformance suite.

use super::*;
use pocketping_core::Wire;
use pocketping_core::route::{CsatRequest, Score};
use pocketping_core::value::Value;

#[tokio::test]
async fn a_week_in_figures() {
    let server = Server::new();
    let answered = server.connect("a").await.session_id;
    server.later(10);
    server.say(&answered, "hello?").await;
    server.later(90);
    server.pp.send_message(&answered, "hi").await.unwrap();
    let unanswered = server.connect("b").await.session_id;
    server.say(&unanswered, "anybody?").await;
    for (session, score) in [(&answered, 5), (&unanswered, 2)] {
        let rating = CsatRequest {
            session_id: session.clone(),
            score: Score::read(&Value::Int(score)).unwrap(),
            comment: None,
            event_id: None,
        };
        server.pp.rate(rating).await.unwrap();
    }
    server.later(1);
    let stats = server.pp.stats(None, None).await.unwrap();
    assert_eq!(
        (stats.conversations, stats.messages, stats.unanswered_now),
        (2, 3, 1)
    );
    assert_eq!(stats.conversations_sparkline, [0, 0, 0, 0, 0, 0, 2]);
    assert_eq!(stats.response_rate, 0.5);
    assert_eq!(stats.median_first_response_seconds, Some(90.0));
    assert_eq!(
        (stats.csat.percent, stats.csat.average, stats.csat.responses),
        (Some(0.5), Some(3.5), 2)
    );
    assert_eq!(stats.to.since(stats.from).as_secs(), 7 * 24 * 3600);
}

#[tokio::test]
async fn nothing_is_told_as_null_and_zero() {
    let server = Server::new();
    let stats = server.pp.stats(None, None).await.unwrap().write();
    for key in ["medianFirstResponseSeconds", "csat"] {
        let value = stats.as_object().unwrap().iter().find(|(name, _)| *name == key);
        assert!(value.is_some(), "{key} is there");
    }
    let csat = stats.get("csat").unwrap().as_object().unwrap();
    let members: Vec<_> = csat.iter().collect();
    assert_eq!(members[0], ("percent", &Value::Null));
    assert_eq!(members[1], ("average", &Value::Null));
    assert_eq!(stats.get("responseRate"), Some(&Value::Float(0.0)));
}

#[tokio::test]
async fn a_span_has_a_length_and_is_no_century() {
    let server = Server::new();
    let now = Timestamp::from_millis(START);
    let ask = async |from: i64, to: i64| {
        let moment = |days: i64| Some(Timestamp::from_millis(START + days * 24 * 3_600_000));
        server.pp.stats(moment(from), moment(to)).await
    };
    assert_eq!(code(ask(0, 0).await), "invalid_field");
    assert_eq!(code(ask(1, 0).await), "invalid_field");
    assert_eq!(code(ask(-3_661, 0).await), "invalid_field");
    assert_eq!(ask(-3_660, 0).await.unwrap().conversations_sparkline.len(), 3_660);
    assert_eq!(ask(-1, 0).await.unwrap().to, now);
    let extremes = [(i64::MIN, i64::MAX), (i64::MIN, i64::MIN + 1)];
    for (from, to) in extremes.map(|(from, to)| (Timestamp::from_micros(from), Timestamp::from_micros(to))) {
        // Whatever the answer is, there is one.
        let _answered = server.pp.stats(Some(from), Some(to)).await.is_ok();
    }
}
