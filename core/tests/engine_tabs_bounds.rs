//! What followers hand over keeps to the bounds of the leader's outbox, and what is not taken is told where it was sent.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, hear, journal, pair};
use pocketping_core::engine::*;

/// One page does something, the other hears of it, and all of that is written; what the first one is told at last.
fn hand_over(follower: &mut Page, leader: &mut Page, command: Command) -> Vec<Change> {
    let handed = follower.input(Input::Command(command));
    let taken = hear(leader, &handed);
    let kept = leader.written(&taken, Ok(()));
    follower.changes.clear();
    hear(follower, &taken);
    hear(follower, &kept);
    std::mem::take(&mut follower.changes)
}

fn send(text: &str) -> Command {
    Command::Send {
        content: text.to_owned(),
        reply_to: None,
        attachment_ids: Vec::new(),
        uploads: Vec::new(),
    }
}

/// Fills the leader's outbox to its last 4,000 bytes.
fn fill(leader: &mut Page) {
    for _ in 0..1_310 {
        leader.now += 1;
        let effects = leader.say(&"x".repeat(4_000));
        leader.written(&effects, Ok(()));
    }
}

#[test]
fn a_message_that_the_leader_has_no_room_for_is_refused_in_the_page_that_sent_it() {
    let (mut leader, mut follower) = pair();
    fill(&mut leader);
    let (waiting, shown) = (leader.engine.unsent(), follower.texts().len());
    leader.changes.clear();
    let told = hand_over(&mut follower, &mut leader, send(&"y".repeat(3_900)));
    let text = told.iter().find_map(|change| match change {
        Change::Undeliverable {
            reason: FailureReason::OutboxFull,
            content,
            ..
        } => content.clone(),
        _ => None,
    });
    let written = "y".repeat(3_900);
    assert_eq!(text, Some(written), "it is the visitor's, and no bubble has it");
    let is_refused = |change: &Change| matches!(change, Change::Undeliverable { .. });
    assert!(told.iter().any(|change| matches!(change, Change::Removed(_))));
    assert_eq!(follower.engine.unsent(), 0);
    assert_eq!(follower.texts().len(), shown);
    assert_eq!(leader.engine.unsent(), waiting);
    assert!(
        !leader.changes.iter().any(is_refused),
        "it is no message of that page"
    );
}

#[test]
fn what_is_handed_over_twice_is_not_refused_for_taking_room_itself() {
    let (mut leader, mut follower) = pair();
    fill(&mut leader);
    let handed = follower.say(&"y".repeat(2_000));
    let first = hear(&mut leader, &handed);
    let again = hear(&mut leader, &handed);
    hear(&mut follower, &first);
    follower.changes.clear();
    hear(&mut follower, &again);
    let refused = follower.changes.iter();
    let refused = refused.filter(|change| matches!(change, Change::Undeliverable { .. }));
    assert_eq!(refused.count(), 0);
    assert_eq!(leader.texts().len(), 1_311);
}

#[test]
fn files_of_all_pages_keep_to_50_mb() {
    let (mut leader, mut follower) = pair();
    let mut outcomes = Vec::new();
    for name in ["1", "2", "3"] {
        let file = FileInfo {
            name: name.into(),
            mime_type: "a/b".into(),
            size: 20 * 1024 * 1024,
        };
        let command = Command::Upload { file, kept: Ok(()) };
        let told = hand_over(&mut follower, &mut leader, command);
        let settled = told.into_iter().filter_map(|change| match change {
            Change::Settled { outcome, .. } => Some(outcome),
            _ => None,
        });
        outcomes.extend(settled);
    }
    assert_eq!(outcomes, [Err(FailureReason::OutboxFull)]);
    assert_eq!(leader.engine.unsent(), 2);
    assert_eq!(follower.engine.unsent(), 0);
}

#[test]
fn a_journal_that_there_is_no_room_for_stays_for_the_next_leader() {
    let (mut leader, mut follower) = pair();
    fill(&mut leader);
    let waiting = leader.engine.unsent();
    let effects = follower.say(&"y".repeat(3_900));
    leader.tab(TabEvent::Journal {
        tab: "b".to_owned(),
        journal: journal(&effects).unwrap(),
    });
    leader.now += 2_000;
    let later = leader.input(Input::Tick);
    assert_eq!(pages::forgotten(&later), Vec::<&str>::new());
    assert_eq!(leader.engine.unsent(), waiting);
}
