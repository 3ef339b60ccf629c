//! Bugs on purpose, for showing that the simulation finds them (feature `planted-bugs`; never in what is shipped).
//!
//! The engine calls the hooks of [`Conversation`](super::Conversation) that are here. Without the feature they do
//! nothing and cost nothing; with it they still do nothing until a bug is planted.

#[cfg(not(feature = "planted-bugs"))]
mod off;
#[cfg(feature = "planted-bugs")]
mod on;

#[cfg(not(feature = "planted-bugs"))]
pub(super) use off::Planted;
#[cfg(feature = "planted-bugs")]
pub(super) use on::Planted;
#[cfg(feature = "planted-bugs")]
pub use on::PlantedBug;
