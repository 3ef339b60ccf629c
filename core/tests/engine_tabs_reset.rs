//! A reset in one page settles what the others wait for.
#![allow(clippy::unwrap_used)]

mod pages;

use pages::{Page, hear, pair};
use pocketping_core::engine::*;
use pocketping_core::model::Identity;
use pocketping_core::{Object, Wire};

const RESET: Input = Input::Command(Command::Reset { new_session: true });

fn identify() -> Input {
    let identity = Identity::read(&Object::new().with("id", "u").into()).unwrap();
    Input::Command(Command::Identify(identity))
}

/// How many messages of the page's it was told to be dropped.
fn dropped(page: &Page) -> usize {
    let is_it = |change: &&Change| {
        matches!(
            change,
            Change::Undeliverable {
                reason: FailureReason::NotFound,
                ..
            }
        )
    };
    page.changes.iter().filter(is_it).count()
}

fn identities_refused(page: &Page) -> usize {
    let is_it = |change: &&Change| matches!(change, Change::Identified(Err(FailureReason::NotFound)));
    page.changes.iter().filter(is_it).count()
}

#[test]
fn a_message_that_is_not_handed_over_yet_when_another_page_resets_is_told_of_once() {
    let (mut leader, mut follower) = pair();
    follower.say("unsent");
    follower.input(identify());
    let reset = leader.input(RESET);
    hear(&mut follower, &reset);
    assert_eq!((dropped(&follower), identities_refused(&follower)), (1, 1));
    assert_eq!(follower.engine.unsent(), 0);
    assert_eq!(follower.texts(), Vec::<&str>::new());
}

#[test]
fn a_message_that_the_leader_has_already_when_it_resets_is_told_of_once() {
    let (mut leader, mut follower) = pair();
    let handed = [follower.say("unsent"), follower.input(identify())].concat();
    let taken = hear(&mut leader, &handed);
    let kept = leader.written(&taken, Ok(()));
    hear(&mut follower, &taken);
    hear(&mut follower, &kept);
    assert_eq!(follower.engine.unsent(), 0, "the leader's database has them");
    let reset = leader.input(RESET);
    hear(&mut follower, &reset);
    assert_eq!((dropped(&follower), identities_refused(&follower)), (1, 1));
    assert_eq!(dropped(&leader), 0, "it is no message of that page");
}

#[test]
fn a_message_under_way_to_the_leader_when_that_resets_is_told_of_once() {
    let (mut leader, mut follower) = pair();
    let handed = follower.say("unsent");
    // The leader has it, and has not said so.
    hear(&mut leader, &handed);
    let reset = leader.input(RESET);
    hear(&mut follower, &reset);
    assert_eq!(dropped(&follower), 1);
}

#[test]
fn what_a_followers_reset_drops_of_the_leaders_is_told_there() {
    let (mut leader, mut follower) = pair();
    let effects = [leader.say("unsent"), leader.input(identify())].concat();
    leader.written(&effects, Ok(()));
    follower.changes.clear();
    let reset = follower.input(RESET);
    let done = hear(&mut leader, &reset);
    assert_eq!((dropped(&leader), identities_refused(&leader)), (1, 1));
    hear(&mut follower, &done);
    assert_eq!(dropped(&follower), 0, "it is no message of that page");
}

#[test]
fn the_page_that_resets_is_told_nothing_of_its_own() {
    let (mut leader, mut follower) = pair();
    let handed = follower.say("unsent");
    let taken = hear(&mut leader, &handed);
    let kept = leader.written(&taken, Ok(()));
    hear(&mut follower, &taken);
    hear(&mut follower, &kept);
    follower.input(identify());
    let reset = follower.input(RESET);
    let done = hear(&mut leader, &reset);
    hear(&mut follower, &done);
    assert_eq!((dropped(&follower), identities_refused(&follower)), (0, 0));
}
