//! What a reset forgets and what outlives it, in pages that slept, came later or knew less.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, hear, journal, pair, reset, restored, rows};
use pocketping_core::VisitorId;
use pocketping_core::engine::*;

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
