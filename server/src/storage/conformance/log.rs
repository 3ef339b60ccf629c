//! The log and its bounds.

use super::*;

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

/// Custom events of a session are read back without a place to begin at: the newest that its log has, and nothing else.
pub async fn the_newest_custom_events_of_a_session_are_read(store: &dyn Storage) {
    for (session, visitor) in [("s", "v"), ("t", "w")] {
        open(store, None, session, visitor, 1).await;
    }
    let custom = |name: &str, second| CustomEvent {
        name: name.into(),
        data: Value::from(Object::new().with("\0", name)),
        timestamp: at(second),
        session_id: Some("s".into()),
        event_id: None,
    };
    let happens = async |session: &str, name: &str, audience| {
        let event = LogEvent {
            audience,
            fact: LogFact::Event(ServerEvent::Custom(custom(name, 2))),
            ..event(2)
        };
        write(store, session, move |draft| draft.log(event)).await;
    };
    let names = async |session: &str, limit| -> Vec<String> {
        let events = store.custom_events(&session.into(), limit).await.unwrap();
        events.into_iter().map(|event| event.name).collect()
    };
    happens("s", "one", Audience::Operators).await;
    log(store, "s", 2).await;
    append(store, "s", "m", 2).await;
    happens("t", "another", Audience::Operators).await;
    announce(store, 2).await;
    happens("s", "two", Audience::Everyone).await;
    let all = store.custom_events(&"s".into(), 10).await.unwrap();
    assert_eq!(all, [custom("one", 2), custom("two", 2)]);
    assert_eq!(names("s", 1).await, ["two"]);
    assert_eq!(names("t", 10).await, ["another"]);
    assert!(names("nope", 10).await.is_empty());
    for _ in 0..40 {
        happens("s", "three", Audience::Operators).await;
    }
    let kept = names("s", 100).await;
    assert!(
        kept.len() >= 8 && kept.iter().all(|name| name == "three"),
        "{kept:?}"
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
