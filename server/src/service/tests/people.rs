//! People over several sessions.

use super::*;
use crate::storage::{SessionFilter, person_id};
use pocketping_core::model::Identity;
use pocketping_core::route::IdentifyRequest;
use pocketping_core::{Object, PersonId};

async fn identify(server: &Server, session: &SessionId, id: &str, email: &str) {
    let identity = Identity {
        email: Some(email.into()),
        ..Identity::new(id)
    };
    let request = IdentifyRequest {
        session_id: session.clone(),
        identity,
    };
    server.pp.identify(request).await.unwrap();
}

fn ada() -> PersonId {
    person_id("ada", false)
}

#[tokio::test]
async fn a_person_is_shown_as_the_newest_session_says() {
    let server = Server::new();
    let old = server.connect("laptop").await.session_id;
    identify(&server, &old, "ada", "old@example.com").await;
    server.later(60);
    let new = server.connect("phone").await.session_id;
    identify(&server, &new, "ada", "new@example.com").await;
    let person = server.pp.get_person(&ada()).await.unwrap();
    assert_eq!(person.email.as_deref(), Some("new@example.com"));
    assert_eq!(
        (person.identity_id.as_str(), person.verified, person.sessions),
        ("ada", false, 2)
    );
    assert_eq!(person.last_seen.since(person.first_seen).as_secs(), 60);
    let session = server.pp.get_session(&new).await.unwrap();
    assert_eq!(session.person_id, Some(ada()));
    let page = server.pp.get_people(None, None).await.unwrap();
    assert_eq!((page.people, page.next), (vec![person], None));
}

#[tokio::test]
async fn what_is_noted_is_bounded_and_of_people_who_are_there() {
    let server = Server::new();
    let note = async |object: Object| server.pp.set_person_attributes(&ada(), object).await;
    assert_eq!(code(note(Object::new()).await), "person_not_found");
    let session = server.session().await;
    identify(&server, &session, "ada", "a@example.com").await;
    let noted = note(Object::new().with("plan", "pro")).await.unwrap();
    assert_eq!(noted.attributes, Object::new().with("plan", "pro"));
    let large = Object::new().with("text", "x".repeat(33_000));
    assert_eq!(code(note(large).await), "invalid_field");
    assert_eq!(server.pp.get_person(&ada()).await.unwrap(), noted);
}

#[tokio::test]
async fn an_export_has_every_session_with_every_message() {
    let server = Server::new();
    let session = server.session().await;
    identify(&server, &session, "ada", "a@example.com").await;
    for number in 0..520 {
        server.say(&session, &format!("message {number}")).await;
    }
    let first = server.say(&session, "regretted").await.message_id;
    server.pp.visitor_delete(session.clone(), first).await.unwrap();
    server.pp.add_note(&session, "a regular".into()).await.unwrap();
    let other = server.connect("somebody else").await.session_id;
    server.say(&other, "not hers").await;
    let export = server.pp.export_person(&ada()).await.unwrap();
    assert_eq!(export.sessions.len(), 1);
    let contents: Vec<_> = export.sessions[0]
        .messages
        .iter()
        .map(|message| message.content.as_str())
        .collect();
    assert_eq!(contents.len(), 522);
    assert_eq!(contents[519..], ["message 519", "regretted", "a regular"]);
    assert_eq!(
        code(server.pp.export_person(&person_id("ada", true)).await),
        "person_not_found"
    );
}

#[tokio::test]
async fn an_erased_person_leaves_nothing_and_their_streams_end() {
    let server = Server::new();
    let mut sessions = Vec::new();
    for number in 0..25 {
        let session = server.connect(&format!("visitor {number}")).await.session_id;
        identify(&server, &session, "ada", "a@example.com").await;
        sessions.push(session);
    }
    let other = server.connect("somebody else").await.session_id;
    let mut stream = server.pp.subscribe(sessions[0].clone(), None).await.unwrap();
    let mut elsewhere = server.pp.subscribe(other.clone(), None).await.unwrap();
    assert_eq!(server.pp.erase_person(&ada()).await.unwrap(), 25);
    assert!(matches!(stream.next().await, Delivery::Closed));
    assert!(drain(&mut elsewhere).await.is_empty(), "it goes on");
    let left = server
        .pp
        .get_sessions(SessionFilter::default())
        .await
        .unwrap()
        .sessions;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, other);
    assert_eq!(code(server.pp.erase_person(&ada()).await), "person_not_found");
    let back = server.connect("visitor 0").await;
    assert!(back.messages.is_empty() && back.identity.is_none());
}
