//! A driver with virtual time: the engine, a fake browser around it and a fake server ([`server`]).
//!
//! Nothing sleeps and nothing is random: [`World::run`] takes what is due in the order of its time.
#![allow(dead_code, clippy::unwrap_used, unreachable_pub)]

pub mod server;

use pocketping_core::engine::*;
use pocketping_core::model::Message;
use pocketping_core::{ClientMessageId, Timestamp, Value};
use server::Server;
use std::collections::BTreeMap;

/// One way over the network, in milliseconds.
pub const LATENCY: u64 = 20;
/// What the database takes.
pub const WRITE: u64 = 5;

/// What the database does with writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Works,
    Fails(PersistFailure),
    /// Answers never.
    Hangs,
}

/// What outlives a page: database and localStorage.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub stores: BTreeMap<Store, BTreeMap<String, Value>>,
    pub local: BTreeMap<&'static str, Value>,
}

#[derive(Debug)]
enum Event {
    Input(Input),
    /// A request reaches the server.
    Arrive(RequestId, HttpRequest),
    /// A stream reaches the server.
    Dial(StreamId, Transport, String),
    Frame(StreamId, Value),
    /// Bytes reach the server.
    Put(RequestId, String, Value),
    Commit(PersistId, Vec<StoreWrite>),
}

pub struct World {
    pub engine: Conversation,
    pub server: Server,
    pub disk: Disk,
    pub database: Database,
    pub now: u64,
    /// The visitor's clock is so far off, in milliseconds.
    pub clock_skew: i64,
    queue: BTreeMap<(u64, u64), Event>,
    count: u64,
    draws: u64,
    pub changes: Vec<Change>,
    /// All effects, with their times.
    pub effects: Vec<(u64, Effect)>,
    /// Open streams and what they are.
    pub streams: BTreeMap<StreamId, Transport>,
    /// How many next responses are lost after the server has done its work, by path.
    pub lose_responses: Vec<(String, usize)>,
    pub streams_supported: bool,
    /// Bytes of files that the database did not take.
    pub held: BTreeMap<String, Value>,
}

impl World {
    pub fn new(server: Server) -> Self {
        Self::with_disk(server, Disk::default(), 0)
    }

    fn with_disk(server: Server, disk: Disk, now: u64) -> Self {
        let mut world = World {
            engine: Conversation::new(options(&disk, true)),
            server,
            disk,
            database: Database::Works,
            now,
            clock_skew: 0,
            queue: BTreeMap::new(),
            count: 0,
            draws: now,
            changes: Vec::new(),
            effects: Vec::new(),
            streams: BTreeMap::new(),
            lose_responses: Vec::new(),
            streams_supported: true,
            held: BTreeMap::new(),
        };
        let restored = world.read_database();
        world.after(WRITE, Event::Input(Input::Restored(restored)));
        world
    }

    /// A world whose client has connected.
    pub fn connected(server: Server) -> Self {
        let mut world = Self::new(server);
        world.command(Command::Connect);
        world.run(200);
        assert_eq!(world.engine.connection(), Connection::Live);
        world
    }

    fn read_database(&self) -> Restored {
        let values = |store| {
            let store = self.disk.stores.get(&store);
            store
                .map(|store| store.values().cloned().collect())
                .unwrap_or_default()
        };
        let keys = |store| {
            let store = self.disk.stores.get(&store);
            store
                .map(|store| store.keys().cloned().collect())
                .unwrap_or_default()
        };
        Restored {
            outbox: values(Store::Outbox),
            outbox_keys: keys(Store::Outbox),
            history: values(Store::History),
            history_keys: keys(Store::History),
            files: self.file_keys(),
            ..Restored::default()
        }
    }

    /// Keys of the bytes in the database.
    pub fn file_keys(&self) -> Vec<String> {
        let files = self.disk.stores.get(&Store::Files);
        files
            .map(|files| files.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// The page goes away without a word, and comes back: what was under way is lost.
    pub fn reload(self) -> Self {
        let World {
            mut server,
            disk,
            now,
            clock_skew,
            draws,
            ..
        } = self;
        server.streams.clear();
        let mut world = Self::with_disk(server, disk, now);
        world.clock_skew = clock_skew;
        world.draws = draws;
        world
    }

    /// The database gives what it holds only so much later.
    pub fn delay_database(&mut self, millis: u64) {
        let is_it = |event: &Event| matches!(event, Event::Input(Input::Restored(_)));
        let at = self
            .queue
            .iter()
            .find(|(_, event)| is_it(event))
            .map(|(at, _)| *at);
        let event = self.queue.remove(&at.unwrap()).unwrap();
        self.after(millis, event);
    }

    /// Requests under way at the reload still reach the server.
    pub fn reload_after_requests_arrive(mut self) -> Self {
        let arriving: Vec<_> = std::mem::take(&mut self.queue).into_values().collect();
        for event in arriving {
            if let Event::Arrive(_, request) = event {
                drop(self.server.answer(self.now, &request));
            }
        }
        self.reload()
    }

    pub fn wall(&self) -> Timestamp {
        Timestamp::from_millis(server::EPOCH + self.now as i64 + self.clock_skew)
    }

    pub fn moment(&self) -> Moment {
        Moment {
            wall: self.wall(),
            mono: self.now,
        }
    }

    fn entropy(&mut self) -> Entropy {
        self.draws += 1;
        let mut bytes = [0; 16];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = (self
                .draws
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(at as u32 * 4)
                & 0xff) as u8;
        }
        bytes
    }

    fn after(&mut self, millis: u64, event: Event) {
        self.count += 1;
        self.queue.insert((self.now + millis, self.count), event);
    }

    pub fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    /// Sends a text; gives the key of its bubble.
    pub fn send(&mut self, text: &str) -> EntryKey {
        self.send_with(text, &[])
    }

    /// Hands in a file as adapters do, bytes first; gives its id.
    pub fn upload(&mut self, name: &str, bytes: &str) -> ClientMessageId {
        self.upload_sized(name, bytes, bytes.len() as u64)
    }

    /// The same, of a file that says to be larger than it is.
    pub fn upload_sized(&mut self, name: &str, bytes: &str, size: u64) -> ClientMessageId {
        let entropy = self.entropy();
        let id = client_message_id(self.moment(), &entropy);
        let kept = match self.database {
            Database::Works => {
                let files = self.disk.stores.entry(Store::Files).or_default();
                files.insert(id.to_string(), bytes.into());
                Ok(())
            }
            Database::Fails(failure) => Err(failure),
            Database::Hangs => Err(PersistFailure::Broken),
        };
        if kept.is_err() {
            self.held.insert(id.to_string(), bytes.into());
        }
        let file = FileInfo {
            name: name.to_owned(),
            mime_type: "text/plain".to_owned(),
            size,
        };
        self.handle(Input::Command(Command::Upload { file, kept }), entropy);
        id
    }

    /// Sends a text with files; gives the key of its bubble.
    pub fn send_with(&mut self, text: &str, uploads: &[&ClientMessageId]) -> EntryKey {
        let entropy = self.entropy();
        let id = client_message_id(self.moment(), &entropy);
        let command = Command::Send {
            content: text.to_owned(),
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: uploads.iter().map(|id| (*id).clone()).collect(),
        };
        self.handle(Input::Command(command), entropy);
        EntryKey(id.as_str().into())
    }

    pub fn input(&mut self, input: Input) {
        let entropy = self.entropy();
        self.handle(input, entropy);
    }

    fn handle(&mut self, input: Input, entropy: Entropy) {
        let is_tick = input == Input::Tick;
        self.engine.handle(input, self.moment(), entropy);
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Change(change) => self.changes.push(change),
                Output::Effect(effect) => {
                    self.effects.push((self.now, effect.clone()));
                    self.perform(effect);
                }
            }
        }
        self.check_list();
        if is_tick {
            let next = self.engine.poll_timeout();
            assert!(
                next.is_none_or(|at| at > self.now),
                "a tick at {} leaves {next:?}",
                self.now
            );
        }
    }

    /// What must hold after every input.
    fn check_list(&self) {
        let entries = self.engine.entries();
        let unsent = |entry: &Entry| matches!(entry.delivery, Delivery::Sending | Delivery::Failed(_));
        assert!(entries.is_sorted_by_key(unsent), "what is unsent comes last");
        let times = entries
            .iter()
            .filter(|entry| !unsent(entry))
            .map(|entry| entry.message.timestamp);
        assert!(times.is_sorted());
        // Quadratic: enough of them are looked at.
        for (at, entry) in entries.iter().enumerate().take(200) {
            assert_eq!(self.engine.entry(&entry.key), Some(entry));
            let twin = entries[..at]
                .iter()
                .find(|other| other.key == entry.key || other.message.id == entry.message.id);
            assert_eq!(twin, None, "one bubble for one message");
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Request { id, request } => {
                assert!(!request.path.contains(' '));
                self.after(LATENCY, Event::Arrive(id, request));
            }
            Effect::PutFile { id, file, url, .. } => {
                let stored = self.disk.stores.get(&Store::Files);
                let bytes = stored.and_then(|files| files.get(file.as_str()));
                match bytes.or_else(|| self.held.get(file.as_str())).cloned() {
                    Some(bytes) => self.after(LATENCY, Event::Put(id, url, bytes)),
                    None => {
                        let outcome = Err(NetworkFailure::FileGone);
                        self.after(0, Event::Input(Input::Response { id, outcome }));
                    }
                }
            }
            Effect::Beacon { .. } => {}
            Effect::OpenStream { id, transport, path } => {
                self.after(LATENCY, Event::Dial(id, transport, path))
            }
            Effect::SendFrame { id, frame } => self.after(LATENCY, Event::Frame(id, frame)),
            Effect::CloseStream(id) => {
                self.streams.remove(&id);
                self.server.streams.retain(|stream| stream.id != id);
            }
            Effect::Persist { id, writes, .. } => self.after(WRITE, Event::Commit(id, writes)),
            Effect::WriteLocal { key, value } => {
                match value {
                    Some(value) => self.disk.local.insert(key.as_str(), value),
                    None => self.disk.local.remove(key.as_str()),
                };
            }
            other => panic!("unknown effect {other:?}"),
        }
    }

    /// Lets so many milliseconds pass.
    pub fn run(&mut self, millis: u64) {
        let end = self.now + millis;
        loop {
            let event_at = self.queue.first_key_value().map(|((at, _), _)| *at);
            let tick_at = self.engine.poll_timeout();
            let next = [event_at, tick_at].into_iter().flatten().min();
            let Some(next) = next.filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(next);
            if event_at.is_some_and(|at| at <= self.now) {
                let (_, event) = self.queue.pop_first().unwrap();
                self.take(event);
            } else {
                self.input(Input::Tick);
            }
            self.deliver_envelopes();
        }
        self.now = end;
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Input(Input::Stream { id, event }) => {
                let is_open = self.streams.contains_key(&id);
                match event {
                    StreamEvent::Closed { .. } => drop(self.streams.remove(&id)),
                    // The page has closed it meanwhile.
                    _ if !is_open => return,
                    _ => {}
                }
                self.input(Input::Stream { id, event });
            }
            Event::Input(input) => self.input(input),
            Event::Arrive(id, request) => {
                let mut outcome = self.server.answer(self.now, &request);
                let mut wait = LATENCY;
                let path = request.path.as_str();
                if let Some((_, left)) = self
                    .lose_responses
                    .iter_mut()
                    .find(|(lost, left)| path.starts_with(lost.as_str()) && *left > 0)
                {
                    *left -= 1;
                    outcome = Err(NetworkFailure::Unreachable);
                }
                if self.server.silent {
                    outcome = Err(NetworkFailure::TimedOut);
                    wait = u64::from(request.timeout_ms);
                }
                self.after(wait, Event::Input(Input::Response { id, outcome }));
            }
            Event::Put(id, url, bytes) => {
                let mut outcome = self.server.put(self.now, &url, bytes);
                let lost = self.lose_responses.iter_mut();
                if let Some((_, left)) = lost.into_iter().find(|(lost, left)| lost == "PUT" && *left > 0) {
                    *left -= 1;
                    outcome = Err(NetworkFailure::Unreachable);
                }
                self.after(LATENCY, Event::Input(Input::Response { id, outcome }));
            }
            Event::Dial(id, transport, path) => {
                self.streams.insert(id, transport);
                match self.server.dial(id, transport, &path) {
                    server::Dialled::Open => {
                        let event = StreamEvent::Opened;
                        self.after(LATENCY, Event::Input(Input::Stream { id, event }));
                    }
                    server::Dialled::Refused => {
                        let event = StreamEvent::Closed { code: Some(1006) };
                        self.after(LATENCY, Event::Input(Input::Stream { id, event }));
                    }
                    server::Dialled::Nothing => {}
                }
            }
            Event::Frame(id, frame) => self.server.frame(id, &frame),
            Event::Commit(id, writes) => {
                self.held
                    .retain(|key, _| !writes.iter().any(|write| write.deletes_file(key)));
                let outcome = match self.database {
                    Database::Works => {
                        self.commit(writes);
                        Ok(())
                    }
                    Database::Fails(failure) => Err(failure),
                    Database::Hangs => return,
                };
                self.input(Input::Persisted { id, outcome });
            }
        }
    }

    fn commit(&mut self, writes: Vec<StoreWrite>) {
        for write in writes {
            match write {
                StoreWrite::Put { store, key, value } => {
                    self.disk.stores.entry(store).or_default().insert(key, value);
                }
                StoreWrite::Delete { store, key } => {
                    self.disk.stores.entry(store).or_default().remove(&key);
                }
                StoreWrite::Clear(store) => self.disk.stores.entry(store).or_default().clear(),
            }
        }
    }

    /// What the server has said travels to the page; what it cut is heard of.
    pub fn deliver_envelopes(&mut self) {
        for (id, event) in std::mem::take(&mut self.server.sent) {
            self.after(LATENCY, Event::Input(Input::Stream { id, event }));
        }
    }

    /// The server's process dies: nothing answers, streams end.
    pub fn kill_server(&mut self) {
        self.server.kill();
        self.deliver_envelopes();
    }

    pub fn texts(&self) -> Vec<String> {
        self.engine
            .entries()
            .iter()
            .map(|entry| entry.message.content.clone())
            .collect()
    }

    /// Requests whose path begins so, with their times.
    pub fn requests(&self, path: &str) -> Vec<(u64, &HttpRequest)> {
        let effects = self.effects.iter();
        let requests = effects.filter_map(|(at, effect)| match effect {
            Effect::Request { request, .. } if request.path.starts_with(path) => Some((*at, request)),
            _ => None,
        });
        requests.collect()
    }

    pub fn opened(&self, wanted: Transport) -> Vec<u64> {
        let effects = self.effects.iter();
        let opened = effects.filter_map(|(at, effect)| match effect {
            Effect::OpenStream { transport, .. } if *transport == wanted => Some(*at),
            _ => None,
        });
        opened.collect()
    }

    pub fn arrived(&self) -> Vec<String> {
        let changes = self.changes.iter();
        let arrived = changes.filter_map(|change| match change {
            Change::Arrived(message) => Some(message.content.clone()),
            _ => None,
        });
        arrived.collect()
    }

    pub fn stored(&self, store: Store) -> usize {
        self.disk.stores.get(&store).map_or(0, BTreeMap::len)
    }

    /// Changes the text of a message.
    pub fn edit(&mut self, key: &EntryKey, content: &str) {
        let (key, content) = (key.clone(), content.to_owned());
        self.command(Command::Edit { key, content });
    }

    /// How edits, deletions and uploads ended, in order.
    pub fn outcomes(&self) -> Vec<Result<(), FailureReason>> {
        let outcomes = self.changes.iter().filter_map(|change| match change {
            Change::Settled { outcome, .. } => Some(*outcome),
            _ => None,
        });
        outcomes.collect()
    }

    pub fn delivery(&self, key: &EntryKey) -> Delivery {
        self.engine.entry(key).unwrap().delivery
    }

    pub fn message(&self, key: &EntryKey) -> &Message {
        &self.engine.entry(key).unwrap().message
    }
}

/// What a page finds in localStorage.
pub fn options(disk: &Disk, visible: bool) -> EngineOptions {
    let text = |key| disk.local.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut options = EngineOptions::default();
    options.visitor_id = text("pocketping_visitor_id").map(Into::into);
    options.session_id = text("pocketping_session_id").map(Into::into);
    options.identity = disk.local.get("pocketping_user_identity").cloned();
    options.journal = disk.local.get("pocketping_outbox").cloned();
    options.streams = true;
    options.visible = visible;
    options.online = true;
    options
}
