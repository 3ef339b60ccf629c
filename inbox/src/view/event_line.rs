//! A custom event between the messages.

use crate::store::EventLine;
use pocketping_core::{Object, Value};
use pocketping_widget::browser::value;
use pocketping_widget::dom::{El, el};
use pocketping_widget::view::{Glyph, icon, time_of_day};

/// Name, data and time of a custom event.
pub(super) fn event_row(line: &EventLine) -> El {
    let event = &line.event;
    let data = summary(&event.data);
    let mut row = el("div")
        .class("pp-event")
        .child(icon(Glyph::BOLT, ""))
        .child(el("span").class("pp-event__name").text(&event.name));
    if !data.is_empty() {
        row = row.child(el("span").class("pp-event__data").text(&data));
    }
    row.child(
        el("time")
            .class("pp-message-time")
            .attr("datetime", &event.timestamp.to_string())
            .text(&time_of_day(event.timestamp)),
    )
}

/// `plan: pro, seats: 3`; what is nested is shown as JSON.
pub(super) fn summary(data: &Value) -> String {
    match data {
        Value::Null => String::new(),
        Value::Object(members) => members_summary(members),
        other => plain(other),
    }
}

fn members_summary(members: &Object) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(key, value)| [key, ": ", &plain(value)].concat())
        .collect();
    members.join(", ")
}

/// A value as one would write it in a sentence: strings without quotes, the rest as JSON.
fn plain(data: &Value) -> String {
    match data {
        Value::String(text) => text.clone(),
        other => value::to_json(other),
    }
}
