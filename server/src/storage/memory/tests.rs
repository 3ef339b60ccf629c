//! The conformance suite, and the bounds.

use super::*;
use crate::storage::conformance::limits;
use crate::storage::{AttachmentQuery, Draft, NewDelivery, StorageError, Target, UploadStage};
use pocketping_core::model::{Message, Sender, SessionState};

crate::storage_conformance!(Box::new(MemoryStorage::with_limits(MemoryLimits {
    log: limits(),
    ..MemoryLimits::default()
})));

fn small(sessions: usize, messages: usize) -> MemoryStorage {
    MemoryStorage::with_limits(MemoryLimits {
        sessions,
        messages,
        ..MemoryLimits::default()
    })
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000)
}

async fn write(
    store: &MemoryStorage,
    target: Target,
    rule: impl FnOnce(&mut Draft) + Send + 'static,
) -> Result<Written, WriteError> {
    let write = SessionWrite {
        target,
        messages: Vec::new(),
        attachments: AttachmentQuery::None,
        once: None,
        rule: Box::new(|draft| {
            rule(draft);
            Ok(())
        }),
        committed: Box::new(|_| ()),
    };
    store.write(write).await
}

async fn open(store: &MemoryStorage, name: &str, second: i64) -> Result<Written, WriteError> {
    let new = SessionRecord::new(name.into(), format!("visitor {name}").as_str().into(), at(second));
    let target = Target::Open {
        asked: None,
        new: Box::new(new),
    };
    write(store, target, |_| ()).await
}

async fn say(store: &MemoryStorage, session: &str, id: &str, second: i64) -> Result<Written, WriteError> {
    let message = Message::new(
        id.into(),
        session.into(),
        Sender::Visitor,
        "text".into(),
        at(second),
    );
    write(store, Target::Existing(session.into()), move |draft| {
        draft.session_mut().last_activity = at(second);
        draft.append(message);
    })
    .await
}

async fn close(store: &MemoryStorage, session: &str) {
    let target = Target::Existing(session.into());
    write(store, target, |draft| {
        draft.session_mut().state = SessionState::Resolved
    })
    .await
    .unwrap();
}

async fn there(store: &MemoryStorage) -> Vec<String> {
    let page = store.sessions(SessionFilter::default()).await.unwrap();
    page.sessions.iter().map(|record| record.id.to_string()).collect()
}

#[tokio::test]
async fn without_room_the_closed_and_empty_session_that_was_silent_longest_goes() {
    let store = small(3, 100);
    for (second, name) in ["a", "b", "c"].into_iter().enumerate() {
        open(&store, name, second as i64).await.unwrap();
    }
    say(&store, "a", "m1", 10).await.unwrap();
    say(&store, "b", "m2", 11).await.unwrap();
    open(&store, "d", 12).await.unwrap();
    assert_eq!(there(&store).await, ["d", "b", "a"], "the empty one went");
    say(&store, "d", "m3", 13).await.unwrap();
    close(&store, "b").await;
    close(&store, "a").await;
    open(&store, "e", 14).await.unwrap();
    assert_eq!(there(&store).await, ["e", "d", "b"]);
    assert!(open(&store, "visitor of a", 15).await.unwrap().created);
    assert_eq!(there(&store).await, ["visitor of a", "e", "d"]);
}

#[tokio::test]
async fn open_conversations_never_go_and_what_has_no_room_is_refused() {
    let store = small(2, 3);
    for (second, name) in ["a", "b"].into_iter().enumerate() {
        open(&store, name, second as i64).await.unwrap();
        say(&store, name, &format!("first of {name}"), 10).await.unwrap();
    }
    let head = store.head();
    let refused = open(&store, "c", 20).await.unwrap_err();
    let WriteError::Storage(error) = refused else {
        panic!("{refused:?}")
    };
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        reason.contains("2 sessions") && reason.contains("close some"),
        "{reason}"
    );
    say(&store, "a", "second", 21).await.unwrap();
    assert!(matches!(
        say(&store, "b", "too many", 22).await,
        Err(WriteError::Storage(StorageError { .. }))
    ));
    assert_eq!(there(&store).await, ["a", "b"]);
    assert_eq!(store.head(), head.next(), "what was refused used no number");
    close(&store, "b").await;
    assert!(
        say(&store, "b", "own", 23).await.is_err(),
        "it does not go for its own sake"
    );
    say(&store, "a", "third", 24).await.unwrap();
    assert_eq!(there(&store).await, ["a"]);
}

#[tokio::test]
async fn files_of_a_session_that_went_are_discarded() {
    let store = small(1, 10);
    open(&store, "a", 1).await.unwrap();
    let record = AttachmentRecord {
        id: "f".into(),
        session_id: "a".into(),
        message_id: None,
        filename: "a.png".into(),
        mime_type: "image/png".into(),
        size: 1,
        source: pocketping_core::model::UploadSource::Widget,
        created_at: at(1),
        stage: UploadStage::Ready,
        file: crate::files::FileKey::parse("key"),
    };
    let target = Target::Existing("a".into());
    write(&store, target, |draft| draft.put_attachment(record))
        .await
        .unwrap();
    open(&store, "b", 2).await.unwrap();
    let loose = store.loose_attachments(at(0), 10).await.unwrap();
    assert_eq!(loose.len(), 1);
    assert_eq!(loose[0].stage, UploadStage::Discarded);
}

#[tokio::test]
async fn an_empty_session_does_not_go_for_a_message() {
    let store = small(10, 2);
    for name in ["empty", "closed", "open"] {
        open(&store, name, 1).await.unwrap();
    }
    say(&store, "closed", "m1", 5).await.unwrap();
    close(&store, "closed").await;
    say(&store, "open", "m2", 6).await.unwrap();
    say(&store, "open", "m3", 7).await.unwrap();
    assert_eq!(there(&store).await, ["open", "empty"]);
    assert!(say(&store, "open", "m4", 8).await.is_err());
    assert_eq!(there(&store).await, ["open", "empty"]);
}

#[tokio::test]
async fn deliveries_that_have_no_room_go_dead_ones_first() {
    let store = MemoryStorage::with_limits(MemoryLimits {
        deliveries: 3,
        ..MemoryLimits::default()
    });
    open(&store, "s", 1).await.unwrap();
    let queue = async |id: &'static str| {
        let delivery = NewDelivery {
            id: id.into(),
            kind: "custom_event".into(),
            body: "{}".into(),
            queued_at: at(1),
        };
        let queued = write(&store, Target::Existing("s".into()), |draft| {
            draft.deliver(delivery)
        });
        queued.await.unwrap();
    };
    let claim = async || store.claim(at(2), at(60), 1).await.unwrap().deliveries.remove(0);
    for id in ["d1", "d2", "d3"] {
        queue(id).await;
    }
    let delivered = claim().await;
    store.settle(&delivered, Settlement::Delivered).await.unwrap();
    let dead = claim().await;
    assert_eq!(dead.id.as_str(), "d2");
    let problem = "no".to_owned();
    store
        .settle(&dead, Settlement::Dead { at: at(2), problem })
        .await
        .unwrap();
    queue("d4").await;
    queue("d5").await;
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.dead), (3, 0));
    queue("d6").await;
    assert_eq!(store.counts().await.unwrap().waiting, 3);
    assert_eq!(
        claim().await.id.as_str(),
        "d4",
        "its predecessor is gone and holds it up no more"
    );
}
