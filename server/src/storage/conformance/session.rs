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
