//! Futures of what has been handed over already: dropping one changes nothing but that nobody waits.

use crate::{Closed, SendError};
use pocketping_core::ClientMessageId;
use pocketping_core::model::Message;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// Gives the answer.
pub(crate) type Settle<T> = oneshot::Sender<Result<T, SendError>>;

/// What becomes of something that was handed over. Not waiting for it is fine.
#[derive(Debug)]
pub struct Answer<T> {
    receiver: oneshot::Receiver<Result<T, SendError>>,
}

impl<T> Answer<T> {
    pub(crate) fn new() -> (Settle<T>, Self) {
        let (settle, receiver) = oneshot::channel();
        (settle, Answer { receiver })
    }

    pub(crate) fn failed(error: SendError) -> Self {
        let (settle, answer) = Answer::new();
        give(settle, Err(error));
        answer
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, SendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answered = pin!(&mut self.receiver).poll(context);
        answered.map(|answer| answer.unwrap_or(Err(SendError::Closed(Closed))))
    }
}

/// Gives an answer; it is of no interest when nobody waits for it.
pub(crate) fn give<T>(settle: Settle<T>, answer: Result<T, SendError>) {
    drop(settle.send(answer));
}

/// A message on its way. It is sent whether this is waited for or dropped.
///
/// As a future it resolves when the server has stored the message, however long that takes.
#[derive(Debug)]
pub struct Sending {
    pub(crate) id: ClientMessageId,
    pub(crate) saved: Saved,
    pub(crate) stored: Answer<Message>,
}

#[derive(Debug)]
pub(crate) enum Saved {
    Waiting(Answer<()>),
    Known(Result<(), SendError>),
}

impl Sending {
    /// The message's id until the server has given it one, and in [`Message::client_message_id`] for ever.
    pub fn client_message_id(&self) -> &ClientMessageId {
        &self.id
    }

    /// Waits until the message is accepted: in the client's storage, so that it is sent even if this program
    /// is killed at once. In memory, without a storage, it is as safe as the client.
    ///
    /// # Errors
    /// When it will not be sent at all, or the storage has not taken it ([`SendError::NotSaved`]).
    pub async fn saved(&mut self) -> Result<(), SendError> {
        let result = match &mut self.saved {
            Saved::Known(result) => return result.clone(),
            Saved::Waiting(answer) => answer.await,
        };
        self.saved = Saved::Known(result.clone());
        result
    }
}

impl Future for Sending {
    type Output = Result<Message, SendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        pin!(&mut self.stored).poll(context)
    }
}
