//! [`Client`]: one browser: the real engine on each of its pages, and what outlives them.

use crate::chance::Chance;
use crate::clock::{Clock, WallClock};
use crate::disk::Disk;
use crate::locks::Locks;
use crate::network::Link;
use crate::server::ConnectionId;
use pocketping_core::engine::{
    Command, Conversation, Entropy, FileInfo, Input, Moment, Output, PersistId, RequestId, StoreWrite,
    StreamId, client_message_id,
};
use pocketping_core::{ClientMessageId, SessionId, Value};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// A page of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) client: usize,
    pub(crate) page: u64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}.{}", self.client, self.page)
    }
}

/// One browser.
pub(crate) struct Client {
    pub(crate) disk: Disk,
    /// Those that are open.
    pub(crate) pages: Vec<Page>,
    /// Who of them leads.
    pub(crate) locks: Locks,
    pub(crate) link: Link,
    pub(crate) wall: WallClock,
    /// Visitors that this browser was asked to forget.
    pub(crate) forgotten: BTreeSet<Option<String>>,
    /// When it was asked last; 0 for never.
    pub(crate) reset_at: u64,
    clock: Clock,
    chance: Chance,
    last_page: u64,
}

/// A transaction of a page: its name, its epoch, and what it writes.
pub(crate) type Transaction = (PersistId, u64, Vec<StoreWrite>);

/// One page of the browser, with the engine on it.
pub(crate) struct Page {
    /// Tells it from those before: what was meant for them is not for it.
    pub(crate) number: u64,
    /// Which of the browser's tabs it is in; a reload keeps it.
    pub(crate) tab: usize,
    /// It shares its storage with no other page.
    pub(crate) is_alone: bool,
    pub(crate) engine: Conversation,
    pub(crate) opened_at: u64,
    /// When the database was asked for what it holds, until it has answered.
    pub(crate) asked_at: Option<u64>,
    /// Nothing happens on it until then.
    pub(crate) frozen_until: u64,
    /// When the last thing arrives that another page has said.
    pub(crate) hears_until: u64,
    /// Requests that are waited for.
    pub(crate) requests: BTreeSet<RequestId>,
    /// Database transactions under way, in order.
    pub(crate) writes: VecDeque<Transaction>,
    pub(crate) streams: BTreeMap<StreamId, ConnectionId>,
}

impl Page {
    /// The page's name among those of the browser.
    pub(crate) fn name(&self) -> String {
        page_name(self.number)
    }

    /// Its outputs.
    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.engine.poll_output()).collect()
    }
}

/// The name of a page among those of the browser.
pub(crate) fn page_name(number: u64) -> String {
    format!("page-{number}")
}

impl Client {
    pub(crate) fn new(clock: &Clock, mut chance: Chance, disk: Disk, link: Link, locks: Locks) -> Self {
        let hours = i64::try_from(chance.of(0..=6)).unwrap_or(0) - 3;
        let off_by = if chance.permille(500) {
            0
        } else {
            hours * 3_600_000
        };
        Client {
            disk,
            pages: Vec::new(),
            locks,
            link,
            wall: WallClock::new(clock, off_by),
            forgotten: BTreeSet::new(),
            reset_at: 0,
            clock: clock.clone(),
            chance,
            last_page: 0,
        }
    }

    pub(crate) fn page(&self, number: u64) -> Option<&Page> {
        self.pages.iter().find(|page| page.number == number)
    }

    pub(crate) fn page_mut(&mut self, number: u64) -> Option<&mut Page> {
        self.pages.iter_mut().find(|page| page.number == number)
    }

    /// Opens a page in a tab; gives its number, and what its engine wants at once. One that shares its storage with
    /// nobody has no name.
    pub(crate) fn open(
        &mut self,
        tab: usize,
        is_alone: bool,
        prepare: impl FnOnce(&mut Conversation),
    ) -> (u64, Vec<Output>) {
        self.last_page += 1;
        let number = self.last_page;
        let mut options = self.disk.options();
        if !is_alone {
            options.tab = page_name(number);
        }
        let mut engine = Conversation::new(options);
        prepare(&mut engine);
        let mut page = Page {
            number,
            tab,
            is_alone,
            engine,
            opened_at: self.clock.now(),
            asked_at: None,
            frozen_until: 0,
            hears_until: 0,
            requests: BTreeSet::new(),
            writes: VecDeque::new(),
            streams: BTreeMap::new(),
        };
        let outputs = page.outputs();
        self.pages.push(page);
        (number, outputs)
    }

    /// A page dies without a word; a part of its transactions was committed just before. Gives the page and
    /// how many transactions were under way.
    pub(crate) fn crash(&mut self, number: u64) -> Option<(Page, usize)> {
        let at = self.pages.iter().position(|page| page.number == number)?;
        let mut page = self.pages.remove(at);
        let under_way = page.writes.len();
        let survivors = self.chance.of(0..=under_way as u64);
        for _ in 0..survivors {
            if let Some((_, epoch, writes)) = page.writes.pop_front()
                && self.clock.now() >= self.disk.hangs_until
            {
                // A transaction that the quota refuses has changed nothing, and nobody is left to be told.
                self.disk.commit(self.clock.now(), epoch, writes).ok();
            }
        }
        Some((page, under_way))
    }

    /// The session that this browser talks in, as far as it knows.
    pub(crate) fn session(&self) -> Option<SessionId> {
        let mut known = self
            .pages
            .iter()
            .filter_map(|page| page.engine.session_id().cloned());
        self.disk.session().or_else(|| known.next())
    }

    /// Whether another page than this one knows the entry.
    pub(crate) fn is_known_elsewhere(&self, number: u64, id: &str) -> bool {
        let key = pocketping_core::engine::EntryKey(id.into());
        let mut others = self.pages.iter().filter(|page| page.number != number);
        others.any(|page| page.engine.entry(&key).is_some())
    }

    /// Gives an input to the engine of a page; all its outputs.
    pub(crate) fn handle(&mut self, page: u64, input: Input) -> Vec<Output> {
        let entropy = self.entropy();
        self.handle_with(page, input, entropy)
    }

    /// Begins to upload a file, whose bytes are kept under its name; that, and the outputs.
    pub(crate) fn upload(&mut self, page: u64) -> (String, Vec<Output>) {
        let (id, entropy) = self.next_id(page);
        let bytes = format!("the bytes of {id}");
        let file = FileInfo {
            name: id.clone(),
            mime_type: "text/plain".to_owned(),
            size: bytes.len() as u64,
        };
        self.disk.keep_file(&id, bytes);
        let command = Command::Upload { file, kept: Ok(()) };
        (id, self.handle_with(page, Input::Command(command), entropy))
    }

    /// Sends a text, with a file if one is named; the id of the message, and the outputs.
    pub(crate) fn send(&mut self, page: u64, content: String, file: Option<&str>) -> (String, Vec<Output>) {
        let (id, entropy) = self.next_id(page);
        let command = Command::Send {
            content,
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: file.into_iter().map(ClientMessageId::from).collect(),
        };
        (id, self.handle_with(page, Input::Command(command), entropy))
    }

    /// Reports a custom event of the page; its id, and the outputs.
    pub(crate) fn trigger(&mut self, page: u64, name: String) -> (String, Vec<Output>) {
        let (id, entropy) = self.next_id(page);
        let data = Value::from(name.as_str());
        let command = Command::Trigger { name, data };
        (id, self.handle_with(page, Input::Command(command), entropy))
    }

    /// The id that the engine gives to what is done with this entropy now.
    fn next_id(&mut self, page: u64) -> (String, Entropy) {
        let entropy = self.entropy();
        let id = client_message_id(self.moment(page), &entropy).to_string();
        (id, entropy)
    }

    fn entropy(&mut self) -> Entropy {
        let mut entropy = Entropy::default();
        self.chance.fill(&mut entropy);
        entropy
    }

    fn moment(&self, page: u64) -> Moment {
        let opened_at = self.page(page).map_or(0, |page| page.opened_at);
        Moment {
            wall: self.wall.read(),
            mono: self.clock.now() - opened_at,
        }
    }

    fn handle_with(&mut self, page: u64, input: Input, entropy: Entropy) -> Vec<Output> {
        let moment = self.moment(page);
        let Some(page) = self.page_mut(page) else {
            return Vec::new();
        };
        page.engine.handle(input, moment, entropy);
        page.outputs()
    }

    /// When the engine of a page wants to be woken.
    pub(crate) fn deadline(page: &Page) -> Option<u64> {
        let at = page.engine.poll_timeout()?.saturating_add(page.opened_at);
        Some(at.max(page.frozen_until))
    }
}
