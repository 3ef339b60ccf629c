//! [`Ledger`]: what was accepted, and what became known of it: the books that the invariants are checked against.

use std::collections::BTreeMap;

/// Who sends: a visitor's browser, or the operator to the browser's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Author {
    /// The visitor's side of this client.
    Visitor(usize),
    /// The operator, answering this client.
    Operator(usize),
}

/// A message that somebody has sent and was not refused.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// Who.
    pub author: Author,
    /// In which tab.
    pub tab: usize,
    /// The text.
    pub content: String,
    /// Texts that it was given later; requests that overtook each other decide which it has.
    pub edits: Vec<String>,
    /// Its `clientMessageId`.
    pub id: String,
    /// The upload that it needs, by which its file is called, too.
    pub file: Option<String>,
    /// When.
    pub at: u64,
    /// Its author was told that the server has it.
    pub acknowledged: bool,
    /// It may be missing: its browser died while localStorage took nothing.
    pub may_be_missing: bool,
    /// It may be missing as a reset has dropped it.
    pub was_reset: bool,
    /// It may be there in two sessions: its browser died without having been able to write down who it is.
    pub may_move: bool,
    /// It may stand after later ones: a database that hung gave it to its page too late.
    pub may_be_late: bool,
    /// The server had it, or may have had it, when it lost its data.
    pub may_be_forgotten: bool,
    /// It may be there so many times more than once: requests that a foreign server committed too late.
    pub late_commits: usize,
    /// The operator has asked for its deletion.
    pub deletion_asked: bool,
    /// And was told that it is deleted.
    pub deleted: bool,
}

/// A custom event that a page has reported.
#[derive(Clone, Debug)]
pub(crate) struct Reported {
    /// Which client.
    pub(crate) client: usize,
    /// The id that the engine gave it.
    pub(crate) id: String,
    /// When.
    pub(crate) at: u64,
    /// As of a message.
    pub(crate) may_be_missing: bool,
    /// As of a message.
    pub(crate) may_move: bool,
}

/// Everything that was accepted, in order.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    accepted: Vec<Accepted>,
    by_id: BTreeMap<String, usize>,
    /// Custom events.
    pub(crate) events: Vec<Reported>,
}

impl Ledger {
    /// Somebody has sent something.
    pub(crate) fn accept(&mut self, author: Author, tab: usize, id: String, content: String, at: u64) {
        self.by_id.insert(id.clone(), self.accepted.len());
        self.accepted.push(Accepted {
            author,
            tab,
            content,
            edits: Vec::new(),
            id,
            file: None,
            at,
            acknowledged: false,
            may_be_missing: false,
            was_reset: false,
            may_move: false,
            may_be_forgotten: false,
            may_be_late: false,
            late_commits: 0,
            deletion_asked: false,
            deleted: false,
        });
    }

    /// The message of this id.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Accepted> {
        let at = *self.by_id.get(id)?;
        self.accepted.get_mut(at)
    }

    /// Everything, in the order of sending.
    pub(crate) fn all(&self) -> &[Accepted] {
        &self.accepted
    }

    /// All messages, to be changed.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Accepted> {
        self.accepted.iter_mut()
    }
}
