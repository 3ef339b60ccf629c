//! [`Scribe`]: what a write is to be told of, by comparing the session before and after its rule.

use super::envelope::{self, Told};
use crate::config::WebhookKind;
use crate::service::ServiceError;
use crate::storage::{Audience, Draft, LogFact, NewDelivery, Profile};
use crate::{Clock, Rng, bus, id};
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::{Csat, Message};
use pocketping_core::{DeliveryId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Who it is comes before what they say.
const ORDER: [WebhookKind; 5] = [
    WebhookKind::Sessions,
    WebhookKind::Identify,
    WebhookKind::Messages,
    WebhookKind::Events,
    WebhookKind::Csat,
];

/// Writes deliveries down.
pub(super) struct Scribe {
    forward: Vec<WebhookKind>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

/// Has the deliveries of one write queued with it.
#[derive(Clone)]
pub(crate) struct Telling {
    scribe: Arc<Scribe>,
    queued: Arc<AtomicBool>,
}

impl Telling {
    pub(super) fn new(scribe: Arc<Scribe>) -> Self {
        Telling {
            scribe,
            queued: Arc::default(),
        }
    }

    /// Runs the write's rule, and queues what there is to tell of what it did.
    pub(crate) fn run(
        &self,
        draft: &mut Draft,
        rule: impl FnOnce(&mut Draft) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        let before = Before {
            profile: Arc::clone(&draft.session().profile),
            messages: draft.messages().cloned().collect(),
        };
        rule(draft)?;
        let now = self.scribe.clock.now();
        for told in self.scribe.told(&before, draft, now) {
            draft.deliver(self.scribe.delivery(told, now));
            self.queued.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Whether anything was queued.
    pub(crate) fn has_queued(&self) -> bool {
        self.queued.load(Ordering::Acquire)
    }
}

/// A session before a rule ran.
struct Before {
    profile: Arc<Profile>,
    messages: Vec<Arc<Message>>,
}

impl Scribe {
    pub(super) fn new(forward: Vec<WebhookKind>, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Scribe { forward, clock, rng }
    }

    fn delivery(&self, told: Told, now: Timestamp) -> NewDelivery {
        NewDelivery {
            id: DeliveryId::from(id::make(&*self.clock, &*self.rng)),
            kind: told.kind,
            body: bus::json(&told.body),
            queued_at: now,
        }
    }

    fn told(&self, before: &Before, draft: &Draft, now: Timestamp) -> Vec<Told> {
        let mut told = Vec::new();
        if draft.changes().erase {
            return told;
        }
        // In the order in which things are; each once, however often it is asked for.
        for kind in ORDER.iter().filter(|kind| self.forward.contains(kind)) {
            match kind {
                WebhookKind::Sessions => told.extend(begun(draft, now)),
                WebhookKind::Identify => told.extend(identified(before, draft, now)),
                WebhookKind::Messages => messages(before, draft, now, &mut told),
                WebhookKind::Events => events(draft, now, &mut told),
                WebhookKind::Csat => told.extend(rated(before, draft, now)),
            }
        }
        told
    }
}

/// Visitors who look like programs begin no conversation that anybody is told of, as with hooks.
fn begun(draft: &Draft, now: Timestamp) -> Option<Told> {
    let session = draft.session();
    let metadata = session.profile.metadata.as_ref();
    let is_bot = metadata.is_some_and(|metadata| metadata.rest.get("bot").is_some());
    (draft.is_new() && !is_bot).then(|| envelope::new_session(session, now))
}

fn identified(before: &Before, draft: &Draft, now: Timestamp) -> Option<Told> {
    let session = draft.session();
    let identity = session.profile.identity.as_ref()?;
    let is_new = before.profile.identity.as_ref() != Some(identity);
    is_new.then(|| envelope::identity(identity, session, now))
}

fn rated(before: &Before, draft: &Draft, now: Timestamp) -> Option<Told> {
    let session = draft.session();
    let answered = |csat: &Option<Csat>| csat.as_ref().is_some_and(|csat| csat.responded_at.is_some());
    let rating = session.profile.csat.as_ref()?;
    let is_new = answered(&session.profile.csat) && !answered(&before.profile.csat);
    is_new.then(|| envelope::rating(rating, session, now))
}

/// Those of the page; what goes to the page is in the log too, for everyone.
fn events(draft: &Draft, now: Timestamp, told: &mut Vec<Told>) {
    for entry in &draft.changes().events {
        if let (Audience::Operators, LogFact::Event(ServerEvent::Custom(event))) =
            (entry.audience, &entry.fact)
        {
            told.push(envelope::custom_event(event, draft.session(), now));
        }
    }
}

fn messages(before: &Before, draft: &Draft, now: Timestamp, told: &mut Vec<Told>) {
    if let Some(message) = draft
        .changes()
        .message
        .as_ref()
        .filter(|message| !message.private)
    {
        told.push(envelope::message(message, draft.session(), now));
    }
    for stored in &draft.changes().changed {
        let message = &stored.message;
        let Some(old) = before.messages.iter().find(|old| old.id == message.id) else {
            continue;
        };
        if message.private {
            continue;
        }
        if message.deleted_at.is_some() {
            if old.deleted_at.is_none() {
                told.push(envelope::deletion(message, now));
            }
        } else if message.edited_at != old.edited_at {
            told.push(envelope::edit(message, now));
        }
    }
}
