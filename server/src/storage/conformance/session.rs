//! Opening, finding and listing sessions.

use super::*;

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

/// A person's sessions are found by the site's id of them, exactly; newest activity first, in pages.
pub async fn sessions_are_found_by_the_identity_of_their_visitor(store: &dyn Storage) {
    async fn is(store: &dyn Storage, session: &str, id: &str) {
        let identity = Identity {
            name: Some("user".into()),
            ..Identity::new(id)
        };
        write(store, session, |draft| {
            draft.profile_mut().identity = Some(identity)
        })
        .await;
    }
    for (second, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        open(store, None, name, &format!("visitor {name}"), second as i64).await;
    }
    // As long as the service lets an identity be; no two characters alike, as stores may compress.
    let long: String = ('\u{4E00}'..).take(5_000).collect();
    for (session, id) in [
        ("a", "user"),
        ("b", "user"),
        ("c", "user 2"),
        ("d", "---\u{0}"),
        ("e", &long),
        ("b", "user"),
    ] {
        is(store, session, id).await;
    }
    let found = async |id: &str, limit, before| {
        let filter = SessionFilter {
            identity: Some(id.into()),
            limit: Some(limit),
            before,
            ..SessionFilter::default()
        };
        let page = store.sessions(filter).await.unwrap();
        let ids: Vec<_> = page.sessions.iter().map(|record| record.id.to_string()).collect();
        (ids, page.next)
    };
    assert_eq!(found("user", 9, None).await, (vec!["b".into(), "a".into()], None));
    let (first, next) = found("user", 1, None).await;
    assert_eq!(first, ["b"]);
    assert_eq!(found("user", 1, next).await, (vec!["a".into()], None));
    assert_eq!(found("---\u{0}", 9, None).await.0, ["d"]);
    assert_eq!(found(&long, 9, None).await.0, ["e"]);
    for nobody in ["", "User", "use", "2", "---"] {
        assert_eq!(found(nobody, 9, None).await.0, [""; 0], "{nobody}");
    }
    is(store, "a", "other").await;
    write(store, "b", Draft::erase).await;
    assert_eq!(found("user", 9, None).await.0, [""; 0]);
    assert_eq!(found("other", 9, None).await.0, ["a"]);
    let resolved = SessionFilter {
        identity: Some("other".into()),
        state: Some(SessionState::Resolved),
        ..SessionFilter::default()
    };
    assert!(store.sessions(resolved).await.unwrap().sessions.is_empty());
}
