//! What a page that stood still must not undo, and what the leaders after it must keep.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, forgotten, hear, journal, pair, said};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value, VisitorId};

fn restored(outbox: Vec<Value>) -> Input {
    Input::Restored(Restored {
        outbox,
        claimed: true,
        epoch: 2,
        ..Restored::default()
    })
}

fn elected(journals: Vec<(&str, Value)>) -> TabEvent {
    TabEvent::Elected {
        journals: journals
            .into_iter()
            .map(|(tab, journal)| (tab.to_owned(), journal))
            .collect(),
        visitor_id: None,
        session_id: None,
    }
}

fn reset() -> Input {
    Input::Command(Command::Reset { new_session: true })
}

#[test]
fn what_a_robbed_page_wrote_down_of_the_session_is_written_over() {
    let (mut leader, mut follower) = pair();
    let hello = follower.tab(TabEvent::Deposed);
    assert_eq!(hello, [], "only a leader is deposed");
    let mut robbed = Page::new("c");
    let hello = robbed.tab(TabEvent::Following);
    let answer = hear(&mut leader, &hello);
    for key in [LocalKey::VisitorId, LocalKey::SessionId] {
        let writes =
            |effect: &&Effect| matches!(effect, Effect::WriteLocal { key: known, .. } if *known == key);
        assert!(answer.iter().any(|effect| writes(&effect)), "{key:?}");
    }
}

#[test]
fn a_reset_that_is_done_is_not_done_again_when_a_robbed_page_passes_it_on() {
    let (mut robbed, mut follower) = pair();
    let asked = follower.input(reset());
    hear(&mut robbed, &asked);
    let mut leader = Page::new("c");
    leader.lead(2);
    hear(&mut leader, &asked);
    leader.say("as somebody else");
    let passed_on = robbed.tab(TabEvent::Deposed);
    hear(&mut leader, &passed_on);
    assert_eq!(leader.texts(), ["as somebody else"]);
}

#[test]
fn what_was_begun_after_a_reset_outlives_the_page_that_did_it() {
    let mut page = Page::new("a");
    page.lead(1);
    page.input(reset());
    page.say("as somebody else");
    let next_visitor = page.engine.visitor_id().cloned();
    let left = journal(&page.input(Input::Surroundings(Surroundings::Leaving))).unwrap();
    let mut next = Page::new("b");
    next.tab(TabEvent::Elected {
        journals: vec![("a".to_owned(), left)],
        visitor_id: next_visitor,
        session_id: None,
    });
    let begun = next.input(restored(Vec::new()));
    assert_eq!(next.texts(), ["as somebody else"]);
    let clears = |effect: &Effect| {
        matches!(
            effect,
            Effect::WriteLocal {
                key: LocalKey::VisitorId,
                value: None
            }
        )
    };
    assert!(!begun.iter().any(clears), "the visitor is the next one already");
}

#[test]
fn what_a_forgotten_visitor_wrote_does_not_come_back_by_a_journal() {
    let old = journal(&Page::of(Some("old"), "b").say("old words")).unwrap();
    let new = journal(&Page::new("c").say("new words")).unwrap();
    let mut leader = Page::of(Some("old"), "a");
    leader.lead(1);
    leader.input(reset());
    leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: old,
    });
    assert!(leader.texts().is_empty());
    leader.tab(TabEvent::Journal {
        tab: "c".to_owned(),
        journal: new,
    });
    assert_eq!(leader.texts(), ["new words"], "a new page is the new visitor's");
}

#[test]
fn what_a_leader_has_numbered_anew_stays_before_what_it_had_not_stored() {
    let mut page = Page::new("a");
    page.say("first");
    let written = journal(&page.say("second")).unwrap();
    let items = written.get("items").and_then(Value::as_list).unwrap();
    let number = |at: usize| items[at].get("seq").and_then(Value::as_int).unwrap();
    // The last leader has put the first behind entries of its own, and stored no more.
    let mut first = items[0].as_object().unwrap().clone();
    first.set("seq", number(1) + 5);
    page.tab(elected(Vec::new()));
    page.input(restored(vec![first.into()]));
    assert_eq!(page.texts(), ["first", "second"]);
}

#[test]
fn a_journal_is_removed_as_it_was_read() {
    let written = journal(&Page::new("b").say("left behind")).unwrap();
    let seq = written.get("seq").and_then(Value::as_int).unwrap();
    let mut leader = Page::new("a");
    leader.tab(elected(vec![("b", written)]));
    leader.now += 5;
    let kept = leader.input(restored(Vec::new()));
    leader.now += 5;
    let done = leader.written(&kept, Ok(()));
    assert_eq!(forgotten(&done), ["b"]);
    let is_it =
        |effect: &Effect| matches!(effect, Effect::ForgetJournal { seq: known, .. } if *known == seq as u64);
    assert!(done.iter().any(is_it));
}

#[test]
fn what_is_delivered_is_remembered_as_long_as_a_journal_may_bring_it_back() {
    let written = journal(&Page::new("b").say("delivered long ago")).unwrap();
    let id = written.get("items").and_then(Value::as_list).unwrap()[0]
        .get("id")
        .unwrap();
    let done: Value = Object::new().with("v", 1).with("done", vec![id.clone()]).into();
    let mut leader = Page::new("a");
    leader.tab(elected(vec![("b", written.clone()), ("c", done)]));
    leader.input(restored(Vec::new()));
    assert!(leader.texts().is_empty());
    leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: written,
    });
    assert!(leader.texts().is_empty());
}

#[test]
fn a_robbed_page_does_not_trust_the_lock_when_it_awakes() {
    let mut page = Page::new("a");
    page.lead(1);
    let asked = page.say("must not be sent twice");
    let written = page.written(&asked, Ok(()));
    let connect = asked.iter().chain(&written).find_map(|effect| match effect {
        Effect::Request { id, request } if request.path == "/connect" => Some(*id),
        _ => None,
    });
    let answer = HttpAnswer {
        status: 200,
        body: Object::new()
            .with("sessionId", "s")
            .with("visitorId", "v")
            .with("operatorOnline", false)
            .with("messages", Vec::new())
            .into(),
        retry_after: None,
        version: None,
    };
    page.now += 10_000;
    // The check of the lead begins, and the page stands still for a minute.
    page.input(Input::Response {
        id: connect.unwrap(),
        outcome: Ok(answer),
    });
    page.now += 60_000;
    let awake = page.input(Input::Tick);
    let sends =
        |effect: &Effect| matches!(effect, Effect::Request { request, .. } if request.path == "/message");
    assert!(!awake.iter().any(sends));
    let asks_again = |effect: &Effect| matches!(effect, Effect::Persist { writes, .. } if writes.is_empty());
    assert!(awake.iter().any(asks_again));
}

#[test]
fn what_a_page_wrote_after_an_entry_that_a_leader_numbered_anew_stays_behind_it() {
    let mut page = Page::new("b");
    page.say("first");
    let own = journal(&page.say("second")).unwrap();
    let items = own.get("items").and_then(Value::as_list).unwrap();
    let number = |at: usize| items[at].get("seq").and_then(Value::as_int).unwrap();
    // A leader that has taken the first as its last act.
    let mut first = items[0].as_object().unwrap().clone();
    first.set("seq", number(1) + 5);
    let led: Value = Object::new()
        .with("v", 1)
        .with("seq", number(1) + 5)
        .with("led", false)
        .with("items", vec![first.into()])
        .into();
    for order in [[("b", &own), ("c", &led)], [("c", &led), ("b", &own)]] {
        let mut leader = Page::new("a");
        let journals = order.map(|(tab, journal)| (tab, journal.clone()));
        leader.tab(elected(journals.to_vec()));
        leader.input(restored(Vec::new()));
        assert_eq!(leader.texts(), ["first", "second"]);
    }
}

/// A page that followed "a", whose two entries the leader has taken as far as `have` says, and that leads now; with
/// the first entry as the database has it.
fn heir_of_last_words(tried: bool) -> (Page, Value) {
    let (mut leader, mut page) = pair();
    page.say("first");
    let own = journal(&page.say("second")).unwrap();
    let items = own.get("items").and_then(Value::as_list).unwrap();
    let id = items[0].get("id").unwrap().clone();
    let number = items[1].get("seq").and_then(Value::as_int).unwrap() + 5;
    let mut first = items[0].as_object().unwrap().clone();
    first.set("seq", number);
    let tries = tried.then(|| Object::new().with("id", id.clone()).into());
    let led: Value = Object::new()
        .with("v", 1)
        .with("seq", number)
        .with("tried", tries.into_iter().collect::<Vec<Value>>())
        .into();
    page.tab(elected(vec![("a", led)]));
    let mut words = said(&leader.say("said by the leader")).pop().unwrap();
    if let Value::Object(words) = &mut words {
        words.set("have", vec![id]);
    }
    page.tab(TabEvent::Said(words));
    (page, first.into())
}

#[test]
fn the_last_leaders_last_words_do_not_bring_the_second_entry_before_the_first() {
    let (mut page, first) = heir_of_last_words(false);
    let written = journal(&page.input(restored(vec![first.clone()]))).unwrap();
    let second = written
        .get("items")
        .and_then(Value::as_list)
        .unwrap()
        .last()
        .unwrap();
    let number = |item: &Value| item.get("seq").and_then(Value::as_int).unwrap();
    assert!(number(&first) < number(second));
}

#[test]
fn the_last_leaders_last_words_do_not_hide_that_it_has_begun_to_send() {
    let (mut page, first) = heir_of_last_words(true);
    let written = journal(&page.input(restored(vec![first.clone()]))).unwrap();
    let tried = written.get("tried").and_then(Value::as_list).unwrap();
    assert_eq!(tried.len(), 1);
    assert_eq!(tried[0].get("id"), first.get("id"));
}

/// What a transaction puts into the outbox's store, by key.
fn rows(effects: &[Effect]) -> Vec<(String, Value)> {
    let writes = effects.iter().filter_map(|effect| match effect {
        Effect::Persist { writes, .. } => Some(writes),
        _ => None,
    });
    let rows = writes.flatten().filter_map(|write| match write {
        StoreWrite::Put {
            store: Store::Outbox,
            key,
            value,
        } => Some((key.clone(), value.clone())),
        _ => None,
    });
    rows.collect()
}

#[test]
fn a_page_that_slept_through_a_reset_learns_of_it_from_the_database_when_all_others_are_gone() {
    let mut leader = Page::of(Some("old"), "a");
    leader.lead(1);
    let (outbox_keys, outbox) = rows(&leader.input(reset())).into_iter().unzip();
    let mut sleeper = Page::of(Some("old"), "b");
    sleeper.say("old words");
    let left = journal(&Page::of(Some("old"), "c").say("more old words")).unwrap();
    sleeper.tab(TabEvent::Elected {
        journals: vec![("c".to_owned(), left)],
        visitor_id: Some(VisitorId::new("new")),
        session_id: None,
    });
    sleeper.say("new words");
    sleeper.input(Input::Restored(Restored {
        outbox,
        outbox_keys,
        claimed: true,
        epoch: 3,
        ..Restored::default()
    }));
    assert_eq!(sleeper.texts(), ["new words"]);
    let is_told = |change: &&Change| matches!(change, Change::Undeliverable { .. });
    assert_eq!(
        sleeper.changes.iter().filter(is_told).count(),
        2,
        "the page hears of them"
    );
}

#[test]
fn a_new_page_that_knows_of_no_reset_loses_nothing_to_it() {
    let mut leader = Page::of(Some("old"), "a");
    leader.lead(1);
    leader.input(reset());
    let (mut sleeper, mut new) = (Page::of(Some("old"), "b"), Page::new("c"));
    let old_words = sleeper.say("old words");
    let new_words = new.say("new words");
    for (tab, written) in [("b", old_words), ("c", new_words)] {
        leader.tab(TabEvent::Journal {
            tab: tab.to_owned(),
            journal: journal(&written).unwrap(),
        });
    }
    assert_eq!(leader.texts(), ["new words"]);
}

#[test]
fn a_page_that_leads_writes_down_the_visitor_that_localstorage_had_no_room_for() {
    let (mut leader, mut follower) = pair();
    let told = leader.say("hello");
    hear(&mut follower, &told);
    assert!(follower.engine.visitor_id().is_some());
    let lead = follower.tab(elected(Vec::new()));
    let writes = |effect: &Effect| {
        matches!(
            effect,
            Effect::WriteLocal {
                key: LocalKey::VisitorId,
                value: Some(_)
            }
        )
    };
    assert!(lead.iter().any(writes));
}

#[test]
fn what_a_page_did_after_a_reset_outlives_it_when_the_reset_comes_last() {
    let (mut leader, _) = pair();
    leader.say("before");
    let mut other = Page::new("c");
    let whole = other.tab(TabEvent::Following);
    let whole = hear(&mut leader, &whole);
    hear(&mut other, &whole);
    // It led when it was asked to forget, and has stood still since.
    other.lead(1);
    let forgotten = other.input(reset());
    let after = other.say("after");
    leader.tab(TabEvent::Journal {
        tab: "c".to_owned(),
        journal: journal(&after).unwrap(),
    });
    assert!(journal(&forgotten).is_some());
    let handed = other.tab(TabEvent::Deposed);
    hear(&mut leader, &handed);
    assert_eq!(leader.texts(), ["after"]);
}

#[test]
fn a_message_that_finds_room_takes_those_before_it_along() {
    let mut page = Page::new("a");
    page.lead(1);
    let first = page.say("no room");
    page.written(&first, Err(PersistFailure::Full));
    assert_eq!(rows(&page.say("room again")).len(), 2);
}

#[test]
fn a_page_that_was_reloaded_stays_behind_what_it_wrote_before() {
    // The page before led, and its successor was told so.
    let (mut before, mut after) = pair();
    let first = before.say("first");
    before.written(&first, Err(PersistFailure::Full));
    let left = journal(&before.input(Input::Surroundings(Surroundings::Leaving))).unwrap();
    after.say("second");
    after.tab(elected(vec![("a", left)]));
    after.input(restored(Vec::new()));
    assert_eq!(after.texts(), ["first", "second"]);
}
