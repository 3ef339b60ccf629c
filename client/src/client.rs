//! [`Client`]: the handle on a running client.

use crate::answer::{Answer, Saved, Sending};
use crate::call::{Call, Stamp};
use crate::clock::{self, Clock};
use crate::{Builder, Changes, Closed, ConnectError, Draft, SendError, Snapshot, Unsent};
use pocketping_core::content::{MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};
use pocketping_core::engine::{Change, Command, Conversation, Entry, EntryKey, Notice, client_message_id};
use pocketping_core::model::Identity;
use pocketping_core::{ClientMessageId, Value};
use std::fmt;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::timeout;

/// A visitor's client. Cheap to clone; all clones are the same client.
///
/// It ends with [`close`](Self::close), or when the last clone is dropped: then what was accepted is written to
/// the storage, and what is not sent by then is sent by the next client on it.
#[derive(Clone)]
pub struct Client {
    calls: mpsc::Sender<Call>,
    changes: broadcast::WeakSender<Change>,
    clock: Clock,
    connect_timeout: Duration,
}

/// Whether somebody looks at the conversation. While it is open, messages that stay in it for a second are
/// marked as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Somebody does.
    Open,
    /// Nobody does. So it is at the start.
    Closed,
}

/// What [`Client::reset`] forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// Who the visitor is.
    Identity,
    /// Everything: visitor, session, history, what is not sent. The client connects as somebody else.
    Everything,
}

impl Client {
    /// Options of a client for the backend at this address, such as `https://chat.example.com/pocketping`.
    pub fn builder(endpoint: impl Into<String>) -> Builder {
        Builder::new(endpoint.into())
    }

    pub(crate) fn new(
        calls: mpsc::Sender<Call>,
        changes: broadcast::WeakSender<Change>,
        clock: Clock,
        connect_timeout: Duration,
    ) -> Self {
        Client {
            calls,
            changes,
            clock,
            connect_timeout,
        }
    }

    /// Connects, unless that is done or under way, and waits until there is a session.
    ///
    /// # Errors
    /// When the server refuses the client, or there is no session in time; the client goes on trying then.
    pub async fn connect(&self) -> Result<(), ConnectError> {
        let (settle, connected) = oneshot::channel();
        self.call(Call::Connect(settle)).await?;
        match timeout(self.connect_timeout, connected).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Closed.into()),
            Err(_) => Err(ConnectError::NoAnswer {
                after: self.connect_timeout,
            }),
        }
    }

    /// Disconnects and stays so until the next act. What is not sent is kept.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn disconnect(&self) -> Result<(), Closed> {
        self.command(Command::Disconnect).await
    }

    /// Sends a message. It is handed over by this call; the future tells what becomes of it, and resolves
    /// when the server has stored the message.
    ///
    /// # Errors
    /// The future's: when the message is not accepted, or refused by the server for good.
    pub fn send(&self, message: impl Into<Draft>) -> Sending {
        let (stamp, id) = self.stamp();
        let (saved, when_saved) = Answer::new();
        let (stored, when_stored) = Answer::new();
        let call = Call::Send {
            command: message.into().into(),
            stamp,
            id: id.clone(),
            saved,
            stored,
        };
        match self.call_now(call) {
            Ok(()) => Sending {
                id,
                saved: Saved::Waiting(when_saved),
                stored: when_stored,
            },
            Err(error) => Sending {
                id,
                saved: Saved::Known(Err(error.clone())),
                stored: Answer::failed(error),
            },
        }
    }

    /// Sends a custom event to the server: a name of 1–128 characters and an object of at most 32 KiB as
    /// JSON, or null. It is handed over by this call; the future resolves when the event is in the storage,
    /// from where it is sent in order with the messages.
    ///
    /// # Errors
    /// The future's: when name or data are not allowed, or the event is not accepted.
    pub fn trigger(&self, name: impl Into<String>, data: impl Into<Value>) -> Answer<()> {
        let (name, data) = (name.into(), data.into());
        if let Err(error) = check_event(&name, &data) {
            return Answer::failed(error);
        }
        let (stamp, id) = self.stamp();
        let (saved, answer) = Answer::new();
        let call = Call::Trigger {
            command: Command::Trigger { name, data },
            stamp,
            id,
            saved,
        };
        self.answer(call, answer)
    }

    /// Says who the visitor is. It is handed over by this call; the future resolves when the server has
    /// taken it. Of several identities only the last one counts, and one answer is for all that wait.
    ///
    /// # Errors
    /// The future's: when the id is empty, or the server refuses the identity.
    pub fn identify(&self, identity: Identity) -> Answer<()> {
        if identity.id.is_empty() {
            return Answer::failed(SendError::IdentityId);
        }
        let (settle, answer) = Answer::new();
        self.answer(Call::Identify { identity, settle }, answer)
    }

    /// Forgets the identity, or everything. Whoever waits for what is forgotten gets [`SendError::Reset`].
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn reset(&self, what: Reset) -> Result<(), Closed> {
        match what {
            Reset::Identity => self.command(Command::Reset { new_session: false }).await,
            Reset::Everything => self.call(Call::StartAnew).await,
        }
    }

    /// Tells that the visitor is typing; call it at each key stroke, it is told as seldom as is needed.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn typing(&self) -> Result<(), Closed> {
        self.command(Command::Compose(true)).await
    }

    /// Tells that the visitor has stopped typing without sending. Otherwise that is told after three seconds.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn stop_typing(&self) -> Result<(), Closed> {
        self.command(Command::Compose(false)).await
    }

    /// Opens or closes the conversation's window, which decides what counts as read.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn set_window(&self, window: Window) -> Result<(), Closed> {
        self.command(Command::SetOpen(window == Window::Open)).await
    }

    /// Tells which page the visitor looks at.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn navigate(&self, url: impl Into<String>, title: Option<String>) -> Result<(), Closed> {
        let url = url.into();
        self.command(Command::Navigate { url, title }).await
    }

    /// Tries a message again that the server has refused. Its outcome is seen in [`changes`](Self::changes).
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn retry(&self, key: EntryKey) -> Result<(), Closed> {
        self.command(Command::Retry(key)).await
    }

    /// Gives up a message that the server has not stored, and forgets its text and its files; or an
    /// [`Upload`](crate::Upload), by its id.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn remove(&self, key: EntryKey) -> Result<(), Closed> {
        self.call(Call::Remove(key)).await
    }

    /// The messages in the order in which they are shown, with those that are on their way.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn messages(&self) -> Result<Vec<Entry>, Closed> {
        self.look(|conversation, _| conversation.entries().to_vec()).await
    }

    /// The whole state.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn snapshot(&self) -> Result<Snapshot, Closed> {
        self.look(Snapshot::of).await
    }

    /// Everything that happens from now on. Messages that were there before are in
    /// [`messages`](Self::messages); a reader that is too slow is told what it missed.
    pub fn changes(&self) -> Changes {
        Changes::new(match self.changes.upgrade() {
            Some(changes) => changes.subscribe(),
            // Of a client that has ended: a stream that has, too.
            None => broadcast::channel(1).1,
        })
    }

    /// Waits until the server has acknowledged all that was handed over, events and receipts too, however
    /// long that takes. Messages that it has refused for good do not count.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn flush(&self) -> Result<(), Closed> {
        let (settle, flushed) = oneshot::channel();
        self.call(Call::Flush(settle)).await?;
        flushed.await.map_err(|_| Closed)
    }

    /// Sends what waits, says goodbye, and ends the client with everything that belongs to it. Later calls,
    /// by clones too, fail; a second `close` returns at once.
    ///
    /// # Errors
    /// When something was not sent within [`close_timeout`](Builder::close_timeout), or cannot be, as the
    /// client is disconnected.
    pub async fn close(&self) -> Result<(), Unsent> {
        let (done, closed) = oneshot::channel();
        if self.call(Call::Close(done)).await.is_err() {
            return Ok(());
        }
        // Without an answer its runtime was shut down, and with it all that could be told.
        closed.await.unwrap_or(Ok(()))
    }

    pub(crate) fn stamp(&self) -> (Stamp, ClientMessageId) {
        let stamp = Stamp {
            now: self.clock.now(),
            entropy: clock::entropy(),
        };
        let id = client_message_id(stamp.now, &stamp.entropy);
        (stamp, id)
    }

    /// Hands a call over without waiting for room.
    fn call_now(&self, call: Call) -> Result<(), SendError> {
        self.calls.try_send(call).map_err(|error| match error {
            TrySendError::Full(_) => SendError::OutboxFull,
            TrySendError::Closed(_) => SendError::Closed(Closed),
        })
    }

    pub(crate) fn answer<T>(&self, call: Call, answer: Answer<T>) -> Answer<T> {
        match self.call_now(call) {
            Ok(()) => answer,
            Err(error) => Answer::failed(error),
        }
    }

    async fn call(&self, call: Call) -> Result<(), Closed> {
        self.calls.send(call).await.map_err(|_| Closed)
    }

    pub(crate) async fn command(&self, command: Command) -> Result<(), Closed> {
        self.call(Call::Command(command)).await
    }

    async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Conversation, &[Notice]) -> T + Send + 'static,
    ) -> Result<T, Closed> {
        let (give, given) = oneshot::channel();
        let look = move |conversation: &Conversation, notices: &[Notice]| {
            // Whoever does not wait any more does not want to know.
            drop(give.send(read(conversation, notices)));
        };
        self.call(Call::Look(Box::new(look))).await?;
        given.await.map_err(|_| Closed)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_ended = self.calls.is_closed();
        f.debug_struct("Client")
            .field("has_ended", &has_ended)
            .finish_non_exhaustive()
    }
}

/// The engine leaves measuring an event to its adapters.
fn check_event(name: &str, data: &Value) -> Result<(), SendError> {
    let chars = name.chars().count();
    if !(1..=MAX_EVENT_NAME_CHARS).contains(&chars) {
        return Err(SendError::EventName { chars });
    }
    if !matches!(data, Value::Object(_) | Value::Null) {
        return Err(SendError::EventDataKind);
    }
    let text = serde_json::to_string(data).expect("a value is always JSON: its keys are strings");
    if text.len() > MAX_EVENT_DATA_BYTES {
        return Err(SendError::EventDataLength { bytes: text.len() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Object;

    #[test]
    fn events_that_no_server_takes_are_refused_here() {
        assert_eq!(check_event("paid", &Value::Null), Ok(()));
        assert_eq!(
            check_event("", &Value::Null),
            Err(SendError::EventName { chars: 0 })
        );
        let long = "é".repeat(129);
        assert_eq!(
            check_event(&long, &Value::Null),
            Err(SendError::EventName { chars: 129 })
        );
        assert_eq!(
            check_event("paid", &Value::from(1)),
            Err(SendError::EventDataKind)
        );
        let fits = Object::new().with("text", "x".repeat(MAX_EVENT_DATA_BYTES - 11));
        assert_eq!(check_event("paid", &fits.into()), Ok(()));
        let bytes = MAX_EVENT_DATA_BYTES + 1;
        let long = Object::new().with("text", "x".repeat(bytes - 11));
        assert_eq!(
            check_event("paid", &long.into()),
            Err(SendError::EventDataLength { bytes })
        );
    }
}
