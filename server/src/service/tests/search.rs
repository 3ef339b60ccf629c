use super::*;
use crate::SessionFilter;
use crate::storage::SearchQuery;

fn words(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        limit: usize::MAX,
        ..SearchQuery::default()
    }
}

async fn found(server: &Server, text: &str) -> Vec<String> {
    let page = server.pp.search(words(text)).await.unwrap();
    page.messages
        .iter()
        .map(|stored| stored.message.content.clone())
        .collect()
}

#[tokio::test]
async fn operators_find_messages_and_notes_as_they_are_now() {
    let server = Server::new();
    let session = server.session().await;
    server.say(&session, "My lamp is broken").await;
    let deleted = server.say(&session, "lamp, once more").await.message_id;
    server
        .pp
        .add_note(&session, "a lamp of 2025".into())
        .await
        .unwrap();
    assert_eq!(
        found(&server, "lamp").await,
        ["a lamp of 2025", "lamp, once more", "My lamp is broken"]
    );
    server.pp.visitor_delete(session.clone(), deleted).await.unwrap();
    assert_eq!(
        found(&server, "LAMP").await,
        ["a lamp of 2025", "My lamp is broken"]
    );
    let filter = SessionFilter {
        text: Some("broken".into()),
        ..SessionFilter::default()
    };
    assert_eq!(
        server.pp.get_sessions(filter).await.unwrap().sessions[0].id,
        session
    );
}

#[tokio::test]
async fn a_page_has_a_hundred_messages_at_most() {
    let server = Server::new();
    let session = server.session().await;
    for number in 0..103 {
        server.say(&session, &format!("lamp {number}")).await;
    }
    let page = server.pp.search(words("lamp")).await.unwrap();
    assert_eq!(page.messages.len(), 100);
    let next = SearchQuery {
        before: page.next,
        ..words("lamp")
    };
    assert_eq!(server.pp.search(next).await.unwrap().messages.len(), 3);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused() {
    let server = Server::new();
    let long = "ж".repeat(201);
    assert_eq!(code(server.pp.search(words(&long)).await), "invalid_field");
    let filter = SessionFilter {
        text: Some(long),
        ..SessionFilter::default()
    };
    assert_eq!(code(server.pp.get_sessions(filter).await), "invalid_field");
}
