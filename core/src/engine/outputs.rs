//! [`Outputs`]: what waits to be polled, and what the requests under way are for.

use super::{
    Change, Effect, EntryKey, HttpRequest, Method, Output, PersistId, RequestId, StoreWrite, StreamId,
};
use crate::{ClientMessageId, Value};
use std::vec::IntoIter;

/// What a request under way is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `POST /connect`.
    Connect,
    /// The outbox entry under way.
    Deliver,
    /// `GET /messages`.
    Read,
    /// `GET /messages` of the page before the oldest known message.
    ReadOlder,
    /// `POST /visibility`: tells whether the server has that route.
    Visibility,
    /// `GET /screenshot/requests`.
    Screenshots,
    /// Nothing depends on the answer.
    Passing,
}

/// The queue of outputs, and the numbers that name requests, streams and writes.
#[derive(Default)]
pub(super) struct Outputs {
    queue: Vec<Output>,
    /// What is being polled.
    going_out: IntoIter<Output>,
    last_id: u64,
    under_way: Vec<(RequestId, Purpose)>,
    /// Database writes of this turn; they go out together, in one transaction.
    pub(super) writes: Vec<StoreWrite>,
}

impl Outputs {
    pub(super) fn poll(&mut self) -> Option<Output> {
        if self.going_out.as_slice().is_empty() {
            self.going_out = std::mem::take(&mut self.queue).into_iter();
        }
        self.going_out.next()
    }

    /// The changes that wait to be told.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.queue.iter().filter_map(|output| match output {
            Output::Change(change) => Some(change),
            Output::Effect(_) => None,
        })
    }

    pub(super) fn change(&mut self, change: Change) {
        self.queue.push(Output::Change(change));
    }

    /// Whether this turn says already that the entry has to be read again.
    pub(super) fn tells_of(&self, key: &EntryKey) -> bool {
        self.queue.iter().any(|output| match output {
            Output::Change(Change::Timeline) => true,
            Output::Change(Change::Added(told) | Change::Updated(told)) => told == key,
            _ => false,
        })
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.queue.push(Output::Effect(effect));
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a request; its answer will be told apart by `purpose`.
    pub(super) fn request(
        &mut self,
        purpose: Purpose,
        method: Method,
        path: String,
        body: Option<Value>,
    ) -> RequestId {
        let id = RequestId(self.next_id());
        self.under_way.push((id, purpose));
        let request = HttpRequest {
            method,
            path,
            body,
            timeout_ms: 15_000,
        };
        self.effect(Effect::Request { id, request });
        id
    }

    /// Sends a file's bytes for the outbox entry under way.
    pub(super) fn put_file(&mut self, file: ClientMessageId, url: String, mime_type: String) {
        let id = RequestId(self.next_id());
        self.under_way.push((id, Purpose::Deliver));
        self.effect(Effect::PutFile {
            id,
            file,
            url,
            mime_type,
        });
    }

    /// What an answered request was for; `None` when its answer is not wanted any more.
    pub(super) fn answered(&mut self, id: RequestId) -> Option<Purpose> {
        let at = self.under_way.iter().position(|(known, _)| *known == id)?;
        Some(self.under_way.swap_remove(at).1)
    }

    /// Whether a request of this kind is under way.
    pub(super) fn is_under_way(&self, purpose: Purpose) -> bool {
        self.under_way.iter().any(|(_, known)| *known == purpose)
    }

    /// The answers of requests of this kind are not wanted any more.
    pub(super) fn forget(&mut self, purpose: Purpose) {
        self.under_way.retain(|(_, known)| *known != purpose);
    }

    pub(super) fn new_stream(&mut self) -> StreamId {
        StreamId(self.next_id())
    }

    pub(super) fn new_persist(&mut self) -> PersistId {
        PersistId(self.next_id())
    }
}
