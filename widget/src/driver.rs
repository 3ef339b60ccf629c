//! Runs the engine in a page: inputs in, effects out to the adapters, changes out to an observer.

use crate::browser::database::{Database, Files};
use crate::browser::local::Local;
use crate::browser::stream::{self, Stream};
use crate::browser::surroundings::{self, Happening, Watch};
use crate::browser::tabs::{self, Heard, Tabs};
use crate::browser::timer::Timer;
use crate::browser::{beacon, clock, http, metadata, page};
use pocketping_core::engine::{
    Change, Command, Conversation, Effect, EngineOptions, Entropy, Input, LocalKey, Moment, Output,
    PersistId, Restored, Store, StoreWrite, StreamEvent, StreamId, TabEvent, Transport,
};
use pocketping_core::{SessionId, Value, VisitorId};
use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

/// What the observer is told.
pub enum Report<'a> {
    /// The engine's own words, and where to read more. Told while inputs wait, so it may give some.
    Change(&'a Change, &'a Conversation),
    /// A stream is open, or has ended.
    Stream {
        /// Which kind.
        transport: Transport,
        /// Whether it is open.
        open: bool,
    },
    /// The database has taken what is to be sent.
    Kept,
}

/// Told of everything, after the engine has been drained; it may give inputs.
pub type Observer = Box<dyn Fn(Report<'_>)>;

/// Owns the conversation of a page.
///
/// Inputs that come while the engine is being drained wait until it is (the engine's rule: mutate once,
/// drain, then mutate again), so observers and the page's callbacks may call anything.
pub struct Driver {
    me: Weak<Driver>,
    base: String,
    conversation: RefCell<Conversation>,
    observer: Observer,
    waiting: RefCell<Vec<(Input, Moment, Entropy)>>,
    draining: Cell<bool>,
    phase: Cell<Phase>,
    streams: RefCell<Vec<(StreamId, Stream)>>,
    database: Database,
    writes: RefCell<Vec<(PersistId, u64, Vec<StoreWrite>)>>,
    writing: Cell<bool>,
    local: Local,
    timer: Timer,
    /// The page's address as the engine knows it.
    address: RefCell<String>,
    watch: RefCell<Option<Watch>>,
    /// This page's name among those of the browser; empty when it is alone.
    tab: String,
    tabs: RefCell<Option<Rc<Tabs>>>,
    /// The lock is asked for at the first act, as asking would store something.
    elects_later: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    /// Goodbye is queued; nothing else gets in.
    Ending,
    Ended,
}

impl Driver {
    /// A driver for the backend at `base` (without a slash at the end), which keeps things in `files`. Nothing happens
    /// before [`Self::start`].
    pub fn new(base: String, files: Files, observer: Observer) -> Rc<Self> {
        let local = Local::open(&base);
        let tab = match local.is_there() && tabs::available() {
            true => tabs::new_name(),
            false => String::new(),
        };
        local.share(&tab);
        let mut options = EngineOptions::default();
        options.visitor_id = local.text(LocalKey::VisitorId).map(VisitorId::from);
        options.session_id = local.text(LocalKey::SessionId).map(SessionId::from);
        options.identity = local.json(LocalKey::Identity);
        options.journal = local.json(LocalKey::Outbox);
        options.tab.clone_from(&tab);
        for (_, journal) in local.journals() {
            let seq = journal.get("seq").and_then(Value::as_int);
            let seq = seq.and_then(|seq| u64::try_from(seq).ok());
            options.last_seq = options.last_seq.max(seq.unwrap_or(0));
        }
        options.metadata = metadata::collect();
        options.streams = stream::available();
        options.visible = surroundings::is_visible();
        options.online = surroundings::is_online();
        Rc::new_cyclic(|me: &Weak<Driver>| {
            let woken = me.clone();
            Driver {
                me: me.clone(),
                base,
                conversation: RefCell::new(Conversation::new(options)),
                observer,
                waiting: RefCell::default(),
                draining: Cell::new(false),
                phase: Cell::new(Phase::Running),
                streams: RefCell::default(),
                database: Database::new(files),
                writes: RefCell::default(),
                writing: Cell::new(false),
                local,
                timer: Timer::new(move || {
                    if let Some(driver) = woken.upgrade() {
                        driver.timer.ran();
                        driver.dispatch(Input::Tick);
                    }
                }),
                address: RefCell::new(page::address()),
                watch: RefCell::default(),
                tab,
                tabs: RefCell::default(),
                elects_later: Cell::new(false),
            }
        })
    }

    /// Begins: listens to the page's surroundings, joins the other pages of the browser, and reads what is stored when
    /// the engine asks for it, or at once where it is alone.
    pub fn start(&self) {
        let me = self.me.clone();
        *self.watch.borrow_mut() = Some(Watch::new(move |happening| {
            let Some(driver) = me.upgrade() else { return };
            match happening {
                Happening::Changed(change) => driver.dispatch(Input::Surroundings(change)),
                Happening::Moved => driver.check_address(),
            }
        }));
        if self.tab.is_empty() {
            return self.restore(false);
        }
        let me = self.me.clone();
        let tabs = Tabs::join(&self.tab, &self.base, move |heard| {
            if let Some(driver) = me.upgrade() {
                driver.hear_tabs(heard);
            }
        });
        *self.tabs.borrow_mut() = Some(Rc::new(tabs));
        self.drain();
    }

    /// The conversation, for reading.
    pub fn conversation(&self) -> Ref<'_, Conversation> {
        self.conversation.borrow()
    }

    /// Gives a command, stamped here.
    pub fn command(&self, command: Command) {
        self.dispatch(Input::Command(command));
    }

    /// Gives an input, stamped here.
    pub fn dispatch(&self, input: Input) {
        self.dispatch_at(input, clock::now(), clock::entropy());
    }

    /// Gives an input with its stamp. It is handled before this returns, unless the engine is being drained.
    pub fn dispatch_at(&self, input: Input, now: Moment, entropy: Entropy) {
        if self.phase.get() != Phase::Running {
            return;
        }
        let is_act = match &input {
            Input::Command(command) => !matches!(command, Command::Navigate { .. } | Command::Disconnect),
            Input::Tab(TabEvent::Said(_)) => true,
            _ => false,
        };
        if is_act && self.elects_later.take() {
            self.with_tabs(|tabs| tabs.elect(false));
        }
        self.waiting.borrow_mut().push((input, now, entropy));
        self.drain();
    }

    /// Says goodbye to the server and stops. What is not sent stays in the database.
    pub fn end(&self) {
        self.command(Command::Disconnect);
        self.phase.set(Phase::Ending);
        // Within an observer the drain that is under way comes to it.
        self.drain();
    }

    /// Tells the engine when the page's address is another one than before.
    pub fn check_address(&self) {
        let url = page::address();
        if *self.address.borrow() == url {
            return;
        }
        self.address.borrow_mut().clone_from(&url);
        let title = metadata::title();
        self.command(Command::Navigate { url, title });
    }

    fn drain(&self) {
        if self.draining.replace(true) {
            return;
        }
        // It may have outputs before it has been given anything.
        loop {
            let mut changes = Vec::new();
            while let Some(output) = self.next_output() {
                match output {
                    Output::Effect(effect) => self.perform(effect),
                    Output::Change(change) => changes.push(change),
                }
            }
            for change in &changes {
                (self.observer)(Report::Change(change, &self.conversation()));
            }
            let Some((input, now, entropy)) = self.next_input() else {
                break;
            };
            self.conversation.borrow_mut().handle(input, now, entropy);
        }
        self.draining.set(false);
        if self.phase.get() == Phase::Running {
            let deadline = self.conversation().poll_timeout();
            self.timer.set(deadline);
        } else {
            self.phase.set(Phase::Ended);
            self.timer.set(None);
            self.streams.borrow_mut().clear();
            *self.watch.borrow_mut() = None;
            *self.tabs.borrow_mut() = None;
        }
    }

    // Functions of their own, so that nothing is borrowed while the input is handled.
    fn next_input(&self) -> Option<(Input, Moment, Entropy)> {
        first(&mut self.waiting.borrow_mut())
    }

    fn next_output(&self) -> Option<Output> {
        self.conversation.borrow_mut().poll_output()
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Request { id, request } => {
                let me = self.me.clone();
                http::send(&self.base, &request, move |outcome| {
                    if let Some(driver) = me.upgrade() {
                        driver.dispatch(Input::Response { id, outcome });
                    }
                });
            }
            Effect::Beacon { path, body } => beacon::send(&[&self.base, path.as_str()].concat(), &body),
            Effect::OpenStream { id, transport, path } => self.open_stream(id, transport, &path),
            Effect::SendFrame { id, frame } => {
                if let Some((_, stream)) = self.streams.borrow().iter().find(|(name, _)| *name == id) {
                    stream.send(&frame);
                }
            }
            Effect::CloseStream(id) => self.forget_stream(id),
            Effect::PutFile {
                id,
                file,
                url,
                mime_type,
            } => {
                let Some(driver) = self.me.upgrade() else { return };
                let answered = move |outcome| driver.dispatch(Input::Response { id, outcome });
                self.database.send_file(file.as_str(), &url, &mime_type, answered);
            }
            Effect::Persist { id, epoch, writes } => {
                self.writes.borrow_mut().push((id, epoch, writes));
                self.write();
            }
            Effect::Restore { claim } => self.restore(claim),
            Effect::WriteLocal { key, value } => {
                let taken = self.local.write(key, value.as_ref());
                if !taken && matches!(key, LocalKey::Outbox | LocalKey::VisitorId) && value.is_some() {
                    self.dispatch(Input::JournalRefused);
                }
            }
            Effect::Elect { steal } => {
                // Before an act nothing is stored, and a lease would be.
                self.elects_later.set(tabs::leases() && self.local.is_fresh());
                if !self.elects_later.get() {
                    self.with_tabs(|tabs| tabs.elect(steal));
                }
            }
            Effect::Resign => {
                self.elects_later.set(false);
                self.with_tabs(Tabs::resign);
            }
            Effect::Broadcast(said) => self.with_tabs(|tabs| tabs.say(&said)),
            Effect::ForgetJournal { of, seq } => self.local.forget_journal(&of, seq),
            // An effect that this crate does not know yet would be a mistake of ours, found by the tests.
            _ => {}
        }
    }

    fn with_tabs(&self, act: impl FnOnce(&Tabs)) {
        // Not borrowed meanwhile: something may be heard at once.
        let tabs = self.tabs.borrow().clone();
        if let Some(tabs) = tabs {
            act(&tabs);
        }
    }

    fn hear_tabs(&self, heard: Heard) {
        self.dispatch(Input::Tab(match heard {
            Heard::Elected => TabEvent::Elected {
                journals: self.local.journals(),
                visitor_id: self.local.text(LocalKey::VisitorId).map(VisitorId::from),
                session_id: self.local.text(LocalKey::SessionId).map(SessionId::from),
            },
            Heard::Event(event) => event,
        }));
    }

    /// Reads the database. Opening it would create it, and before an act nothing is stored: so a browser that has
    /// nothing of ours is not asked.
    fn restore(&self, claim: bool) {
        if self.local.is_fresh() {
            let restored = Restored {
                claimed: claim,
                ..Restored::default()
            };
            return self.dispatch(Input::Restored(restored));
        }
        if let Some(driver) = self.me.upgrade() {
            let done = move |restored| driver.dispatch(Input::Restored(restored));
            self.database.restore(claim, done);
        }
    }

    fn open_stream(&self, id: StreamId, transport: Transport, path: &str) {
        let me = self.me.clone();
        let opened = Stream::open(transport, &self.base, path, move |event| {
            if let Some(driver) = me.upgrade() {
                driver.hear(id, transport, event);
            }
        });
        match opened {
            Some(stream) => self.streams.borrow_mut().push((id, stream)),
            None => self.dispatch(Input::Stream {
                id,
                event: StreamEvent::Closed { code: None },
            }),
        }
    }

    fn hear(&self, id: StreamId, transport: Transport, event: StreamEvent) {
        let open = match event {
            StreamEvent::Opened => Some(true),
            StreamEvent::Closed { .. } => Some(false),
            _ => None,
        };
        if open == Some(false) {
            self.forget_stream(id);
        }
        self.dispatch(Input::Stream { id, event });
        if let Some(open) = open {
            (self.observer)(Report::Stream { transport, open });
        }
    }

    fn forget_stream(&self, id: StreamId) {
        self.streams.borrow_mut().retain(|(name, _)| *name != id);
    }

    /// Writes what waits, one transaction after the other, in order.
    fn write(&self) {
        if self.writing.get() {
            return;
        }
        let Some((id, epoch, writes)) = self.next_write() else {
            return;
        };
        // Kept alive until all is written, also when the widget is destroyed meanwhile.
        let Some(driver) = self.me.upgrade() else { return };
        self.writing.set(true);
        let epoch = (!self.tab.is_empty()).then_some(epoch);
        let puts = |write: &StoreWrite| {
            matches!(
                write,
                StoreWrite::Put {
                    store: Store::Outbox,
                    ..
                }
            )
        };
        let puts = writes.iter().any(puts);
        self.database.write(epoch, &writes, move |outcome| {
            if puts && outcome.is_ok() {
                (driver.observer)(Report::Kept);
            }
            driver.dispatch(Input::Persisted { id, outcome });
            driver.writing.set(false);
            driver.write();
        });
    }

    fn next_write(&self) -> Option<(PersistId, u64, Vec<StoreWrite>)> {
        first(&mut self.writes.borrow_mut())
    }
}

/// Takes the first of a list, which is short: a ring would cost more code.
fn first<T>(list: &mut Vec<T>) -> Option<T> {
    (!list.is_empty()).then(|| list.remove(0))
}
