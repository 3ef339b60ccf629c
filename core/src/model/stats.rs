//! Figures about a span of time (PROTOCOL §5.9).

use crate::Timestamp;
use crate::value::wire_object;

wire_object! {
    /// What happened in a span of time, in figures.
    pub struct Stats {
        /// Its beginning.
        pub from: Timestamp => "from";
        /// Its end, which is not part of it.
        pub to: Timestamp => "to";
        /// Sessions that began in it; all figures but the ratings are about these.
        pub conversations: u64 => "conversations" or 0;
        /// How many of them began on each day, counted in 24 hours from `from`; at least one day, oldest first.
        pub conversations_sparkline: Vec<u64> => "conversationsSparkline" or Vec::new();
        /// Their messages of that time, at most 1,000 of each session.
        pub messages: u64 => "messages" or 0;
        /// The share, 0 to 1, that an operator or an AI has written in; 0 when there are none.
        pub response_rate: f64 => "responseRate" or 0.0;
        /// The median of the seconds from a visitor's first message to the first answer; null when there was none.
        pub median_first_response_seconds: Option<f64> => "medianFirstResponseSeconds", nullable;
        /// Those whose newest message is the visitor's.
        pub unanswered_now: u64 => "unansweredNow" or 0;
        /// The ratings that were given in that time, whenever their sessions began.
        pub csat: CsatStats => "csat";
    }
}

wire_object! {
    /// Ratings, in figures.
    pub struct CsatStats {
        /// The share, 0 to 1, of 4 and 5; null when there are none.
        pub percent: Option<f64> => "percent", nullable;
        /// The average; null when there are none.
        pub average: Option<f64> => "average", nullable;
        /// How many.
        pub responses: u64 => "responses" or 0;
    }
}
