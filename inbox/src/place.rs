//! What the page shows, as its address says it: a reload and a link lead to the same.

use crate::filter::Filter;
use pocketping_core::SessionId;
use pocketping_core::route::{parse_query, percent_encode};

/// Spans of the statistics page, in days.
pub(crate) const SPANS: [u32; 4] = [7, 30, 90, 365];

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which conversations are listed.
    pub(crate) filter: Filter,
    /// The chosen conversation.
    pub(crate) session: Option<SessionId>,
    /// So many days' statistics are shown, if they are.
    pub(crate) stats_days: Option<u32>,
}

impl Place {
    /// Reads an address' query, with or without its `?`; what it does not say is as at first.
    pub(crate) fn read(query: &str) -> Self {
        let mut place = Place::default();
        for (key, value) in parse_query(query.trim_start_matches('?')) {
            match &*key {
                "session" if !value.is_empty() => place.session = Some(SessionId::from(value)),
                "stats" => {
                    let days = value.parse().ok().filter(|days| SPANS.contains(days));
                    place.stats_days = Some(days.unwrap_or(SPANS[0]));
                }
                _ => {
                    // What is of no filter is somebody else's.
                    place.filter.take(&key, &value);
                }
            }
        }
        place
    }

    /// The query, with its `?`; empty for what is shown at first.
    pub(crate) fn write(&self) -> String {
        let mut query = String::new();
        if self.filter != Filter::default() {
            query = ["?", &self.filter.to_query()].concat();
        }
        let mut add = |key: &str, value: &str| {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(key);
            percent_encode(value, &mut query);
        };
        if let Some(session) = &self.session {
            add("session=", session.as_str());
        }
        if let Some(days) = self.stats_days {
            add("stats=", &days.to_string());
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Stage;

    #[test]
    fn what_is_shown_survives_the_address() {
        let place = Place {
            filter: Filter {
                stage: Stage::All,
                text: "lamp?".into(),
                ..Filter::default()
            },
            session: Some("s/1".into()),
            stats_days: Some(30),
        };
        assert_eq!(Place::read(&place.write()), place);
        assert_eq!(Place::default().write(), "");
        assert_eq!(Place::read(""), Place::default());
    }

    #[test]
    fn a_span_that_is_not_offered_is_the_first() {
        assert_eq!(Place::read("?stats=12").stats_days, Some(7));
        assert_eq!(Place::read("?stats").stats_days, Some(7));
        assert_eq!(Place::read("?state=all").stats_days, None);
    }
}
