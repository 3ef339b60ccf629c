//! The leader's list and state, and their copies in the other pages.

use super::talk::TabMessage;
use super::told;
use crate::engine::{Change, Connection, Conversation, EntryKey};
use crate::model::{Identity, TrackedElement};
use crate::value::wire_object;
use crate::{ClientMessageId, Cursor, Object, SessionId, Value, VisitorId, Wire};

wire_object! {
    /// What pages share besides the list.
    #[allow(unreachable_pub)]
    #[derive(Default)]
    pub struct TabState {
        pub session_id: Option<SessionId> => "sessionId";
        pub visitor_id: Option<VisitorId> => "visitorId";
        pub identity: Option<Identity> => "identity";
        pub welcome_message: Option<String> => "welcomeMessage";
        pub cursor: Option<Cursor> => "cursor";
        pub connection: Option<Connection> => "connection";
        /// Somebody has asked for a connection.
        pub wanted: bool => "wanted", optional;
        pub online: bool => "online", optional;
        pub typing: bool => "typing", optional;
        pub has_more: bool => "hasMore", optional;
        /// The server's wish.
        pub tracked: Vec<TrackedElement> => "tracked", optional;
    }
}

impl Conversation {
    /// The state as the leader has it.
    pub(super) fn tab_state(&self) -> TabState {
        TabState {
            session_id: self.session.id.clone(),
            visitor_id: self.session.visitor_id.clone(),
            identity: self.session.identity.clone(),
            welcome_message: self.session.welcome_message.clone(),
            cursor: self.session.cursor.clone(),
            connection: Some(self.connection_now()),
            wanted: self.link.wanted,
            online: self.session.operator_online,
            typing: self.operator_typing(),
            has_more: self.session.has_more,
            tracked: self.tracked.of_server().to_vec(),
        }
    }

    /// Tells the others what this turn has changed.
    pub(super) fn mirror(&mut self) {
        let changed = self.timeline.take_changes();
        if !self.tabs.has_peers() {
            return;
        }
        if std::mem::take(&mut self.tabs.whole_due) {
            self.tabs.saying.whole = true;
            self.tabs.saying.entries = self.written_entries();
        }
        for key in changed {
            match self.timeline.written(&key) {
                _ if self.tabs.saying.whole => {}
                Some(entry) => self.tabs.saying.entries.push(entry),
                None => self.tabs.saying.gone.push(String::from(&*key.0)),
            }
        }
        // As values, as comparing states would cost the widget code for each type in them.
        let state = self.tab_state().write();
        if state != self.tabs.told {
            self.tabs.saying.state = state.clone();
            self.tabs.told = state;
        }
        for change in self.out.changes() {
            self.tabs.saying.told.extend(told::write(change));
        }
    }

    /// Tells the others of a change that is not this page's.
    pub(in crate::engine) fn tell_others(&mut self, change: &Change) {
        self.tabs.saying.told.extend(told::write(change));
    }

    /// Tells one page everything.
    pub(super) fn say_whole(&mut self, to: String) {
        if !self.tabs.begun {
            return;
        }
        let mut told = Vec::new();
        if let (Some(session_id), Some(appearance)) = (self.session.id.clone(), self.tabs.appearance.clone())
        {
            told.extend(told::write(&Change::Connected {
                session_id,
                appearance,
            }));
        }
        let message = TabMessage {
            to: Some(to),
            whole: true,
            entries: self.written_entries(),
            state: self.tab_state().write(),
            told,
            open: Some(self.page.open),
            ..TabMessage::default()
        };
        self.say(message);
    }

    fn written_entries(&self) -> Vec<Value> {
        let entries = self.timeline.entries().iter();
        entries
            .filter_map(|entry| self.timeline.written(&entry.key))
            .collect()
    }

    /// Remembers how the server wants the widget to look, for pages that come later.
    pub(in crate::engine) fn share_appearance(&mut self, appearance: &Object) {
        if !self.tabs.name.is_empty() {
            self.tabs.appearance = Some(appearance.clone());
        }
    }

    /// Takes over what the leader tells.
    pub(super) fn take_mirror(&mut self, message: TabMessage) {
        let was_resetting = self.is_resetting();
        self.take_have(&message);
        if self.is_resetting() {
            // What the leader has is what this page has just asked it to forget.
            return;
        }
        // What was passed over meanwhile is asked for.
        self.tabs.saying.hello |= was_resetting && !message.whole;
        if message.reset > self.outbox.reset && !message.whole {
            // After a reset that has not come here yet: everything is asked for.
            self.tabs.saying.hello = true;
            return;
        }
        self.catch_up_with_reset(message.reset);
        if let Ok(state) = TabState::read(&message.state) {
            self.take_state(state);
        }
        if message.whole {
            self.take_whole(&message.entries);
        } else if self.tabs.mirrored {
            self.take_entries(&message.entries, &message.gone);
        }
        for told in &message.told {
            if let Some(change) = told::read(told, &self.timeline)
                && self.concerns(&change)
            {
                if let Change::Uploaded { id, attachment } = &change {
                    // The next leader does not know.
                    self.outbox.uploads.finish(id.as_str(), attachment);
                }
                self.out.change(change);
            }
        }
    }

    /// Whether this page wants to hear of it: how something came out is for the page that began it.
    fn concerns(&mut self, change: &Change) -> bool {
        let id = match change {
            Change::Delivered {
                client_message_id, ..
            }
            | Change::Undeliverable {
                client_message_id, ..
            } => client_message_id,
            Change::Settled { id, .. } | Change::Uploaded { id, .. } => id,
            _ => return true,
        };
        self.tabs.own.iter().any(|own| **own == *id.as_str())
    }

    fn take_state(&mut self, state: TabState) {
        self.track_for_server(Some(state.tracked.clone()));
        let session = &mut self.session;
        session.moved_to(state.session_id.clone());
        session.visitor_id.clone_from(&state.visitor_id);
        session.welcome_message.clone_from(&state.welcome_message);
        session.cursor.clone_from(&state.cursor);
        session.operator_online = state.online;
        session.has_more = state.has_more;
        let told_identity = self.tabs.state.identity != state.identity;
        if told_identity && session.identity != state.identity && !self.outbox.has_identity() {
            session.identity.clone_from(&state.identity);
            session.identity_forgotten = state.identity.is_none();
            self.out.change(Change::Identity(state.identity.clone()));
        }
        self.tabs.state = state;
    }

    /// The whole list: what of ours the leader does not have yet stays.
    fn take_whole(&mut self, entries: &[Value]) {
        self.tabs.mirrored = true;
        self.tabs.caught_up = true;
        self.tabs.synced = true;
        let before = std::mem::take(&mut self.timeline);
        for entry in entries {
            self.timeline.put_written(entry);
        }
        for id in &self.tabs.own {
            let was_sent = before.get(id).is_none() || before.is_stored(id);
            if let Some(entry) = self
                .timeline
                .get(id)
                .filter(|_| !was_sent && self.timeline.is_stored(id))
            {
                self.out.change(Change::Delivered {
                    client_message_id: ClientMessageId::new(id.clone()),
                    message: Box::new(entry.message.clone()),
                });
            }
        }
        self.show_unsent();
        self.revise_all();
        self.out.change(Change::Timeline);
    }

    fn take_entries(&mut self, entries: &[Value], gone: &[String]) {
        let mut changes = Vec::new();
        for key in gone {
            let key = EntryKey(key.as_str().into());
            if self.timeline.remove_key(&key) {
                changes.push(Change::Removed(key));
            }
        }
        for entry in entries {
            changes.extend(self.timeline.put_written(entry));
        }
        // Entries that were put elsewhere are told of by the list.
        if changes.len() > 1 {
            self.out.change(Change::Timeline);
        } else if let Some(change) = changes.pop() {
            self.out.change(change);
        }
    }
}

impl Wire for Connection {
    fn read(value: &Value) -> Result<Self, crate::value::ReadError> {
        use Connection::{Connecting, Idle, Live, Offline, Refused, Retrying};
        let all = [Idle, Connecting, Live, Retrying, Offline, Refused];
        let at = value.as_int().and_then(|at| usize::try_from(at).ok());
        let connection = at.and_then(|at| all.get(at).copied());
        connection.ok_or_else(|| crate::value::ReadError::expected("a connection's number"))
    }

    fn write(&self) -> Value {
        Value::Int(*self as i64)
    }
}
