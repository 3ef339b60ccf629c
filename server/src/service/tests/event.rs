use super::*;
use pocketping_core::route::{CsatRequest, EventRequest, PreChatRequest};
use pocketping_core::{Object, Value, Wire};

fn event(session: &SessionId, name: &str) -> EventRequest {
    EventRequest {
        session_id: session.clone(),
        event_id: Some("e1".into()),
        name: name.into(),
        data: Object::new().with("plan", "pro").into(),
        timestamp: None,
        page: None,
    }
}

#[tokio::test]
async fn a_pages_event_reaches_operators_once_and_is_not_echoed() {
    let server = Server::new();
    let session = server.session().await;
    let mut visitor = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    server
        .pp
        .visitor_event(event(&session, "clicked_pricing"))
        .await
        .unwrap();
    server
        .pp
        .visitor_event(event(&session, "clicked_pricing"))
        .await
        .unwrap();
    assert_eq!(
        code(server.pp.visitor_event(event(&session, "other")).await),
        "client_message_id_reused"
    );
    assert!(events(&mut visitor).await.is_empty());
    let seen = events(&mut operators).await;
    assert_eq!(kinds(&seen), ["session", "event"]);
    let ServerEvent::Custom(custom) = &seen[1] else {
        panic!()
    };
    assert_eq!(custom.name, "clicked_pricing");
    assert_eq!(custom.session_id, Some(session));
}

#[tokio::test]
async fn events_with_bad_names_or_data_are_refused() {
    let server = Server::new();
    let session = server.session().await;
    let refused = |name: String, data: Value| {
        server.pp.visitor_event(EventRequest {
            data,
            event_id: None,
            ..event(&session, &name)
        })
    };
    assert_eq!(code(refused(String::new(), Value::Null).await), "invalid_field");
    assert_eq!(code(refused("n".repeat(129), Value::Null).await), "invalid_field");
    let large = Value::from("x".repeat(32 * 1024));
    assert_eq!(code(refused("n".into(), large).await), "event_too_large");
    assert_eq!(
        code(server.pp.visitor_event(event(&"nope".into(), "n")).await),
        "session_not_found"
    );
    assert_eq!(
        code(server.pp.emit_event(&session, "", Value::Null).await),
        "invalid_field"
    );
    assert!(refused("é".repeat(128), Value::Null).await.is_ok());
}

#[tokio::test]
async fn an_event_of_the_server_reaches_the_page_and_a_broadcast_all_pages() {
    let server = Server::new();
    let (one, two) = (
        server.connect("one").await.session_id,
        server.connect("two").await.session_id,
    );
    server.connect("without a stream").await;
    let mut first = server.pp.subscribe(one.clone(), None).await.unwrap();
    let mut second = server.pp.subscribe(two, None).await.unwrap();
    server
        .pp
        .emit_event(&one, "show_offer", Object::new().with("discount", 20).into())
        .await
        .unwrap();
    assert_eq!(
        server
            .pp
            .broadcast_event("maintenance", Value::Null)
            .await
            .unwrap(),
        2
    );
    assert_eq!(kinds(&events(&mut first).await), ["event", "event"]);
    let seen = events(&mut second).await;
    let ServerEvent::Custom(custom) = &seen[0] else {
        panic!()
    };
    assert_eq!(custom.name, "maintenance");
}

#[tokio::test]
async fn the_first_rating_wins_for_ever() {
    let server = Server::new();
    let session = server.session().await;
    let rate = async |score: i64, event_id: Option<&str>| {
        let request = CsatRequest {
            session_id: session.clone(),
            score: Wire::read(&Value::Int(score)).unwrap(),
            comment: Some("  great  ".into()),
            event_id: event_id.map(Into::into),
        };
        server.pp.rate(request).await.unwrap().already_rated
    };
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    server.pp.request_csat(&session).await.unwrap();
    assert_eq!(kinds(&events(&mut stream).await), ["csat_request"]);
    assert_eq!(rate(5, Some("e")).await, None);
    assert_eq!(
        rate(5, Some("e")).await,
        None,
        "a repeat of the first is no second"
    );
    assert_eq!(rate(1, Some("f")).await, Some(true));
    server.pp.request_csat(&session).await.unwrap();
    assert_eq!(rate(1, None).await, Some(true));
    let csat = server.pp.get_session(&session).await.unwrap().csat.unwrap();
    assert_eq!((csat.score, csat.comment.as_deref()), (Some(5), Some("great")));
}

#[tokio::test]
async fn the_pre_chat_form_tells_operators_who_it_is() {
    let server = Server::new();
    let session = server.session().await;
    let form = |email: Option<&str>, phone: Option<&str>| PreChatRequest {
        session_id: session.clone(),
        email: email.map(Into::into),
        phone: phone.map(Into::into),
        phone_country: Some("fr".into()),
        event_id: None,
    };
    for (email, phone) in [
        (None, None),
        (Some("a@b"), None),
        (Some("a b@c.d"), None),
        (None, Some("0612")),
    ] {
        assert_eq!(code(server.pp.prechat(form(email, phone)).await), "invalid_field");
    }
    server
        .pp
        .prechat(form(Some("ada@example.com"), Some("+33612345678")))
        .await
        .unwrap();
    let seen = server.pp.get_session(&session).await.unwrap();
    assert_eq!(seen.identity.unwrap().email.as_deref(), Some("ada@example.com"));
    assert_eq!(
        (seen.user_phone.as_deref(), seen.user_phone_country.as_deref()),
        (Some("+33612345678"), Some("FR"))
    );
    assert_eq!(
        server.connect("visitor").await.identity,
        None,
        "the browser's identity is the site's alone"
    );
}

#[tokio::test]
async fn a_repeated_rating_is_the_same_and_another_under_its_id_is_refused() {
    let server = Server::new();
    let session = server.session().await;
    let rate = async |score: i64, event_id: &str| {
        let request = CsatRequest {
            session_id: session.clone(),
            score: Wire::read(&Value::Int(score)).unwrap(),
            comment: None,
            event_id: Some(event_id.into()),
        };
        server.pp.rate(request).await
    };
    rate(5, "e").await.unwrap();
    assert_eq!(rate(5, "e").await.unwrap().already_rated, None);
    assert_eq!(code(rate(1, "e").await), "client_message_id_reused");
}

#[tokio::test]
async fn a_repeated_pre_chat_form_changes_nothing_and_tells_nobody() {
    let server = Server::new();
    let session = server.session().await;
    let form = async |email: &str, event_id: &str| {
        let request = PreChatRequest {
            session_id: session.clone(),
            email: Some(email.into()),
            phone: None,
            phone_country: None,
            event_id: Some(event_id.into()),
        };
        server.pp.prechat(request).await
    };
    form("ada@example.com", "one").await.unwrap();
    let mut stream = server.pp.subscribe_operators(None).await.unwrap();
    form("ada@example.com", "one").await.unwrap();
    assert_eq!(
        code(form("bob@example.com", "one").await),
        "client_message_id_reused"
    );
    assert!(events(&mut stream).await.is_empty());
    form("bob@example.com", "two").await.unwrap();
    form("ada@example.com", "one").await.unwrap();
    let seen = server.pp.get_session(&session).await.unwrap();
    assert_eq!(seen.identity.unwrap().email.as_deref(), Some("bob@example.com"));
    let custom = EventRequest {
        event_id: Some("two".into()),
        ..event(&session, "clicked")
    };
    assert_eq!(
        code(server.pp.visitor_event(custom).await),
        "client_message_id_reused"
    );
}

#[tokio::test]
async fn a_triggered_event_happens_as_if_the_page_had_sent_it() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let server = Server::with(|builder| {
        builder.on_event("bought", move |event, _| log.lock().unwrap().push(event.data))
    });
    let session = server.session().await;
    let mut page = server.pp.subscribe(session.clone(), None).await.unwrap();
    let mut operators = server.pp.subscribe_operators(None).await.unwrap();
    let data = Value::from(Object::new().with("sum", 7));
    server
        .pp
        .trigger_event(&session, "bought", data.clone())
        .await
        .unwrap();
    server.pp.flush().await;
    assert_eq!(*seen.lock().unwrap(), [data]);
    assert_eq!(kinds(&events(&mut operators).await), ["session", "event"]);
    assert!(drain(&mut page).await.is_empty());
    assert_eq!(
        code(server.pp.trigger_event(&session, "", Value::Null).await),
        "invalid_field"
    );
    assert_eq!(
        code(server.pp.trigger_event(&"nope".into(), "x", Value::Null).await),
        "session_not_found"
    );
}
