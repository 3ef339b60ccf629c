//! [`Reader`]: `GET /messages`, for polling, for what a stream may have missed, and after a `resync`.
//!
//! Servers with the feature `resume` are asked for all envelopes after our cursor, or for the newest page, and then
//! for the pages before it as far back as we hold messages: those may have been changed or deleted since.
//! Others are read forward by message ids, page by page: they know `after` as an id only, start anew at an id
//! that they do not know, and may list a message twice (PROTOCOL §8.2, §8.8). So each page must bring a
//! message that the earlier ones had not, or reading ends.

use super::backoff::{Backoff, doubled, earliest};
use super::outputs::Purpose;
use super::receive::readable;
use super::sorted::SortedMap;
use super::{Conversation, HttpAnswer, Method, NetworkFailure};
use crate::model::{Message, Sender};
use crate::route::{Feature, MessagesQuery, MessagesResponse};
use crate::{Cursor, MessageId, Wire};
use std::sync::Arc;

/// The first poll after polling has begun, in milliseconds.
const FIRST_POLL_MILLIS: u64 = 500;
/// From one poll to the next.
const POLL_MILLIS: u64 = 2_000;
/// How often a server without cursors is read from the start while polling: for edits and receipts.
const FULL_POLL_MILLIS: u64 = 30_000;
/// How often a stream without heartbeat is checked for deafness.
const CHECK_MILLIS: u64 = 30_000;
/// How often the rest of a list may fail to come before messages are sent without it.
const MOST_FAILURES_BEHIND: u32 = 3;
/// How often it may be refused before messages in doubt are sent again without it.
const MOST_REFUSALS: u32 = 6;
/// How many pages back messages that we hold are compared with the server's; older ones are dropped.
const MOST_PAGES_BACK: usize = 4;

/// What is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    /// What came after what we know.
    Newer,
    /// The newest pages (without cursors: all pages), which replace what we know.
    Everything,
}

#[derive(Debug)]
struct Running {
    want: Want,
    /// When the first page was asked for.
    asked_at: u64,
    /// [`super::timeline::Timeline::clock`] then.
    clock: u64,
    /// The stream's place when this page was asked for.
    cursor: Option<Cursor>,
    /// The first messages of the pages read so far, going back.
    back_from: Vec<MessageId>,
    seen: SortedMap<Arc<str>, ()>,
    /// Whether a stream is receiving that should have brought all this.
    checks_stream: bool,
    found_missed: bool,
}

/// Reading of message lists, one request at a time.
#[derive(Default)]
pub(super) struct Reader {
    want: Option<Want>,
    running: Option<Running>,
    backoff: Backoff,
    /// How often in a row the server has answered without a list.
    refusals: u32,
    poll_at: Option<u64>,
    full_at: u64,
    check_at: u64,
    /// The list is known to go on behind what `/connect` has told.
    is_behind: bool,
}

impl Reader {
    /// What came after what we know is to be read.
    pub(super) fn want_newer(&mut self) {
        self.want = self.want.max(Some(Want::Newer));
    }

    /// A server without cursors has told the beginning of its list; the rest is to be read.
    pub(super) fn catch_up(&mut self) {
        self.is_behind = self.backoff.failures() < MOST_FAILURES_BEHIND;
        self.want_newer();
    }

    /// Whether messages that the server has had for long may still turn up.
    pub(super) fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Everything is to be read again.
    pub(super) fn want_everything(&mut self) {
        self.want = Some(Want::Everything);
    }

    /// Whether that is to be done, or under way.
    pub(super) fn reads_everything(&self) -> bool {
        let running = self.running.as_ref().map(|running| running.want);
        self.want.max(running) == Some(Want::Everything)
    }

    /// A stream has brought something, so it is not deaf.
    pub(super) fn heard(&mut self, now: u64) {
        self.check_at = now + CHECK_MILLIS;
    }

    pub(super) fn wake(&mut self, now: u64) {
        self.backoff.wake(now);
        if self.poll_at.is_some() {
            self.poll_at = Some(now);
        }
    }

    pub(super) fn stop(&mut self) {
        *self = Reader::default();
    }
}

impl Conversation {
    /// Reads what is to be read.
    pub(super) fn run_reader(&mut self) {
        let now = self.now.mono;
        if !self.can_talk() {
            return;
        }
        if !self.ladder.is_polling() {
            self.reader.poll_at = None;
        } else if self.reader.poll_at.is_none() {
            self.reader.poll_at = Some(now + FIRST_POLL_MILLIS);
        }
        if self.poll_deadline().is_some_and(|at| at <= now) {
            let full = !self.session.has(Feature::Resume) && self.reader.full_at <= now;
            self.reader.want = self
                .reader
                .want
                .max(Some(if full { Want::Everything } else { Want::Newer }));
        }
        if self.check_deadline().is_some_and(|at| at <= now) {
            self.reader.want_newer();
        }
        let waits = self.reader.running.is_some() || !self.reader.backoff.ready(now) || self.is_quiet();
        let Some(want) = self.reader.want.filter(|_| !waits) else {
            return;
        };
        self.reader.want = None;
        let resumes = self.session.has(Feature::Resume);
        let want = if resumes && self.session.cursor.is_none() {
            Want::Everything
        } else {
            want
        };
        if want == Want::Everything {
            self.reader.full_at = now + FULL_POLL_MILLIS;
        }
        let after = match want {
            Want::Newer if resumes => None,
            Want::Newer => self.session.tail.as_ref().map(|id| id.as_str().to_owned()),
            Want::Everything => None,
        };
        let running = Running {
            want,
            asked_at: now,
            clock: self.timeline.clock(),
            cursor: None,
            back_from: Vec::new(),
            seen: SortedMap::default(),
            checks_stream: self.ladder.receiving().is_some(),
            found_missed: false,
        };
        self.read_page(running, after);
    }

    /// When [`Self::run_reader`] has something to do.
    pub(super) fn reader_deadline(&self) -> Option<u64> {
        if !self.can_talk() || self.reader.running.is_some() {
            return None;
        }
        if self.reader.want.is_some() {
            return self.reader.backoff.at().filter(|_| !self.is_quiet());
        }
        let settling = self.outbox.settling.as_ref().map(super::outbox::Settling::ask_at);
        earliest(&[self.poll_deadline(), self.check_deadline(), settling])
    }

    /// Hidden pages do not poll; they only look after what they send.
    fn is_quiet(&self) -> bool {
        let sends = self.outbox.settling.is_some() || self.reader.is_behind;
        !self.is_in_view() && self.ladder.is_polling() && !sends
    }

    fn poll_deadline(&self) -> Option<u64> {
        self.reader
            .poll_at
            .filter(|_| self.ladder.is_polling() && self.is_in_view())
    }

    /// A stream without heartbeat is checked while that matters to somebody.
    fn check_deadline(&self) -> Option<u64> {
        let receiving = self.ladder.receiving().is_some() && !self.session.has(Feature::Heartbeat);
        let matters = self.is_in_view() && (self.page.open || self.is_unanswered());
        (receiving && matters).then_some(self.reader.check_at)
    }

    fn is_unanswered(&self) -> bool {
        let last = self.timeline.entries().last();
        last.is_some_and(|entry| entry.message.sender == Sender::Visitor)
    }

    fn read_page(&mut self, mut running: Running, after: Option<String>) {
        let Some(session_id) = self.session.id.clone() else {
            return;
        };
        let resumes = self.session.has(Feature::Resume);
        running.cursor.clone_from(&self.session.cursor);
        let from_cursor = resumes && running.want == Want::Newer;
        let cursor = running.cursor.as_ref().map(|cursor| cursor.as_str().to_owned());
        let query = MessagesQuery {
            session_id,
            after: if from_cursor { cursor } else { after },
            before: (resumes && running.want == Want::Everything).then(|| {
                let first = running.back_from.last();
                first.map_or("end", |id| id.as_str()).to_owned()
            }),
            limit: Some(100),
        };
        self.reader.running = Some(running);
        self.out
            .request(Purpose::Read, Method::Get, query.to_path(), None);
    }

    /// The answer of `GET /messages`.
    pub(super) fn page_answered(&mut self, outcome: Result<HttpAnswer, NetworkFailure>) {
        let Some(running) = self.reader.running.take() else {
            return;
        };
        let answer = match outcome {
            Ok(answer) => answer,
            Err(_) => return self.read_later(running.want, None),
        };
        match answer.status {
            200..=299 => match MessagesResponse::read(&readable(answer.body)) {
                Ok(page) if self.session.has(Feature::Resume) => self.take_resumed(running, page),
                Ok(page) => self.take_plain(running, page.messages, page.has_more),
                Err(_) => self.read_later(running.want, None),
            },
            426 => self.too_old(&answer),
            401 | 403 | 404 => {
                // `/connect` tells whether it is the session or all of us.
                self.unreadable(running.want, None);
                self.link.reconnect();
            }
            429 | 502..=504 => self.read_later(running.want, answer.retry_after),
            _ => self.unreadable(running.want, answer.retry_after),
        }
    }

    /// The server has no list for us. One that never has is not to keep back what waits for it.
    fn unreadable(&mut self, want: Want, retry_after: Option<u64>) {
        self.reader.refusals = self.reader.refusals.saturating_add(1);
        if self.reader.refusals >= MOST_REFUSALS {
            self.settle_by_list(self.now.mono);
        }
        self.read_later(want, retry_after);
    }

    fn read_later(&mut self, want: Want, retry_after: Option<u64>) {
        self.reader.want = self.reader.want.max(Some(want));
        let failures = self.reader.backoff.failures();
        // Without the list messages have to go all the same.
        self.reader.is_behind &= failures < MOST_FAILURES_BEHIND;
        let delay = self.dice.jitter(doubled(POLL_MILLIS, failures, 30_000));
        self.reader.backoff.fail(self.now.mono, delay, retry_after);
    }

    /// A page of a server with cursors.
    fn take_resumed(&mut self, mut running: Running, page: MessagesResponse) {
        let goes_on = page.has_more && running.want == Want::Newer;
        let Some(mut events) = page.events.filter(|_| running.want == Want::Newer) else {
            let first = page.messages.first();
            let first = first.map(|message| (message.id.clone(), message.timestamp));
            self.absorb_page(page.messages, running.clock);
            if running.back_from.is_empty() {
                self.go_on_from(&running, page.cursor);
            }
            if running.want == Want::Everything {
                self.session.has_more = page.has_more;
                let first = first.filter(|_| page.has_more);
                self.drop_unmet(first.as_ref().map(|(_, at)| *at), running.clock);
                if let Some((id, _)) = first.filter(|(id, _)| !self.timeline.is_first(id)) {
                    running.back_from.push(id.clone());
                    if running.back_from.len() < MOST_PAGES_BACK {
                        return self.read_page(running, None);
                    }
                    self.drop_before(&id);
                }
            }
            return self.read_to_end(&running);
        };
        let none = events.is_empty();
        let place = self.session.cursor.as_ref();
        if place.is_some() && place != running.cursor.as_ref() {
            // A stream has brought the first of these meanwhile, or all and more. They must not take us back.
            let known = events
                .iter()
                .position(|envelope| envelope.cursor.as_ref() == place);
            events.drain(..known.map_or(events.len(), |at| at + 1));
        }
        for envelope in events {
            self.apply(envelope);
        }
        if none {
            self.go_on_from(&running, page.cursor);
        } else if goes_on && self.session.cursor != running.cursor {
            return self.read_page(running, None);
        }
        self.read_to_end(&running);
    }

    /// A snapshot's place counts unless envelopes have come since it was asked for.
    fn go_on_from(&mut self, running: &Running, cursor: Option<Cursor>) {
        if self.session.cursor == running.cursor && cursor.is_some() {
            self.session.cursor = cursor;
        }
    }

    /// A page of a server without cursors.
    fn take_plain(&mut self, mut running: Running, messages: Vec<Message>, has_more: bool) {
        let mut last_new = None;
        for message in &messages {
            if running.seen.get(message.id.as_str()).is_some() {
                continue;
            }
            running.seen.insert(message.id.as_str().into(), ());
            last_new = Some(message.id.clone());
            let is_missed =
                message.sender != Sender::Visitor && self.timeline.get(message.id.as_str()).is_none();
            running.found_missed |= is_missed;
        }
        self.absorb_page(messages, running.clock);
        if let Some(last_new) = last_new {
            let after = has_more.then(|| last_new.as_str().to_owned());
            self.session.tail = Some(last_new);
            if after.is_some() {
                return self.read_page(running, after);
            }
        } else if has_more && running.want == Want::Newer {
            // Copies have led back to before where it began. From the start each message is met before its copies.
            return self.reader.want_everything();
        }
        self.read_to_end(&running);
    }

    fn read_to_end(&mut self, running: &Running) {
        let now = self.now.mono;
        self.reader.backoff.succeed();
        self.reader.refusals = 0;
        self.reader.is_behind = false;
        self.reader.check_at = now + CHECK_MILLIS;
        if self.ladder.is_polling() {
            self.ladder.found();
            self.reader.poll_at = Some(now + POLL_MILLIS);
            self.ask_for_screenshots();
        }
        if running.checks_stream && running.found_missed && self.ladder.receiving().is_some() {
            self.ladder.replace(now, &mut self.out);
        }
        self.settle_by_list(running.asked_at);
    }
}
