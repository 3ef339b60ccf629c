//! The Leptos components. Those of bubbles, list and composer are shared with the inbox.

mod appearance;
pub use appearance::{Appearance, Position, Theme};
mod dates;
pub use dates::local_day;
mod grouping;
pub use grouping::{Group, Place};
mod timeline;
pub use timeline::{Item, Row, Timeline};
mod words;
