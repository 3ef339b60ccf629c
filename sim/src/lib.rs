//! The simulation: whole clients and whole servers in one thread, with virtual time and a seeded network.
//!
//! A client is the real engine with a browser's storage around it, a server is the real one from its routes down,
//! with its memory storage, or one of the existing kind. Between them lies a network that loses, delays, reorders,
//! repeats and cuts. Everything is drawn from one seed: the same seed is the same run, event by event, and
//! [`run`] of a seed that failed fails again in the same way.
//!
//! What is promised is in [`Promise`]; [`Fault`] is what goes wrong.

#![forbid(unsafe_code)]

mod chance;
mod client;
mod clock;
mod disk;
mod faults;
pub use faults::{Fault, Tally};
mod foreign;
mod invariant;
pub use invariant::{Promise, Violation};
mod ledger;
mod locks;
mod network;
mod ours;
mod scenario;
pub use scenario::FEWEST_SENDS;
mod server;
mod store;
mod trace;
mod world;
pub use world::{Outcome, Prepare};

use trace::Trace;
use world::World;

/// Whether a run keeps what happened, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Only the result.
    Nothing,
    /// [`Outcome::trace`].
    Trace,
}

/// Runs one seed.
pub fn run(seed: u64, keep: Keep) -> Outcome {
    run_prepared(seed, keep, |_| {})
}

/// Runs one seed with engines that `prepare` has changed.
pub fn run_prepared(seed: u64, keep: Keep, prepare: Prepare) -> Outcome {
    let trace = match keep {
        Keep::Nothing => Trace::default(),
        Keep::Trace => Trace::kept(),
    };
    World::new(seed, trace, prepare).run()
}
