//! Facts of the log, profiles and what is noted about people, as texts.

use super::Unreadable;
use crate::storage::{LogFact, Profile};
use pocketping_core::envelope::ServerEnvelope;
use pocketping_core::{MessageId, Object, Value, Wire};
use std::borrow::Cow;

/// Kinds that are facts of the store and no envelope types.
const CHANGED: &str = "#changed";
const EDITED: &str = "#edited";

/// A fact's kind and its data.
pub(in crate::storage) fn write_fact(fact: &LogFact) -> (&str, Option<Cow<'_, str>>) {
    match fact {
        LogFact::SessionChanged => (CHANGED, None),
        LogFact::Edited(id) => (EDITED, Some(id.as_str().into())),
        LogFact::Event(event) => (event.kind(), Some(crate::bus::event_data(event).into())),
    }
}

/// Reads what [`write_fact`] wrote.
pub(in crate::storage) fn read_fact(kind: &str, data: Option<&str>) -> Result<LogFact, Unreadable> {
    let data = data.unwrap_or_default();
    Ok(match kind {
        CHANGED => LogFact::SessionChanged,
        EDITED => LogFact::Edited(MessageId::new(data)),
        kind => {
            let data: Value = serde_json::from_str(data)?;
            let envelope = Object::new().with("type", kind).with("data", data);
            LogFact::Event(ServerEnvelope::read(&envelope.into())?.event)
        }
    })
}

/// Reads a profile's JSON text.
pub(in crate::storage) fn read_profile(data: Option<&str>) -> Result<Profile, Unreadable> {
    let Some(data) = data else {
        return Ok(Profile::default());
    };
    let value: Value = serde_json::from_str(data)?;
    Ok(Profile::read(&value)?)
}

/// Reads what was noted about a person.
pub(in crate::storage) fn read_attributes(text: Option<&str>) -> Result<Object, Unreadable> {
    Ok(text
        .map(serde_json::from_str)
        .transpose()?
        .map_or(Ok(Object::new()), |value: Value| Object::read(&value))?)
}
