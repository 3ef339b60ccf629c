//! The simulation finds bugs: each of those that can be planted in the engine, within 1,000 seeds.
#![allow(clippy::unwrap_used)]

use pocketping_core::engine::PlantedBug;
use pocketping_sim::{Keep, Prepare, Promise, Violation, run, run_prepared};

/// The first seed of 1,000 that shows the bug by breaking one of these promises.
fn found(plant: Prepare, promises: &[Promise]) -> (u64, Violation) {
    let runs = (0..1_000).map(|seed| (seed, run_prepared(seed, Keep::Nothing, plant).violation));
    let mut broken = runs.filter_map(|(seed, violation)| Some((seed, violation?)));
    let (seed, violation) = broken
        .find(|(_, violation)| promises.contains(&violation.promise))
        .unwrap();
    println!("seed {seed}: {violation}");
    (seed, violation)
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
    let plant: Prepare = |engine| engine.plant(PlantedBug::ForgetsWhenSent);
    let (seed, violation) = found(plant, &[Promise::StoredOnce, Promise::SurvivesCrash]);
    assert!(
        violation.detail.contains("there 0 times") || violation.promise == Promise::SurvivesCrash,
        "something is lost: {violation}"
    );
    assert_is_the_bug(seed);
}

#[test]
fn a_cursor_that_is_reached_before_its_event_is_applied_is_found() {
    let (seed, _) = found(
        |engine| engine.plant(PlantedBug::CursorFirst),
        &[Promise::SameList],
    );
    assert_is_the_bug(seed);
}

#[test]
fn two_leaders_without_fencing_are_found() {
    let plant: Prepare = |engine| engine.plant(PlantedBug::NoFencing);
    let (seed, _) = found(
        plant,
        &[
            Promise::StoredOnce,
            Promise::EmptyOutbox,
            Promise::SameList,
            Promise::EventsOnce,
        ],
    );
    assert_is_the_bug(seed);
}
