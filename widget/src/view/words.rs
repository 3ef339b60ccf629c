//! Every text the widget shows, in plain English.

pub(super) const TODAY: &str = "Today";
pub(super) const YESTERDAY: &str = "Yesterday";
