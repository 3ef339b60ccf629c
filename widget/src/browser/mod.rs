//! Adapters: what the engine asks for, done with the browser's means. No decisions of the protocol here.

pub mod beacon;
pub mod clock;
pub mod console;
pub mod database;
pub mod files;
pub mod focus;
pub mod http;
pub mod listener;
pub mod local;
pub mod metadata;
pub mod page;
pub mod regexp;
pub mod stream;
pub mod surroundings;
pub mod task;
pub mod timer;
pub mod value;
