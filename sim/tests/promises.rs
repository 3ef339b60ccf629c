//! What is promised holds, and what goes wrong does go wrong.
#![allow(clippy::unwrap_used)]

use pocketping_sim::{FEWEST_SENDS, Keep, Tally, run};

/// Enough for every kind of fault; `cargo xtask sim` runs thousands.
const SEEDS: u64 = 150;

#[test]
fn the_promises_hold_while_every_kind_of_fault_happens() {
    let mut tally = Tally::default();
    for seed in 0..SEEDS {
        let outcome = run(seed, Keep::Nothing);
        if let Some(violation) = outcome.violation {
            panic!("seed {seed}: {violation}");
        }
        assert!(
            outcome.clients >= 2,
            "seed {seed} has {} clients",
            outcome.clients
        );
        assert!(
            outcome.sends as u64 >= FEWEST_SENDS,
            "seed {seed} has {} messages",
            outcome.sends
        );
        tally.add(&outcome.tally);
    }
    assert_eq!(tally.missing(), []);
}

#[test]
fn a_seed_is_the_same_run_every_time() {
    for seed in 0..12 {
        let (once, again) = (run(seed, Keep::Trace), run(seed, Keep::Trace));
        assert!(once.trace.len() > 100, "seed {seed}");
        if let Some(at) = (0..once.trace.len()).find(|at| once.trace.get(*at) != again.trace.get(*at)) {
            panic!("seed {seed}: {:?} and {:?}", once.trace[at], again.trace.get(at));
        }
        assert_eq!(once.events, again.events);
        assert_eq!(once.tally, again.tally);
    }
}

#[test]
fn watching_a_run_does_not_change_it() {
    for seed in 0..6 {
        let (watched, not) = (run(seed, Keep::Trace), run(seed, Keep::Nothing));
        assert_eq!(watched.tally, not.tally);
        assert_eq!(watched.events, not.events);
        assert_eq!(watched.millis, not.millis);
        assert_eq!(not.trace, [] as [String; 0]);
    }
}

#[test]
fn other_seeds_are_other_runs() {
    assert_ne!(run(1, Keep::Trace).trace, run(2, Keep::Trace).trace);
}
