//! Runs the engine: inputs in, effects out to network and storage, changes out to the readers.
//!
//! One task owns the conversation. Handles talk to it by [`Call`]s; when the last one is gone, it ends.

use crate::answer::{Settle, give};
use crate::call::{Call, Stamp};
use crate::clock::{self, Clock};
use crate::files::Files;
use crate::network::Network;
use crate::pending::Pending;
use crate::storage::{Keeper, Turn};
use crate::{ConnectError, SendError, Unsent};
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{
    Change, Command, Connection, Conversation, Delivery, Effect, FailureReason, HttpRequest, Input, Notice,
    Output, PersistFailure, PersistId,
};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

/// The task's state.
pub(crate) struct Driver {
    pub(crate) clock: Clock,
    pub(crate) conversation: Conversation,
    pub(crate) network: Network,
    pub(crate) keeper: Keeper,
    pub(crate) files: Files,
    pub(crate) pending: Pending,
    pub(crate) changes: broadcast::Sender<Change>,
    /// All kinds that there were, as the first come before anybody can listen.
    pub(crate) notices: Vec<Notice>,
    /// How long [`Call::Close`] may take to send what waits.
    pub(crate) close_timeout: Duration,
}

/// What a turn has led to, for the one who began it.
#[derive(Default)]
struct Turned {
    persists: Vec<PersistId>,
    refused: Vec<(ClientMessageId, FailureReason)>,
}

struct Closing {
    until: Instant,
    done: oneshot::Sender<Result<(), Unsent>>,
}

impl Driver {
    /// Runs until the client is closed, or nobody holds it any more.
    pub(crate) async fn run(mut self, restored: Input, mut calls: mpsc::Receiver<Call>) {
        self.input(restored).await;
        let mut closing: Option<Closing> = None;
        loop {
            // First, as the engine's journal grows with what is not known to be kept.
            while let Some(input) = self.keeper.persisted_by_now() {
                self.input(input).await;
            }
            if self.pending.has_flushes() && self.conversation.unsent() == 0 {
                self.pending.flushed();
            }
            if closing.as_ref().is_some_and(|closing| self.is_done(closing)) {
                break;
            }
            let deadline = self.conversation.poll_timeout().map(|at| self.clock.instant(at));
            let deadlines = [deadline, closing.as_ref().map(|closing| closing.until)];
            let deadline = deadlines.into_iter().flatten().min();
            tokio::select! {
                call = calls.recv(), if closing.is_none() => match call {
                    Some(Call::Close(done)) => {
                        calls.close();
                        let until = Instant::now() + self.close_timeout;
                        closing = Some(Closing { until, done });
                    }
                    Some(call) => self.call(call).await,
                    None => break,
                },
                input = self.network.next() => self.input(input).await,
                input = self.keeper.persisted() => self.input(input).await,
                () = until(deadline) => self.input(Input::Tick).await,
            }
        }
        let unsent = self.unsent();
        self.end().await;
        if let Some(closing) = closing {
            // Whoever does not wait any more does not want to know.
            drop(closing.done.send(unsent));
        }
    }

    /// Whether nothing waits, or nothing of it will get through in time.
    fn is_done(&self, closing: &Closing) -> bool {
        let is_off = matches!(
            self.conversation.connection(),
            Connection::Idle | Connection::Refused
        );
        is_off || self.conversation.unsent() == 0 || closing.until <= Instant::now()
    }

    fn unsent(&self) -> Result<(), Unsent> {
        let waiting = self.conversation.entries().iter();
        let waiting = waiting.filter(|entry| entry.delivery == Delivery::Sending);
        let messages: Vec<_> = waiting.cloned().collect();
        let others = self.conversation.unsent().saturating_sub(messages.len());
        if messages.is_empty() && others == 0 {
            return Ok(());
        }
        Err(Unsent { messages, others })
    }

    /// Says goodbye. The storage is closed first, as the next client may wait for it.
    async fn end(mut self) {
        self.input(Input::Command(Command::Disconnect)).await;
        self.keeper.close().await;
        self.network.farewell().await;
    }

    async fn call(&mut self, call: Call) {
        match call {
            Call::Command(command) => self.input(Input::Command(command)).await,
            Call::Send {
                command,
                stamp,
                id,
                saved,
                stored,
            } => {
                self.pending.message(id.clone(), stored);
                let turned = self.turn(Input::Command(command), stamp).await;
                self.when_saved(&turned, &id, saved);
            }
            Call::Upload {
                file,
                bytes,
                stamp,
                id,
                settle,
            } => {
                let kept = self.files.keep(&self.keeper, &id, bytes).await;
                self.pending.upload(id, settle);
                self.turn(Input::Command(Command::Upload { file, kept }), stamp)
                    .await;
            }
            Call::Trigger {
                command,
                stamp,
                id,
                saved,
            } => {
                let turned = self.turn(Input::Command(command), stamp).await;
                self.when_saved(&turned, &id, saved);
            }
            Call::Task {
                command,
                stamp,
                id,
                settle,
            } => {
                self.pending.task(id, settle);
                self.turn(Input::Command(command), stamp).await;
            }
            Call::Identify { identity, settle } => {
                self.pending.identity(settle);
                self.input(Input::Command(Command::Identify(identity))).await;
            }
            Call::Connect(settle) => {
                self.input(Input::Command(Command::Connect)).await;
                let answer = match self.conversation.connection() {
                    Connection::Live => Ok(()),
                    Connection::Refused => Err(ConnectError::Refused),
                    _ => return self.pending.connect(settle),
                };
                // Whoever does not wait any more has had enough of it.
                drop(settle.send(answer));
            }
            Call::Remove(key) => {
                self.input(Input::Command(Command::Remove(key.clone()))).await;
                if self.conversation.entry(&key).is_none() {
                    let id = ClientMessageId::new(key.0);
                    self.pending.fail_message(&id, SendError::Removed);
                }
            }
            Call::StartAnew => {
                let command = Command::Reset { new_session: true };
                self.input(Input::Command(command)).await;
                self.pending.fail_all(&SendError::Reset);
            }
            Call::Flush(settle) => self.pending.flush(settle),
            Call::Look(look) => look(&self.conversation, &self.notices),
            // The loop takes it.
            Call::Close(_) => {}
        }
    }

    /// Arranges that `saved` is told when what the turn has put into the outbox is kept.
    fn when_saved(&mut self, turned: &Turned, id: &ClientMessageId, saved: Settle<()>) {
        let refused = turned.refused.iter().find(|(refused, _)| refused == id);
        match (refused, turned.persists.first()) {
            (Some((_, reason)), _) => give(saved, Err((*reason).into())),
            (None, Some(write)) => self.pending.save(*write, saved),
            // The engine has given the storage up.
            (None, None) => give(saved, Err(SendError::NotSaved(PersistFailure::Unavailable))),
        }
    }

    async fn input(&mut self, input: Input) {
        let stamp = Stamp {
            now: self.clock.now(),
            entropy: clock::entropy(),
        };
        if let Input::Persisted { id, outcome } = &input {
            self.pending.persisted(*id, *outcome);
        }
        self.turn(input, stamp).await;
    }

    /// Mutates once and drains.
    async fn turn(&mut self, input: Input, stamp: Stamp) -> Turned {
        self.conversation.handle(input, stamp.now, stamp.entropy);
        let mut turned = Turned::default();
        let mut writes = Turn::default();
        let mut changes = Vec::new();
        while let Some(output) = self.conversation.poll_output() {
            match output {
                Output::Effect(effect) => self.perform(effect, &mut writes, &mut turned).await,
                Output::Change(change) => changes.push(change),
            }
        }
        self.keeper.write(&mut writes);
        for change in changes {
            self.pending.settle(&change);
            match &change {
                Change::Undeliverable {
                    client_message_id,
                    reason,
                    ..
                } => turned.refused.push((client_message_id.clone(), *reason)),
                Change::Notice(notice) if !self.notices.contains(notice) => {
                    self.notices.push(notice.clone());
                }
                _ => {}
            }
            // Without readers it is told to nobody.
            drop(self.changes.send(change));
        }
        turned
    }

    /// What the engine has written to its short keys is durable before anything that comes after it goes
    /// out: the journal must know of a try before it is made. Where the storage does not take it, the engine hears of that
    /// next, and all goes on but for a try that the next client would repeat.
    async fn perform(&mut self, effect: Effect, writes: &mut Turn, turned: &mut Turned) {
        match effect {
            Effect::WriteLocal { key, value } => writes.local(key, value),
            Effect::Persist {
                id, writes: stores, ..
            } => {
                turned.persists.push(id);
                self.files.forget(&stores);
                self.keeper.persist(writes, id, stores);
            }
            Effect::Request { id, request } => match self.keeper.write_now(writes).await {
                Err(not_kept) if entry_of(&request).is_some_and(|entry| not_kept.may_double(entry)) => {
                    self.keeper.later(id);
                }
                _ => self.network.request(id, request),
            },
            Effect::PutFile {
                id,
                file,
                url,
                mime_type,
            } => {
                drop(self.keeper.write_now(writes).await);
                match self.files.read(&self.keeper, &file).await {
                    Ok(bytes) => self.network.put(id, url, mime_type, bytes),
                    Err(_) => self.keeper.later(id),
                }
            }
            Effect::Beacon { path, body } => {
                drop(self.keeper.write_now(writes).await);
                self.network.beacon(path, body);
            }
            Effect::OpenStream { id, transport, path } => {
                drop(self.keeper.write_now(writes).await);
                self.network.open(id, transport, &path);
            }
            Effect::SendFrame { id, frame } => {
                drop(self.keeper.write_now(writes).await);
                self.network.send(id, frame);
            }
            Effect::CloseStream(id) => self.network.close(id),
            other => tracing::error!(?other, "an effect that this client does not know"),
        }
    }
}

/// The message that a request sends.
fn entry_of(request: &HttpRequest) -> Option<&str> {
    request.body.as_ref()?.get("clientMessageId")?.as_str()
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
