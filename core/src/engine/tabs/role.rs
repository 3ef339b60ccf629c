//! [`Role`]: what a page is among those that share its storage.

/// What a page is to the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// It shares its storage with nobody.
    #[default]
    Alone,
    /// It has asked to lead, and does not know yet whether another one does.
    Waiting,
    /// Another one leads; this one takes the lock when that page ends.
    Following,
    /// The leader answers nothing, and the lock is being taken away from it.
    Stealing,
    /// It leads.
    Leading,
    /// It has ended its conversation, until it wants one again.
    Away,
    /// It has gone out of the window, and may come back from the browser's cache of pages.
    Left,
}
