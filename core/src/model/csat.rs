//! Ratings (PROTOCOL §3.2, §5.9).

use crate::Timestamp;
use crate::value::wire_object;

wire_object! {
    /// A session's rating.
    pub struct Csat {
        /// Asked for and not answered.
        pub pending: bool => "pending" or false;
        /// 1 (worst) to 5 (best).
        pub score: Option<i64> => "score";
        /// What the visitor added, trimmed, at most 1,000 characters.
        pub comment: Option<String> => "comment";
        /// When it was asked for.
        pub requested_at: Option<Timestamp> => "requestedAt";
        /// When it was answered; the first answer wins for ever.
        pub responded_at: Option<Timestamp> => "respondedAt";
    }
}
