//! Pages that come back: from sleep, from an ended conversation, from a reset that nobody has heard of.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, connected, elected, hear, journal, pair, request, reset, restored, said};
use pocketping_core::engine::*;
use pocketping_core::{Object, SessionId, Value, VisitorId};

/// Whether a page has written down which session is the visitor's.
fn writes_session(effects: &[Effect]) -> bool {
    let is_it = |effect: &Effect| {
        matches!(
            effect,
            Effect::WriteLocal {
                key: LocalKey::SessionId,
                value: Some(_)
            }
        )
    };
    effects.iter().any(is_it)
}

fn says_hello(effects: &[Effect]) -> bool {
    said(effects).iter().any(|said| said.get("hello").is_some())
}

/// How many entries it hands over.
fn handed(effects: &[Effect]) -> usize {
    let said = said(effects);
    let items = said.iter().filter_map(|said| said.get("items")?.as_list());
    items.map(<[Value]>::len).sum()
}

#[test]
fn a_session_that_a_sleeping_leader_is_given_is_written_down_when_it_still_leads() {
    let mut page = Page::new("a");
    page.lead(1);
    let asked = page.say("hello");
    page.written(&asked, Ok(()));
    let connect = request(&asked, "/connect");
    page.now += 60_000;
    let answered = page.input(Input::Response {
        id: connect.unwrap(),
        outcome: connected(),
    });
    assert!(
        !writes_session(&answered),
        "another page may have another one by now"
    );
    page.now += 20;
    let confirmed = page.written(&answered, Ok(()));
    assert!(writes_session(&confirmed));
}

#[test]
fn a_page_that_never_heard_of_the_list_hands_its_reset_over() {
    let (mut leader, _) = pair();
    leader.say("of the visitor before");
    let mut page = Page::new("c");
    page.input(Input::Command(Command::Disconnect));
    page.input(reset());
    page.input(Input::Command(Command::Connect));
    let back = page.tab(TabEvent::Following);
    assert_eq!(handed(&back), 1);
    hear(&mut leader, &back);
    assert!(leader.texts().is_empty(), "{:?}", leader.texts());
}

#[test]
fn what_a_page_passes_over_while_its_reset_is_under_way_is_asked_for() {
    let (mut robbed, mut leader) = pair();
    let forgets = leader.input(reset());
    let mut leads = leader.tab(elected(Vec::new()));
    leads.extend(leader.input(restored(Vec::new())));
    // It awakes, does the reset as a leader, and hears that it is none: its reset may not have reached the database.
    hear(&mut robbed, &forgets);
    let returned = hear(&mut robbed, &leads);
    assert_eq!(handed(&returned), 1);
    let next = leader.say("of the next visitor");
    hear(&mut robbed, &next);
    assert!(robbed.texts().is_empty(), "the reset is still to be done");
    let taken = hear(&mut leader, &returned);
    let hello = hear(&mut robbed, &taken);
    assert!(says_hello(&hello));
    let whole = hear(&mut leader, &hello);
    hear(&mut robbed, &whole);
    assert_eq!(robbed.texts(), ["of the next visitor"]);
}

#[test]
fn a_page_that_leads_after_a_reset_shows_nothing_of_what_others_had_waiting() {
    let (mut leader, mut follower) = pair();
    let told = leader.say("of the visitor before");
    hear(&mut follower, &told);
    assert_eq!(follower.texts(), ["of the visitor before"]);
    leader.now += 20;
    // Its page ends before anybody has heard of it.
    let left = journal(&leader.input(reset())).unwrap();
    follower.now += 3_000;
    follower.tab(elected(vec![("a", left)]));
    follower.input(restored(Vec::new()));
    assert!(follower.texts().is_empty(), "{:?}", follower.texts());
}

#[test]
fn what_a_page_did_as_the_next_visitor_outlives_the_reset_that_it_hears_of_afterwards() {
    let (mut leader, mut sleeper) = pair();
    let told = leader.say("of the visitor before");
    hear(&mut sleeper, &told);
    sleeper.say("of the visitor before, too");
    let forgets = leader.input(reset());
    leader.say("of the next visitor");
    // It awakes as if it led, by the name that stands in localStorage now, and hears only then that it does not.
    sleeper.tab(TabEvent::Elected {
        journals: Vec::new(),
        visitor_id: leader.engine.visitor_id().cloned(),
        session_id: None,
    });
    sleeper.say("of the same, in the page that slept");
    let mut hello = sleeper.tab(TabEvent::Deposed);
    hear(&mut sleeper, &told);
    hello.extend(hear(&mut sleeper, &forgets));
    let whole = hear(&mut leader, &hello);
    let heard = hear(&mut sleeper, &whole);
    assert_eq!(
        sleeper.texts(),
        ["of the next visitor", "of the same, in the page that slept"]
    );
    hear(&mut leader, &heard);
    assert_eq!(leader.texts(), sleeper.texts());
}

#[test]
fn what_others_of_another_visitor_had_waiting_goes_with_that_visitor() {
    let (mut leader, mut follower) = pair();
    let told = leader.say("of the visitor before");
    hear(&mut follower, &told);
    follower.tab(TabEvent::Elected {
        journals: Vec::new(),
        visitor_id: Some(VisitorId::new("somebody else")),
        session_id: Some(SessionId::new("theirs")),
    });
    follower.input(restored(Vec::new()));
    assert!(follower.texts().is_empty(), "{:?}", follower.texts());
}

#[test]
fn a_page_whose_clock_is_behind_loses_nothing_to_a_reset_that_it_finds() {
    let mut page = Page::new("b");
    page.tab(TabEvent::Following);
    page.say("written by a clock that is behind");
    // The page that did it had nothing left, and a clock that is hours ahead.
    let reset = 1_790_009_000_000_i64;
    let left: Value = Object::new()
        .with("v", 1)
        .with("seq", 0)
        .with("void", reset)
        .with("reset", reset)
        .with("led", true)
        .with("synced", true)
        .into();
    let lead = page.tab(elected(vec![("a", left)]));
    page.input(restored(Vec::new()));
    let journal = journal(&lead).unwrap();
    let items = journal.get("items").and_then(Value::as_list).unwrap();
    let seq = items[0].get("seq").and_then(Value::as_int).unwrap();
    assert!(seq > reset, "{seq}");
    assert_eq!(page.texts(), ["written by a clock that is behind"]);
}

#[test]
fn a_page_that_was_away_hears_that_its_message_was_deleted() {
    let (mut leader, mut follower) = pair();
    let first = follower.say("deleted while that page was away");
    let taken = hear(&mut leader, &first);
    let key = leader.engine.entries()[0].key.clone();
    leader.written(&taken, Ok(()));
    let removed = leader.input(Input::Command(Command::Delete(key)));
    leader.written(&removed, Ok(()));
    // It has heard nothing of that, and hands its message over again.
    follower.input(Input::Command(Command::Disconnect));
    follower.input(Input::Command(Command::Connect));
    let hello = follower.tab(TabEvent::Following);
    let whole = hear(&mut leader, &hello);
    let again = hear(&mut follower, &whole);
    assert_eq!(handed(&again), 1);
    let gone = hear(&mut leader, &again);
    hear(&mut follower, &gone);
    assert!(follower.texts().is_empty(), "{:?}", follower.texts());
}

#[test]
fn a_page_hands_nothing_over_before_it_has_heard_everything() {
    let (_, mut follower) = pair();
    let first = follower.say("kept while that page slept");
    let mut next = Page::new("c");
    next.tab(elected(vec![("b", journal(&first).unwrap())]));
    let lead = next.input(restored(Vec::new()));
    let have = next.written(&lead, Ok(()));
    // It awakes: that another page leads is the first of all that it hears then.
    let hello = hear(&mut follower, &lead);
    assert!(says_hello(&hello));
    assert_eq!(handed(&hello), 0);
    hear(&mut follower, &have);
    let whole = hear(&mut next, &hello);
    assert_eq!(
        handed(&hear(&mut follower, &whole)),
        0,
        "it knows by now that it is kept"
    );
}

#[test]
fn what_a_page_withdraws_is_not_sent() {
    let mut page = Page::new("b");
    page.tab(TabEvent::Following);
    let written = journal(&page.say("done by a leader long ago")).unwrap();
    let mut leader = Page::new("a");
    leader.lead(1);
    let event = |journal: Value| TabEvent::Journal {
        tab: "b".to_owned(),
        journal,
    };
    // A page that has slept writes down what it has, and removes it when it hears what has become of that.
    leader.tab(event(written));
    assert_eq!(leader.texts(), ["done by a leader long ago"]);
    leader.tab(event(Value::Null));
    assert!(leader.texts().is_empty());
}

#[test]
fn what_a_page_counts_on_the_leader_for_is_not_withdrawn() {
    let mut page = Page::new("b");
    page.tab(TabEvent::Following);
    let written = journal(&page.say("edited as soon as it was kept")).unwrap();
    let mut leader = Page::new("a");
    leader.lead(1);
    let event = |journal: &Value| TabEvent::Journal {
        tab: "b".to_owned(),
        journal: journal.clone(),
    };
    let taken = leader.tab(event(&written));
    leader.written(&taken, Ok(()));
    // The page edits it before it has heard that it is kept, and then removes its journal.
    let key = page.engine.entries()[0].key.clone();
    let edited = page.input(Input::Command(Command::Edit {
        key,
        content: "edited".to_owned(),
    }));
    leader.tab(event(&journal(&edited).unwrap()));
    leader.tab(event(&Value::Null));
    assert_eq!(leader.texts(), ["edited"]);
}
