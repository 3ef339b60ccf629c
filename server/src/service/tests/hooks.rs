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

#[tokio::test]
async fn identities_and_ratings_are_told_of_when_they_are_new() {
    let log = Log::default();
    let (identify, csat) = (log.clone(), log.clone());
    let server = Server::with(|builder| {
        builder
            .on_identify(move |session| note(&identify, format!("is {}", session.identity.unwrap().id)))
            .on_csat_async(move |session, csat_| {
                let log = csat.clone();
                async move { note(&log, format!("{} gave {:?}", session.visitor_id, csat_.score)) }
            })
    });
    let identity = |id: &str| pocketping_core::Object::new().with("id", id);
    let connect = pocketping_core::Object::new()
        .with("visitorId", "visitor")
        .with("identity", identity("ada"));
    let connect = ConnectRequest::read(&connect.into()).unwrap();
    let session = server
        .pp
        .connect(connect.clone(), Client::default())
        .await
        .unwrap()
        .session_id;
    server.pp.connect(connect, Client::default()).await.unwrap();
    for id in ["ada", "bob", "bob"] {
        let body = pocketping_core::Object::new()
            .with("sessionId", session.as_str())
            .with("identity", identity(id));
        let request = pocketping_core::route::IdentifyRequest::read(&body.into()).unwrap();
        server.pp.identify(request).await.unwrap();
    }
    for score in [5, 1] {
        let body = pocketping_core::Object::new()
            .with("sessionId", session.as_str())
            .with("score", score);
        let request = pocketping_core::route::CsatRequest::read(&body.into()).unwrap();
        server.pp.rate(request).await.unwrap();
    }
    server.pp.flush().await;
    assert_eq!(*log.lock().unwrap(), ["is ada", "is bob", "visitor gave Some(5)"]);
}

#[tokio::test]
async fn event_hooks_come_and_go_while_the_server_runs() {
    let log = Log::default();
    let server = Server::new();
    let session = server.session().await;
    let (named, any) = (log.clone(), log.clone());
    let subscription = server
        .pp
        .on_event("pricing", move |event, _| {
            note(&named, format!("named {}", event.name))
        })
        .unwrap();
    let every = server
        .pp
        .on_event_async("*", move |event, _| {
            let log = any.clone();
            async move { note(&log, format!("any {}", event.name)) }
        })
        .unwrap();
    server.pp.visitor_event(event(&session, "pricing")).await.unwrap();
    server.pp.flush().await;
    subscription.unsubscribe();
    subscription.unsubscribe();
    server.pp.visitor_event(event(&session, "pricing")).await.unwrap();
    server.pp.flush().await;
    every.unsubscribe();
    server.pp.visitor_event(event(&session, "pricing")).await.unwrap();
    server.pp.flush().await;
    assert_eq!(
        *log.lock().unwrap(),
        ["named pricing", "any pricing", "any pricing"]
    );
    assert_eq!(
        server.pp.on_event("", |_, _| ()).err().unwrap().code(),
        "invalid_field"
    );
}

#[tokio::test]
async fn each_kind_of_hook_may_fail_and_the_next_one_runs() {
    let log = Log::default();
    let seen = [log.clone(), log.clone(), log.clone(), log.clone(), log.clone()];
    let [start, identify, csat, disconnect, named] = seen;
    let failed = || Err::<(), _>("on purpose");
    let server = Server::with(|builder| {
        builder
            .on_session_start(move |_| failed())
            .on_session_start(move |_| note(&start, "start".into()))
            .on_identify(move |_| failed())
            .on_identify(move |_| note(&identify, "identify".into()))
            .on_csat(move |_, _| -> () { panic!("on purpose") })
            .on_csat(move |_, _| note(&csat, "csat".into()))
            .on_disconnect_async(move |_, _| async move { failed() })
            .on_disconnect(move |_, _| note(&disconnect, "disconnect".into()))
            .on_event("*", move |_, _| failed())
            .on_event("*", move |_, _| note(&named, "event".into()))
    });
    let session = server.session().await;
    let body = |key: &str, value: pocketping_core::Value| {
        let object = pocketping_core::Object::new().with("sessionId", session.as_str());
        Value::from(object.with(key, value))
    };
    let ada = pocketping_core::Object::new().with("id", "ada");
    let request = pocketping_core::route::IdentifyRequest::read(&body("identity", ada.into())).unwrap();
    server.pp.identify(request).await.unwrap();
    let request = pocketping_core::route::CsatRequest::read(&body("score", Value::Int(3))).unwrap();
    server.pp.rate(request).await.unwrap();
    server.pp.visitor_event(event(&session, "e")).await.unwrap();
    let request = pocketping_core::route::DisconnectRequest::read(&body("duration", Value::Int(3))).unwrap();
    server.pp.disconnect(request).await.unwrap();
    server.pp.flush().await;
    assert_eq!(
        *log.lock().unwrap(),
        ["start", "identify", "csat", "event", "disconnect"]
    );
}

#[tokio::test]
async fn what_a_hook_fails_with_is_in_the_log_with_its_name() {
    let logged = crate::test_log::Log::capture();
    let server = Server::with(|builder| {
        builder
            .on_session_start(|_| Err::<(), _>("the database of the host is away"))
            .on_message_async(|message, _| async move { assert_eq!(message.content, "", "on purpose") })
    });
    let session = server.session().await;
    server.say(&session, "a text that is nobody's business").await;
    server.pp.flush().await;
    let text = logged.text();
    assert!(
        text.contains("a hook failed") && text.contains("the database of the host is away"),
        "{text}"
    );
    assert!(text.contains("on_session_start"), "{text}");
    assert!(
        text.contains("a hook panicked") && text.contains("on_message"),
        "{text}"
    );
    assert!(!text.contains("nobody's business"), "{text}");
}
