//! A custom event between the messages.

use crate::store::EventLine;
use leptos::prelude::*;
use pocketping_core::{Object, Value};
use pocketping_widget::browser::value;
use pocketping_widget::view::{Glyph, Icon, time_of_day};

/// Name, data and time of a custom event.
#[component]
pub(super) fn EventRow(
    /// The event.
    line: EventLine,
) -> impl IntoView {
    let event = line.event;
    let data = summary(&event.data);
    view! {
        <div class="pp-event">
            <Icon glyph=Glyph::BOLT/>
            <span class="pp-event__name">{event.name}</span>
            {(!data.is_empty()).then(|| view! { <span class="pp-event__data">{data}</span> })}
            <time class="pp-message-time" datetime=event.timestamp.to_string()>{time_of_day(event.timestamp)}</time>
        </div>
    }
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
