//! What every [`Storage`] promises, as tests.
//!
//! Each function takes an empty store, with log limits of 8 entries and one hour, and panics when a promise
//! is broken. [`storage_conformance!`](crate::storage_conformance) makes a test of each.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used)]

use super::{
    Announcement, Audience, Draft, Earlier, LogEntry, LogEvent, LogFact, LogLimits, MessageQuery, OnceKey,
    PageFrom, Replay, Seq, SessionFilter, SessionRecord, SessionWrite, Storage, Target, WriteError, Written,
};
use crate::service::ServiceError;
use pocketping_core::envelope::{Presence, ServerEvent};
use pocketping_core::model::{Message, MessageOperator, MessageStatus, ReplyTo, Sender, SessionState};
use pocketping_core::{MessageId, Object, SessionId, Timestamp};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Makes a test of each promise. The argument is an expression that opens an empty store with
/// [`limits`](crate::storage::conformance::limits), in a `Box` or whatever dereferences to it.
#[macro_export]
macro_rules! storage_conformance {
    ($open:expr) => {
        $crate::storage_conformance! { @tests $open;
            a_write_to_an_unknown_session_is_refused
            a_session_is_found_again_by_its_id_and_by_its_visitor
            a_session_of_another_visitor_is_not_opened
            what_a_rule_refuses_leaves_nothing_behind
            every_field_of_a_message_and_a_session_is_kept
            a_client_id_stands_for_the_first_message_that_used_it
            an_event_id_stands_for_the_first_entry_that_used_it
            numbers_grow_and_are_announced_in_order
            changes_of_a_message_are_seen_by_all_lists
            messages_page_forward_and_backward
            pages_by_date_have_what_was_created_or_changed_after
            notes_are_only_in_pages_that_ask_for_them
            the_log_has_messages_events_and_announcements_in_order
            a_place_that_cannot_be_replayed_is_gone
            the_full_log_has_all_sessions
            sessions_are_listed_by_their_newest_activity
            concurrent_writes_lose_nothing
        }
    };
    (@tests $open:expr; $($name:ident)*) => { $(
        #[tokio::test]
        async fn $name() {
            let store = $open;
            $crate::storage::conformance::$name(&*store).await;
        }
    )* };
}

/// The limits that the promises are tested with.
pub fn limits() -> LogLimits {
    LogLimits {
        per_session: 8,
        age: Duration::from_secs(3600),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + second * 1000)
}

fn message(session: &str, id: &str, second: i64) -> Message {
    Message {
        id: id.into(),
        session_id: session.into(),
        content: format!("text of {id}"),
        sender: Sender::Visitor,
        timestamp: at(second),
        reply_to: None,
        metadata: None,
        attachments: Vec::new(),
        status: Some(MessageStatus::Sent),
        delivered_at: None,
        read_at: None,
        edited_at: None,
        deleted_at: None,
        client_message_id: None,
        operator: None,
        private: false,
    }
}

fn event(second: i64) -> LogEvent {
    LogEvent {
        at: at(second),
        audience: Audience::Everyone,
        event_id: None,
        fact: LogFact::Event(ServerEvent::Presence(Presence { online: true })),
    }
}

fn write_to(
    target: Target,
    rule: impl FnOnce(&mut Draft) -> Result<(), ServiceError> + Send + 'static,
) -> SessionWrite {
    SessionWrite {
        target,
        messages: Vec::new(),
        once: None,
        rule: Box::new(rule),
        committed: Box::new(|_| ()),
    }
}

async fn write(
    store: &dyn Storage,
    session: &str,
    rule: impl FnOnce(&mut Draft) + Send + 'static,
) -> Written {
    let rule = |draft: &mut Draft| {
        rule(draft);
        Ok(())
    };
    store
        .write(write_to(Target::Existing(session.into()), rule))
        .await
        .unwrap()
}

async fn open(store: &dyn Storage, asked: Option<&str>, id: &str, visitor: &str, second: i64) -> Written {
    let new = Box::new(SessionRecord::new(id.into(), visitor.into(), at(second)));
    let rule = move |draft: &mut Draft| {
        draft.session_mut().last_activity = at(second);
        Ok(())
    };
    let target = Target::Open {
        asked: asked.map(SessionId::from),
        new,
    };
    store.write(write_to(target, rule)).await.unwrap()
}

async fn append(store: &dyn Storage, session: &str, id: &str, second: i64) -> Seq {
    let message = message(session, id, second);
    let written = write(store, session, move |draft| {
        draft.session_mut().last_activity = at(second);
        draft.append(message);
    });
    written.await.message.unwrap().seq
}

async fn log(store: &dyn Storage, session: &str, second: i64) -> Seq {
    let written = write(store, session, move |draft| draft.log(event(second))).await;
    written.events[0].0
}

async fn announce(store: &dyn Storage, second: i64) -> Seq {
    let announcement = Announcement {
        event: event(second),
        committed: Box::new(|_| ()),
    };
    store.announce(announcement).await.unwrap()
}

async fn change(
    store: &dyn Storage,
    session: &str,
    id: &str,
    change: impl FnOnce(&mut Message) + Send + 'static,
) -> Written {
    let target = MessageId::from(id);
    let write = SessionWrite {
        messages: vec![target.clone()],
        ..write_to(Target::Existing(session.into()), move |draft| {
            draft.change(&target, change);
            Ok(())
        })
    };
    store.write(write).await.unwrap()
}

fn query(from: PageFrom, limit: usize) -> MessageQuery {
    MessageQuery {
        from,
        limit,
        notes: false,
    }
}

async fn ids(store: &dyn Storage, from: PageFrom, limit: usize) -> (Vec<String>, bool) {
    let page = store.messages(&"s".into(), query(from, limit)).await.unwrap();
    let ids = page.messages.iter().map(|stored| stored.message.id.to_string());
    (ids.collect(), page.has_more)
}

fn entries(replay: Replay) -> (Vec<LogEntry>, bool) {
    match replay {
        Replay::Entries { entries, more } => (entries, more),
        Replay::Gone => panic!("the log is gone"),
    }
}

fn seqs(replay: Replay) -> (Vec<Seq>, bool) {
    let (entries, more) = entries(replay);
    (entries.iter().map(LogEntry::seq).collect(), more)
}

/// A write to a session that does not exist is refused.
pub async fn a_write_to_an_unknown_session_is_refused(store: &dyn Storage) {
    let refused = store
        .write(write_to(Target::Existing("nope".into()), |_| Ok(())))
        .await;
    assert!(matches!(refused, Err(WriteError::SessionNotFound)));
    assert_eq!(store.session(&"nope".into()).await.unwrap(), None);
    assert!(ids(store, PageFrom::Start, 10).await.0.is_empty());
    assert_eq!(
        seqs(store.session_log(&"nope".into(), Seq::START, 10).await.unwrap()),
        (vec![], false)
    );
    store.ping().await.unwrap();
}

/// An opened session is opened again, not made anew.
pub async fn a_session_is_found_again_by_its_id_and_by_its_visitor(store: &dyn Storage) {
    let first = open(store, None, "a", "v", 1).await;
    assert!(first.created);
    assert_eq!(store.session(&"a".into()).await.unwrap(), Some(first.session));
    let by_id = open(store, Some("a"), "b", "v", 2).await;
    assert!(!by_id.created);
    assert_eq!(by_id.session.id.as_str(), "a");
    assert_eq!(by_id.session.last_activity, at(2));
    let by_visitor = open(store, Some("unknown"), "c", "v", 3).await;
    assert!(!by_visitor.created);
    assert_eq!(by_visitor.session.id.as_str(), "a");
}

/// The id of another visitor's session opens nothing of theirs.
pub async fn a_session_of_another_visitor_is_not_opened(store: &dyn Storage) {
    open(store, None, "a", "ada", 1).await;
    let bob = open(store, Some("a"), "b", "bob", 2).await;
    assert!(bob.created);
    assert_eq!(bob.session.id.as_str(), "b");
    assert_eq!(bob.session.visitor_id.as_str(), "bob");
    let again = open(store, Some("a"), "c", "bob", 3).await;
    assert_eq!(again.session.id.as_str(), "b");
}

/// A refused write changes nothing and uses no number.
pub async fn what_a_rule_refuses_leaves_nothing_behind(store: &dyn Storage) {
    let before = open(store, None, "s", "v", 1).await;
    let head = store.head();
    let refuse = |draft: &mut Draft| {
        draft.session_mut().unread = 9;
        draft.profile_mut().blocked = true;
        draft.append(message("s", "m", 2));
        draft.log(event(2));
        Err(ServiceError::ContentBlank)
    };
    let told = Arc::new(Mutex::new(false));
    let tell = Arc::clone(&told);
    let write = SessionWrite {
        committed: Box::new(move |_| *tell.lock().unwrap() = true),
        ..write_to(Target::Existing("s".into()), refuse)
    };
    let refused = store.write(write).await;
    assert!(matches!(
        refused,
        Err(WriteError::Refused(ServiceError::ContentBlank))
    ));
    assert!(!*told.lock().unwrap());
    assert_eq!(store.session(&"s".into()).await.unwrap(), Some(before.session));
    assert_eq!(store.head(), head);
    assert!(ids(store, PageFrom::Start, 10).await.0.is_empty());
    let new = Box::new(SessionRecord::new("t".into(), "w".into(), at(1)));
    let write = write_to(Target::Open { asked: None, new }, |_| Err(ServiceError::Blocked));
    assert!(store.write(write).await.is_err());
    assert_eq!(store.session(&"t".into()).await.unwrap(), None);
}

/// What is read back equals what was written.
pub async fn every_field_of_a_message_and_a_session_is_kept(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let full = Message {
        sender: Sender::Ai,
        reply_to: Some(ReplyTo::Id("other".into())),
        metadata: Some(Object::new().with("k", "\u{0}'\"é")),
        status: Some(MessageStatus::Read),
        delivered_at: Some(at(3)),
        read_at: Some(Timestamp::from_micros(at(4).as_micros() + 7)),
        edited_at: Some(at(5)),
        deleted_at: Some(at(6)),
        client_message_id: Some("client".into()),
        operator: Some(MessageOperator {
            id: Some("o".into()),
            name: "Ada".into(),
            avatar: None,
        }),
        ..message("s", "full", 2)
    };
    let expected = full.clone();
    let written = write(store, "s", move |draft| {
        let session = draft.session_mut();
        session.unread = 3;
        session.state = SessionState::Pending;
        session.operator_activity = Some(at(9));
        session.ai_active = true;
        session.last_stamp = at(10);
        draft.profile_mut().tags = vec!["vip".into()];
        draft.profile_mut().email = Some("ada@example.com".into());
        draft.append(full);
    });
    let written = written.await;
    let page = store
        .messages(&"s".into(), query(PageFrom::End, 1))
        .await
        .unwrap();
    assert_eq!(*page.messages[0].message, expected);
    let record = store.session(&"s".into()).await.unwrap().unwrap();
    assert_eq!(record, written.session);
    assert_eq!(record.last_message.as_deref(), Some(&expected));
    assert_eq!(
        (record.unread, record.state, record.ai_active),
        (3, SessionState::Pending, true)
    );
    assert_eq!(record.profile.tags, ["vip"]);
}

/// A key finds the message that it stands for, in its session only.
pub async fn a_client_id_stands_for_the_first_message_that_used_it(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let send = |session: &'static str, id: &'static str| SessionWrite {
        once: Some(OnceKey::Message("client".into())),
        ..write_to(Target::Existing(session.into()), move |draft| {
            if draft.earlier().is_none() {
                let message = message(session, id, 2);
                draft.append(Message {
                    client_message_id: Some("client".into()),
                    ..message
                });
            }
            Ok(())
        })
    };
    let first = store.write(send("s", "one")).await.unwrap();
    assert_eq!(first.earlier, None);
    let head = store.head();
    let again = store.write(send("s", "two")).await.unwrap();
    assert_eq!(again.message, None);
    assert_eq!(again.earlier, first.message.map(Earlier::Message));
    assert_eq!(store.head(), head);
    assert!(store.write(send("t", "three")).await.unwrap().message.is_some());
    assert_eq!(ids(store, PageFrom::Start, 10).await.0, ["one"]);
}

/// A key finds the log entry that it stands for, in its session only.
pub async fn an_event_id_stands_for_the_first_entry_that_used_it(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let send = |session: &'static str| SessionWrite {
        once: Some(OnceKey::Event("e".into())),
        ..write_to(Target::Existing(session.into()), move |draft| {
            if draft.earlier().is_none() {
                draft.log(LogEvent {
                    event_id: Some("e".into()),
                    ..event(2)
                });
            }
            Ok(())
        })
    };
    let first = store.write(send("s")).await.unwrap();
    let again = store.write(send("s")).await.unwrap();
    assert!(again.events.is_empty());
    assert_eq!(again.earlier, Some(Earlier::Event(first.events[0].1.clone())));
    assert_eq!(store.write(send("t")).await.unwrap().events.len(), 1);
}

/// Numbers grow by writes; callbacks come in their order, before the answer.
pub async fn numbers_grow_and_are_announced_in_order(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let told: Arc<Mutex<Vec<Seq>>> = Arc::default();
    let mut writes = Vec::new();
    for number in 0..20 {
        let told = Arc::clone(&told);
        let write = SessionWrite {
            committed: Box::new(move |written: &Written| {
                let mut told = told.lock().unwrap();
                told.extend(written.message.iter().map(|stored| stored.seq));
                told.extend(written.events.iter().map(|(seq, _)| *seq));
            }),
            ..write_to(Target::Existing("s".into()), move |draft| {
                draft.append(message("s", &format!("m{number}"), 2));
                draft.log(event(2));
                Ok(())
            })
        };
        writes.push(store.write(write));
    }
    let mut newest = Seq::START;
    for write in writes {
        let written = write.await.unwrap();
        assert!(written.message.unwrap().seq < written.events[0].0);
        assert_eq!(written.head, written.events[0].0);
        newest = newest.max(written.head);
    }
    assert_eq!(store.head(), newest);
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 40);
    assert!(told.is_sorted());
}

/// A changed message is changed wherever it shows.
pub async fn changes_of_a_message_are_seen_by_all_lists(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let seq = append(store, "s", "m", 2).await;
    let written = change(store, "s", "m", |message| {
        message.content = "new".into();
        message.edited_at = Some(at(3));
    });
    let written = written.await;
    assert_eq!(written.changed.len(), 1);
    assert_eq!(written.changed[0].seq, seq);
    let by_id = store
        .messages_by_id(&"s".into(), vec!["m".into(), "nope".into()])
        .await
        .unwrap();
    assert_eq!(by_id, written.changed);
    let page = store
        .messages(&"s".into(), query(PageFrom::Start, 5))
        .await
        .unwrap();
    assert_eq!(page.messages, written.changed);
    let (log, _) = entries(store.session_log(&"s".into(), Seq::START, 5).await.unwrap());
    assert_eq!(log, [LogEntry::Message(written.changed[0].clone())]);
    let record = store.session(&"s".into()).await.unwrap().unwrap();
    assert_eq!(record.last_message.as_ref(), Some(&written.changed[0].message));
    open(store, None, "t", "w", 1).await;
    assert!(
        change(store, "t", "m", |message| message.content.clear())
            .await
            .changed
            .is_empty()
    );
    assert!(
        store
            .messages_by_id(&"t".into(), vec!["m".into()])
            .await
            .unwrap()
            .is_empty()
    );
}

/// Pages are in order, complete, and say whether there is more.
pub async fn messages_page_forward_and_backward(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let mut places = Vec::new();
    for (second, id) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        places.push(append(store, "s", id, 2 + second as i64).await);
        append(store, "t", &format!("t{id}"), 2).await;
    }
    let page = |ids: &[&str], more| (ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>(), more);
    assert_eq!(ids(store, PageFrom::Start, 2).await, page(&["a", "b"], true));
    assert_eq!(
        ids(store, PageFrom::AfterMessage("b".into()), 2).await,
        page(&["c", "d"], true)
    );
    assert_eq!(
        ids(store, PageFrom::AfterMessage("d".into()), 2).await,
        page(&["e"], false)
    );
    assert_eq!(
        ids(store, PageFrom::AfterMessage("ta".into()), 1).await,
        page(&["a"], true)
    );
    assert_eq!(
        ids(store, PageFrom::After(places[2]), 5).await,
        page(&["d", "e"], false)
    );
    assert_eq!(ids(store, PageFrom::End, 2).await, page(&["d", "e"], true));
    assert_eq!(
        ids(store, PageFrom::BeforeMessage("d".into()), 2).await,
        page(&["b", "c"], true)
    );
    assert_eq!(
        ids(store, PageFrom::BeforeMessage("b".into()), 2).await,
        page(&["a"], false)
    );
    assert_eq!(
        ids(store, PageFrom::BeforeMessage("nope".into()), 1).await,
        page(&["e"], true)
    );
    assert_eq!(ids(store, PageFrom::Start, 0).await, page(&[], true));
}

/// By date, changes count like creations.
pub async fn pages_by_date_have_what_was_created_or_changed_after(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for (id, second) in [("a", 10), ("b", 20), ("c", 30)] {
        append(store, "s", id, second).await;
    }
    change(store, "s", "a", |message| message.read_at = Some(at(25))).await;
    let after = |second| ids(store, PageFrom::ChangedAfter(at(second)), 10);
    assert_eq!(after(20).await.0, ["a", "c"]);
    assert_eq!(after(25).await.0, ["c"]);
    assert_eq!(after(5).await.0, ["a", "b", "c"]);
    assert_eq!(after(30).await, (vec![], false));
    assert_eq!(
        ids(store, PageFrom::ChangedAfter(at(5)), 2).await,
        (vec!["a".into(), "b".into()], true)
    );
}

/// Notes are left out unless asked for, and fill no page.
pub async fn notes_are_only_in_pages_that_ask_for_them(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    append(store, "s", "a", 2).await;
    for id in ["n1", "n2"] {
        let note = Message {
            private: true,
            ..message("s", id, 3)
        };
        let written = write(store, "s", move |draft| draft.append(note)).await;
        assert_eq!(written.session.last_message.unwrap().id.as_str(), "a");
    }
    append(store, "s", "b", 4).await;
    assert_eq!(
        ids(store, PageFrom::Start, 2).await,
        (vec!["a".into(), "b".into()], false)
    );
    assert_eq!(
        ids(store, PageFrom::End, 2).await,
        (vec!["a".into(), "b".into()], false)
    );
    let with = MessageQuery {
        notes: true,
        ..query(PageFrom::Start, 10)
    };
    let page = store.messages(&"s".into(), with).await.unwrap();
    assert_eq!(page.messages.len(), 4);
    assert!(page.messages[1].message.private);
}

/// Replaying from any place gives exactly what came after it.
pub async fn the_log_has_messages_events_and_announcements_in_order(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let mut places = vec![store.head()];
    places.push(append(store, "s", "a", 2).await);
    places.push(log(store, "s", 3).await);
    append(store, "t", "x", 3).await;
    log(store, "t", 3).await;
    places.push(announce(store, 4).await);
    places.push(append(store, "s", "b", 5).await);
    for (at, after) in places.iter().enumerate() {
        let replay = store.session_log(&"s".into(), *after, 10).await.unwrap();
        assert_eq!(seqs(replay), (places[at + 1..].to_vec(), false));
    }
    let (some, more) = seqs(store.session_log(&"s".into(), places[0], 2).await.unwrap());
    assert_eq!((some, more), (places[1..3].to_vec(), true));
    let (all, _) = entries(store.session_log(&"s".into(), places[0], 10).await.unwrap());
    assert!(matches!(&all[0], LogEntry::Message(stored) if stored.message.id.as_str() == "a"));
    assert!(matches!(&all[1], LogEntry::Event { session: Some(id), .. } if id.as_str() == "s"));
    match &all[2] {
        LogEntry::Event {
            session: None,
            event: announced,
            ..
        } => assert_eq!(*announced, event(4)),
        other => panic!("no announcement: {other:?}"),
    }
}

/// The log is bounded, and says so to whoever is too far behind.
pub async fn a_place_that_cannot_be_replayed_is_gone(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    append(store, "s", "m", 2).await;
    let early = log(store, "t", 2).await;
    let mut newest = Vec::new();
    for _ in 0..40 {
        newest.push(log(store, "s", 3).await);
    }
    let replay = |after| store.session_log(&"s".into(), after, 100);
    assert_eq!(replay(Seq::START).await.unwrap(), Replay::Gone);
    let kept = newest[newest.len() - 9];
    assert_eq!(seqs(replay(kept).await.unwrap()).0, newest[newest.len() - 8..]);
    assert_eq!(replay(store.head().next()).await.unwrap(), Replay::Gone);
    let other = store.session_log(&"t".into(), Seq::START, 100).await.unwrap();
    assert_eq!(seqs(other).0, [early], "another session's log is whole");
    assert_eq!(
        ids(store, PageFrom::Start, 10).await.0,
        ["m"],
        "messages are never dropped"
    );
}

/// Operators see everything, with its session.
pub async fn the_full_log_has_all_sessions(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    let start = store.head();
    let places = [
        append(store, "s", "a", 2).await,
        log(store, "t", 3).await,
        announce(store, 4).await,
        append(store, "t", "b", 5).await,
    ];
    let (all, more) = entries(store.full_log(start, 10).await.unwrap());
    let found: Vec<_> = all
        .iter()
        .map(|entry| (entry.seq(), entry.session().map(SessionId::as_str)))
        .collect();
    let expected = [
        (places[0], Some("s")),
        (places[1], Some("t")),
        (places[2], None),
        (places[3], Some("t")),
    ];
    assert_eq!(found, expected);
    assert!(!more);
    assert_eq!(
        seqs(store.full_log(places[0], 2).await.unwrap()),
        (places[1..3].to_vec(), true)
    );
    assert_eq!(seqs(store.full_log(places[3], 2).await.unwrap()), (vec![], false));
    assert_eq!(
        store.full_log(store.head().next(), 2).await.unwrap(),
        Replay::Gone
    );
}

/// Lists of sessions are in order, page, and filter.
pub async fn sessions_are_listed_by_their_newest_activity(store: &dyn Storage) {
    for (number, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
        open(store, None, name, &format!("visitor {name}"), number as i64).await;
    }
    append(store, "b", "m", 50).await;
    write(store, "c", |draft| {
        draft.session_mut().state = SessionState::Resolved;
        draft.profile_mut().tags = vec!["vip".into()];
    })
    .await;
    let list = async |filter: SessionFilter| {
        let page = store.sessions(filter).await.unwrap();
        let ids: Vec<_> = page.sessions.iter().map(|record| record.id.to_string()).collect();
        (ids, page.next)
    };
    let (first, next) = list(SessionFilter {
        limit: Some(3),
        ..Default::default()
    })
    .await;
    assert_eq!(first, ["b", "d", "c"]);
    let (second, end) = list(SessionFilter {
        before: next,
        ..Default::default()
    })
    .await;
    assert_eq!((second, end), (vec!["a".to_owned()], None));
    let only = async |filter| list(filter).await.0;
    let resolved = SessionFilter {
        state: Some(SessionState::Resolved),
        ..Default::default()
    };
    assert_eq!(only(resolved).await, ["c"]);
    assert_eq!(
        only(SessionFilter {
            unanswered: true,
            ..Default::default()
        })
        .await,
        ["b"]
    );
    assert_eq!(
        only(SessionFilter {
            tag: Some("vip".into()),
            ..Default::default()
        })
        .await,
        ["c"]
    );
    assert_eq!(
        only(SessionFilter {
            text: Some("VISITOR D".into()),
            ..Default::default()
        })
        .await,
        ["d"]
    );
}

/// Writes that are under way together are all there afterwards.
pub async fn concurrent_writes_lose_nothing(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let writes = (0..200).map(|number| {
        store.write(write_to(Target::Existing("s".into()), move |draft| {
            draft.session_mut().unread += 1;
            draft.append(message("s", &format!("m{number:03}"), 2));
            Ok(())
        }))
    });
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    let record = store.session(&"s".into()).await.unwrap().unwrap();
    assert_eq!(record.unread, 200);
    let page = store
        .messages(&"s".into(), query(PageFrom::Start, 500))
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 200);
    assert!(page.messages.is_sorted_by_key(|stored| stored.seq));
}
