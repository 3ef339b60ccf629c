//! People whom sessions name.

use super::*;
use crate::storage::{PeopleQuery, PersonRecord, person_id};
use pocketping_core::PersonId;

async fn name(store: &dyn Storage, session: &str, identity: &str, verified: bool) {
    let identity = Identity {
        verified: Some(verified),
        ..Identity::new(identity)
    };
    write(store, session, |draft| {
        draft.profile_mut().identity = Some(identity)
    })
    .await;
}

async fn person(store: &dyn Storage, id: &PersonId) -> Option<PersonRecord> {
    store.person(id).await.unwrap()
}

async fn page(store: &dyn Storage, before: Option<String>, limit: usize) -> (Vec<PersonId>, Option<String>) {
    let page = store.people(PeopleQuery { before, limit }).await.unwrap();
    (
        page.people.into_iter().map(|person| person.id).collect(),
        page.next,
    )
}

async fn sessions_of(store: &dyn Storage, person: &PersonId) -> Vec<String> {
    let filter = SessionFilter {
        person: Some(person.clone()),
        ..SessionFilter::default()
    };
    let page = store.sessions(filter).await.unwrap();
    page.sessions
        .iter()
        .map(|session| session.id.to_string())
        .collect()
}

/// A person is as long as a session names them; who is declared is another one than who is verified.
pub async fn a_person_is_whom_sessions_name(store: &dyn Storage) {
    let (verified, declared) = (person_id("ada \0 1", true), person_id("ada \0 1", false));
    for (session, second) in [("a", 10), ("b", 30), ("c", 20)] {
        open(store, None, session, &format!("visitor {session}"), second).await;
    }
    assert_eq!(person(store, &verified).await, None);
    name(store, "b", "ada \0 1", true).await;
    name(store, "a", "ada \0 1", true).await;
    name(store, "c", "ada \0 1", false).await;
    let found = person(store, &verified).await.unwrap();
    assert_eq!((found.sessions, found.first_seen), (2, at(10)));
    assert_eq!(found.newest, store.session(&"b".into()).await.unwrap().unwrap());
    assert_eq!(person(store, &declared).await.unwrap().sessions, 1);
    assert_eq!(sessions_of(store, &verified).await, ["b", "a"]);
    assert_eq!(sessions_of(store, &declared).await, ["c"]);
    append(store, "a", "m", 40).await;
    let found = person(store, &verified).await.unwrap();
    assert_eq!(found.newest.id.as_str(), "a");
    assert_eq!(found.newest.last_message.unwrap().id.as_str(), "m");
}

/// A session that names somebody else, and one that goes, leave no person behind whom nobody names.
pub async fn a_person_goes_with_the_last_session(store: &dyn Storage) {
    let (ada, bob) = (person_id("ada", false), person_id("bob", false));
    open(store, None, "a", "v", 10).await;
    open(store, None, "b", "w", 20).await;
    name(store, "a", "ada", false).await;
    name(store, "b", "ada", false).await;
    write(store, "a", Draft::erase).await;
    let found = person(store, &ada).await.unwrap();
    assert_eq!(
        (found.sessions, found.first_seen),
        (1, at(10)),
        "first seen stays"
    );
    assert!(
        store
            .set_person_attributes(&ada, Object::new().with("x", 1))
            .await
            .unwrap()
    );
    name(store, "b", "bob", false).await;
    assert_eq!(person(store, &ada).await, None);
    assert_eq!(person(store, &bob).await.unwrap().attributes, Object::new());
    write(store, "b", Draft::erase).await;
    assert_eq!(person(store, &bob).await, None);
    assert_eq!(page(store, None, 9).await, (vec![], None));
    assert!(sessions_of(store, &bob).await.is_empty());
}

/// What is noted about a person stays, whatever their sessions do.
pub async fn attributes_of_a_person_are_kept(store: &dyn Storage) {
    let ada = person_id("ada", true);
    assert!(!store.set_person_attributes(&ada, Object::new()).await.unwrap());
    open(store, None, "a", "v", 10).await;
    name(store, "a", "ada", true).await;
    let noted = Object::new().with("plan", "pro \0").with("n", 2);
    assert!(store.set_person_attributes(&ada, noted.clone()).await.unwrap());
    name(store, "a", "ada", true).await;
    append(store, "a", "m", 20).await;
    assert_eq!(person(store, &ada).await.unwrap().attributes, noted);
    store.set_person_attributes(&ada, Object::new()).await.unwrap();
    assert_eq!(person(store, &ada).await.unwrap().attributes, Object::new());
}

/// Pages go from who became known last to who did first.
pub async fn people_page_from_the_latest_known(store: &dyn Storage) {
    let mut all = Vec::new();
    for number in 0..5 {
        let (session, identity) = (format!("s{number}"), format!("person {number}"));
        open(store, None, &session, &format!("visitor {number}"), 100 - number).await;
        name(store, &session, &identity, false).await;
        all.insert(0, person_id(&identity, false));
    }
    let (first, next) = page(store, None, 2).await;
    assert_eq!(first, all[..2]);
    let (second, next) = page(store, next, 2).await;
    assert_eq!(second, all[2..4]);
    let (last, next) = page(store, next, 2).await;
    assert_eq!((last, next), (all[4..].to_vec(), None));
    assert_eq!(page(store, None, 5).await, (all, None));
    assert_eq!(page(store, Some("no place".into()), 1).await.0.len(), 1);
}
