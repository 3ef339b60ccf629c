//! The keys, as they are told.

/// Each key and what it does.
pub(super) const KEYS: [(&str, &str); 12] = [
    ("j", "Next conversation"),
    ("k", "Previous conversation"),
    ("r", "Write a reply"),
    ("n", "Write a note"),
    ("e", "Resolve or reopen"),
    ("a", "Assign to me"),
    ("/", "Search; in an empty reply: saved answers"),
    ("u", "Only unanswered conversations"),
    ("s", "Statistics"),
    ("Enter", "Send"),
    ("Esc", "Leave a field, go back"),
    ("?", "Show these keys"),
];
