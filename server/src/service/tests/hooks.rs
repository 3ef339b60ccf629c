use super::*;
use pocketping_core::Value;
use pocketping_core::route::EventRequest;
use std::sync::Mutex;

type Log = Arc<Mutex<Vec<String>>>;

fn note(log: &Log, text: String) {
    log.lock().unwrap().push(text);
}

fn event(session: &SessionId, name: &str) -> EventRequest {
    EventRequest {
        session_id: session.clone(),
        event_id: None,
        name: name.into(),
        data: Value::Null,
        timestamp: None,
        page: None,
    }
}

#[tokio::test]
async fn hooks_run_in_order_named_events_before_any() {
    let log = Log::default();
    let (start, message, any, named) = (log.clone(), log.clone(), log.clone(), log.clone());
    let server = Server::with(|builder| {
        builder
            .on_session_start(move |session| note(&start, format!("start {}", session.visitor_id)))
            .on_message_async(move |message_, _| {
                let log = message.clone();
                async move { note(&log, format!("message {}", message_.content)) }
            })
            .on_event("*", move |event, _| note(&any, format!("any {}", event.name)))
            .on_event("pricing", move |event, _| {
                note(&named, format!("named {}", event.name))
            })
    });
    let session = server.session().await;
    server.session().await;
    server.say(&session, "hello").await;
    server.pp.visitor_event(event(&session, "pricing")).await.unwrap();
    server.pp.visitor_event(event(&session, "other")).await.unwrap();
    server.pp.send_message(&session, "answer").await.unwrap();
    server.pp.add_note(&session, "note".into()).await.unwrap();
    server
        .pp
        .emit_event(&session, "pricing", Value::Null)
        .await
        .unwrap();
    server.pp.flush().await;
    let expected = [
        "start visitor",
        "message hello",
        "named pricing",
        "any pricing",
        "any other",
        "message answer",
    ];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_hook_that_fails_or_panics_stops_nothing() {
    let log = Log::default();
    let last = log.clone();
    let server = Server::with(|builder| {
        builder
            .on_message(|_, _| -> Result<(), String> { Err("on purpose".into()) })
            .on_message(|_, _| -> () { panic!("on purpose") })
            .on_message_async(|message, _| async move { assert_eq!(message.content, "", "on purpose") })
            .on_message(move |message, _| note(&last, message.content))
    });
    let session = server.session().await;
    server.say(&session, "one").await;
    server.say(&session, "two").await;
    server.pp.flush().await;
    assert_eq!(*log.lock().unwrap(), ["one", "two"]);
}

#[tokio::test]
async fn a_repeated_send_runs_no_hook() {
    let log = Log::default();
    let seen = log.clone();
    let server = Server::with(|builder| builder.on_message(move |message, _| note(&seen, message.content)));
    let session = server.session().await;
    for _ in 0..3 {
        let request = SendMessageRequest {
            client_message_id: Some("c".into()),
            ..text(&session, "once")
        };
        server.pp.visitor_message(request).await.unwrap();
    }
    server.pp.flush().await;
    assert_eq!(*log.lock().unwrap(), ["once"]);
}
