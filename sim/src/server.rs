//! [`Server`]: what the world asks of a backend, whichever dialect it speaks.

use pocketping_core::engine::{HttpAnswer, HttpRequest, Transport};
use pocketping_core::model::Message;
use pocketping_core::{MessageId, SessionId, Value};
use std::collections::BTreeSet;

/// Names a request under way at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallId(pub u64);

/// Names a stream's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConnectionId(pub u64);

/// What a server says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    /// The answer of a request.
    Answer(CallId, HttpAnswer),
    /// For the books only: a server of the existing kind has committed this request's message.
    Committed(CallId),
    /// A stream is open.
    Opened(ConnectionId),
    /// An envelope.
    Envelope(ConnectionId, Value),
    /// The named SSE event `heartbeat`.
    Heartbeat(ConnectionId),
    /// A stream was refused or has ended.
    Closed(ConnectionId, u16),
}

/// What reaches a server.
#[derive(Clone, Debug)]
pub(crate) enum Carried {
    /// A request of the engine's, or of an operator's.
    Request(HttpRequest),
    /// A file's bytes, to the address that the server has given for them.
    File { url: String, bytes: String },
}

/// A backend. Like the engine it is driven: give it something, then [`run`](Server::run) it, then take what it
/// [says](Server::poll_said), and come back at its [deadline](Server::deadline).
pub(crate) trait Server {
    /// A request arrives.
    fn request(&mut self, call: CallId, request: &HttpRequest);

    /// A file's bytes arrive; only at a server that has given an address for them.
    fn put(&mut self, _call: CallId, url: &str, _bytes: &str) {
        unreachable!("this server takes no files, and has given no address {url}");
    }

    /// A client opens a stream.
    fn dial(&mut self, connection: ConnectionId, transport: Transport, path: &str);

    /// A frame arrives over an open WebSocket.
    fn frame(&mut self, connection: ConnectionId, frame: &Value);

    /// Nothing can be sent over a stream until then: what the server says gathers.
    fn stall(&mut self, connection: ConnectionId, until: u64);

    /// A client has gone.
    fn hang_up(&mut self, connection: ConnectionId);

    /// Goes on as far as it can at this moment.
    fn run(&mut self);

    /// What it has to say.
    fn poll_said(&mut self) -> Option<Said>;

    /// When it has something to do by itself.
    fn deadline(&self) -> Option<u64>;

    /// Whether nothing is under way.
    fn is_idle(&self) -> bool;

    /// Whether its process is alive.
    fn is_up(&self) -> bool;

    /// The process dies; what was committed stays, and nothing else. Gives how many writes were lost.
    fn crash(&mut self) -> usize;

    /// What was committed is gone, too; only after a crash.
    fn forget(&mut self);

    /// The process starts.
    fn start(&mut self);

    /// From here on its storage fails, or works.
    fn store_fails(&mut self, fails: bool);

    /// Its clock is off by so many milliseconds.
    fn set_clock(&mut self, off_by: i64);

    /// What is stored of a session, as its visitor may see it, in the server's order.
    fn messages(&self, session: &SessionId) -> Vec<Message>;

    /// Which of them can be read: `after` finds an id's first copy only, and behind that more copies may stand than a
    /// page takes (PROTOCOL §8.2, §8.8). None for a server without such gaps.
    fn readable(&self, _session: &SessionId) -> Option<BTreeSet<MessageId>> {
        None
    }

    /// Ids of the custom events that were taken, each as often as it was; none where the log is so short that a
    /// repeat may find nothing to know it by.
    fn event_ids(&self) -> Option<Vec<String>>;
}
