//! Writes: atomic, once, in order.

use super::*;

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

/// Of repeats that are under way together one is stored, and all are told of it.
pub async fn repeats_in_the_same_moment_are_stored_once(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let send = |number: usize| {
        store.write(SessionWrite {
            once: Some(OnceKey::Message("client".into())),
            ..write_to(Target::Existing("s".into()), move |draft| {
                if draft.earlier().is_none() {
                    let message = message("s", &format!("m{number}"), 2);
                    draft.append(Message {
                        client_message_id: Some("client".into()),
                        ..message
                    });
                }
                Ok(())
            })
        })
    };
    let mut told = Vec::new();
    for written in futures_util::future::join_all((0..20).map(send)).await {
        let Written { message, earlier, .. } = written.unwrap();
        told.push(match (message, earlier) {
            (Some(stored), None) | (None, Some(Earlier::Message(stored))) => stored.message.id.to_string(),
            other => panic!("{other:?}"),
        });
    }
    let stored = ids(store, PageFrom::Start, 10).await.0;
    assert_eq!(stored.len(), 1);
    assert!(told.iter().all(|id| *id == stored[0]));
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
