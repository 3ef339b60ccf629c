//! What end-to-end tests need: a real server, a real browser, and pages to drive.
//!
//! Programs come from the environment, which `cargo xtask test` fills: `POCKETPING_BIN` (the server's
//! binary with the built assets), `CHROMEDRIVER` and `CHROMIUM` or `GECKODRIVER` and `FIREFOX`, `INTEROP_PYTHON` for foreign
//! backends, and `CONTRACT_PYTHON` for what tries the OpenAPI document out. `POCKETPING_BROWSER=firefox` runs in Firefox
//! what names no browser itself.

#![forbid(unsafe_code)]

mod axe;
mod browser;
mod burst;
mod engine;
mod extensions;
mod files;
mod firefox;
mod hours;
mod inbox;
mod means;
mod pair;
mod process;
mod proxy;
mod python;
mod server;
mod talk;
mod wait;
mod widget;

pub use browser::{Browser, Screen, Tab};
pub use burst::Burst;
pub use engine::Engine;
pub use files::FILES;
pub use hours::office_hours;
pub use inbox::Inbox;
pub use means::{Finger, Wish};
pub use pair::Pair;
pub use proxy::{Faults, Losses, MESSAGE, Proxy};
pub use python::PythonBackend;
pub use server::{Known, OPERATOR_TOKEN, Server, ServerOptions};
pub use talk::Talk;
pub use wait::eventually;
pub use widget::Widget;
