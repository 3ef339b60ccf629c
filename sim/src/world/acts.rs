//! What people do, and what happens to their browsers and the server.

use super::World;
use super::arrivals::Event;
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
    matches!(act, Act::Send(_) | Act::Operator(Task::Say(_)))
}

impl World {
    pub(super) fn act(&mut self, client: usize, act: Act) {
        let now = self.clock.now();
        if let Act::Operator(task) = act {
            if matches!(task, Task::Say(_)) {
                self.to_send -= 1;
            }
            return self.operator_wants(client, task);
        }
        let is_peaceful = matches!(
            act,
            Act::Send(_) | Act::Open | Act::Connect | Act::Window(_) | Act::Type | Act::Show | Act::Online
        );
        if self.healed && !is_peaceful {
            return;
        }
        let is_of_page = is_peaceful
            || matches!(
                act,
                Act::Hide(_)
                    | Act::Offline(_)
                    | Act::Trigger
                    | Act::Identify(_)
                    | Act::Edit(_)
                    | Act::Delete
                    | Act::Rate
                    | Act::Disconnect
                    | Act::Reset
            );
        if is_of_page && self.is_frozen(client) {
            return self.park(client, Event::Act(client, act));
        }
        let is_away = self.clients[client].page.is_none();
        match act {
            Act::Send(text) if is_away => {
                self.after(NO_PAGE_MILLIS, Event::Act(client, Act::Send(text)));
            }
            Act::Send(text) => self.send(client, text),
            Act::Open if is_away => self.open(client),
            Act::Trigger => self.trigger(client),
            Act::Edit(_) | Act::Delete | Act::Rate if is_away => {}
            Act::Edit(text) => self.edit(client, text),
            Act::Delete => self.delete(client),
            Act::Rate => {
                let score = Score::read(&Value::Int(5)).expect("a score is 1 to 5");
                let comment = None;
                self.input(client, Input::Command(Command::Rate { score, comment }));
            }
            Act::Window(open) => self.input(client, Input::Command(Command::SetOpen(open))),
            Act::Type => self.input(client, Input::Command(Command::Compose(true))),
            Act::Identify(id) => {
                let identity = Identity::read(&Object::new().with("id", id).into());
                let identity = identity.expect("an id is all that it needs");
                self.input(client, Input::Command(Command::Identify(identity)));
            }
            Act::Disconnect => self.input(client, Input::Command(Command::Disconnect)),
            Act::Reset if is_away => {}
            Act::Reset => self.reset(client),
            Act::Hide(long) => self.surround(client, Surroundings::Hidden, Fault::Hidden, long, Act::Show),
            Act::Show => self.input(client, Input::Surroundings(Surroundings::Visible)),
            Act::Offline(long) => {
                self.surround(client, Surroundings::Offline, Fault::Offline, long, Act::Online)
            }
            Act::Online => self.input(client, Input::Surroundings(Surroundings::Online)),
            Act::Open => {}
            Act::Connect => self.input(client, Input::Command(Command::Connect)),
            Act::Reload if is_away => {}
            Act::Reload => {
                self.count(Fault::Reload);
                self.input(client, Input::Surroundings(Surroundings::Leaving));
                self.page_ends(client);
                self.open(client);
            }
            Act::Crash(away) => self.client_dies(client, away),
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
            Act::Freeze(long) => {
                self.count(Fault::Frozen);
                let frozen = &mut self.clients[client].frozen_until;
                *frozen = (*frozen).max(now + long);
                self.say(|| format!("client {client}   stands still for {long} ms"));
            }
            Act::Operator(_) => {}
        }
    }

    fn send(&mut self, client: usize, text: String) {
        let now = self.clock.now();
        self.to_send -= 1;
        self.say(|| format!("client {client}   sends {text:?}"));
        let (id, outputs) = self.clients[client].send(text.clone());
        self.ledger.accept(Author::Visitor(client), id.clone(), text, now);
        self.begin(client, id, outputs);
    }

    /// Does the first step of a message or event.
    fn begin(&mut self, client: usize, id: String, outputs: Vec<Output>) {
        self.beginning = Some(id);
        self.perform_all(client, outputs);
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

    fn edit(&mut self, client: usize, content: String) {
        let Some(sent) = self.own_message(client) else {
            return;
        };
        sent.edits.push(content.clone());
        let key = EntryKey(sent.id.as_str().into());
        self.say(|| format!("client {client}   edits {key} to {content:?}"));
        self.input(client, Input::Command(Command::Edit { key, content }));
    }

    /// What the server does not have yet is then never sent.
    fn delete(&mut self, client: usize) {
        let Some(sent) = self.own_message(client) else {
            return;
        };
        sent.deletion_asked = true;
        sent.may_be_missing = true;
        let key = EntryKey(sent.id.as_str().into());
        self.say(|| format!("client {client}   deletes {key}"));
        self.input(client, Input::Command(Command::Delete(key)));
    }

    fn trigger(&mut self, client: usize) {
        if self.clients[client].page.is_none() {
            return;
        }
        let name = format!("event-{}", self.next_name());
        let (id, outputs) = self.clients[client].trigger(name);
        self.ledger.events.push(Reported {
            client,
            id: id.clone(),
            at: self.clock.now(),
            may_be_missing: false,
            may_move: false,
        });
        self.begin(client, id, outputs);
    }

    /// What was not delivered is dropped on purpose; a request under way may still arrive.
    fn reset(&mut self, client: usize) {
        let is_open = |sent: &&mut Accepted| sent.author == Author::Visitor(client) && !sent.acknowledged;
        for sent in self.ledger.all_mut().filter(is_open) {
            sent.may_be_missing = true;
            sent.was_reset = true;
        }
        for event in &mut self.ledger.events {
            event.may_be_missing |= event.client == client;
        }
        self.input(client, Input::Command(Command::Reset { new_session: true }));
    }

    fn surround(&mut self, client: usize, change: Surroundings, fault: Fault, long: u64, back: Act) {
        self.count(fault);
        self.input(client, Input::Surroundings(change));
        self.after(long, Event::Act(client, back));
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
                .filter(|(_, stream)| stream.client == client);
            for (id, _) in streams {
                self.server.stall(*id, until);
            }
        }
        self.say(|| format!("client {client}   is cut {ways:?} for {long} ms"));
    }

    /// Opens a page, as of a visitor who comes back.
    pub(super) fn open(&mut self, client: usize) {
        let page = self.clients[client].open(self.prepare);
        self.say(|| format!("client {client}   opens page {page}"));
        // What was kept for a page before that stood still goes to this one, as far as it is for the visitor.
        self.after(0, Event::Thaw(client));
        let delay = self.chance.of(1..=60);
        self.after(delay, Event::Restore { client, page });
        if self.clients[client].disk.session().is_some() || self.chance.permille(700) {
            self.input(client, Input::Command(Command::Connect));
        }
    }

    /// The page dies without a word, and comes back later.
    pub(super) fn client_dies(&mut self, client: usize, away: u64) {
        if self.clients[client].page.is_none() {
            return;
        }
        self.count(Fault::ClientCrash);
        self.page_ends(client);
        self.after(away, Event::Act(client, Act::Open));
    }

    /// What a page knew is gone, but for what it has written down.
    fn page_ends(&mut self, client: usize) {
        let now = self.clock.now();
        self.gives_up_database(client);
        let Some((page, under_way)) = self.clients[client].crash() else {
            return;
        };
        for _ in 0..under_way {
            self.count(Fault::WriteUnderWayInClientCrash);
        }
        self.say(|| {
            format!(
                "client {client}   page {} ends, {under_way} writes under way",
                page.number
            )
        });
        for name in page.streams.into_values() {
            self.hang_up(client, name);
        }
        let disk = &self.clients[client].disk;
        let forgot_itself = disk.visitor().as_ref() != page.engine.visitor_id()
            || page
                .engine
                .session_id()
                .is_some_and(|session| disk.session().as_ref() != Some(session));
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
            let is_kept = disk.has_entry(&sent.id);
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
            if is_kept || sent.acknowledged || sent.may_be_missing || stored.iter().any(is_stored) {
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
            let detail = format!("client {client} has forgotten {text:?} at {now} ms");
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
