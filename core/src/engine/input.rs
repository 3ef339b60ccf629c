//! What goes into the engine.

use super::{EntryKey, FileInfo, PersistId, RequestId, StreamId};
use crate::model::{Identity, TrackedElement};
use crate::route::Score;
use crate::value::{Object, Value};
use crate::{AttachmentId, ClientMessageId, MessageId, SessionId, Timestamp, VisitorId};

/// When an input happens: the adapter's two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock; may jump. Only for what people see and for time-ordered ids.
    pub wall: Timestamp,
    /// Milliseconds of a clock that only goes forward; all deadlines are on it.
    pub mono: u64,
}

/// 16 fresh random bytes of a cryptographic source; each input spends its own.
pub type Entropy = [u8; 16];

/// Everything that can happen to a conversation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// The user or the page wants something.
    Command(Command),
    /// What the database held; comes once, after construction. Until then nothing is sent.
    Restored(Restored),
    /// The answer to [`super::Effect::Request`].
    Response {
        /// Which request.
        id: RequestId,
        /// A response of any status, or none at all.
        outcome: Result<HttpAnswer, NetworkFailure>,
    },
    /// Something happened to a stream of [`super::Effect::OpenStream`].
    Stream {
        /// Which stream; events of streams that the engine has closed are passed over.
        id: StreamId,
        /// What happened.
        event: StreamEvent,
    },
    /// The end of [`super::Effect::Persist`].
    Persisted {
        /// Which write.
        id: PersistId,
        /// Whether it is durable.
        outcome: Result<(), PersistFailure>,
    },
    /// localStorage has not taken [`super::LocalKey::Outbox`] or [`super::LocalKey::VisitorId`] as written last: it is
    /// full, or forbidden.
    JournalRefused,
    /// The page's surroundings changed.
    Surroundings(Surroundings),
    /// Something happened among the pages that share the storage.
    Tab(TabEvent),
    /// [`super::Conversation::poll_timeout`] has passed.
    Tick,
}

/// What the user or the page wants.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// Connect, if not connected or connecting already.
    Connect,
    /// Send a message.
    Send {
        /// Its text; refused when blank without attachments or over 4000 code points.
        content: String,
        /// The message that it answers.
        reply_to: Option<MessageId>,
        /// Uploaded files.
        attachment_ids: Vec<AttachmentId>,
        /// Ids of [`Command::Upload`]s that it waits for; their files come after the uploaded ones, in the
        /// order in which they were handed in. When one of them fails, so does the message.
        uploads: Vec<ClientMessageId>,
    },
    /// Upload a file. Told by [`super::Change::Uploaded`], or by [`super::Change::Settled`] when it fails; its
    /// id there is [`super::client_message_id`] of this input.
    ///
    /// The adapter has stored the bytes under that id in [`super::Store::Files`] before, in a write of its
    /// own, or holds them in memory where it cannot. The engine deletes them.
    Upload {
        /// Which file.
        file: FileInfo,
        /// Whether its bytes are stored; if not, the visitor is told, and it is sent nevertheless.
        kept: Result<(), PersistFailure>,
    },
    /// Try a failed message again.
    Retry(EntryKey),
    /// Give up a message that has not been stored by the server, and forget its text and its files; or an
    /// upload that is not done, named by its id.
    Remove(EntryKey),
    /// Change the text of a message of the visitor's. Told by [`super::Change::Settled`], as are the next
    /// three; its id there is [`super::client_message_id`] of this input.
    Edit {
        /// Which.
        key: EntryKey,
        /// The new text, under the same rules as when sending.
        content: String,
    },
    /// Delete a message of the visitor's; one that was not sent is removed.
    Delete(EntryKey),
    /// Rate the conversation.
    Rate {
        /// From 1, the worst, to 5.
        score: Score,
        /// What the visitor adds; cut off after 1000 characters.
        comment: Option<String>,
    },
    /// Tell how the visitor can be reached; one of the two is needed.
    SubmitPreChat {
        /// An e-mail address.
        email: Option<String>,
        /// A phone number in E.164.
        phone: Option<String>,
        /// Its country, ISO 3166 alpha-2.
        phone_country: Option<String>,
    },
    /// Read the page of messages before the oldest that is known, if the server has one.
    ReadOlder,
    /// Track these elements of the page, and no others.
    SetTrackedElements(Vec<TrackedElement>),
    /// Send a custom event to the server.
    Trigger {
        /// 1–128 characters.
        name: String,
        /// At most 32 KiB as JSON text (the adapter measures it); `Null` for none.
        data: Value,
    },
    /// Say who the visitor is.
    Identify(Identity),
    /// Forget the identity; with `new_session` everything, and connect anew.
    Reset {
        /// Whether visitor, session, history and outbox go too.
        new_session: bool,
    },
    /// The window was opened or closed.
    SetOpen(bool),
    /// The visitor typed (`true` on each key stroke) or emptied the composer (`false`).
    Compose(bool),
    /// The page's address changed (SPA navigation).
    Navigate {
        /// The new address.
        url: String,
        /// The new title.
        title: Option<String>,
    },
    /// Disconnect and stay so until [`Command::Connect`]; the outbox is kept.
    Disconnect,
}

/// What the database held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// Values of [`super::Store::Outbox`] in order of their keys.
    pub outbox: Vec<Value>,
    /// Their keys, in the same order: what is unreadable is set aside by them.
    pub outbox_keys: Vec<String>,
    /// Values of [`super::Store::History`].
    pub history: Vec<Value>,
    /// Their keys, likewise.
    pub history_keys: Vec<String>,
    /// Keys of [`super::Store::Files`].
    pub files: Vec<String>,
    /// Why nothing could be read, if so: the engine then goes on in memory and says so.
    pub failure: Option<PersistFailure>,
    /// Whether this answers [`super::Effect::Restore`] with `claim`.
    pub claimed: bool,
    /// The epoch that was claimed: one more than the one before.
    pub epoch: u64,
}

/// An HTTP response.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpAnswer {
    /// Its status.
    pub status: u16,
    /// Its JSON body; `Null` when empty or not JSON.
    pub body: Value,
    /// Seconds of `Retry-After`, if sent; a date there is counted from that of the answer (`Date`), else from now.
    pub retry_after: Option<u64>,
    /// The `X-PocketPing-*` version headers that came, as `status`, `minVersion`, `latestVersion`, `message`.
    pub version: Option<Object>,
}

/// Why there is no response: the server may or may not have done what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkFailure {
    /// The connection failed or broke (or CORS forbade it: browsers do not say).
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// Nothing was sent, as the bytes of [`super::Effect::PutFile`] are not there any more.
    FileGone,
}

/// Why a write is not durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersistFailure {
    /// The browser has no database here (private mode, blocked storage).
    Unavailable,
    /// The quota is used up.
    Full,
    /// Another page has claimed the database since: nothing was written.
    Fenced,
    /// Anything else.
    Broken,
}

/// What can happen to a stream.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// It is open.
    Opened,
    /// An envelope came (JSON text parsed by the adapter; frames that are no JSON are passed over and logged).
    Frame(Value),
    /// The server's named SSE event `heartbeat` came.
    Heartbeat,
    /// It ended; with the WebSocket's close code where there is one.
    Closed {
        /// The close code.
        code: Option<u16>,
    },
}

/// Changes around the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Surroundings {
    /// The browser says that the network is back.
    Online,
    /// The browser says that the network is gone.
    Offline,
    /// The page came into view.
    Visible,
    /// The page went out of view.
    Hidden,
    /// The page is going away; only beacons will get through.
    Leaving,
}

/// What can happen among pages of one browser that share their storage ([`super::EngineOptions::tab`]).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TabEvent {
    /// [`super::Effect::Elect`]: the lock is this page's. With what localStorage holds now.
    Elected {
        /// The journals of all pages ([`super::LocalKey::Outbox`]), each with its page's name.
        journals: Vec<(String, Value)>,
        /// [`super::LocalKey::VisitorId`].
        visitor_id: Option<VisitorId>,
        /// [`super::LocalKey::SessionId`].
        session_id: Option<SessionId>,
    },
    /// [`super::Effect::Elect`]: another page has the lock. This one is in the queue.
    Following,
    /// Another page has stolen the lock.
    Deposed,
    /// Another page has said this ([`super::Effect::Broadcast`]).
    Said(Value),
    /// Another page has written its journal.
    Journal {
        /// That page's name.
        tab: String,
        /// What it has written.
        journal: Value,
    },
}
