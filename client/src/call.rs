//! [`Call`]: what the handles ask of the driver.

use crate::Unsent;
use crate::answer::Settle;
use crate::pending::SettleConnect;
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{Command, Conversation, Entropy, EntryKey, FileInfo, Moment, Notice};
use pocketping_core::model::{Attachment, Identity, Message};
use std::sync::Arc;
use tokio::sync::oneshot;

/// When something was asked for, and the random bytes that name it.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) now: Moment,
    pub(crate) entropy: Entropy,
}

/// Reads something from the conversation and what was noted of it.
pub(crate) type Look = Box<dyn FnOnce(&Conversation, &[Notice]) + Send>;

pub(crate) enum Call {
    /// Nobody waits for its outcome.
    Command(Command),
    Send {
        command: Command,
        stamp: Stamp,
        id: ClientMessageId,
        saved: Settle<()>,
        stored: Settle<Message>,
    },
    Upload {
        file: FileInfo,
        bytes: Arc<[u8]>,
        stamp: Stamp,
        id: ClientMessageId,
        settle: Settle<Attachment>,
    },
    Trigger {
        command: Command,
        stamp: Stamp,
        id: ClientMessageId,
        saved: Settle<()>,
    },
    /// An edit, a deletion, a rating or a form.
    Task {
        command: Command,
        stamp: Stamp,
        id: ClientMessageId,
        settle: Settle<()>,
    },
    Identify {
        identity: Identity,
        settle: Settle<()>,
    },
    Connect(SettleConnect),
    Remove(EntryKey),
    /// Forget visitor, session, history and outbox.
    StartAnew,
    Look(Look),
    /// Tell when nothing waits to be sent.
    Flush(oneshot::Sender<()>),
    /// Send what waits, then end.
    Close(oneshot::Sender<Result<(), Unsent>>),
}
