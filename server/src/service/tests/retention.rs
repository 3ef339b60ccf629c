use super::shelf::Shelf;
use super::upload::{PNG, announced, complete, put};
use super::*;
use crate::SessionFilter;
use crate::storage::{MemoryStorage, SearchQuery, SqliteStorage, Storage};
use std::time::Duration;

const DAY: i64 = 24 * 3600;

async fn sessions(server: &Server) -> Vec<SessionId> {
    let page = server.pp.get_sessions(SessionFilter::default()).await.unwrap();
    page.sessions.into_iter().map(|session| session.id).collect()
}

/// The service on each store: old conversations go with everything of theirs, young ones stay.
async fn old_conversations_go(storage: impl Storage) {
    let shelf = Shelf::default();
    let server = Server::with(|builder| {
        builder
            .storage(storage)
            .files(shelf.clone())
            .retention(Duration::from_secs(30 * DAY as u64))
    });
    let old = server.connect("old visitor").await.session_id;
    server.say(&old, "an old lamp").await;
    let upload = announced(&server, &old).await;
    put(&server, &upload, PNG).await.unwrap();
    server.pp.complete_upload(complete(&upload)).await.unwrap();
    let request = SendMessageRequest {
        attachment_ids: vec![upload.attachment_id.clone()],
        ..text(&old, "see here")
    };
    server.pp.visitor_message(request).await.unwrap();
    assert_eq!(shelf.count().await, 1);
    let many: Vec<_> = (0..45).map(|number| format!("visitor {number}")).collect();
    for visitor in &many {
        let session = server.connect(visitor).await.session_id;
        server.say(&session, "lamp").await;
    }
    server.later(29 * DAY);
    let young = server.connect("young visitor").await.session_id;
    server.say(&young, "a young lamp").await;
    assert_eq!(server.pp.erase_old().await.unwrap(), 0);
    assert_eq!(sessions(&server).await.len(), 47);

    server.later(2 * DAY);
    assert_eq!(server.pp.erase_old().await.unwrap(), 46);
    assert_eq!(sessions(&server).await, [young]);
    let query = SearchQuery {
        text: "lamp".into(),
        limit: 100,
        ..SearchQuery::default()
    };
    let found = server.pp.search(query).await.unwrap().messages;
    assert_eq!(found.len(), 1);
    assert_eq!(shelf.count().await, 0, "files go too");
    assert!(
        server
            .pp
            .inner()
            .storage
            .loose_attachments(server.clock.now(), 9)
            .await
            .unwrap()
            .is_empty()
    );
    let refused = server.pp.visitor_message(text(&old, "hello?")).await;
    assert_eq!(code(refused), "session_not_found");
    let again = server.connect("old visitor").await;
    assert_ne!(again.session_id, old);
    assert!(again.messages.is_empty());
    assert_eq!(server.pp.erase_old().await.unwrap(), 0);
}

#[tokio::test]
async fn old_conversations_go_from_memory_with_everything_of_theirs() {
    old_conversations_go(MemoryStorage::new()).await;
}

#[tokio::test]
async fn old_conversations_go_from_a_file_with_everything_of_theirs() {
    let folder = std::env::temp_dir().join(format!("pocketping-retention-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    old_conversations_go(SqliteStorage::open(folder.join("chat.db")).unwrap()).await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn without_the_option_everything_is_kept() {
    let server = Server::new();
    let session = server.session().await;
    server.later(10_000 * DAY);
    assert_eq!(server.pp.erase_old().await.unwrap(), 0);
    assert_eq!(sessions(&server).await, [session]);
}

#[tokio::test]
async fn a_host_need_not_call_it_as_opening_sessions_does() {
    let server = Server::with(|builder| builder.retention(Duration::from_secs(DAY as u64)));
    server.connect("first").await;
    server.later(2 * DAY);
    let second = server.connect("second").await.session_id;
    while sessions(&server).await.len() > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(sessions(&server).await, [second]);
}
