//! What end-to-end tests need: a real server, a real browser, and pages to drive.
//!
//! Programs come from the environment, which `cargo xtask test` fills: `POCKETPING_BIN` (the server's
//! binary with the built assets), `CHROMEDRIVER`, `CHROMIUM`, and `INTEROP_PYTHON` for foreign backends.

#![forbid(unsafe_code)]

mod browser;
mod inbox;
mod lossy;
mod process;
mod python;
mod server;
mod talk;
mod wait;
mod widget;

pub use browser::{Browser, Screen};
pub use inbox::Inbox;
pub use lossy::LossyProxy;
pub use python::PythonBackend;
pub use server::{OPERATOR_TOKEN, Server, ServerOptions};
pub use talk::Talk;
pub use wait::eventually;
pub use widget::Widget;
