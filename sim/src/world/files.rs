//! Files that visitors send: from the browser's database to the server's file store.

use super::World;
use super::arrivals::{Caller, Event};
use crate::client::Spot;
use crate::ledger::Accepted;
use crate::scenario::Act;
use crate::server::Carried;
use pocketping_core::engine::{Command, Delivery, EntryKey, FailureReason, Input, NetworkFailure, RequestId};

/// How long the bytes of a file may take.
const PUT_MILLIS: u64 = 60_000;
/// When a visitor tries again what a server could not be reached for.
const RETRY_MILLIS: u64 = 5_000;
/// What a file is given up with that does not get through.
const UNREACHABLE: u16 = 502;

impl World {
    /// The visitor picks a file, and sends a text with it some time later. Where the browser cannot keep the bytes the
    /// text goes alone: such a file would live and die with its page.
    pub(super) fn attach(&mut self, spot: Spot, text: String, wait: u64) {
        let now = self.clock.now();
        let client = &mut self.clients[spot.client];
        if !client.disk.takes_files(now) {
            return self.send(spot, text, None);
        }
        let (file, outputs) = client.upload(spot.page);
        self.say(|| format!("{spot}   picks {file}"));
        self.perform_all(spot, outputs);
        let send = Event::PageAct(spot, Act::SendWith(text, file, now));
        if wait == 0 {
            // Also where the page has just died: then it is sent from another one, without the file.
            self.take(send);
        } else {
            self.after(wait, send);
        }
    }

    /// A page sends a file's bytes, as it finds them.
    pub(super) fn put_file(&mut self, spot: Spot, id: RequestId, file: &str, url: String) {
        self.say(|| format!("{spot} -> PUT {url}"));
        let caller = Caller::Client {
            spot,
            id: Some(id),
            message: None,
        };
        match self.clients[spot.client].disk.file(file).map(str::to_owned) {
            Some(bytes) => self.carry(caller, Carried::File { url, bytes }, PUT_MILLIS),
            None => {
                if let Some(page) = self.clients[spot.client].page_mut(spot.page) {
                    page.requests.insert(id);
                }
                let outcome = Err(NetworkFailure::FileGone);
                self.after(1, Event::Input(spot, Input::Response { id, outcome }));
            }
        }
    }

    /// The visitor tries a message again where it is shown as failed, until it is delivered.
    pub(super) fn retry(&mut self, spot: Spot, id: String) {
        let key = EntryKey(id.as_str().into());
        let page = self.clients[spot.client].page(spot.page);
        let delivery = page.and_then(|page| Some(page.engine.entry(&key)?.delivery));
        if matches!(delivery, Some(Delivery::Failed(_))) {
            self.say(|| format!("{spot}   tries {id} again"));
            self.input(spot, Input::Command(Command::Retry(key)));
        }
        let waits = |sent: &mut Accepted| !sent.acknowledged && (delivery.is_some() || !sent.may_be_missing);
        if self.ledger.get_mut(&id).is_some_and(waits) {
            self.after(RETRY_MILLIS, Event::Act(spot.client, Act::Retry(id)));
        }
    }

    /// Whether a message may fail for its file: one that did not get through for long, which its visitor tries again, or
    /// one that a reset has taken from it.
    pub(super) fn excuses_file(&mut self, spot: Spot, message: &str, reason: FailureReason) -> bool {
        let is_forgotten = !self.clients[spot.client].forgotten.is_empty();
        let disk = &self.clients[spot.client].disk;
        let (refused_at, hung_until) = (disk.journal_refused_at, disk.hangs_until);
        let key = EntryKey(message.into());
        let page = self.clients[spot.client].page(spot.page);
        let is_shown = page.is_some_and(|page| page.engine.entry(&key).is_some());
        let Some(sent) = self.ledger.get_mut(message).filter(|sent| sent.file.is_some()) else {
            return false;
        };
        // Later ones pass it.
        sent.may_be_late = true;
        let act: fn(String) -> Act = match reason {
            FailureReason::Refused { status: UNREACHABLE } => Act::Retry,
            FailureReason::FileGone if is_forgotten => {
                sent.may_be_missing = true;
                sent.was_reset = true;
                Act::Remove
            }
            // What is in no journal the next page knows only when its database has answered, which may take too long.
            FailureReason::FileGone if refused_at >= Some(sent.at) || hung_until >= sent.at => {
                // Not taken at all: the visitor keeps the text.
                sent.may_be_missing |= !is_shown;
                Act::Retry
            }
            _ => return false,
        };
        self.after(RETRY_MILLIS, Event::Act(spot.client, act(message.to_owned())));
        true
    }
}
