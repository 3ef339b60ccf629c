//! Each page's messages keep their order, whoever numbers them.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, elected, journal, pair, request, restored, rows, said};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

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

#[test]
fn what_is_under_way_is_not_overtaken_when_a_robbed_leader_calls_it_done() {
    let mut leader = Page::new("a");
    leader.lead(1);
    let mut begun = leader.say("under way");
    let kept = leader.written(&begun, Ok(()));
    begun.extend(kept);
    let sent = leader.input(Input::Response {
        id: request(&begun, "/connect").unwrap(),
        outcome: connected().map(|mut answer| {
            let mut body = answer.body.as_object().unwrap().clone();
            body.set("features", vec![Value::from("idempotent-send")]);
            answer.body = body.into();
            answer
        }),
    });
    let sent = request(&sent, "/message").unwrap();
    let id = leader.engine.entries()[0].key.0.to_string();
    let next = leader.say("next");
    let mut then = leader.written(&next, Ok(()));
    // It has taken it from a journal, and removed it as its visitor wished.
    let left: Value = Object::new()
        .with("v", 1)
        .with("seq", 0)
        .with("led", true)
        .with("items", Vec::<Value>::new())
        .with("done", vec![Value::from(id.as_str())])
        .into();
    then.extend(leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: left,
    }));
    assert_eq!(request(&then, "/message"), None);
    let body = Object::new()
        .with("messageId", "m1")
        .with("timestamp", "2026-09-21T12:00:00.000Z");
    let answered = leader.answer(sent, body);
    assert!(request(&answered, "/message").is_some());
}
