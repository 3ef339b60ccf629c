//! Messages and pages of them.

use super::*;

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

/// Texts and ids may have any characters, U+0000 and noncharacters too, and none is taken for another.
pub async fn any_character_is_kept_and_found(store: &dyn Storage) {
    let odd = [
        "\u{0}",
        "\u{10FFFF}",
        "\u{10FFFF}0",
        "\u{FFFE}'\"\\%_",
        "\u{1F600}\u{200D}\u{0}é",
    ];
    for name in odd {
        let opened = open(store, None, &format!("s{name}"), &format!("v{name}"), 1).await;
        assert!(opened.created, "{name:?}");
        assert!(!open(store, None, "other", &format!("v{name}"), 1).await.created);
        let session = SessionId::from(format!("s{name}").as_str());
        let sent = Message {
            client_message_id: Some(format!("c{name}").as_str().into()),
            content: name.into(),
            ..message(session.as_str(), &format!("m{name}"), 2)
        };
        let expected = sent.clone();
        let logged = LogEvent {
            event_id: Some(format!("e{name}").as_str().into()),
            ..event(2)
        };
        write(store, session.as_str(), move |draft| {
            draft.append(sent);
            draft.log(logged);
        })
        .await;
        let page = store
            .messages(&session, query(PageFrom::Start, 10))
            .await
            .unwrap();
        assert_eq!(page.messages.len(), 1, "{name:?}");
        assert_eq!(*page.messages[0].message, expected);
        for (key, there) in [(format!("e{name}"), true), (format!("e{name}0"), false)] {
            let again = SessionWrite {
                once: Some(OnceKey::Event(key.as_str().into())),
                ..write_to(Target::Existing(session.clone()), |_| Ok(()))
            };
            assert_eq!(
                store.write(again).await.unwrap().earlier.is_some(),
                there,
                "{name:?}"
            );
        }
    }
    assert_eq!(store.session(&"s\u{0}\u{0}".into()).await.unwrap(), None);
    assert_eq!(store.attachment(&"\u{0}".into()).await.unwrap(), None);
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

/// The session that comes with a page is the session, and the page the page.
pub async fn a_session_comes_with_its_messages(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    for id in ["a", "b", "c"] {
        append(store, "s", id, 2).await;
        append(store, "t", &format!("t{id}"), 2).await;
    }
    for from in [PageFrom::Start, PageFrom::End, PageFrom::AfterMessage("a".into())] {
        let (s, asked) = (SessionId::from("s"), query(from, 2));
        let (record, page) = store.session_with_messages(&s, asked.clone()).await.unwrap();
        assert_eq!(record, store.session(&s).await.unwrap());
        assert_eq!(page, store.messages(&s, asked).await.unwrap());
        assert_eq!(page.messages.len(), 2);
    }
    let nobody = store.session_with_messages(&"x".into(), query(PageFrom::End, 2));
    let (record, page) = nobody.await.unwrap();
    assert_eq!((record, page.messages.len(), page.has_more), (None, 0, false));
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
