//! The promises, as they are checked.

use crate::client::Spot;
use crate::ledger::{Accepted, Author, Ledger};
use pocketping_core::engine::{Conversation, Delivery, Entry};
use pocketping_core::model::{Attachment, Message, MessageStatus, Sender};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What we promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Every accepted message is on the server, and once.
    StoredOnce,
    /// Messages of one sender are in the order in which they were sent.
    SenderOrder,
    /// Every client shows the server's list.
    SameList,
    /// A message has the files that it was sent with, and no others.
    FilesWithTheirMessage,
    /// What a client was told to be stored is stored.
    AcknowledgedMeansStored,
    /// What was sent before a page died is known to the next one.
    SurvivesCrash,
    /// One message has one bubble, and the list is in order, after every input.
    OneBubble,
    /// An engine that was woken has something to do.
    NoSpinning,
    /// Nothing stays behind in the outbox, the database or the journal.
    EmptyOutbox,
    /// A custom event is taken, and once.
    EventsOnce,
    /// Storage that was not damaged is read.
    ReadableStorage,
    /// The server never fails by a bug of its own.
    NoServerError,
    /// No message is refused that breaks no rule.
    NothingRefused,
    /// When nothing goes wrong any more, everything is settled soon.
    Settles,
}

/// A promise that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which.
    pub promise: Promise,
    /// When, in virtual milliseconds.
    pub at: u64,
    /// How.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} broken at {:.3} s: {}",
            self.promise,
            self.at as f64 / 1_000.0,
            self.detail
        )
    }
}

/// A broken promise without its time.
pub(crate) type Broken = (Promise, String);

/// What holds after every input of an engine.
pub(crate) fn check_list(engine: &Conversation) -> Result<(), Broken> {
    let entries = engine.entries();
    let broken =
        |what: &str, entry: &Entry| Err((Promise::OneBubble, format!("{what}: {:?}", entry.message.content)));
    let unsent = |entry: &Entry| matches!(entry.delivery, Delivery::Sending | Delivery::Failed(_));
    let mut names = BTreeSet::new();
    for pair in entries.windows(2) {
        if unsent(&pair[0]) && !unsent(&pair[1]) {
            return broken("something unsent is before something sent", &pair[0]);
        }
        if !unsent(&pair[1]) && pair[0].message.timestamp > pair[1].message.timestamp {
            return broken("times are out of order", &pair[1]);
        }
    }
    for entry in entries {
        let is_new = names.insert(entry.key.0.as_ref());
        let id = entry.message.id.as_str();
        if !is_new || (id != &*entry.key.0 && !names.insert(id)) {
            return broken("two bubbles", entry);
        }
    }
    Ok(())
}

/// What a client shows, and what the server has of its session.
pub(crate) struct View<'w> {
    pub(crate) spot: Spot,
    pub(crate) engine: &'w Conversation,
    pub(crate) stored: &'w [Message],
}

/// What holds of one client when nothing goes wrong any more.
pub(crate) fn check_view(view: &View<'_>, foreign: bool) -> Result<(), Broken> {
    let shown = view.engine.entries();
    let spot = view.spot;
    if let Some(entry) = shown
        .iter()
        .find(|entry| matches!(entry.delivery, Delivery::Failed(_)))
    {
        let detail = format!("{spot}: {:?} is {:?}", entry.message.content, entry.delivery);
        return Err((Promise::NothingRefused, detail));
    }
    if let Some(entry) = shown.iter().find(|entry| entry.delivery == Delivery::Sending) {
        let detail = format!("{spot} still sends {entry:?}");
        return Err((Promise::Settles, detail));
    }
    let (shown_count, stored_count) = (shown.len(), view.stored.len());
    let differs = |how: String| Err((Promise::SameList, format!("{spot}: {how}")));
    if shown_count > stored_count {
        return differs(format!(
            "shows {shown_count} messages, the server has {stored_count}"
        ));
    }
    if shown_count < stored_count && (!view.engine.has_more() || shown_count < stored_count.min(50)) {
        let has = |message: &&Message| !shown.iter().any(|entry| entry.message.id == message.id);
        let missing: Vec<_> = view
            .stored
            .iter()
            .filter(has)
            .map(|message| {
                (
                    message.id.as_str(),
                    &message.content,
                    message.client_message_id.as_ref().map(|id| id.as_str()),
                    message.timestamp,
                )
            })
            .collect();
        return differs(format!(
            "shows {shown_count} of {stored_count} messages; without {missing:?}"
        ));
    }
    for (at, (entry, message)) in shown
        .iter()
        .zip(&view.stored[stored_count - shown_count..])
        .enumerate()
    {
        if entry.message.id != message.id {
            let (ours, theirs) = (&entry.message, message);
            return differs(format!(
                "{:?} of {} stands where the server has {:?} of {} ({at} of {shown_count}, {stored_count} stored)",
                ours.content, ours.timestamp, theirs.content, theirs.timestamp
            ));
        }
        let same = entry.message.content == message.content
            && files_of(&entry.message, |file| file.id.as_str())
                == files_of(message, |file| file.id.as_str())
            && entry.message.deleted_at.is_some() == message.deleted_at.is_some();
        if !same {
            return differs(format!(
                "shows {:?} for {:?}",
                entry.message.content, message.content
            ));
        }
        let is_read = message.read_at.is_some() || message.status == Some(MessageStatus::Read);
        if message.sender == Sender::Visitor && !foreign && (entry.delivery == Delivery::Read) != is_read {
            return differs(format!(
                "{:?} is {:?}, read: {is_read}",
                message.content, entry.delivery
            ));
        }
    }
    Ok(())
}

/// What holds of everything that was accepted. `stored` has a list for each session: a browser that could not write
/// down who it is talks in several.
pub(crate) fn check_accepted(ledger: &Ledger, stored: &[Vec<Message>], foreign: bool) -> Result<(), Broken> {
    let accepted = ledger.all();
    match foreign {
        true => check_by_text(accepted, stored)?,
        false => check_by_id(accepted, stored)?,
    }
    // Nobody writes in two tabs at once.
    let authors = accepted.iter().map(|sent| (sent.author, sent.tab));
    for (author, tab) in authors.collect::<BTreeSet<_>>() {
        let of_author = |message: &&Message| {
            accepted
                .iter()
                .any(|sent| sent.author == author && sent.content == message.content)
        };
        let sessions = stored
            .iter()
            .filter(|session| session.iter().any(|message| of_author(&message)));
        // Equal texts without ids could be of either session.
        let is_plain = !foreign || sessions.count() < 2;
        for session in stored.iter().filter(|_| is_plain) {
            check_order(accepted, session, (author, tab), foreign)?;
        }
    }
    Ok(())
}

/// A message's files, each by one of its names.
fn files_of(message: &Message, name: impl Fn(&Attachment) -> &str) -> Vec<String> {
    message
        .attachments
        .iter()
        .map(|file| name(file).to_owned())
        .collect()
}

/// Our server keeps the ids that senders give.
fn check_by_id(accepted: &[Accepted], stored: &[Vec<Message>]) -> Result<(), Broken> {
    let mut by_id: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
    for message in stored.iter().flatten() {
        let id = message.client_message_id.as_ref().map_or("", |id| id.as_str());
        by_id.entry(id).or_default().push(message);
    }
    for sent in accepted {
        let copies = by_id.remove(sent.id.as_str()).unwrap_or_default();
        let least = usize::from(!sent.may_be_missing && !sent.may_be_forgotten);
        let sessions = copies
            .iter()
            .map(|copy| &copy.session_id)
            .collect::<BTreeSet<_>>();
        let most = if sent.may_move { sessions.len().max(1) } else { 1 };
        if !(least..=most).contains(&copies.len()) {
            let detail = format!(
                "{:?} of {:?} is there {} times",
                sent.content,
                sent.author,
                copies.len()
            );
            return Err((Promise::StoredOnce, detail));
        }
        let as_sent = |copy: &&&Message| match sent.deleted && !sent.may_be_forgotten {
            true => copy.deleted_at.is_some(),
            false => {
                copy.content == sent.content
                    || sent.edits.contains(&copy.content)
                    || (sent.deletion_asked && copy.deleted_at.is_some())
            }
        };
        let names = |copy: &Message| files_of(copy, |file| &file.filename);
        let sent_with = Vec::from_iter(sent.file.clone());
        if let Some(copy) = copies
            .iter()
            .find(|copy| copy.deleted_at.is_none() && names(copy) != sent_with)
        {
            let detail = format!("{:?} with {:?} has {:?}", sent.content, sent.file, names(copy));
            return Err((Promise::FilesWithTheirMessage, detail));
        }
        if let Some(copy) = copies.iter().find(|copy| !as_sent(copy)) {
            let detail = format!("{:?} is stored as {:?}", sent.content, copy.content);
            return Err((Promise::StoredOnce, detail));
        }
    }
    match by_id.into_values().flatten().next() {
        Some(ghost) => Err((
            Promise::StoredOnce,
            format!("nobody has sent {:?}", ghost.content),
        )),
        None => Ok(()),
    }
}

fn has_id(message: &Message, id: &str) -> bool {
    message
        .client_message_id
        .as_ref()
        .is_some_and(|known| known.as_str() == id)
}

/// Foreign servers keep no ids of senders: texts are counted.
fn check_by_text(accepted: &[Accepted], stored: &[Vec<Message>]) -> Result<(), Broken> {
    let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
    for message in stored.iter().flatten() {
        *by_text.entry(message.content.as_str()).or_default() += 1;
    }
    for text in accepted
        .iter()
        .map(|sent| sent.content.as_str())
        .collect::<BTreeSet<_>>()
    {
        let sent: Vec<_> = accepted.iter().filter(|sent| sent.content == text).collect();
        let copies = by_text.remove(text).unwrap_or(0);
        let most = sent.len() + sent.iter().map(|sent| sent.late_commits).sum::<usize>();
        let least = sent
            .iter()
            .filter(|sent| !sent.may_be_missing && !sent.may_be_forgotten)
            .count();
        if !(least..=most).contains(&copies) {
            let detail = format!(
                "{text:?} was sent {} times and is there {copies} times",
                sent.len()
            );
            return Err((Promise::StoredOnce, detail));
        }
    }
    match by_text.into_keys().next() {
        Some(ghost) => Err((Promise::StoredOnce, format!("nobody has sent {ghost:?}"))),
        None => Ok(()),
    }
}

/// In one session an author's messages stand in the order in which they were sent.
fn check_order(
    accepted: &[Accepted],
    stored: &[Message],
    (author, tab): (Author, usize),
    foreign: bool,
) -> Result<(), Broken> {
    let of_author = accepted.iter().filter(|sent| {
        let may_stand_anywhere = sent.may_be_late
            // Delivered to a server that lost it, and perhaps again by a page that has slept since.
            || sent.may_be_forgotten
            || (foreign && sent.may_be_missing);
        (sent.author, sent.tab) == (author, tab) && !may_stand_anywhere
    });
    let mut place = 0;
    for sent in of_author {
        let is_it = |message: &Message| match foreign {
            true => message.content == sent.content,
            false => has_id(message, &sent.id),
        };
        // A copy that was committed too late may stand anywhere; one of them is in order.
        match stored[place..].iter().position(is_it) {
            Some(at) => place += at + 1,
            // In another session.
            None if !stored.iter().any(is_it) => {}
            None if sent.late_commits > 0 => {}
            None => {
                let order: Vec<_> = accepted
                    .iter()
                    .filter(|sent| sent.author == author)
                    .map(|sent| &sent.content)
                    .collect();
                let stored: Vec<_> = stored.iter().map(|message| &message.content).collect();
                let detail = format!(
                    "{:?} of {author:?} stands before what was sent earlier; sent {order:?}, stored {stored:?}",
                    sent.content
                );
                return Err((Promise::SenderOrder, detail));
            }
        }
    }
    Ok(())
}
