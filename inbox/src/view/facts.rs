//! What is known of a visitor, as names and values.

use super::event_line::summary;
use pocketping_core::Timestamp;
use pocketping_core::model::OperatorSession;
use pocketping_widget::view::{day_name, time_of_day};

/// So much of a visitor's id is shown: enough to tell two apart, too little to pose as one.
const ID_CHARS: usize = 8;

/// Names and values, only those that are known; the site's and the server's own keys last.
pub(super) fn facts(session: &OperatorSession, now: Timestamp) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push((name.to_owned(), value));
        }
    };
    if let Some(known) = session.metadata.clone() {
        let place = [known.city, known.country]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        add("Browser", known.browser);
        add("System", known.os);
        add("Device", known.device_type.map(|device| capitalised(&device)));
        add(
            "Screen",
            known.screen_resolution.map(|size| size.replace('x', " × ")),
        );
        add("Language", known.language);
        add("Time zone", known.timezone.map(|zone| zone.replace('_', " ")));
        add("Place", Some(place));
        add("Referrer", known.referrer);
    }
    add("Phone", session.user_phone.clone());
    let first = [
        &day_name(session.created_at, now),
        ", ",
        &time_of_day(session.created_at),
    ]
    .concat();
    add(crate::words::FIRST_SEEN, Some(first));
    let id: String = session.visitor_id.as_str().chars().take(ID_CHARS).collect();
    add("Visitor id", Some([&id, "…"].concat()));
    if let Some(identity) = &session.identity {
        add("Your id", Some(identity.id.clone()));
        for (key, value) in identity.custom.iter() {
            add(key, Some(summary(value)));
        }
    }
    for (key, value) in session.data.iter() {
        add(key, Some(summary(value)));
    }
    facts
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
