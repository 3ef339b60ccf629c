//! What people do, and what happens to their browsers and the server.

use super::World;
use super::arrivals::Event;
use crate::client::Spot;
use crate::faults::Fault;
use crate::invariant::Promise;
use crate::ledger::{Accepted, Author, Reported};
use crate::network::Way;
use crate::scenario::{Act, Mishap, Task};
use pocketping_core::engine::{Command, EntryKey, Input, Output, Surroundings};
use pocketping_core::model::{Identity, Message};
use pocketping_core::route::Score;
use pocketping_core::{Object, Value, Wire};

/// How long somebody waits who finds no page to write on.
const NO_PAGE_MILLIS: u64 = 2_000;

/// Whether it is a message.
pub(super) fn is_send(act: &Act) -> bool {
    matches!(
        act,
        Act::Send(_) | Act::Attach(..) | Act::SendWith(..) | Act::Operator(Task::Say(_))
    )
}

/// Whether it is about a message that has failed.
fn tends(act: &Act) -> bool {
    matches!(act, Act::Retry(_) | Act::Remove(_))
}

/// What is picked on a page goes with it.
fn without_file(act: Act) -> Act {
    match act {
        Act::SendWith(text, ..) => Act::Send(text),
        act => act,
    }
}

impl World {
    /// Something is done in a browser, or to it.
    pub(super) fn act(&mut self, client: usize, act: Act) {
        let now = self.clock.now();
        if self.healed && !is_send(&act) && !tends(&act) && !matches!(act, Act::Open | Act::Operator(_)) {
            return;
        }
        match act {
            Act::Operator(task) => {
                if matches!(task, Task::Say(_)) {
                    self.to_send -= 1;
                }
                self.operator_wants(client, task);
            }
            Act::Open => self.open_one_more(client),
            Act::Clock(off_by) => {
                self.count(Fault::ClientClockJump);
                self.clients[client].wall.set(off_by);
                self.say(|| format!("client {client}   its clock is off by {} min", off_by / 60_000));
            }
            Act::Cut(way, long) => {
                self.count(match way {
                    Way::ToServer => Fault::CutToServer,
                    Way::ToClient => Fault::CutToClient,
                });
                self.cut(client, &[way], long);
            }
            Act::CutBothWays(long) => {
                self.count(Fault::CutBothWays);
                self.cut(client, &[Way::ToServer, Way::ToClient], long);
            }
            Act::BlockStreams(long) => {
                self.count(Fault::StreamsBlocked);
                self.clients[client].link.block_streams(now + long);
            }
            Act::DatabaseFull(long) => {
                self.count(Fault::DatabaseFull);
                self.clients[client].disk.full_until = now + long;
            }
            Act::LocalStorageFull(long) => {
                self.count(Fault::LocalStorageFull);
                self.clients[client].disk.local_full_until = now + long;
                self.say(|| format!("client {client}   localStorage is full for {long} ms"));
            }
            Act::DatabaseHangs(long) => {
                self.count(Fault::DatabaseHangs);
                self.clients[client].disk.hangs_until = now + long;
                self.say(|| format!("client {client}   the database hangs for {long} ms"));
            }
            Act::FreezeAll(long) => {
                for page in self.pages_of(client) {
                    self.freeze(Spot { client, page }, long);
                }
            }
            act => match self.some_page(client) {
                Some(spot) => self.page_act(spot, act),
                None if is_send(&act) || tends(&act) => self.after(NO_PAGE_MILLIS, Event::Act(client, act)),
                None => {}
            },
        }
    }

    fn pages_of(&self, client: usize) -> Vec<u64> {
        self.clients[client]
            .pages
            .iter()
            .map(|page| page.number)
            .collect()
    }

    /// One of the open pages.
    fn some_page(&mut self, client: usize) -> Option<Spot> {
        let pages = self.pages_of(client);
        let page = match pages.as_slice() {
            [only] => *only,
            several => *self.chance.pick(several)?,
        };
        Some(Spot { client, page })
    }

    /// Something is done on a page, or happens to it.
    pub(super) fn page_act(&mut self, spot: Spot, act: Act) {
        let is_peaceful = is_send(&act)
            || tends(&act)
            || matches!(
                act,
                Act::Connect | Act::Window(_) | Act::Type | Act::Show | Act::Online
            );
        if self.clients[spot.client].page(spot.page).is_none() {
            if is_send(&act) {
                self.after(NO_PAGE_MILLIS, Event::Act(spot.client, without_file(act)));
            }
            return;
        }
        if self.healed && !is_peaceful {
            return;
        }
        let happens_to_it = matches!(act, Act::Freeze(_) | Act::Crash(_) | Act::Reload);
        if self.is_frozen(spot) && !happens_to_it {
            return self.park(spot, Event::PageAct(spot, act));
        }
        match act {
            Act::Send(text) => self.send(spot, text, None),
            Act::Attach(text, wait) => self.attach(spot, text, wait),
            Act::SendWith(text, file, picked_at) => {
                // A reset takes what was picked before.
                let is_there = self.clients[spot.client].reset_at < picked_at;
                self.send(spot, text, is_there.then_some(file));
            }
            Act::Remove(id) => {
                let key = EntryKey(id.as_str().into());
                self.say(|| format!("{spot}   removes {id}"));
                self.input(spot, Input::Command(Command::Remove(key)));
            }
            Act::Retry(id) => self.retry(spot, id),
            Act::Trigger => self.trigger(spot),
            Act::Edit(text) => self.edit(spot, text),
            Act::Delete => self.delete(spot),
            Act::Rate => {
                let score = Score::read(&Value::Int(5)).expect("a score is 1 to 5");
                let comment = None;
                self.input(spot, Input::Command(Command::Rate { score, comment }));
            }
            Act::Window(open) => self.input(spot, Input::Command(Command::SetOpen(open))),
            Act::Type => self.input(spot, Input::Command(Command::Compose(true))),
            Act::Identify(id) => {
                let identity = Identity::read(&Object::new().with("id", id).into());
                let identity = identity.expect("an id is all that it needs");
                self.input(spot, Input::Command(Command::Identify(identity)));
            }
            Act::Disconnect => self.input(spot, Input::Command(Command::Disconnect)),
            Act::Reset => self.reset(spot),
            Act::Hide(long) => self.surround(spot, Surroundings::Hidden, Fault::Hidden, long, Act::Show),
            Act::Show => self.input(spot, Input::Surroundings(Surroundings::Visible)),
            Act::Offline(long) => {
                self.surround(spot, Surroundings::Offline, Fault::Offline, long, Act::Online)
            }
            Act::Online => self.input(spot, Input::Surroundings(Surroundings::Online)),
            Act::Connect => self.input(spot, Input::Command(Command::Connect)),
            Act::Reload => {
                self.count(Fault::Reload);
                if !self.is_frozen(spot) {
                    self.input(spot, Input::Surroundings(Surroundings::Leaving));
                }
                let tab = self.clients[spot.client].page(spot.page).map(|page| page.tab);
                self.page_ends(spot);
                if let Some(tab) = tab {
                    self.open(spot.client, tab);
                }
            }
            Act::Crash(away) => self.page_dies(spot, away),
            Act::Freeze(long) => self.freeze(spot, long),
            _ => {}
        }
    }

    fn freeze(&mut self, spot: Spot, long: u64) {
        self.count(Fault::Frozen);
        let until = self.clock.now() + long;
        if let Some(page) = self.clients[spot.client].page_mut(spot.page) {
            page.frozen_until = page.frozen_until.max(until);
        }
        self.say(|| format!("{spot}   stands still for {long} ms"));
    }

    pub(super) fn send(&mut self, spot: Spot, text: String, file: Option<String>) {
        let (now, client) = (self.clock.now(), spot.client);
        let page = self.clients[client].page(spot.page);
        let Some((tab, visitor)) =
            page.map(|page| (page.tab, page.engine.visitor_id().map(ToString::to_string)))
        else {
            return;
        };
        self.to_send -= 1;
        self.say(|| format!("{spot}   sends {text:?}, {file:?}"));
        // A page that has not heard of a reset in another one is still the old visitor's.
        let is_forgotten = self.clients[client].forgotten.contains(&visitor);
        let (id, outputs) = self.clients[client].send(spot.page, text.clone(), file.as_deref());
        self.ledger
            .accept(Author::Visitor(client), tab, id.clone(), text, now);
        if let Some(sent) = self.ledger.get_mut(&id) {
            sent.file = file;
            sent.may_be_missing |= is_forgotten;
            sent.was_reset |= is_forgotten;
        }
        self.begin(spot, id, outputs);
    }

    /// Does the first step of a message or event.
    fn begin(&mut self, spot: Spot, id: String, outputs: Vec<Output>) {
        self.beginning = Some(id);
        self.perform_all(spot, outputs);
        self.beginning = None;
    }

    /// One of the messages that the visitor has sent, on its way or stored.
    fn own_message(&mut self, client: usize) -> Option<&mut Accepted> {
        let mut own: Vec<_> = self
            .ledger
            .all_mut()
            .filter(|sent| sent.author == Author::Visitor(client))
            .collect();
        let last = own.len().checked_sub(1)?;
        let at = usize::try_from(self.chance.of(0..=last as u64)).unwrap_or(last);
        Some(own.swap_remove(at))
    }

    fn edit(&mut self, spot: Spot, content: String) {
        let Some(sent) = self.own_message(spot.client) else {
            return;
        };
        sent.edits.push(content.clone());
        let key = EntryKey(sent.id.as_str().into());
        self.say(|| format!("{spot}   edits {key} to {content:?}"));
        self.input(spot, Input::Command(Command::Edit { key, content }));
    }

    /// What the server does not have yet is then never sent.
    fn delete(&mut self, spot: Spot) {
        let Some(sent) = self.own_message(spot.client) else {
            return;
        };
        sent.deletion_asked = true;
        sent.may_be_missing = true;
        let key = EntryKey(sent.id.as_str().into());
        self.say(|| format!("{spot}   deletes {key}"));
        self.input(spot, Input::Command(Command::Delete(key)));
    }

    fn trigger(&mut self, spot: Spot) {
        let client = spot.client;
        let page = self.clients[client].page(spot.page);
        let visitor = page
            .and_then(|page| page.engine.visitor_id())
            .map(ToString::to_string);
        let is_forgotten = self.clients[client].forgotten.contains(&visitor);
        let name = format!("event-{}", self.next_name());
        let (id, outputs) = self.clients[client].trigger(spot.page, name);
        self.ledger.events.push(Reported {
            client,
            id: id.clone(),
            at: self.clock.now(),
            may_be_missing: is_forgotten,
            may_move: false,
        });
        self.begin(spot, id, outputs);
    }

    /// What was not delivered is dropped on purpose; a request under way may still arrive.
    fn reset(&mut self, spot: Spot) {
        let client = spot.client;
        let pages = self.clients[client].pages.iter();
        let visitors: Vec<_> = pages
            .map(|page| page.engine.visitor_id().map(ToString::to_string))
            .collect();
        self.clients[client].forgotten.extend(visitors);
        self.clients[client].reset_at = self.clock.now();
        let is_open = |sent: &&mut Accepted| sent.author == Author::Visitor(client) && !sent.acknowledged;
        for sent in self.ledger.all_mut().filter(is_open) {
            sent.may_be_missing = true;
            sent.was_reset = true;
        }
        for event in &mut self.ledger.events {
            event.may_be_missing |= event.client == client;
        }
        self.input(spot, Input::Command(Command::Reset { new_session: true }));
    }

    fn surround(&mut self, spot: Spot, change: Surroundings, fault: Fault, long: u64, back: Act) {
        self.count(fault);
        self.input(spot, Input::Surroundings(change));
        self.after(long, Event::PageAct(spot, back));
    }

    fn cut(&mut self, client: usize, ways: &[Way], long: u64) {
        let until = self.clock.now() + long;
        for way in ways {
            self.clients[client].link.cut(*way, until);
        }
        if ways.contains(&Way::ToClient) {
            let streams = self
                .connections
                .iter()
                .filter(|(_, stream)| stream.spot.client == client);
            for (id, _) in streams {
                self.server.stall(*id, until);
            }
        }
        self.say(|| format!("client {client}   is cut {ways:?} for {long} ms"));
    }

    /// Opens a page, unless there are as many as the visitor has tabs.
    fn open_one_more(&mut self, client: usize) {
        let taken: Vec<usize> = self.clients[client].pages.iter().map(|page| page.tab).collect();
        let tabs = self.plan.clients[client].tabs;
        if let Some(tab) = (0..tabs).find(|tab| !taken.contains(tab)) {
            self.open(client, tab);
        }
    }

    /// Opens a page, as of a visitor who comes back.
    fn open(&mut self, client: usize, tab: usize) {
        let is_alone = self.plan.clients[client].is_alone;
        let (page, outputs) = self.clients[client].open(tab, is_alone, self.prepare);
        let spot = Spot { client, page };
        self.say(|| format!("{spot}   is opened in tab {tab}"));
        if is_alone {
            let (now, delay) = (self.clock.now(), self.chance.of(1..=60));
            if let Some(page) = self.clients[client].page_mut(page) {
                page.asked_at = Some(now);
            }
            self.after(delay, Event::Restore { spot, claim: false });
        }
        self.perform_all(spot, outputs);
        if self.clients[client].disk.session().is_some() || self.chance.permille(700) {
            self.input(spot, Input::Command(Command::Connect));
        }
    }

    /// The page dies without a word, and comes back later.
    pub(super) fn page_dies(&mut self, spot: Spot, away: u64) {
        let browser = &self.clients[spot.client];
        if browser.page(spot.page).is_none() {
            return;
        }
        if browser.locks.holder() == Some(spot.page) && browser.pages.len() > 1 {
            self.count(Fault::LeaderCrash);
        }
        self.count(Fault::ClientCrash);
        self.page_ends(spot);
        self.after(away, Event::Act(spot.client, Act::Open));
    }

    /// A leader that stands still is robbed: where it could not write down who it is, the next one is somebody else.
    pub(super) fn is_robbed(&mut self, spot: Spot) {
        let browser = &self.clients[spot.client];
        let page = browser.page(spot.page);
        if page.is_none_or(|page| browser.disk.knows(&page.engine)) {
            return;
        }
        let author = Author::Visitor(spot.client);
        let sent = self.ledger.all_mut().filter(|sent| sent.author == author);
        for sent in sent.filter(|sent| !sent.acknowledged) {
            sent.may_move = true;
        }
        let events = self.ledger.events.iter_mut();
        for event in events.filter(|event| event.client == spot.client) {
            event.may_move = true;
        }
    }

    /// What a page knew is gone, but for what it has written down.
    fn page_ends(&mut self, spot: Spot) {
        let (now, client) = (self.clock.now(), spot.client);
        self.gives_up_database(spot);
        let Some((page, under_way)) = self.clients[client].crash(spot.page) else {
            return;
        };
        for event in self.parked.remove(&spot).unwrap_or_default() {
            if let Event::PageAct(_, act) = event
                && is_send(&act)
            {
                // The visitor has not come to it yet.
                self.after(0, Event::Act(client, without_file(act)));
            }
        }
        let next = self.clients[client].locks.ended(spot.page);
        self.lead_next(client, next);
        for _ in 0..under_way {
            self.count(Fault::WriteUnderWayInClientCrash);
        }
        self.say(|| format!("{spot}   ends, {under_way} writes under way"));
        for name in page.streams.into_values() {
            self.hang_up(client, name);
        }
        let browser = &self.clients[client];
        let disk = &browser.disk;
        let forgot_itself = !disk.knows(&page.engine);
        let mut forgotten = None;
        let stored: Vec<Message> = self
            .sessions
            .iter()
            .flat_map(|session| self.server.messages(session))
            .collect();
        for sent in self
            .ledger
            .all_mut()
            .filter(|sent| sent.author == Author::Visitor(client))
        {
            let is_written = disk.has_entry(&sent.id);
            let is_kept = is_written || browser.is_known_elsewhere(spot.page, &sent.id);
            // What could be written nowhere is in the memory of pages, which may die too.
            sent.may_be_missing |= is_kept && !is_written && disk.journal_refused_at >= Some(sent.at);
            sent.may_move |= (is_kept || !sent.acknowledged) && forgot_itself;
            // The next page cannot know of it before the database has answered; nor of one that was delivered, and
            // moves because its removal was written nowhere.
            sent.may_be_late |=
                (!sent.acknowledged || sent.may_move) && disk.journal_refused_at >= Some(sent.at);
            let is_stored = |message: &Message| match &message.client_message_id {
                Some(id) => id.as_str() == sent.id,
                None => message.content == sent.content,
            };
            // A page that dies while Enter is being handled has accepted nothing.
            sent.may_be_missing |= !is_kept && self.beginning.as_ref() == Some(&sent.id);
            let is_excused = sent.may_be_missing || sent.may_be_forgotten;
            if is_kept || sent.acknowledged || is_excused || stored.iter().any(is_stored) {
                continue;
            }
            // What could be written nowhere in time dies with its page.
            if disk.journal_refused_at >= Some(sent.at) {
                sent.may_be_missing = true;
            } else {
                forgotten = Some(sent.content.clone());
            }
        }
        let refused_at = disk.journal_refused_at;
        for event in self
            .ledger
            .events
            .iter_mut()
            .filter(|event| event.client == client)
        {
            event.may_move |= forgot_itself;
            event.may_be_missing |=
                refused_at >= Some(event.at) || self.beginning.as_ref() == Some(&event.id);
        }
        if let Some(text) = forgotten {
            let detail = format!("{spot} has forgotten {text:?} at {now} ms");
            self.break_promise(Promise::SurvivesCrash, detail);
        }
    }

    /// What it had is gone; what it had not is still to be delivered.
    fn server_forgets(&mut self) {
        self.count(Fault::ServerForgot);
        self.say(|| "server     has lost its data".to_owned());
        let stored: Vec<Message> = self
            .sessions
            .iter()
            .flat_map(|session| self.server.messages(session))
            .collect();
        for sent in self.ledger.all_mut() {
            let is_it = |message: &Message| match &message.client_message_id {
                Some(id) => id.as_str() == sent.id,
                None => message.content == sent.content,
            };
            sent.may_be_forgotten |= sent.acknowledged || stored.iter().any(is_it);
        }
        let taken = self.server.event_ids().unwrap_or_default();
        for event in &mut self.ledger.events {
            event.may_be_missing |= taken.contains(&event.id);
        }
        self.server.forget();
        self.forgot = true;
    }

    pub(super) fn server_starts(&mut self) {
        self.server.start();
        self.say(|| "server     starts".to_owned());
    }

    pub(super) fn mishap(&mut self, mishap: Mishap) {
        match mishap {
            Mishap::Crash if self.server.is_up() => self.server_dies(),
            Mishap::Forget if self.server.is_up() => {
                self.server_dies();
                self.server_forgets();
            }
            Mishap::Start if !self.server.is_up() => self.server_starts(),
            Mishap::Crash | Mishap::Forget | Mishap::Start => {}
            Mishap::StoreFails(fails) => {
                if fails {
                    self.count(Fault::StoreFailing);
                }
                self.server.store_fails(fails);
            }
            Mishap::Clock(off_by) => {
                self.count(Fault::ServerClockJump);
                self.server.set_clock(off_by);
            }
        }
    }
}
