//! Every text the widget shows, by name; `js/words.js` has them in the page's language.

use std::cell::RefCell;

/// Between two actions.
pub(super) const DOT: &str = "·";
/// Before a file's name.
pub(super) const FILE: &str = "📎 ";
/// What the footer names.
pub(super) const PRODUCT: &str = "PocketPing";

macro_rules! words {
    ($($name:ident),+ $(,)?) => {
        /// A text. The order is that of `js/words.js`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Word {
            $($name),+
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

words! {
    Today,
    Yesterday,
    Ai,
    Edited,
    Deleted,
    Sending,
    Sent,
    Delivered,
    Read,
    NotSent,
    Failed,
    Retry,
    Remove,
    Typing,
    Earlier,
    NewMessages,
    Latest,
    You,
    Quoted,
    Message,
    Placeholder,
    Send,
    Attach,
    Emoji,
    TooLong,
    Conversation,
    Support,
    ChatWith,
    Open,
    OpenUnread,
    Close,
    Preview,
    Dismiss,
    Mute,
    Unmute,
    PoweredBy,
    Online,
    Reachable,
    Away,
    AwayNotice,
    AwayEmail,
    Offline,
    UnreachableUnsent,
    Unreachable,
    Refused,
    Volatile,
    Full,
}

thread_local! {
    /// Texts that were asked for, by number.
    static KNOWN: RefCell<Vec<Option<&'static str>>> = const { RefCell::new(Vec::new()) };
}

impl Word {
    /// The text as it is.
    pub(super) fn text(self) -> &'static str {
        let at = self as usize;
        KNOWN.with_borrow_mut(|known| {
            if known.len() <= at {
                known.resize(at + 1, None);
            }
            // Each is kept for as long as the page is there: there are few, and views hold them.
            *known[at].get_or_insert_with(|| String::leak(platform::word(self as u32, None)))
        })
    }

    /// The text with something put in.
    pub(super) fn with(self, value: &str) -> String {
        platform::word(self as u32, Some(value))
    }

    /// The text in the form that goes with a number, which is put in, as is the most that there may be.
    pub(super) fn counted(self, count: usize, limit: usize) -> String {
        platform::counted(self as u32, count as f64, limit as f64)
    }
}

/// Another language was learnt.
#[cfg(feature = "app")]
pub(crate) fn forget() {
    KNOWN.take();
}

#[cfg(target_family = "wasm")]
mod platform {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(module = "/js/words.js")]
    extern "C" {
        pub(super) fn word(index: u32, value: Option<&str>) -> String;

        pub(super) fn counted(index: u32, count: f64, limit: f64) -> String;
    }
}

/// For tests of what uses it: the English texts as they stand in their file, a line each.
#[cfg(not(target_family = "wasm"))]
mod platform {
    pub(super) fn word(index: u32, value: Option<&str>) -> String {
        let lines = include_str!("../../js/words.js").lines();
        let mut texts = lines.filter_map(|line| line.strip_prefix("  \"")?.split_once("\": \""));
        let text = texts.nth(index as usize);
        let text = text.map(|(_, text)| text.trim_end_matches(',').trim_matches('"'));
        let text = text.unwrap_or_default();
        match (value, text.split_once('{'), text.split_once('}')) {
            (Some(value), Some((before, _)), Some((_, after))) => [before, value, after].concat(),
            _ => text.to_owned(),
        }
    }

    pub(super) fn counted(index: u32, count: f64, _: f64) -> String {
        word(index, Some(&count.to_string()))
    }
}

#[cfg(test)]
mod tests;
