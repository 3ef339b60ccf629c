//! What is wrong with a configuration, for its owner's eyes.

use std::fmt;

/// A part of a configuration that has no effect, or not the intended one.
///
/// None of these stops the filter: lists behave as everywhere in the protocol. They are for
/// configuration checks and the console.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UaProblem {
    /// The mode is not known, so everything is allowed.
    UnknownMode {
        /// The mode as written.
        mode: String,
    },
    /// A pattern is empty and was dropped.
    EmptyPattern {
        /// The list that holds it.
        list: UaList,
        /// Its index there, from 0.
        index: usize,
    },
    /// A pattern is no regular expression that this platform understands; it never matches.
    InvalidPattern {
        /// The list that holds it.
        list: UaList,
        /// Its index there, from 0.
        index: usize,
        /// The pattern as written.
        pattern: String,
    },
}

/// One of a configuration's two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UaList {
    /// `allowlist`
    Allowlist,
    /// `blocklist`
    Blocklist,
}

impl UaList {
    /// The list's name in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            UaList::Allowlist => "allowlist",
            UaList::Blocklist => "blocklist",
        }
    }
}

impl fmt::Display for UaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UaProblem::UnknownMode { mode } => {
                write!(f, "mode \"{mode}\" is unknown: everything is allowed")
            }
            UaProblem::EmptyPattern { list, index } => {
                write!(f, "{}[{index}] is empty: dropped", list.as_str())
            }
            UaProblem::InvalidPattern { list, index, pattern } => {
                let list = list.as_str();
                write!(
                    f,
                    "{list}[{index}] {pattern} is no valid regular expression: it never matches"
                )
            }
        }
    }
}
