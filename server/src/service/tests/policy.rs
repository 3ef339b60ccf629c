//! What a server is told to do: when ratings are asked for, what widgets get, what becomes of programs.

use super::*;
use crate::{Appearance, BotPolicy, CsatPolicy};
use pocketping_core::model::{
    ElementEvent, PreChatFields, PreChatForm, PreChatTiming, SessionMetadata, SessionState, TrackedElement,
};
use pocketping_core::route::{CsatRequest, DisconnectReason, DisconnectRequest, PreChatRequest};
use pocketping_core::{Object, Value};
use std::sync::Mutex;

fn with_policy(policy: CsatPolicy) -> Server {
    Server::with(|builder| builder.csat(policy))
}

fn rating(session: &SessionId) -> CsatRequest {
    let body = Object::new().with("sessionId", session.as_str()).with("score", 4);
    CsatRequest::read(&body.into()).unwrap()
}

async fn leave(server: &Server, session: &SessionId) {
    let request = DisconnectRequest {
        session_id: session.clone(),
        duration: 1,
        reason: DisconnectReason::PageUnload,
    };
    server.pp.disconnect(request).await.unwrap();
}

async fn is_asked(server: &Server, session: &SessionId) -> bool {
    let session = server.pp.get_session(session).await.unwrap();
    session.csat.is_some_and(|csat| csat.pending)
}

#[tokio::test]
async fn by_default_only_the_host_asks_for_a_rating() {
    let server = Server::new();
    let session = server.session().await;
    server.pp.send_message(&session, "hello").await.unwrap();
    leave(&server, &session).await;
    server.pp.close_session(&session).await.unwrap();
    assert!(!is_asked(&server, &session).await);
    server.pp.request_csat(&session).await.unwrap();
    assert!(is_asked(&server, &session).await);
}

#[tokio::test]
async fn on_disconnect_asks_who_leaves_after_an_answer_and_once() {
    let server = with_policy(CsatPolicy::OnDisconnect);
    let session = server.session().await;
    leave(&server, &session).await;
    assert!(!is_asked(&server, &session).await, "nobody has answered");
    server.pp.send_message(&session, "hello").await.unwrap();
    let mut stream = server.pp.subscribe(session.clone(), None).await.unwrap();
    leave(&server, &session).await;
    assert_eq!(kinds(&events(&mut stream).await), ["csat_request"]);
    leave(&server, &session).await;
    assert!(events(&mut stream).await.is_empty(), "asked once");
}

#[tokio::test]
async fn on_resolve_asks_when_the_conversation_is_closed() {
    let server = with_policy(CsatPolicy::OnResolve);
    let session = server.session().await;
    server.pp.send_message(&session, "hello").await.unwrap();
    leave(&server, &session).await;
    server
        .pp
        .set_state(&session, SessionState::Pending)
        .await
        .unwrap();
    assert!(!is_asked(&server, &session).await);
    server.pp.close_session(&session).await.unwrap();
    assert!(is_asked(&server, &session).await);
    server.pp.rate(rating(&session)).await.unwrap();
    server.say(&session, "one more thing").await;
    server.pp.close_session(&session).await.unwrap();
    assert!(
        !is_asked(&server, &session).await,
        "who has rated is not asked again"
    );
}

#[tokio::test]
async fn switched_off_ratings_are_neither_asked_for_nor_taken() {
    let server = with_policy(CsatPolicy::Off);
    let session = server.session().await;
    assert_eq!(code(server.pp.request_csat(&session).await), "not_allowed");
    assert_eq!(code(server.pp.rate(rating(&session)).await), "not_allowed");
    assert_eq!(server.pp.get_session(&session).await.unwrap().csat, None);
}

#[tokio::test]
async fn the_pre_chat_form_says_for_each_session_whether_it_is_filled_in() {
    let form = PreChatForm {
        enabled: true,
        required: true,
        timing: PreChatTiming::AfterFirstMessage,
        fields: PreChatFields::EmailOrPhone,
        completed: true,
    };
    let server = Server::with(|builder| builder.pre_chat_form(form.clone()));
    let first = server.connect("a").await;
    let shown = first.pre_chat_form.unwrap();
    assert_eq!(
        shown,
        PreChatForm {
            completed: false,
            ..form
        }
    );
    let answer = Object::new()
        .with("sessionId", first.session_id.as_str())
        .with("email", "ada@example.com");
    server
        .pp
        .prechat(PreChatRequest::read(&answer.into()).unwrap())
        .await
        .unwrap();
    assert!(server.connect("a").await.pre_chat_form.unwrap().completed);
    assert!(!server.connect("b").await.pre_chat_form.unwrap().completed);
    assert!(Server::new().connect("a").await.pre_chat_form.is_none());
}

#[tokio::test]
async fn look_and_tracked_elements_reach_the_widget() {
    let element = TrackedElement {
        selector: "#buy".into(),
        name: "clicked_buy".into(),
        event: ElementEvent::Click,
        widget_message: None,
        data: None,
    };
    let look = Appearance {
        operator_name: Some("Ada".into()),
        ..Default::default()
    };
    let server = Server::with(|builder| builder.tracked_elements([element.clone()]).appearance(look));
    let answer = server.connect("a").await;
    assert_eq!(answer.tracked_elements, Some(vec![element]));
    assert_eq!(answer.write().get("operatorName"), Some(&Value::from("Ada")));
    let plain = Server::new().connect("a").await;
    assert_eq!(plain.tracked_elements, None, "the page's own stay");
    assert_eq!(plain.appearance.get("operatorName"), None);
}

#[tokio::test]
async fn widgets_are_told_what_files_are_taken_and_whether_a_rating_is_asked_for() {
    let server = Server::with(|builder| builder.max_file_bytes(2_048).file_types(["text/plain"]));
    let told = |answer: &Value, part: &str, key: &str| answer.get(part)?.get(key).cloned();
    let answer = server.connect("a").await.write();
    let is_taken = server.pp.inner().uploads.is_some();
    let limit = if is_taken { 2_048 } else { 0 };
    assert_eq!(told(&answer, "uploads", "maxBytes"), Some(Value::Int(limit)));
    let types = Value::List(vec![Value::from("text/plain")]);
    assert_eq!(told(&answer, "uploads", "types"), Some(types));
    assert_eq!(answer.get("csat"), None);

    let session = server.session().await;
    server.pp.request_csat(&session).await.unwrap();
    let owner = server.pp.get_session(&session).await.unwrap().visitor_id;
    let asked = server.connect(owner.as_str()).await.write();
    assert_eq!(told(&asked, "csat", "pending"), Some(Value::Bool(true)));
    server.pp.rate(rating(&session)).await.unwrap();
    let rated = server.connect(owner.as_str()).await.write();
    assert_eq!(told(&rated, "csat", "pending"), Some(Value::Bool(false)));
    assert_eq!(told(&rated, "csat", "score"), Some(Value::Int(4)));
}

fn bot(visitor: &str) -> ConnectRequest {
    let signals = Object::new().with("webdriver", true);
    ConnectRequest {
        metadata: Some(SessionMetadata {
            rest: Object::new().with("botSignals", signals),
            ..Default::default()
        }),
        ..request(visitor)
    }
}

async fn mark(server: &Server, session: &SessionId) -> Option<Value> {
    let session = server.pp.get_session(session).await.unwrap();
    session
        .metadata
        .and_then(|metadata| metadata.rest.get("bot").cloned())
}

#[tokio::test]
async fn a_program_is_marked_and_no_hook_hears_of_its_session() {
    let started = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&started);
    let server = Server::with(|builder| {
        let hook =
            move |session: pocketping_core::model::Session| note.lock().unwrap().push(session.visitor_id);
        builder.bot_detection(BotPolicy::Mark).on_session_start(hook)
    });
    let session = server
        .pp
        .connect(bot("robot"), Client::default())
        .await
        .unwrap()
        .session_id;
    assert_eq!(mark(&server, &session).await, Some("bot_signals".into()));
    let from_datacenter = Client {
        ip: Some("34.72.176.129".into()),
        user_agent: None,
    };
    let other = server
        .pp
        .connect(request("rented"), from_datacenter)
        .await
        .unwrap()
        .session_id;
    assert_eq!(mark(&server, &other).await, Some("datacenter_ip".into()));
    server.say(&session, "programs may be people").await;
    server.connect("person").await;
    server.pp.flush().await;
    assert_eq!(*started.lock().unwrap(), ["person".into()]);
}

#[tokio::test]
async fn a_program_is_refused_where_the_policy_says_so_and_nothing_is_stored() {
    let server = Server::with(|builder| builder.bot_detection(BotPolicy::Refuse));
    assert_eq!(
        code(server.pp.connect(bot("robot"), Client::default()).await),
        "bot_refused"
    );
    assert!(
        server
            .pp
            .get_sessions(Default::default())
            .await
            .unwrap()
            .sessions
            .is_empty()
    );
    server.connect("person").await;
}

#[tokio::test]
async fn by_default_nothing_is_looked_for_and_the_mark_is_not_the_visitors_to_set() {
    let server = Server::new();
    let mut request = bot("robot");
    request.metadata.as_mut().unwrap().rest.set("bot", "not me");
    let session = server
        .pp
        .connect(request, Client::default())
        .await
        .unwrap()
        .session_id;
    assert_eq!(mark(&server, &session).await, None);
}
