//! `GET /stream`: a WebSocket when the client asks for one, else server-sent events (PROTOCOL §2;
//! EXTENSIONS, Resume and Heartbeat).
//!
//! Both carry the same envelopes of one [`Subscription`](crate::Subscription), which is made before the answer:
//! from the moment at which a client sees its stream open it misses nothing.

mod events;
mod frame;
mod open;
mod socket;
mod upgrade;

pub(crate) use events::server_sent_events;
pub(crate) use frame::{OperatorFrames, VisitorFrames};
pub(crate) use open::OpenSockets;
pub(crate) use socket::web_socket;
pub(crate) use upgrade::Upgrade;
