//! [`World`]: clients, network and server, and the order in which things happen.
//!
//! One queue of events on one virtual clock. Nothing here runs by itself: [`World::run`] takes what is due, tells
//! the server or an engine, and puts what comes of it into the queue. When the plan has ended everything is healed,
//! and the promises have to come true.

mod acts;
mod arrivals;
mod effects;
mod files;
mod operator;

use crate::chance::Chance;
use crate::client::{Client, Spot};
use crate::clock::Clock;
use crate::disk::Disk;
use crate::faults::{Fault, Tally};
use crate::foreign::Foreign;
use crate::invariant::{self, Broken, Promise, View, Violation};
use crate::ledger::{Accepted, Ledger};
use crate::locks::Locks;
use crate::network::Link;
use crate::ours::Ours;
use crate::scenario::{Act, Plan};
use crate::server::{CallId, ConnectionId, Server};
use crate::trace::Trace;
use arrivals::{Call, Connection, Event};
use operator::Desk;
use pocketping_core::engine::{Conversation, Entry, Input};
use pocketping_core::model::Message;
use pocketping_core::{SessionId, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How long everything may take to settle once nothing goes wrong any more.
const SETTLING_MILLIS: u64 = 600_000;
/// How often it is looked whether it has.
const LOOK_MILLIS: u64 = 1_000;
/// How long it has to stay settled.
const CALM_MILLIS: u64 = 45_000;
/// More steps within a second of virtual time are no work any more.
const MOST_STEPS: u32 = 5_000;

/// Prepares each engine, for tests that change it.
pub type Prepare = fn(&mut Conversation);

/// Everything that is simulated.
pub(crate) struct World {
    clock: Clock,
    chance: Chance,
    plan: Plan,
    prepare: Prepare,
    pub(crate) server: Box<dyn Server>,
    pub(crate) clients: Vec<Client>,
    desks: Vec<Desk>,
    /// What waits for pages that stand still.
    parked: BTreeMap<Spot, Vec<Event>>,
    queue: BTreeMap<(u64, u64), Event>,
    events: u64,
    last_name: u64,
    calls: BTreeMap<CallId, Call>,
    connections: BTreeMap<ConnectionId, Connection>,
    /// Every session that a client has had.
    sessions: BTreeSet<SessionId>,
    pub(crate) ledger: Ledger,
    pub(crate) tally: Tally,
    pub(crate) trace: Trace,
    broken: Option<Broken>,
    healed: bool,
    /// The server has lost its data once.
    forgot: bool,
    /// The message or event whose first step is being done: nobody has been shown it yet.
    beginning: Option<String>,
    /// Messages that are still to be sent.
    to_send: usize,
}

/// What a run showed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How often each kind of fault happened.
    pub tally: Tally,
    /// How long it was, in virtual milliseconds.
    pub millis: u64,
    /// Messages that were accepted.
    pub sends: usize,
    /// Those of them that had a file.
    pub files: usize,
    /// Clients.
    pub clients: usize,
    /// Events of the world.
    pub events: u64,
    /// Messages that a foreign server has more than once, because of late commits.
    pub doubled: usize,
    /// Messages that died with a browser whose localStorage took nothing.
    pub may_be_missing: usize,
    /// The promise that was broken, if one was.
    pub violation: Option<Violation>,
    /// What happened, if that was asked for.
    pub trace: Vec<String>,
}

impl World {
    pub(crate) fn new(seed: u64, trace: Trace, prepare: Prepare) -> Self {
        let mut chance = Chance::new(seed);
        let clock = Clock::default();
        let plan = Plan::of(&mut chance);
        let server: Box<dyn Server> = match plan.foreign {
            true => Box::new(Foreign::new(&clock, chance.fork())),
            false => Box::new(Ours::new(&clock, chance.fork())),
        };
        let mut clients = Vec::new();
        let mut desks = Vec::new();
        for client in &plan.clients {
            let disk = client
                .visitor
                .as_deref()
                .map_or_else(Disk::default, Disk::of_visitor);
            let link = Link::new(chance.fork(), client.weather);
            let locks = Locks::new(client.has_lease);
            clients.push(Client::new(&clock, chance.fork(), disk, link, locks));
            desks.push(Desk::new(Link::new(chance.fork(), plan.operator_weather)));
        }
        let to_send = plan.acts.iter().filter(|(_, _, act)| acts::is_send(act)).count();
        let mut world = World {
            clock,
            chance,
            plan,
            prepare,
            server,
            parked: BTreeMap::new(),
            clients,
            desks,
            queue: BTreeMap::new(),
            events: 0,
            last_name: 0,
            calls: BTreeMap::new(),
            connections: BTreeMap::new(),
            sessions: BTreeSet::new(),
            ledger: Ledger::default(),
            tally: Tally::default(),
            trace,
            broken: None,
            healed: false,
            forgot: false,
            beginning: None,
            to_send,
        };
        for (at, client, act) in std::mem::take(&mut world.plan.acts) {
            world.at(at, Event::Act(client, act));
        }
        for (at, mishap) in std::mem::take(&mut world.plan.mishaps) {
            world.at(at, Event::Mishap(mishap));
        }
        world
    }

    /// Runs the plan to its end, heals everything, and sees whether the promises come true.
    pub(crate) fn run(mut self) -> Outcome {
        let mut verdict = self.run_until(self.plan.until);
        if verdict.is_ok() {
            self.heal();
            verdict = self.settle();
        }
        let at = self.clock.now();
        let violation = verdict
            .err()
            .map(|(promise, detail)| Violation { promise, at, detail });
        Outcome {
            tally: self.tally.clone(),
            millis: at,
            sends: self.ledger.all().len(),
            files: self
                .ledger
                .all()
                .iter()
                .filter(|sent| sent.file.is_some())
                .count(),
            clients: self.clients.len(),
            events: self.events,
            doubled: self.doubled(),
            may_be_missing: self
                .ledger
                .all()
                .iter()
                .filter(|sent| sent.may_be_missing && !sent.was_reset)
                .count(),
            violation,
            trace: self.trace.lines().to_vec(),
        }
    }

    fn run_until(&mut self, end: u64) -> Result<(), Broken> {
        let (mut second, mut steps) = (0, 0);
        while let Some(next) = self.next_moment().filter(|at| *at <= end) {
            self.clock.advance(next);
            let now = self.clock.now();
            if std::mem::replace(&mut second, now / 1_000) != now / 1_000 {
                steps = 0;
            }
            steps += 1;
            if steps > MOST_STEPS {
                let detail = "engines keep each other busy without end".to_owned();
                self.break_promise(Promise::NoSpinning, detail);
            }
            if let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= now) {
                let event = entry.remove();
                self.take(event);
            } else {
                self.wake_engines(now);
            }
            self.listen();
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
        }
        self.clock.advance(end);
        Ok(())
    }

    fn next_moment(&self) -> Option<u64> {
        let event = self.queue.first_key_value().map(|((at, _), _)| *at);
        let pages = self.clients.iter().flat_map(|client| &client.pages);
        let engine = pages.filter_map(Client::deadline).min();
        [event, engine, self.server.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    fn wake_engines(&mut self, now: u64) {
        for spot in self.spots() {
            if self.deadline(spot).is_none_or(|at| at > now) {
                continue;
            }
            self.input(spot, Input::Tick);
            if self.deadline(spot).is_some_and(|at| at <= now) {
                let detail = format!("{spot} wants to be woken at once, again and again");
                self.break_promise(Promise::NoSpinning, detail);
            }
        }
    }

    fn deadline(&self, spot: Spot) -> Option<u64> {
        self.clients[spot.client]
            .page(spot.page)
            .and_then(Client::deadline)
    }

    /// All open pages.
    fn spots(&self) -> Vec<Spot> {
        let clients = self.clients.iter().enumerate();
        let spots = clients.flat_map(|(client, browser)| {
            let pages = browser.pages.iter();
            pages.map(move |page| Spot {
                client,
                page: page.number,
            })
        });
        spots.collect()
    }

    /// Puts something into the queue.
    fn at(&mut self, at: u64, event: Event) {
        self.events += 1;
        self.queue.insert((at.max(self.clock.now()), self.events), event);
    }

    fn after(&mut self, millis: u64, event: Event) {
        self.at(self.clock.now() + millis, event);
    }

    fn next_name(&mut self) -> u64 {
        self.last_name += 1;
        self.last_name
    }

    fn say(&mut self, line: impl FnOnce() -> String) {
        self.trace.say(self.clock.now(), line);
    }

    fn break_promise(&mut self, promise: Promise, detail: String) {
        self.say(|| format!("BROKEN {promise:?}: {detail}"));
        self.broken.get_or_insert((promise, detail));
    }

    /// From here on nothing goes wrong.
    fn heal(&mut self) {
        self.say(|| "everything works from here on".to_owned());
        self.healed = true;
        for client in 0..self.clients.len() {
            self.clients[client].link.heal();
            self.desks[client].link.heal();
            self.clients[client].disk.heal();
        }
        self.server.store_fails(false);
        if !self.server.is_up() {
            self.server_starts();
        }
        for client in 0..self.clients.len() {
            if self.clients[client].pages.is_empty() {
                self.act(client, Act::Open);
            }
        }
        for spot in self.spots() {
            // Foreign servers are asked whether something was missed only while somebody looks.
            for act in [Act::Connect, Act::Show, Act::Online, Act::Window(true)] {
                self.page_act(spot, act);
            }
        }
    }

    /// Waits until everything is settled, and sees whether it stays so.
    fn settle(&mut self) -> Result<(), Broken> {
        let deadline = self.clock.now() + SETTLING_MILLIS;
        self.look_until(deadline)?;
        self.say(|| "settled".to_owned());
        self.run_until(self.clock.now() + CALM_MILLIS)?;
        // A request of long ago may be under way at this very moment.
        self.look_until(deadline + CALM_MILLIS)
    }

    fn look_until(&mut self, deadline: u64) -> Result<(), Broken> {
        while let Err(broken) = self.check() {
            if self.clock.now() >= deadline {
                return Err(broken);
            }
            self.run_until(self.clock.now() + LOOK_MILLIS)?;
        }
        Ok(())
    }

    /// Whether all promises hold, now that nothing goes wrong.
    fn check(&self) -> Result<(), Broken> {
        if self.spots().into_iter().any(|spot| self.is_frozen(spot)) {
            return Err((Promise::Settles, "somebody stands still".to_owned()));
        }
        let desks = self.desks.iter().filter(|desk| !desk.is_done()).count();
        if self.to_send + desks > 0 || !self.server.is_idle() {
            let (sends, idle) = (self.to_send, self.server.is_idle());
            let detail = format!("{sends} to be sent, {desks} operators at work, server idle: {idle}");
            return Err((Promise::Settles, detail));
        }
        let stored: Vec<_> = self
            .sessions
            .iter()
            .map(|session| self.server.messages(session))
            .collect();
        invariant::check_accepted(&self.ledger, &stored, self.plan.foreign)?;
        for (client, browser) in self.clients.iter().enumerate() {
            if browser.pages.is_empty() {
                return Err((Promise::Settles, format!("client {client} has no page")));
            }
            let session = browser.session();
            let readable = session.as_ref().and_then(|session| self.server.readable(session));
            let all = session.map_or_else(Vec::new, |session| self.server.messages(&session));
            for page in &browser.pages {
                let is_reachable = |message: &&Message| {
                    let shows = |entry: &Entry| entry.message.id == message.id;
                    readable.as_ref().is_none_or(|ids| ids.contains(&message.id))
                        || page.engine.entries().iter().any(shows)
                };
                let stored: Vec<Message> = all.iter().filter(is_reachable).cloned().collect();
                // A visitor whose session the server has lost hears of it when something is sent.
                if !(self.forgot && stored.is_empty()) {
                    let view = View {
                        spot: Spot {
                            client,
                            page: page.number,
                        },
                        engine: &page.engine,
                        stored: &stored,
                    };
                    invariant::check_view(&view, self.plan.foreign)?;
                }
                if !page.writes.is_empty() {
                    let detail = format!("client {client}.{} writes something", page.number);
                    return Err((Promise::EmptyOutbox, detail));
                }
            }
            // Where storage was in trouble, and a page died, they are deleted an hour later.
            let was_well = browser.disk.journal_refused_at.is_none() && browser.disk.hangs_until == 0;
            let delivered = self
                .ledger
                .all()
                .iter()
                .filter(|sent| sent.acknowledged && was_well);
            let mut files = delivered.filter_map(|sent| sent.file.as_deref());
            if let Some(file) = files.find(|file| browser.disk.file(file).is_some()) {
                let detail = format!("client {client} keeps the bytes of {file}");
                return Err((Promise::EmptyOutbox, detail));
            }
            let mut left_over = browser.disk.left_over();
            // A file whose page has died before its message was written stays until a page begins.
            left_over.retain(|entry| !self.is_unneeded_file(entry));
            if !left_over.is_empty() {
                let detail = format!("client {client} keeps {left_over:?}");
                return Err((Promise::EmptyOutbox, detail));
            }
        }
        self.check_events()
    }

    /// Whether an entry is a file that is uploaded and that no message names, or the journal of a page that has nothing else.
    fn is_unneeded_file(&self, entry: &Value) -> bool {
        if entry.get("items").is_some() {
            let lists = ["items", "tried", "done"].map(|key| entry.get(key).and_then(Value::as_list));
            return lists.iter().all(|list| list.is_some_and(<[Value]>::is_empty));
        }
        let id = entry.get("id").and_then(Value::as_str);
        let is_named =
            |sent: &Accepted| sent.file.as_deref() == id && !sent.may_be_missing && !sent.acknowledged;
        entry.get("uploaded").is_some() && !self.ledger.all().iter().any(is_named)
    }

    fn check_events(&self) -> Result<(), Broken> {
        let Some(taken) = self.server.event_ids() else {
            return Ok(());
        };
        for event in &self.ledger.events {
            let times = taken.iter().filter(|known| **known == event.id).count();
            let most = if event.may_move {
                self.sessions.len().max(1)
            } else {
                1
            };
            let allowed = usize::from(!event.may_be_missing)..=most;
            if !allowed.contains(&times) {
                let detail = format!(
                    "client {}: the event {} was taken {times} times",
                    event.client, event.id
                );
                return Err((Promise::EventsOnce, detail));
            }
        }
        Ok(())
    }

    fn doubled(&self) -> usize {
        if !self.plan.foreign {
            return 0;
        }
        let stored: usize = self
            .sessions
            .iter()
            .map(|session| self.server.messages(session).len())
            .sum();
        if self.forgot {
            return 0;
        }
        stored.saturating_sub(self.ledger.all().len())
    }

    fn count(&mut self, fault: Fault) {
        self.tally.count(fault);
    }
}
