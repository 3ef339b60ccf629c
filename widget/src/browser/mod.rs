//! Adapters: what the engine asks for, done with the browser's means. No decisions of the protocol here.

pub mod beacon;
pub mod clock;
pub mod console;
pub mod database;
pub mod focus;
pub mod http;
mod json;
pub mod letters;
pub mod listener;
pub mod local;
pub mod metadata;
pub mod mute;
pub mod page;
#[cfg(feature = "filter")]
pub mod regexp;
pub mod stream;
pub mod surroundings;
pub mod tabs;
pub mod task;
pub mod timer;
pub mod value;
