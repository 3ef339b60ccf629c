//! [`Draft`]: a session while a rule decides about it.

use super::{AttachmentRecord, LogEvent, NewDelivery, Profile, SessionRecord, StoredMessage};
use crate::service::ServiceError;
use pocketping_core::model::Message;
use pocketping_core::{AttachmentId, MessageId, Timestamp};
use std::sync::Arc;

/// Decides what a write changes. An error means that nothing changes.
pub type Rule = Box<dyn FnOnce(&mut Draft) -> Result<(), ServiceError> + Send>;

/// What a [`OnceKey`](super::OnceKey) stands for already.
#[derive(Clone, Debug, PartialEq)]
pub enum Earlier {
    /// A message.
    Message(StoredMessage),
    /// A log entry.
    Event(LogEvent),
}

/// A session while a rule decides about it: what is there, and what shall be.
///
/// Stores make one with [`new`](Self::new), run the rule, and save what [`finish`](Self::finish) gives.
pub struct Draft {
    session: SessionRecord,
    created: bool,
    found: Vec<StoredMessage>,
    attachments: Vec<AttachmentRecord>,
    earlier: Option<Earlier>,
    changes: Changes,
}

/// What a rule left to be saved.
#[derive(Default)]
pub struct Changes {
    /// Whether anything of the session's row changed.
    pub session: bool,
    /// Whether the profile changed.
    pub profile: bool,
    /// The message to add.
    pub message: Option<Arc<Message>>,
    /// The messages to replace.
    pub changed: Vec<StoredMessage>,
    /// The attachments to add or replace.
    pub attachments: Vec<AttachmentRecord>,
    /// The log entries to add, after the message.
    pub events: Vec<LogEvent>,
    /// What webhooks are to be told.
    pub deliveries: Vec<NewDelivery>,
    /// Whether the session is to go, with everything of its own; the rest does not matter then.
    pub erase: bool,
}

impl Draft {
    /// A draft of this session, with those of the asked messages that it has, and what the key stands for.
    pub fn new(
        session: SessionRecord,
        created: bool,
        found: Vec<StoredMessage>,
        earlier: Option<Earlier>,
    ) -> Self {
        Draft {
            session,
            created,
            found,
            attachments: Vec::new(),
            earlier,
            changes: Changes::default(),
        }
    }

    /// The same with those of the asked attachments that the session has.
    #[must_use]
    pub fn with_attachments(mut self, attachments: Vec<AttachmentRecord>) -> Self {
        self.attachments = attachments;
        self
    }

    /// The session.
    pub fn session(&self) -> &SessionRecord {
        &self.session
    }

    /// Whether the write is making the session.
    pub fn is_new(&self) -> bool {
        self.created
    }

    /// What the write's key stands for already.
    pub fn earlier(&self) -> Option<&Earlier> {
        self.earlier.as_ref()
    }

    /// One of the messages that the write asked for; `None` when the session does not have it.
    pub fn message(&self, id: &MessageId) -> Option<&Arc<Message>> {
        let stored = self.found.iter().find(|stored| stored.message.id == *id);
        stored.map(|stored| &stored.message)
    }

    /// The messages that the write asked for and the session has.
    pub fn messages(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.found.iter().map(|stored| &stored.message)
    }

    /// The attachments that the write asked for and the session has.
    pub fn attachments(&self) -> &[AttachmentRecord] {
        &self.attachments
    }

    /// One of them.
    pub fn attachment(&self, id: &AttachmentId) -> Option<&AttachmentRecord> {
        self.attachments.iter().find(|record| record.id == *id)
    }

    /// The session, to change it.
    pub fn session_mut(&mut self) -> &mut SessionRecord {
        self.changes.session = true;
        &mut self.session
    }

    /// The profile, to change it.
    pub fn profile_mut(&mut self) -> &mut Profile {
        self.changes.profile = true;
        Arc::make_mut(&mut self.session.profile)
    }

    /// The time to give to what happens now; see [`SessionRecord::stamp`].
    pub fn stamp(&mut self, now: Timestamp) -> Timestamp {
        self.session_mut().stamp(now)
    }

    /// Adds a message; one for each write.
    pub fn append(&mut self, message: Message) {
        let message = Arc::new(message);
        if !message.private {
            self.session_mut().last_message = Some(Arc::clone(&message));
        }
        self.changes.message = Some(message);
    }

    /// Replaces one of the messages that the write asked for.
    pub fn change(&mut self, id: &MessageId, change: impl FnOnce(&mut Message)) {
        let Some(stored) = self.found.iter_mut().find(|stored| stored.message.id == *id) else {
            return;
        };
        change(Arc::make_mut(&mut stored.message));
        let stored = stored.clone();
        if self
            .session
            .last_message
            .as_ref()
            .is_some_and(|last| last.id == *id)
        {
            self.session_mut().last_message = Some(Arc::clone(&stored.message));
        }
        self.changes.changed.retain(|earlier| earlier.seq != stored.seq);
        self.changes.changed.push(stored);
    }

    /// Adds an attachment, or replaces one that the write asked for.
    pub fn put_attachment(&mut self, record: AttachmentRecord) {
        for list in [&mut self.attachments, &mut self.changes.attachments] {
            list.retain(|earlier| earlier.id != record.id);
            list.push(record.clone());
        }
    }

    /// Adds an entry to the session's log.
    pub fn log(&mut self, event: LogEvent) {
        self.changes.events.push(event);
    }

    /// Queues a delivery.
    pub fn deliver(&mut self, delivery: NewDelivery) {
        self.changes.deliveries.push(delivery);
    }

    /// What the rule has changed so far.
    pub(crate) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Has the session go, with its messages, its log and its profile, whatever else the rule does. Records of uploads
    /// go too, but for those that name a file: they become [`Discarded`](super::UploadStage::Discarded), and stay until
    /// they are forgotten.
    pub fn erase(&mut self) {
        self.changes.erase = true;
    }

    /// The session afterwards, what the key stood for, and what is to be saved.
    pub fn finish(self) -> (SessionRecord, Option<Earlier>, Changes) {
        (self.session, self.earlier, self.changes)
    }
}
