//! Sessions that are idle, and sessions that go.

use super::*;
use crate::files::FileKey;
use pocketping_core::model::UploadSource;

fn upload(session: &str, id: &str, file: Option<&str>) -> AttachmentRecord {
    AttachmentRecord {
        id: id.into(),
        session_id: session.into(),
        message_id: Some("m".into()),
        filename: "a.png".into(),
        mime_type: "image/png".into(),
        size: 1,
        source: UploadSource::Widget,
        created_at: at(2),
        stage: UploadStage::Attached,
        file: file.and_then(FileKey::parse),
    }
}

async fn erase(store: &dyn Storage, session: &str) -> Written {
    write(store, session, Draft::erase).await
}

/// The longest silent come first, and none that something happened to since.
pub async fn idle_sessions_are_listed_the_longest_silent_first(store: &dyn Storage) {
    for (name, second) in [("c", 30), ("a", 10), ("b", 20)] {
        open(store, None, name, &format!("visitor {name}"), second).await;
    }
    let idle = async |second, limit| {
        let ids = store.idle_sessions(at(second), limit).await.unwrap();
        ids.iter().map(SessionId::to_string).collect::<Vec<_>>()
    };
    assert_eq!(idle(10, 9).await, [""; 0]);
    assert_eq!(idle(30, 9).await, ["a", "b"]);
    assert_eq!(idle(99, 2).await, ["a", "b"]);
    append(store, "a", "m", 50).await;
    assert_eq!(idle(40, 9).await, ["b", "c"]);
}

/// An erased session is nowhere any more, and others are as they were; numbers go on.
pub async fn an_erased_session_leaves_nothing_but_files_to_remove(store: &dyn Storage) {
    open(store, None, "t", "w", 1).await;
    append(store, "t", "other", 2).await;
    open(store, None, "s", "v", 1).await;
    append(store, "s", "m", 3).await;
    for (id, file) in [("kept", Some("file-1")), ("bare", None)] {
        let record = upload("s", id, file);
        write(store, "s", |draft| draft.put_attachment(record)).await;
    }
    log(store, "s", 4).await;
    let (start, head) = (Seq::START, store.head());
    let erased = erase(store, "s").await;
    assert!(erased.erased && erased.events.is_empty());
    assert_eq!(store.session(&"s".into()).await.unwrap(), None);
    assert!(ids(store, PageFrom::Start, 10).await.0.is_empty());
    let by_id = store.messages_by_id(&"s".into(), vec!["m".into()]);
    assert!(by_id.await.unwrap().is_empty());
    assert_eq!(
        store
            .sessions(SessionFilter::default())
            .await
            .unwrap()
            .sessions
            .len(),
        1
    );
    for text in ["m", "v"] {
        let query = SearchQuery {
            text: text.into(),
            limit: 10,
            ..SearchQuery::default()
        };
        assert!(store.search(query).await.unwrap().messages.is_empty());
        let filter = SessionFilter {
            text: Some(text.into()),
            ..SessionFilter::default()
        };
        assert!(store.sessions(filter).await.unwrap().sessions.is_empty());
    }
    let (all, _) = entries(store.full_log(start, 10).await.unwrap());
    assert!(
        all.iter()
            .all(|entry| entry.session().is_none_or(|id| id.as_str() == "t"))
    );
    let loose = store.loose_attachments(at(0), 10).await.unwrap();
    let left: Vec<_> = loose
        .iter()
        .map(|record| (record.id.as_str(), record.stage))
        .collect();
    assert_eq!(left, [("kept", UploadStage::Discarded)]);
    assert_eq!(loose[0].file, FileKey::parse("file-1"));
    store.forget_attachments(vec!["kept".into()]).await.unwrap();
    assert!(store.loose_attachments(at(0), 10).await.unwrap().is_empty());
    let again = open(store, Some("s"), "s2", "v", 9).await;
    assert!(again.created, "its visitor begins anew");
    assert!(found_nothing_of_the_last_one(store).await);
    assert!(append(store, "s2", "m2", 9).await > head);
    let gone = store
        .write(write_to(Target::Existing("s".into()), |_| Ok(())))
        .await;
    assert!(matches!(gone, Err(WriteError::SessionNotFound)));
}

async fn found_nothing_of_the_last_one(store: &dyn Storage) -> bool {
    let page = store.messages(&"s2".into(), query(PageFrom::Start, 10)).await;
    let log = store.session_log(&"s2".into(), store.head(), 10).await;
    page.unwrap().messages.is_empty() && seqs(log.unwrap()).0.is_empty()
}

/// A rule that refuses erases nothing, and one that erases a session that it has just made makes none.
pub async fn only_a_rule_that_agrees_erases(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let refused = store.write(write_to(Target::Existing("s".into()), |draft| {
        draft.erase();
        Err(ServiceError::ContentBlank)
    }));
    assert!(refused.await.is_err());
    assert!(store.session(&"s".into()).await.unwrap().is_some());
    let new = Box::new(SessionRecord::new("t".into(), "w".into(), at(1)));
    let made = store.write(write_to(Target::Open { asked: None, new }, |draft| {
        draft.erase();
        Ok(())
    }));
    made.await.unwrap();
    assert_eq!(store.session(&"t".into()).await.unwrap(), None);
    assert!(open(store, None, "t", "w", 2).await.created);
}
