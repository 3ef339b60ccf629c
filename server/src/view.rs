//! What the two sides get to see of what is stored.

use crate::storage::{PersonRecord, SessionRecord};
use pocketping_core::model::{Identity, Message, OperatorSession, Person, Session};
use std::borrow::Cow;

/// A message as the visitor may see it: no notes; of deleted ones neither text nor files (EXTENSIONS,
/// Content rules).
pub(crate) fn for_visitor(message: &Message) -> Option<Cow<'_, Message>> {
    if message.private {
        return None;
    }
    if message.deleted_at.is_none() {
        return Some(Cow::Borrowed(message));
    }
    Some(Cow::Owned(Message {
        content: String::new(),
        attachments: Vec::new(),
        ..message.clone()
    }))
}

/// A session as hooks get it (PROTOCOL §3.2).
pub(crate) fn session(record: &SessionRecord) -> Session {
    let profile = &record.profile;
    Session {
        id: record.id.clone(),
        visitor_id: record.visitor_id.clone(),
        created_at: record.created_at,
        last_activity: record.last_activity,
        operator_online: record.operator_online,
        ai_active: record.ai_active,
        metadata: profile.metadata.clone(),
        identity: profile.identity.clone(),
        user_phone: profile.phone.clone(),
        user_phone_country: profile.phone_country.clone(),
        csat: profile.csat.clone(),
    }
}

/// A session as operators see it (EXTENSIONS, Operator API).
pub(crate) fn for_operators(record: &SessionRecord, online: Online) -> OperatorSession {
    let profile = &record.profile;
    OperatorSession {
        id: record.id.clone(),
        visitor_id: record.visitor_id.clone(),
        created_at: record.created_at,
        last_activity: record.last_activity,
        operator_online: record.operator_online,
        ai_active: record.ai_active,
        metadata: profile.metadata.clone(),
        identity: identity(record),
        user_phone: profile.phone.clone(),
        user_phone_country: profile.phone_country.clone(),
        csat: profile.csat.clone(),
        state: record.state,
        unread: record.unread,
        last_message: record.last_message.as_deref().cloned(),
        assignee: profile.assignee.clone(),
        tags: profile.tags.clone(),
        data: profile.data.clone(),
        blocked: profile.blocked,
        online: online == Online::Yes,
        pages: profile.pages.clone(),
        person_id: profile.person_id(),
    }
}

/// A person as operators see them: by what their newest session says.
pub(crate) fn person(record: PersonRecord) -> Person {
    let profile = &record.newest.profile;
    let (identity_id, verified) = match &profile.identity {
        Some(identity) => (identity.id.clone(), identity.verified == Some(true)),
        // A session that names a person has an identity.
        None => (String::new(), false),
    };
    let shown = identity(&record.newest);
    Person {
        identity_id,
        verified,
        name: shown.as_ref().and_then(|identity| identity.name.clone()),
        email: shown.and_then(|identity| identity.email),
        phone: profile.phone.clone(),
        attributes: record.attributes,
        sessions: record.sessions,
        first_seen: record.first_seen,
        last_seen: record.newest.last_activity,
        id: record.id,
    }
}

/// Whether a visitor has a stream open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Online {
    /// At least one.
    Yes,
    /// None.
    No,
}

/// The identity, with the pre-chat form's e-mail address where the site gave none. The form alone makes
/// an identity too, so that operators see whom they talk to; the visitor's browser never gets that one.
fn identity(record: &SessionRecord) -> Option<Identity> {
    let email = record.profile.email.as_ref();
    match (&record.profile.identity, email) {
        (Some(identity), Some(email)) if identity.email.is_none() => Some(Identity {
            email: Some(email.clone()),
            ..identity.clone()
        }),
        (Some(identity), _) => Some(identity.clone()),
        (None, Some(email)) => Some(Identity {
            email: Some(email.clone()),
            verified: Some(false),
            ..Identity::new(email)
        }),
        (None, None) => None,
    }
}
