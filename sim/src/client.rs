//! [`Client`]: one browser: the real engine on a page, and what outlives the page.
//!
//! Tabs that share one storage come here once the engine has them: several pages of one client.

use crate::chance::Chance;
use crate::clock::{Clock, WallClock};
use crate::disk::Disk;
use crate::network::Link;
use crate::server::ConnectionId;
use pocketping_core::engine::{
    Command, Conversation, Entropy, Input, Moment, Output, PersistId, RequestId, StoreWrite, StreamId,
    client_message_id,
};
use pocketping_core::{SessionId, Value};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One browser.
pub(crate) struct Client {
    pub(crate) disk: Disk,
    pub(crate) page: Option<Page>,
    pub(crate) link: Link,
    pub(crate) wall: WallClock,
    /// Nothing happens on it until then.
    pub(crate) frozen_until: u64,
    clock: Clock,
    chance: Chance,
    pages: u64,
}

/// One page of the browser, with the engine on it.
pub(crate) struct Page {
    /// Tells it from those before: what was meant for them is not for it.
    pub(crate) number: u64,
    pub(crate) engine: Conversation,
    pub(crate) opened_at: u64,
    /// Whether the database has given what it held.
    pub(crate) restored: bool,
    /// Requests that are waited for.
    pub(crate) requests: BTreeSet<RequestId>,
    /// Database transactions under way, in order.
    pub(crate) writes: VecDeque<(PersistId, Vec<StoreWrite>)>,
    pub(crate) streams: BTreeMap<StreamId, ConnectionId>,
}

impl Client {
    pub(crate) fn new(clock: &Clock, mut chance: Chance, disk: Disk, link: Link) -> Self {
        let hours = i64::try_from(chance.of(0..=6)).unwrap_or(0) - 3;
        let off_by = if chance.permille(500) {
            0
        } else {
            hours * 3_600_000
        };
        Client {
            disk,
            page: None,
            link,
            wall: WallClock::new(clock, off_by),
            frozen_until: 0,
            clock: clock.clone(),
            chance,
            pages: 0,
        }
    }

    /// Opens a page; gives its number.
    pub(crate) fn open(&mut self, prepare: impl FnOnce(&mut Conversation)) -> u64 {
        self.pages += 1;
        self.frozen_until = 0;
        let mut engine = Conversation::new(self.disk.options());
        prepare(&mut engine);
        self.page = Some(Page {
            number: self.pages,
            engine,
            opened_at: self.clock.now(),
            restored: false,
            requests: BTreeSet::new(),
            writes: VecDeque::new(),
            streams: BTreeMap::new(),
        });
        self.pages
    }

    /// The page dies without a word; a part of its transactions was committed just before. Gives the page and
    /// how many transactions were under way.
    pub(crate) fn crash(&mut self) -> Option<(Page, usize)> {
        let mut page = self.page.take()?;
        let under_way = page.writes.len();
        let survivors = self.chance.of(0..=under_way as u64);
        for _ in 0..survivors {
            if let Some((_, writes)) = page.writes.pop_front()
                && self.clock.now() >= self.disk.hangs_until
            {
                // A transaction that the quota refuses has changed nothing, and nobody is left to be told.
                self.disk.commit(self.clock.now(), writes).ok();
            }
        }
        Some((page, under_way))
    }

    /// The session that this browser talks in, as far as it knows.
    pub(crate) fn session(&self) -> Option<SessionId> {
        let page = self.page.as_ref();
        page.and_then(|page| page.engine.session_id().cloned())
            .or_else(|| self.disk.session())
    }

    /// Gives an input to the engine of the page; all its outputs.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<Output> {
        let entropy = self.entropy();
        self.handle_with(input, entropy)
    }

    /// Sends a text; the id of the message, and the outputs.
    pub(crate) fn send(&mut self, content: String) -> (String, Vec<Output>) {
        let entropy = self.entropy();
        let id = client_message_id(self.moment(), &entropy).to_string();
        let command = Command::Send {
            content,
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: Vec::new(),
        };
        (id, self.handle_with(Input::Command(command), entropy))
    }

    /// Reports a custom event of the page; its id, and the outputs.
    pub(crate) fn trigger(&mut self, name: String) -> (String, Vec<Output>) {
        let entropy = self.entropy();
        let id = client_message_id(self.moment(), &entropy).to_string();
        let data = Value::from(name.as_str());
        let command = Command::Trigger { name, data };
        (id, self.handle_with(Input::Command(command), entropy))
    }

    fn entropy(&mut self) -> Entropy {
        let mut entropy = Entropy::default();
        self.chance.fill(&mut entropy);
        entropy
    }

    fn moment(&self) -> Moment {
        let opened_at = self.page.as_ref().map_or(0, |page| page.opened_at);
        Moment {
            wall: self.wall.read(),
            mono: self.clock.now() - opened_at,
        }
    }

    fn handle_with(&mut self, input: Input, entropy: Entropy) -> Vec<Output> {
        let moment = self.moment();
        let Some(page) = &mut self.page else {
            return Vec::new();
        };
        page.engine.handle(input, moment, entropy);
        std::iter::from_fn(|| page.engine.poll_output()).collect()
    }

    /// When the engine wants to be woken.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let page = self.page.as_ref()?;
        let at = page.engine.poll_timeout()?.saturating_add(page.opened_at);
        Some(at.max(self.frozen_until))
    }
}
