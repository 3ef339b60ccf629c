//! When visitors are asked for a rating.

/// When visitors are asked for a rating (PROTOCOL §5.9, §5.10). Whatever the policy, they are asked by themselves only in
/// conversations that an operator took part in, and once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsatPolicy {
    /// Never: neither questions nor ratings are taken.
    Off,
    /// When [`request_csat`](crate::PocketPing::request_csat) is called.
    #[default]
    Manual,
    /// Also when the visitor leaves: the question is there when they come back.
    OnDisconnect,
    /// Also when an operator closes the conversation.
    OnResolve,
}
