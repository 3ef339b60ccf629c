use super::*;
use pocketping_core::model::{Identity, SessionMetadata};
use pocketping_core::route::Feature;
use pocketping_core::{Object, Value};

fn metadata(url: &str) -> SessionMetadata {
    SessionMetadata {
        url: Some(url.into()),
        ..SessionMetadata::default()
    }
}

fn identity(id: &str) -> Identity {
    Identity {
        id: id.into(),
        email: None,
        name: Some("Ada".into()),
        user_hash: Some("proof".into()),
        token: Some("proof".into()),
        verified: Some(true),
        custom: Object::new().with("plan", "pro"),
    }
}

#[tokio::test]
async fn a_new_visitor_gets_a_session_and_the_welcome() {
    let server = Server::with(|builder| builder.welcome_message("Hi!"));
    let answer = server.connect("v").await;
    assert_eq!(answer.visitor_id.as_str(), "v");
    assert_eq!(answer.session_id.as_str().len(), 36);
    assert_eq!(answer.welcome_message.as_deref(), Some("Hi!"));
    assert_eq!(answer.has_more, Some(false));
    assert!(answer.cursor.unwrap().as_str().starts_with("c1."));
    assert!(answer.features.contains(&Feature::IdempotentSend));
    assert!(
        !answer.features.contains(&Feature::Uploads),
        "what does not exist is not announced"
    );
}

#[tokio::test]
async fn the_same_visitor_comes_back_to_the_same_session() {
    let server = Server::new();
    let first = server.connect("v").await.session_id;
    assert_eq!(server.connect("v").await.session_id, first);
    let asked = ConnectRequest {
        session_id: Some("unknown".into()),
        ..request("v")
    };
    assert_eq!(
        server
            .pp
            .connect(asked, Client::default())
            .await
            .unwrap()
            .session_id,
        first
    );
}

#[tokio::test]
async fn a_foreign_session_id_returns_nothing_of_that_session() {
    let server = Server::new();
    let ada = server.connect("ada").await.session_id;
    server.say(&ada, "a secret").await;
    let asked = ConnectRequest {
        session_id: Some(ada.clone()),
        ..request("bob")
    };
    let bob = server.pp.connect(asked, Client::default()).await.unwrap();
    assert_ne!(bob.session_id, ada);
    assert_eq!(bob.visitor_id.as_str(), "bob");
    assert!(bob.messages.is_empty());
}

#[tokio::test]
async fn resuming_without_metadata_wipes_nothing() {
    let server = Server::new();
    let client = Client {
        ip: Some("9.9.9.9".into()),
        user_agent: Some("Firefox on Windows".into()),
    };
    let first = SessionMetadata {
        page_title: Some("Pricing".into()),
        country: Some("Atlantis".into()),
        rest: Object::new().with("botSignals", Value::Bool(false)),
        ..metadata("https://shop.example/pricing")
    };
    let connect = ConnectRequest {
        metadata: Some(first),
        identity: Some(identity("u")),
        ..request("v")
    };
    let session = server.pp.connect(connect, client).await.unwrap().session_id;
    let elsewhere = Client {
        ip: Some("1.1.1.1".into()),
        user_agent: None,
    };
    server.pp.connect(request("v"), elsewhere).await.unwrap();
    let seen = server.pp.get_session(&session).await.unwrap();
    let kept = seen.metadata.unwrap();
    assert_eq!(kept.url.as_deref(), Some("https://shop.example/pricing"));
    assert_eq!(kept.page_title.as_deref(), Some("Pricing"));
    assert_eq!(kept.ip.as_deref(), Some("9.9.9.9"), "the first address stays");
    assert_eq!(kept.country, None, "a visitor does not say where it is");
    assert_eq!(kept.browser.as_deref(), Some("Firefox"));
    assert_eq!(kept.device_type.as_deref(), Some("desktop"));
    assert_eq!(kept.rest.get("botSignals"), Some(&Value::Bool(false)));
    let identity = seen.identity.unwrap();
    assert_eq!(identity.verified, Some(false));
    assert_eq!(
        (identity.user_hash, identity.token),
        (None, None),
        "proofs are not kept"
    );
}

#[tokio::test]
async fn a_resume_brings_the_newest_50_messages_in_order() {
    let server = Server::new();
    let session = server.session().await;
    for number in 0..60 {
        server.say(&session, &number.to_string()).await;
    }
    let answer = server.connect("visitor").await;
    let texts: Vec<_> = answer
        .messages
        .iter()
        .map(|message| message.content.as_str())
        .collect();
    let expected: Vec<_> = (10..60).map(|number| number.to_string()).collect();
    assert_eq!(texts, expected);
    assert_eq!(answer.has_more, Some(true));
}

#[tokio::test]
async fn pages_are_remembered_once_each_and_the_latest_20() {
    let server = Server::new();
    for number in [0, 0, 1, 1, 2] {
        let page = metadata(&format!("https://shop.example/{number}"));
        let connect = ConnectRequest {
            metadata: Some(page),
            ..request("v")
        };
        server.pp.connect(connect, Client::default()).await.unwrap();
    }
    let session = server.connect("v").await.session_id;
    assert_eq!(server.pp.get_session(&session).await.unwrap().pages.len(), 3);
    for number in 0..30 {
        let page = pocketping_core::route::PageRequest {
            session_id: session.clone(),
            url: format!("https://shop.example/spa/{number}"),
            title: Some("T".into()),
            referrer: None,
        };
        server.pp.page(page).await.unwrap();
    }
    let seen = server.pp.get_session(&session).await.unwrap();
    assert_eq!(seen.pages.len(), 20);
    assert_eq!(seen.pages[19].url, "https://shop.example/spa/29");
    assert_eq!(
        seen.metadata.unwrap().url.as_deref(),
        Some("https://shop.example/spa/29")
    );
}

#[tokio::test]
async fn oversized_ids_metadata_and_identities_are_refused() {
    let server = Server::new();
    let refused = |request| server.pp.connect(request, Client::default());
    assert_eq!(code(refused(request(&"v".repeat(257))).await), "invalid_field");
    let large = ConnectRequest {
        metadata: Some(metadata(&"x".repeat(20_000))),
        ..request("v")
    };
    assert_eq!(code(refused(large).await), "invalid_field");
    let large = ConnectRequest {
        identity: Some(identity(&"x".repeat(20_000))),
        ..request("v")
    };
    assert_eq!(code(refused(large).await), "invalid_field");
    let empty = ConnectRequest {
        identity: Some(identity("")),
        ..request("v")
    };
    assert_eq!(code(refused(empty).await), "invalid_field");
    assert!(
        server
            .pp
            .get_sessions(Default::default())
            .await
            .unwrap()
            .sessions
            .is_empty()
    );
}

#[tokio::test]
async fn metadata_does_not_grow_with_every_visit() {
    let server = Server::new();
    for visit in 0..10 {
        let more = SessionMetadata {
            rest: Object::new().with(&format!("key{visit}"), "x".repeat(10_000)),
            ..metadata("https://shop.example/")
        };
        let request = ConnectRequest {
            metadata: Some(more),
            ..request("v")
        };
        let client = Client {
            ip: Some(format!("9.9.9.{visit}")),
            ..Client::default()
        };
        server.pp.connect(request, client).await.unwrap();
    }
    let session = server.connect("v").await.session_id;
    let kept = server.pp.get_session(&session).await.unwrap().metadata.unwrap();
    assert_eq!(kept.rest.iter().count(), 1);
    assert!(kept.rest.get("key9").is_some(), "the newest counts");
    assert_eq!(kept.ip.as_deref(), Some("9.9.9.0"));
}
