//! Writes in one transaction: what goes wrong with one, and what one sees of another.

use crate::cluster::{database, open};
use futures_util::future::join_all;
use pocketping_core::Timestamp;
use pocketping_core::model::{Message, Sender};
use pocketping_server::storage::{
    AttachmentQuery, Audience, Draft, Earlier, LogEvent, LogFact, MessageQuery, OnceKey, PageFrom,
    PostgresStorage, Replay, Seq, SessionRecord, SessionWrite, Storage, Target, WriteError, Written,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000)
}

fn write(target: Target, rule: impl FnOnce(&mut Draft) + Send + 'static) -> SessionWrite {
    SessionWrite {
        target,
        messages: Vec::new(),
        attachments: AttachmentQuery::None,
        once: None,
        rule: Box::new(|draft| {
            rule(draft);
            Ok(())
        }),
        committed: Box::new(|_| ()),
    }
}

fn to(session: &str, rule: impl FnOnce(&mut Draft) + Send + 'static) -> SessionWrite {
    write(Target::Existing(session.into()), rule)
}

fn message(id: &str) -> Message {
    Message {
        client_message_id: Some(format!("client {id}").as_str().into()),
        ..Message::new(id.into(), "s".into(), Sender::Visitor, "hello".into(), at(2))
    }
}

async fn begin(store: &PostgresStorage, session: &str) {
    let visitor = format!("visitor {session}");
    let new = Box::new(SessionRecord::new(session.into(), visitor.as_str().into(), at(1)));
    store
        .write(write(Target::Open { asked: None, new }, |_| ()))
        .await
        .unwrap();
}

async fn append(store: &PostgresStorage, id: &str) -> Written {
    let message = message(id);
    store.write(to("s", |draft| draft.append(message))).await.unwrap()
}

#[tokio::test]
async fn a_rule_or_callback_that_panics_stops_nothing() {
    let store = open(&database().await).await;
    begin(&store, "s").await;
    let panicking = to("s", |_| panic!("on purpose"));
    assert!(matches!(
        store.write(panicking).await,
        Err(WriteError::Storage(_))
    ));
    let panicking = SessionWrite {
        committed: Box::new(|_| panic!("on purpose")),
        ..to("s", |draft| draft.session_mut().unread = 2)
    };
    assert_eq!(store.write(panicking).await.unwrap().session.unread, 2);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_write_that_the_database_refuses_undoes_its_batch_and_nothing_else() {
    let store = open(&database().await).await;
    begin(&store, "s").await;
    let before = append(&store, "m").await;
    // The id is taken: the row cannot be added.
    let twice = to("s", |draft| {
        draft.session_mut().unread = 99;
        draft.append(Message {
            client_message_id: None,
            ..message("m")
        });
    });
    assert!(matches!(store.write(twice).await, Err(WriteError::Storage(_))));
    assert_eq!(store.head(), before.head);
    let after = store.write(to("s", |_| ())).await.unwrap();
    assert_eq!(after.session, before.session);
    assert_eq!(append(&store, "n").await.head, before.head.next());
}

#[tokio::test]
async fn a_write_sees_what_was_written_just_before_it() {
    let store = open(&database().await).await;
    begin(&store, "s").await;
    // Together, so that they share transactions; each asks for the message of the one before.
    let writes = (0..100).map(|number| {
        let (id, last) = (format!("m{number}"), format!("m{}", number - 1));
        let write = to("s", move |draft| {
            assert_eq!(draft.message(&last.as_str().into()).is_some(), number > 0);
            draft.append(message(&id));
        });
        store.write(SessionWrite {
            messages: vec![format!("m{}", number - 1).as_str().into()],
            ..write
        })
    });
    for written in join_all(writes).await {
        written.unwrap();
    }
    let erase = store.write(to("s", Draft::erase));
    let (gone, too_late) = tokio::join!(erase, store.write(to("s", |_| ())));
    assert!(gone.unwrap().erased);
    assert!(matches!(too_late, Err(WriteError::SessionNotFound)));
}

#[tokio::test]
async fn another_server_forgets_no_client_id_and_no_event_id() {
    let url = database().await;
    let (one, other) = (open(&url).await, open(&url).await);
    begin(&one, "s").await;
    let first = append(&one, "m").await.message.unwrap();
    let event = LogEvent {
        event_id: Some("e".into()),
        ..entry(2)
    };
    let logged = event.clone();
    one.write(to("s", |draft| draft.log(event))).await.unwrap();
    let again = SessionWrite {
        once: Some(OnceKey::Message("client m".into())),
        ..to("s", |_| ())
    };
    assert_eq!(
        other.write(again).await.unwrap().earlier,
        Some(Earlier::Message(first))
    );
    let again = SessionWrite {
        once: Some(OnceKey::Event("e".into())),
        ..to("s", |_| ())
    };
    assert_eq!(
        other.write(again).await.unwrap().earlier,
        Some(Earlier::Event(logged))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_sees_a_number_has_seen_all_smaller_ones() {
    const EACH: u64 = 300;
    let url = database().await;
    let keeping_all = async || PostgresStorage::connect(&url).await.unwrap();
    let (one, other, reader) = (keeping_all().await, keeping_all().await, keeping_all().await);
    begin(&one, "s").await;
    begin(&one, "t").await;
    let writing = async |store: &PostgresStorage, session: &'static str| {
        for number in 0..EACH {
            let entry = entry(number as i64);
            store.write(to(session, |draft| draft.log(entry))).await.unwrap();
        }
    };
    let reading = async {
        let mut seen = Seq::START;
        while seen.get() < 2 * EACH {
            let Replay::Entries { entries, .. } = reader.full_log(seen, 1_000).await.unwrap() else {
                panic!("the log is there")
            };
            for entry in entries {
                assert_eq!(entry.seq(), seen.next(), "one is missing");
                seen = entry.seq();
            }
        }
    };
    tokio::join!(writing(&one, "s"), writing(&other, "t"), reading);
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_stored_all_the_same() {
    let store = open(&database().await).await;
    begin(&store, "s").await;
    drop(store.write(to("s", |draft| draft.session_mut().unread = 7)));
    // One writer: what comes after comes after.
    assert_eq!(store.write(to("s", |_| ())).await.unwrap().session.unread, 7);
}

fn entry(second: i64) -> LogEvent {
    LogEvent {
        at: at(second),
        audience: Audience::Operators,
        event_id: None,
        fact: LogFact::SessionChanged,
    }
}

#[tokio::test]
async fn entries_that_are_too_old_are_dropped_and_messages_never() {
    let store = open(&database().await).await;
    begin(&store, "s").await;
    begin(&store, "t").await;
    append(&store, "m").await;
    let log = |session: &str, second| store.write(to(session, move |draft| draft.log(entry(second))));
    let old = log("s", 3_600).await.unwrap().head;
    // Another session's entries: only their age, not their number, concerns the first.
    for logged in join_all((0..1_100).map(|_| log("t", 5 * 3_600))).await {
        logged.unwrap();
    }
    let before = Seq::new(old.get() - 1);
    assert_eq!(
        store.session_log(&"s".into(), before, 9).await.unwrap(),
        Replay::Gone
    );
    assert_eq!(store.full_log(before, 9).await.unwrap(), Replay::Gone);
    let query = MessageQuery {
        from: PageFrom::Start,
        limit: 5,
        notes: false,
    };
    assert_eq!(
        store.messages(&"s".into(), query).await.unwrap().messages.len(),
        1
    );
}
