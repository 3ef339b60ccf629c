//! The labels, all of few values: a label that a client could fill would let it fill our memory.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use std::fmt::{self, Write};

/// On which side of a conversation something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// The visitor's.
    Visitor,
    /// Operators', hooks' and the host's own code.
    Operator,
}

/// How envelopes reach a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Transport {
    WebSocket,
    ServerSentEvents,
}

/// From where a stream goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Start {
    /// From now.
    Now,
    /// After what the client has seen.
    Resumed,
    /// From now, as what the client has seen is too long ago or unknown: it has to read the list again.
    Resync,
}

/// Writes these words as the values of labels.
macro_rules! words {
    ($type:ty { $($value:ident = $word:literal),+ }) => {
        impl EncodeLabelValue for $type {
            fn encode(&self, encoder: &mut LabelValueEncoder) -> fmt::Result {
                encoder.write_str(match self { $(Self::$value => $word),+ })
            }
        }
    };
}
words!(Side { Visitor = "visitor", Operator = "operator" });
words!(Transport { WebSocket = "websocket", ServerSentEvents = "sse" });
words!(Start { Now = "now", Resumed = "resumed", Resync = "resync" });

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Author {
    pub(super) sender: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Origin {
    pub(super) from: Side,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Visit {
    pub(super) session: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Code {
    pub(super) code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Started {
    pub(super) side: Side,
    pub(super) start: Start,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Stream {
    pub(super) side: Side,
    pub(super) transport: Transport,
}
