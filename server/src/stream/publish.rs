//! From what was written to notices on the bus. Runs once for each write, in the order of the numbers.

use crate::bus::{Notice, Place, Topic};
use crate::pocketping::Inner;
use crate::storage::{Audience, Foreign, LogEvent, LogFact, Seq, SessionRecord, Written};
use crate::view::{for_operators, for_visitor};
use pocketping_core::SessionId;
use pocketping_core::Wire;
use pocketping_core::envelope::{MessageEdited, ServerEvent, Typing};
use pocketping_core::model::Message;
use std::borrow::Cow;
use std::sync::Arc;

/// Tells the visitor's and the operators' streams what a write did; ends the visitor's when they are not to have one.
pub(crate) fn publish_written(inner: &Inner, written: &Written) {
    publish_news(inner, written);
    if written.erased || written.session.profile.blocked {
        inner.bus.end(&Topic::Session(written.session.id.clone()));
    }
}

fn publish_news(inner: &Inner, written: &Written) {
    if written.message.is_none() && written.events.is_empty() {
        return;
    }
    let session = Topic::Session(written.session.id.clone());
    let to_visitor = inner.bus.sessions_listened_to() > 0 && inner.bus.has_listeners(&session);
    let to_operators = inner.bus.has_listeners(&Topic::Operators);
    if to_operators {
        publish_session_of(inner, written);
    }
    if let Some(stored) = written.message.as_ref().filter(|_| to_visitor || to_operators) {
        let data = crate::bus::json(&stored.message.write());
        let place = Place::Logged(stored.seq);
        let shown = for_visitor(&stored.message).filter(|_| to_visitor);
        match &shown {
            // Both sides get the same data, serialised once.
            Some(Cow::Borrowed(_)) => send(inner, &session, Notice::of_data(place, "message", &data, None)),
            // Another server's message, which was deleted before we heard of it.
            Some(Cow::Owned(message)) => {
                let data = crate::bus::json(&message.write());
                send(inner, &session, Notice::of_data(place, "message", &data, None));
            }
            None => {}
        }
        if to_operators {
            let notice = Notice::of_data(place, "message", &data, Some(&written.session.id));
            send(inner, &Topic::Operators, notice);
        }
    }
    for (seq, event) in &written.events {
        let edit;
        let fact = match &event.fact {
            LogFact::SessionChanged => continue,
            LogFact::Event(event) => event,
            LogFact::Edited(id) => {
                let changed = written.changed.iter().find(|stored| stored.message.id == *id);
                match changed.and_then(|stored| edit_of(&stored.message)) {
                    Some(event) => {
                        edit = event;
                        &edit
                    }
                    None => continue,
                }
            }
        };
        if to_visitor && event.audience == Audience::Everyone {
            send(inner, &session, Notice::new(Place::Logged(*seq), fact, None));
        }
        if to_operators && let Some(notice) = operator_notice(*seq, fact, Some(&written.session.id)) {
            send(inner, &Topic::Operators, notice);
        }
    }
}

/// The session's new state goes before the entries that made it, so that whoever got the entries has it.
/// When nothing else tells operators of the last entry, it carries that entry's place.
fn publish_session_of(inner: &Inner, written: &Written) {
    let place = match written.events.last() {
        Some((seq, event)) if !is_shown_to_operators(event) => Place::Logged(*seq),
        Some((seq, _)) => Place::AsOf(*seq),
        None => Place::AsOf(written.message.as_ref().map_or(written.head, |stored| stored.seq)),
    };
    let shown_before = written.message.is_some() || written.events.len() > 1;
    // A `Logged` notice moves listeners past what still has to come: only right when nothing does.
    let place = match place {
        Place::Logged(seq) if shown_before => Place::AsOf(seq),
        place => place,
    };
    send(
        inner,
        &Topic::Operators,
        session_notice(inner, &written.session, place),
    );
}

fn is_shown_to_operators(event: &LogEvent) -> bool {
    !matches!(
        event.fact,
        LogFact::SessionChanged | LogFact::Event(ServerEvent::SessionState(_))
    )
}

/// Tells the operators' streams how a session is, outside of any write: its visitor came or went.
pub(crate) fn publish_session(inner: &Inner, session: &SessionRecord) {
    if inner.bus.has_listeners(&Topic::Operators) {
        send(
            inner,
            &Topic::Operators,
            session_notice(inner, session, Place::Passing),
        );
    }
}

/// Tells all streams of an announcement; gives how many sessions have a stream.
pub(crate) fn publish_announcement(inner: &Inner, seq: Seq, event: &ServerEvent) -> usize {
    if inner.bus.has_listeners(&Topic::Operators)
        && let Some(notice) = operator_notice(seq, event, None)
    {
        send(inner, &Topic::Operators, notice);
    }
    inner
        .bus
        .publish_to_sessions(Arc::new(Notice::new(Place::Logged(seq), event, None)))
}

/// Tells our streams what another server on the same store did.
pub(crate) fn publish_foreign(inner: &Inner, foreign: &Foreign) {
    match foreign {
        Foreign::Written(written) => publish_written(inner, written),
        Foreign::Announced(seq, event) => {
            let LogFact::Event(event) = &event.fact else {
                return;
            };
            match event {
                ServerEvent::Presence(presence) => inner.presence.heard(presence.online),
                ServerEvent::ConfigUpdate(update) => inner.told_reachability.heard(update),
                _ => {}
            }
            publish_announcement(inner, *seq, event);
        }
    }
}

/// Tells both sides that somebody types.
pub(crate) fn publish_typing(inner: &Inner, session: SessionId, typing: Typing) {
    let event = ServerEvent::Typing(typing);
    let operators = inner.bus.has_listeners(&Topic::Operators);
    if operators {
        let notice = Notice::new(Place::Passing, &event, Some(&session));
        send(inner, &Topic::Operators, notice);
    }
    let topic = Topic::Session(session);
    if inner.bus.has_listeners(&topic) {
        send(inner, &topic, Notice::new(Place::Passing, &event, None));
    }
}

/// The operators' notice of an event; `None` for what their `session` envelope says already, and for what is about the
/// widget's look.
pub(super) fn operator_notice(seq: Seq, event: &ServerEvent, session: Option<&SessionId>) -> Option<Notice> {
    match event {
        ServerEvent::SessionState(_) | ServerEvent::ConfigUpdate(_) => None,
        event => Some(Notice::new(Place::Logged(seq), event, session)),
    }
}

/// The operators' notice of how a session is.
pub(super) fn session_notice(inner: &Inner, session: &SessionRecord, place: Place) -> Notice {
    let data = crate::bus::json(&for_operators(session, inner.online(&session.id)).write());
    Notice::of_data(place, "session", &data, Some(&session.id))
}

/// The event of a message's newest edit; `None` when it has none.
pub(super) fn edit_of(message: &Message) -> Option<ServerEvent> {
    Some(ServerEvent::MessageEdited(MessageEdited {
        message_id: message.id.clone(),
        content: message.content.clone(),
        edited_at: message.edited_at?,
    }))
}

fn send(inner: &Inner, topic: &Topic, notice: Notice) {
    inner.bus.publish(topic, Arc::new(notice));
}
