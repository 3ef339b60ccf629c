//! What comes out of the engine.

use super::{EntryKey, FailureReason, PersistFailure};
use crate::model::{Attachment, CustomEvent, Identity, Message, VersionWarning};
use crate::route::ScreenshotWish;
use crate::value::{Object, Value};
use crate::{ClientMessageId, SessionId};

/// Identifies a request within one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// Identifies a stream within one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(pub u64);

/// Identifies a database write within one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersistId(pub u64);

/// One thing for the driver to do or tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// The adapter has to do something.
    Effect(Effect),
    /// The view and the page's callbacks should know something.
    Change(Change),
}

/// Something for the adapter to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Send a request and give its outcome back as [`super::Input::Response`].
    Request {
        /// To name it in the response.
        id: RequestId,
        /// What to send.
        request: HttpRequest,
    },
    /// `PUT` the bytes of a file and give the outcome back as [`super::Input::Response`]; with
    /// [`super::NetworkFailure::FileGone`] when they are not there. A transfer that stands still must be given
    /// up.
    PutFile {
        /// To name it in the response.
        id: RequestId,
        /// Key of the bytes in [`Store::Files`].
        file: ClientMessageId,
        /// Where to: an address, or a path on the endpoint's origin.
        url: String,
        /// The `Content-Type`.
        mime_type: String,
    },
    /// Send a request that survives the page (`sendBeacon` with a JSON blob); nothing comes back.
    Beacon {
        /// Path below the endpoint.
        path: String,
        /// JSON body.
        body: Value,
    },
    /// Open a stream; what happens to it comes back as [`super::Input::Stream`].
    OpenStream {
        /// To name it.
        id: StreamId,
        /// How.
        transport: Transport,
        /// Path and query below the endpoint.
        path: String,
    },
    /// Send a frame over an open WebSocket.
    SendFrame {
        /// Which stream.
        id: StreamId,
        /// JSON object.
        frame: Value,
    },
    /// Close a stream and forget it.
    CloseStream(StreamId),
    /// Write to the database in one transaction and report with [`super::Input::Persisted`].
    Persist {
        /// To name it.
        id: PersistId,
        /// The writer's: when the database has a greater one, nothing is written and the answer is
        /// [`PersistFailure::Fenced`]. 0 where pages do not share storage.
        epoch: u64,
        /// In order; none for asking whether the epoch is still good.
        writes: Vec<StoreWrite>,
    },
    /// Read the database and report with [`super::Input::Restored`].
    Restore {
        /// Whether to make the database's epoch one greater in the same transaction.
        claim: bool,
    },
    /// Ask for the lock that one of the pages with this storage holds, and report with [`super::TabEvent`]: `Elected`,
    /// or `Following` at once and `Elected` when the pages before have ended.
    Elect {
        /// Whether to take it from the page that has it.
        steal: bool,
    },
    /// Give the lock back, and leave its queue.
    Resign,
    /// Tell all other pages with this storage.
    Broadcast(Value),
    /// Remove the journal of another page from localStorage, unless that page has written a newer one meanwhile.
    ForgetJournal {
        /// That page's name.
        of: String,
        /// The `seq` of the journal that is meant.
        seq: u64,
    },
    /// Write to localStorage at once; `None` removes. Strings are written as they are, others as JSON text.
    WriteLocal {
        /// Which key.
        key: LocalKey,
        /// What to write.
        value: Option<Value>,
    },
}

/// A request to the backend.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
    /// Its method.
    pub method: Method,
    /// Path and query below the endpoint: `/messages?sessionId=…`.
    pub path: String,
    /// JSON body.
    pub body: Option<Value>,
    /// Milliseconds after which to give up with [`super::NetworkFailure::TimedOut`].
    pub timeout_ms: u32,
}

/// HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// The method's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Ways of receiving (PROTOCOL §2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// WebSocket.
    WebSocket,
    /// Server-sent events.
    EventSource,
}

/// Stores of the database (IndexedDB object stores, keyed by string, ordered by key).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Store {
    /// What the server has not acknowledged.
    Outbox,
    /// Messages, to be shown at once on reopening.
    History,
    /// Bytes of files that are not uploaded. Only the adapter puts them, before [`super::Command::Upload`].
    Files,
    /// What could not be read in the others, set aside for whoever wants to look at it; the engine never reads it.
    Quarantine,
}

/// One write to a store.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreWrite {
    /// Insert or replace.
    Put {
        /// Where.
        store: Store,
        /// Under which key.
        key: String,
        /// What.
        value: Value,
    },
    /// Remove; a missing key is fine.
    Delete {
        /// Where.
        store: Store,
        /// Which key.
        key: String,
    },
    /// Remove everything.
    Clear(Store),
}

impl StoreWrite {
    /// Whether it deletes the bytes under this key of [`Store::Files`]; an adapter that holds them in memory lets go.
    pub fn deletes_file(&self, file: &str) -> bool {
        match self {
            StoreWrite::Delete { store, key } => *store == Store::Files && key == file,
            StoreWrite::Clear(store) => *store == Store::Files,
            StoreWrite::Put { .. } => false,
        }
    }

    /// Whether it is about [`Store::Files`].
    pub(super) fn is_about_files(&self) -> bool {
        match self {
            StoreWrite::Put { store, .. } | StoreWrite::Delete { store, .. } | StoreWrite::Clear(store) => {
                *store == Store::Files
            }
        }
    }
}

/// Keys of localStorage (PROTOCOL §4.4, and our journal).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalKey {
    /// `pocketping_visitor_id`
    VisitorId,
    /// `pocketping_session_id`
    SessionId,
    /// `pocketping_user_identity`
    Identity,
    /// `pocketping_outbox`: entries whose database write is not confirmed yet. Pages that share their storage have
    /// one each, `pocketping_outbox.` with the page's name.
    Outbox,
}

impl LocalKey {
    /// The key's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            LocalKey::VisitorId => "pocketping_visitor_id",
            LocalKey::SessionId => "pocketping_session_id",
            LocalKey::Identity => "pocketping_user_identity",
            LocalKey::Outbox => "pocketping_outbox",
        }
    }
}

/// Something that the view or the page's callbacks should know. The state itself is read from
/// [`super::Conversation`]; changes say what to read again.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// A session was opened or resumed.
    Connected {
        /// Which.
        session_id: SessionId,
        /// The server's appearance keys, which override the page's options (PROTOCOL §4.2), with
        /// `welcomeMessage` and `preChatForm` when sent.
        appearance: Object,
    },
    /// The connection's state changed.
    Connection(Connection),
    /// The whole list may have changed.
    Timeline,
    /// One entry is new.
    Added(EntryKey),
    /// One entry changed.
    Updated(EntryKey),
    /// One entry is gone.
    Removed(EntryKey),
    /// A message of the server's side arrived that was not known (for `onMessage`, sounds, opening).
    Arrived(Box<Message>),
    /// The server has stored a message of ours.
    Delivered {
        /// The engine's id of it.
        client_message_id: ClientMessageId,
        /// As stored.
        message: Box<Message>,
    },
    /// The server has refused a message or custom event of ours for good, or it could not be taken at all, or another
    /// page's reset has dropped it.
    Undeliverable {
        /// The engine's id of it.
        client_message_id: ClientMessageId,
        /// Why.
        reason: FailureReason,
        /// Its text, where it was shown and no entry has it any more: the leading page had no room for it.
        content: Option<String>,
    },
    /// A message was edited; told besides [`Change::Updated`].
    Edited(EntryKey),
    /// A message was deleted; told besides [`Change::Updated`].
    Deleted(EntryKey),
    /// A file of ours is uploaded; told once, also where a lost session makes it go up again.
    Uploaded {
        /// The engine's id of the upload.
        id: ClientMessageId,
        /// As the server has it.
        attachment: Box<Attachment>,
    },
    /// An edit, a deletion, a rating or a pre-chat form has come to its end, or an upload has failed.
    Settled {
        /// The engine's id of the command.
        id: ClientMessageId,
        /// Whether the server has taken it.
        outcome: Result<(), FailureReason>,
    },
    /// [`super::Conversation::has_more`] changed.
    HasMore(bool),
    /// [`super::Conversation::unread`] changed.
    Unread(usize),
    /// [`super::Conversation::operator_online`] changed.
    Presence(bool),
    /// The other side began or stopped typing.
    Typing(bool),
    /// The window's state changed.
    Open(bool),
    /// A custom event came from the server.
    Event(CustomEvent),
    /// The visitor's identity changed; `None` after a reset.
    Identity(Option<Identity>),
    /// The server has taken or refused the identity.
    Identified(Result<(), FailureReason>),
    /// The server says that this widget is old.
    VersionWarning(VersionWarning),
    /// The AI answers from here on.
    AiTakeover,
    /// The server asks for a rating.
    CsatRequest,
    /// The server changed its configuration: appearance keys as in `Connected`, and tracked elements, which are
    /// told by the next one too.
    Config(Object),
    /// [`super::Conversation::tracked_elements`] changed.
    TrackedElements,
    /// The server asks for a picture of the page; told once for each request.
    ScreenshotRequest(ScreenshotWish),
    /// The visitor's side should know something.
    Notice(Notice),
    /// An envelope of a type that the engine does not know.
    Unknown {
        /// The type.
        kind: String,
        /// Its data.
        data: Value,
    },
}

/// How the conversation is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Connection {
    /// Nothing was asked for yet, or it was ended.
    #[default]
    Idle,
    /// `/connect` is under way for the first time.
    Connecting,
    /// A session is there and something is receiving (or polling).
    Live,
    /// The server cannot be reached; it is tried again.
    Retrying,
    /// The browser is offline.
    Offline,
    /// The server refuses this widget for good (426, 403): nothing is tried until the page reloads.
    Refused,
}

/// Things the visitor's side should know.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// Storage does not work: what is not yet sent would not survive closing the page.
    StorageDegraded(PersistFailure),
    /// Stored entries were unreadable; they were set aside in [`Store::Quarantine`], as far as that can be written.
    StorageCorrupt {
        /// How many.
        entries: usize,
    },
}
