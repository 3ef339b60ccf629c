//! Whether streams are offered.

/// Whether clients may hold a stream open (`/stream`: WebSocket, server-sent events).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamPolicy {
    /// They may.
    #[default]
    On,
    /// There is no such route: clients read `/messages` every two seconds instead. For hosts that answer whole requests only, such as AWS Lambda. The inbox needs a stream.
    Off,
}
