//! A media query as a signal.

use crate::browser::listener::Listener;
use crate::browser::page::window;
use crate::dom::{Live, hold};
use std::rc::Rc;

/// The widest screen on which the window is a full-screen sheet (PROTOCOL §4.6).
pub const PHONE: &str = "(max-width: 480px)";
/// Whether the system is dark.
pub const DARK: &str = "(prefers-color-scheme: dark)";
/// Whether the main pointer is a finger: focusing a field then brings up a keyboard.
pub const TOUCH: &str = "(pointer: coarse)";

/// Whether the query matches, followed until the owner ends.
pub fn use_media(query: &str) -> Live<bool> {
    // Only a query that cannot be parsed fails; ours are constants.
    let list = window().match_media(query).ok().flatten();
    let matches = Live::new(list.as_ref().is_some_and(|list| list.matches()));
    if let Some(list) = list {
        let read = list.clone();
        let changed = Rc::new(move |_| matches.set(read.matches()));
        hold(Listener::new(list.into(), &["change"], changed));
    }
    matches
}
