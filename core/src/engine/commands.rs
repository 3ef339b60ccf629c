//! What the user and the page want.

use super::files::delete_bytes;
use super::outbox::Queued;
use super::outbox::item::{Draft, EventDraft, Item, Kind};
use super::outputs::Purpose;
use super::tabs::{Leaving, REMOVE, RESET, RETRY};
use super::{
    Change, Command, Conversation, Effect, EntryKey, FailureReason, LocalKey, Method, Store, StoreWrite,
};
use crate::content::{self, ContentError, MAX_EVENT_NAME_CHARS};
use crate::envelope::ClientFrame;
use crate::model::{Identity, PageView};
use crate::route::{DisconnectReason, DisconnectRequest, Feature, PageRequest};
use crate::{ClientMessageId, Object, Value, VisitorId, Wire};

impl Conversation {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Connect => {
                self.link.ask_again();
                self.link.want(self.now.mono);
                self.ask_leader(|message| message.connect = true);
            }
            Command::Send {
                content,
                reply_to,
                attachment_ids,
                uploads,
            } => self.send(Draft {
                content,
                reply_to,
                attachment_ids,
                uploads,
            }),
            Command::Upload { file, kept } => self.upload(file, kept),
            Command::Retry(key) => {
                if !self.leave_to_leader(RETRY, Some(&key), Object::new()) {
                    self.retry(&key);
                }
            }
            Command::Remove(key) => {
                if !self.leave_to_leader(REMOVE, Some(&key), Object::new()) {
                    self.remove(&key);
                }
            }
            Command::Edit { key, content } => {
                let id = self.dice.id(self.now);
                self.edit(id, &key, content);
            }
            Command::Delete(key) => {
                let id = self.dice.id(self.now);
                self.delete(id, &key);
            }
            Command::Rate { score, comment } => self.rate(score, comment),
            Command::SubmitPreChat {
                email,
                phone,
                phone_country,
            } => {
                let mut form = Object::new();
                for (name, text) in [
                    ("email", email),
                    ("phone", phone),
                    ("phoneCountry", phone_country),
                ] {
                    if let Some(text) = text {
                        form.push(name, Value::String(text));
                    }
                }
                self.submit_pre_chat(form);
            }
            Command::ReadOlder => self.read_older(),
            Command::SetTrackedElements(elements) => self.track(elements),
            Command::Trigger { name, data } => self.trigger(name, data),
            Command::Identify(identity) => self.identify(identity),
            Command::Reset { new_session } => {
                if new_session && self.drop_identities() {
                    // This page knows what its reset drops.
                    self.tell_others(&Change::Identified(Err(FailureReason::NotFound)));
                }
                self.forget_identity();
                self.reset(new_session);
            }
            Command::SetOpen(open) => {
                if std::mem::replace(&mut self.page.open, open) != open {
                    self.out.change(Change::Open(open));
                    self.share_open(open);
                }
            }
            Command::Compose(is_typing) => self.compose(is_typing),
            Command::Navigate { url, title } => self.navigate(url, title),
            Command::Disconnect => {
                self.leave_as_last(DisconnectReason::Manual);
                // The next connection begins anew, and so does the goodbye to it.
                self.session.connected_at = None;
                self.stop_receiving();
                self.link.wanted = false;
                self.link.reconnect();
                self.leave_tabs(Leaving::Conversation);
            }
        }
    }

    fn send(&mut self, mut draft: Draft) {
        let id = self.dice.id(self.now);
        let files = draft.attachment_ids.len() + draft.uploads.len();
        let refusal = self.refusal(&draft.content, files);
        if let Some(reason) = refusal.or_else(|| self.find_files(&mut draft)) {
            return self.out.change(Change::Undeliverable {
                client_message_id: ClientMessageId::new(id),
                reason,
                content: None,
            });
        }
        self.link.want(self.now.mono);
        self.typing.sent();
        self.enqueue(id.clone(), Kind::Message(draft.clone()));
        let Some(item) = self.outbox.get(&id).map(|queued| queued.item.clone()) else {
            return;
        };
        let key = self.show_item(&item, &draft);
        self.out.change(Change::Added(key));
    }

    /// Why a message of this content cannot be taken, if it cannot.
    pub(super) fn refusal(&self, content: &str, attachments: usize) -> Option<FailureReason> {
        match content::check(content, attachments) {
            Ok(()) if self.outbox.has_room(content.len()) => None,
            Ok(()) => Some(FailureReason::OutboxFull),
            Err(ContentError::Blank) => Some(FailureReason::Blank),
            Err(_) => Some(FailureReason::TooLong),
        }
    }

    pub(super) fn retry(&mut self, key: &EntryKey) {
        let Some(item) = self.unsent_item(key).filter(|item| item.refused.is_some()) else {
            return;
        };
        if !self.retry_files(&item) {
            return;
        }
        let item = Item {
            refused: None,
            ..item
        };
        let kept = self.write_item(&item);
        if let Some(queued) = self.outbox.get_mut(&key.0) {
            queued.item = item;
            queued.lost_sessions = 0;
        }
        self.outbox.written(&key.0, kept);
        self.outbox.backoff.wake(self.now.mono);
        self.link.want(self.now.mono);
        if let Some(key) = self.timeline.set_unsent(&key.0, None) {
            self.out.change(Change::Updated(key));
        }
    }

    pub(super) fn remove(&mut self, key: &EntryKey) {
        let Some(item) = self.unsent_item(key) else {
            return self.remove_upload(&key.0);
        };
        self.give_up_files_of(&item);
        self.finish(&key.0);
        self.timeline.remove(&key.0);
        self.out.change(Change::Removed(key.clone()));
    }

    /// The outbox's message of this entry, unless the server seems to have stored it.
    pub(super) fn unsent_item(&self, key: &EntryKey) -> Option<Item> {
        let queued = self
            .outbox
            .get(&key.0)
            .filter(|queued| queued.adopted.is_none())?;
        matches!(queued.item.kind, Kind::Message(_)).then(|| queued.item.clone())
    }

    fn trigger(&mut self, name: String, data: Value) {
        let id = self.dice.id(self.now);
        // The adapter has told the page already; a server would refuse it for ever.
        if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
            return;
        }
        let page = self.page.metadata.url.clone();
        let event = Kind::Event(EventDraft { name, data, page });
        if self.admits(&id, &event) {
            self.link.want(self.now.mono);
            self.enqueue(id, event);
        }
    }

    fn identify(&mut self, identity: Identity) {
        let id = self.dice.id(self.now);
        let kind = Kind::Identify(identity.clone());
        if !self.admits(&id, &kind) {
            return;
        }
        self.drop_identities();
        self.link.without_identity = false;
        self.session.identity = Some(identity.clone());
        self.out.effect(Effect::WriteLocal {
            key: LocalKey::Identity,
            value: Some(identity.write()),
        });
        self.out.change(Change::Identity(Some(identity)));
        self.link.want(self.now.mono);
        self.enqueue(id, kind);
    }

    /// Drops identities that have not been told, as only the last one counts; whether there was one.
    pub(super) fn drop_identities(&mut self) -> bool {
        let waiting = self.outbox.ids_of(&|queued| {
            matches!(queued.item.kind, Kind::Identify(_))
                && self.outbox.in_flight.as_ref() != Some(&queued.item.id)
        });
        for id in &waiting {
            self.drop_item(id);
        }
        !waiting.is_empty()
    }

    /// Forgets who the visitor is, also for the next pages: the server's memory is not to bring it back.
    pub(super) fn forget_identity(&mut self) {
        self.drop_identity(Some(Value::Null));
        self.session.identity_forgotten = true;
    }

    /// Drops the identity that is told, and what is written of it.
    pub(super) fn drop_identity(&mut self, written: Option<Value>) {
        if self.drop_identities() {
            // Whichever page said it waits for an answer.
            self.out.change(Change::Identified(Err(FailureReason::NotFound)));
        }
        self.link.without_identity = false;
        // Also where nothing readable is.
        self.write_local(LocalKey::Identity, written);
        if self.session.identity.take().is_some() {
            self.out.change(Change::Identity(None));
        }
    }

    fn reset(&mut self, new_session: bool) {
        let body = Object::new().with("newSession", new_session);
        if self.tabs.leads() {
            if new_session {
                self.start_anew(None);
            }
            return;
        }
        if new_session {
            self.forget_conversation();
            self.outbox.voided();
        }
        self.leave_to_leader(RESET, None, body);
    }

    /// Forgets visitor, session, history and outbox, and connects as somebody else. Another page that wanted it has
    /// given the reset its number.
    pub(super) fn start_anew(&mut self, reset: Option<u64>) {
        self.leave(DisconnectReason::Manual);
        self.fall_silent();
        let is_before = |queued: &Queued| reset.is_none_or(|reset| queued.after < reset);
        let dropped = self.outbox.items_of(&is_before);
        self.forget_conversation();
        self.share_reset(reset, &dropped);
        self.out.writes = vec![
            StoreWrite::Clear(Store::Outbox),
            StoreWrite::Clear(Store::History),
            StoreWrite::Clear(Store::Quarantine),
        ];
        if reset.is_none() {
            self.out.writes.push(StoreWrite::Clear(Store::Files));
        } else {
            // Some may have been picked since.
            let files = dropped.iter().map(|item| delete_bytes(&item.id));
            self.out.writes.extend(files);
        }
        self.storage.forget();
        self.storage.has_journal = true;
        // In a transaction of its own: a database without room refuses what is to come, and not this.
        self.write_out();
        self.keep_reset();
        self.link.start_anew(self.now.mono);
    }

    /// Forgets what this page knows of the conversation.
    fn forget_conversation(&mut self) {
        let next = VisitorId::new(self.dice.secret());
        self.session.forget(next);
        // Each reset has a number of its own.
        self.outbox.next_seq(self.now.wall.as_millis());
        self.outbox.clear();
        self.timeline = super::timeline::Timeline::default();
        self.history.clear();
        self.receipts = super::receipts::Receipts::default();
        self.typing = super::typing::Typing::default();
        self.seen_snapshot = false;
        self.write_local(LocalKey::VisitorId, None);
        self.write_local(LocalKey::SessionId, None);
        self.write_local(LocalKey::Identity, None);
        self.out.change(Change::Timeline);
    }

    fn navigate(&mut self, url: String, title: Option<String>) {
        let page = &mut self.page.metadata;
        let referrer = page.url.replace(url.clone());
        page.page_title.clone_from(&title);
        if !self.tabs.leads() {
            let mut page = Object::new().with("url", url);
            for (key, text) in [("title", title), ("referrer", referrer)] {
                if let Some(text) = text {
                    page.push(key, Value::String(text));
                }
            }
            self.ask_leader(|ask| ask.page = Some(page));
            return;
        }
        let Some(session_id) = self.session.id.clone() else {
            return;
        };
        if !self.can_talk() || !self.session.has(Feature::Pages) {
            return;
        }
        if let Some(socket) = self.ladder.socket() {
            let view = PageView {
                url,
                title,
                referrer,
                timestamp: None,
            };
            return self.send_frame(socket, &ClientFrame::Page(view));
        }
        let request = PageRequest {
            session_id,
            url,
            title,
            referrer,
        };
        self.out.request(
            Purpose::Passing,
            Method::Post,
            "/page".to_owned(),
            Some(request.write()),
        );
    }

    /// Says goodbye.
    pub(super) fn leave(&mut self, reason: DisconnectReason) {
        let (Some(session_id), Some(since)) = (self.session.id.clone(), self.session.connected_at) else {
            return;
        };
        let request = DisconnectRequest {
            session_id,
            duration: self.now.mono.saturating_sub(since) / 1000,
            reason,
        };
        self.out.effect(Effect::Beacon {
            path: "/disconnect".to_owned(),
            body: request.write(),
        });
    }

    pub(super) fn write_local(&mut self, key: LocalKey, value: Option<Value>) {
        self.out.effect(Effect::WriteLocal { key, value });
    }
}
