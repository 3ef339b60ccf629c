//! What pages say to each other, and what comes of it.

use super::IN_VIEW_MILLIS;
use super::role::Role;
use super::talk::TabMessage;
use crate::engine::outputs::Purpose;
use crate::engine::{Change, Conversation, Effect, Method};
use crate::route::PageRequest;
use crate::{Object, Value, Wire};

impl Conversation {
    pub(super) fn say(&mut self, mut message: TabMessage) {
        message.from.clone_from(&self.tabs.name);
        message.reset = self.outbox.reset;
        message.connect |= message.hello && self.link.wanted;
        if self.tabs.role == Role::Leading {
            message.epoch = Some(self.tabs.epoch);
            message.seq = Some(self.outbox.last_seq());
        }
        self.out.effect(Effect::Broadcast(message.write()));
    }

    /// Another page has said something.
    pub(super) fn heard_tab(&mut self, message: TabMessage) {
        if message.from == self.tabs.name || message.to.as_ref().is_some_and(|to| *to != self.tabs.name) {
            return;
        }
        if message.bye {
            self.tabs.peers.retain(|peer| *peer != message.from);
        } else if !self.tabs.peers.contains(&message.from) {
            self.tabs.peers.push(message.from.clone());
        }
        if let Some(open) = message.open
            && std::mem::replace(&mut self.page.open, open) != open
        {
            self.out.change(Change::Open(open));
        }
        match message.epoch {
            Some(epoch) => self.heard_leader(epoch, message),
            None if self.tabs.role == Role::Leading => self.heard_follower(message),
            None => {}
        }
    }

    pub(super) fn heard_leader(&mut self, epoch: u64, message: TabMessage) {
        let is_later = (epoch, &message.from) > (self.tabs.epoch, &self.tabs.name);
        match self.tabs.role {
            // A claim under way makes this page the later one.
            Role::Leading if self.tabs.begun && is_later && !self.planted_stays_leader() => {
                self.out.effect(Effect::Resign);
                self.deposed();
            }
            Role::Following | Role::Stealing if epoch >= self.tabs.epoch => {}
            // The last words of the leader before: what is done is done. What it has kept comes from the database, and
            // is compared then with what is known of it here.
            Role::Leading if !self.tabs.begun => {
                self.take_done(&message);
                return;
            }
            Role::Away => {
                self.take_have(&message);
                self.catch_up_with_reset(message.reset);
                return;
            }
            _ => return,
        }
        if self.tabs.leads() {
            return;
        }
        self.outbox.go_on_after(message.seq.unwrap_or(0));
        self.outbox.is_led();
        // Only who has said hello is listened to.
        let has_words = !message.whole || self.is_resetting();
        let tabs = &mut self.tabs;
        tabs.asked_at = None;
        if message.lead || std::mem::replace(&mut tabs.epoch, epoch) != epoch {
            tabs.epoch = epoch;
            tabs.handed = false;
            tabs.caught_up = false;
            tabs.saying.hello = has_words;
        }
        self.take_mirror(message);
    }

    pub(super) fn heard_follower(&mut self, message: TabMessage) {
        let now = self.now.mono;
        if message.in_view || message.hidden {
            let before = self.is_in_view();
            self.tabs.in_view_until = if message.hidden { now } else { now + IN_VIEW_MILLIS };
            self.view_changed(before);
        }
        if message.connect {
            self.link.want(now);
        }
        if message.ping {
            // Whatever a leader says shows that it is there.
            self.tabs.saying.pong = true;
        }
        if message.older {
            self.read_older();
        }
        if let Some(is_typing) = message.typing {
            self.tell_typing(is_typing);
        }
        if let Some(page) = &message.page {
            self.tell_page_of_tab(page);
        }
        let hello = message.hello.then(|| message.from.clone());
        if let Some(from) = hello.as_ref().filter(|from| !self.tabs.greeted.contains(from)) {
            self.tabs.greeted.push(from.clone());
        }
        // What is meant for the leader before may stand behind what that has not kept: it comes again with `hello`.
        if self.tabs.greeted.contains(&message.from) {
            self.take_items(message);
        }
        if let Some(from) = hello {
            // A page that led before it stood still has perhaps written down a session that nobody knows any more.
            self.write_ids();
            self.say_whole(from);
        }
    }

    /// Another page of the browser has gone to this address.
    pub(super) fn tell_page_of_tab(&mut self, page: &Object) {
        let Some(session_id) = self.session.id.clone().filter(|_| self.can_talk()) else {
            return;
        };
        let mut body = page.clone();
        body.push("sessionId", session_id.write());
        let body = Value::Object(body);
        if PageRequest::read(&body).is_ok() {
            self.out
                .request(Purpose::Passing, Method::Post, "/page".to_owned(), Some(body));
        }
    }

    /// Passes on to the leader what only that can do; whether there is another one.
    pub(in crate::engine) fn ask_leader(&mut self, ask: impl FnOnce(&mut TabMessage)) -> bool {
        let follows = !self.tabs.leads();
        if follows {
            ask(&mut self.tabs.saying);
        }
        follows
    }

    /// Tells the other pages that the window was opened or closed.
    pub(in crate::engine) fn share_open(&mut self, open: bool) {
        if self.tabs.has_peers() {
            self.tabs.saying.open = Some(open);
        }
    }
}
