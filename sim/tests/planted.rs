//! The simulation finds bugs: each of those that can be planted in the engine, within 1,000 seeds.
#![allow(clippy::unwrap_used)]

use pocketping_core::engine::PlantedBug;
use pocketping_sim::{Keep, Outcome, Prepare, Promise, run, run_prepared};

/// The first seed of 1,000 that shows the bug.
fn found(plant: Prepare) -> (u64, Outcome) {
    let mut outcomes = (0..1_000).map(|seed| (seed, run_prepared(seed, Keep::Nothing, plant)));
    outcomes.find(|(_, outcome)| outcome.violation.is_some()).unwrap()
}

/// It is the bug that is found: the same seed passes without it.
fn assert_is_the_bug(seed: u64) {
    assert!(
        run(seed, Keep::Nothing).violation.is_none(),
        "seed {seed} fails anyway"
    );
}

#[test]
fn an_entry_that_leaves_the_outbox_when_it_is_sent_is_found() {
    let (seed, outcome) = found(|engine| engine.plant(PlantedBug::ForgetsWhenSent));
    let violation = outcome.violation.unwrap();
    println!("seed {seed}: {violation}");
    let lost = [Promise::StoredOnce, Promise::SurvivesCrash, Promise::Settles];
    assert!(lost.contains(&violation.promise), "{violation}");
    assert_is_the_bug(seed);
}

#[test]
fn a_cursor_that_is_reached_before_its_event_is_applied_is_found() {
    let (seed, outcome) = found(|engine| engine.plant(PlantedBug::CursorFirst));
    let violation = outcome.violation.unwrap();
    println!("seed {seed}: {violation}");
    assert_eq!(violation.promise, Promise::SameList, "{violation}");
    assert_is_the_bug(seed);
}
