//! Verified people find their conversation again in every browser (EXTENSIONS, Signed identity).
//!
//! A session belongs to the visitor in whose browser it began; a signature of the site opens it to the person it is
//! about as well. What nobody has vouched for never does: verified and unverified are not merged, nor are two people
//! who use one browser.

use super::ServiceError;
use super::connect::Arrival;
use crate::PocketPing;
use crate::storage::{Draft, SessionFilter, SessionRecord, Written};
use pocketping_core::model::Identity;
use pocketping_core::{SessionId, VisitorId};
use std::sync::{Arc, OnceLock};

/// Why the visitor's own session is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// There is none.
    NoSession,
    /// It is about another verified person.
    OtherPerson,
}

impl PocketPing {
    /// Opens a verified person's session: the one asked for, else this browser's own, else the one with the newest activity
    /// in any browser, else a new one. `None` for everybody else.
    pub(super) async fn open_as_person(
        &self,
        asked: Option<&SessionId>,
        visitor: &VisitorId,
        arrival: &Arrival,
    ) -> Result<Option<Written>, ServiceError> {
        let Some(person) = arrival.identity.as_ref().filter(|identity| is_verified(identity)) else {
            return Ok(None);
        };
        let person = person.id.clone();
        if let Some(asked) = asked
            && let Some(session) = self.inner().storage.session(asked).await?
            && is_about(&session, &person)
        {
            return self.reopen(session, arrival).await.map(Some);
        }
        let refused = match self
            .open_own(asked.cloned(), visitor.clone(), arrival, &person)
            .await?
        {
            Ok(written) => return Ok(Some(written)),
            Err(refused) => refused,
        };
        if let Some(session) = self.session_of(&person).await? {
            return self.reopen(session, arrival).await.map(Some);
        }
        let owner = match refused {
            Refusal::NoSession => visitor.clone(),
            // Under the browser's own visitor the other person's session would be found.
            Refusal::OtherPerson => VisitorId::from(self.make_id()),
        };
        self.open(None, owner, arrival.clone()).await.map(Some)
    }

    async fn reopen(&self, session: SessionRecord, arrival: &Arrival) -> Result<Written, ServiceError> {
        self.open(Some(session.id), session.visitor_id, arrival.clone())
            .await
    }

    /// The visitor's own session, if they have one that is not about somebody else.
    async fn open_own(
        &self,
        asked: Option<SessionId>,
        visitor: VisitorId,
        arrival: &Arrival,
        person: &str,
    ) -> Result<Result<Written, Refusal>, ServiceError> {
        let refusal = Arc::new(OnceLock::new());
        let (refuse, person) = (Arc::clone(&refusal), person.to_owned());
        let check = move |draft: &Draft| {
            let session = draft.session();
            let problem = if draft.is_new() {
                Refusal::NoSession
            } else if is_about_anyone(session) && !is_about(session, &person) {
                Refusal::OtherPerson
            } else {
                return Ok(());
            };
            refuse.get_or_init(|| problem);
            Err(ServiceError::SessionNotFound)
        };
        match (
            self.open_unless(asked, visitor, arrival.clone(), check).await,
            refusal.get(),
        ) {
            (Ok(written), _) => Ok(Ok(written)),
            (Err(_), Some(refusal)) => Ok(Err(*refusal)),
            (Err(error), None) => Err(error),
        }
    }

    /// The person's session with the newest activity. Whoever claims the same id without a signature has sessions of it too,
    /// so there may be pages without one of the person.
    async fn session_of(&self, person: &str) -> Result<Option<SessionRecord>, ServiceError> {
        let mut filter = SessionFilter {
            identity: Some(person.to_owned()),
            limit: Some(200),
            ..SessionFilter::default()
        };
        loop {
            let page = self.inner().storage.sessions(filter.clone()).await?;
            let found = page
                .sessions
                .into_iter()
                .find(|session| is_about(session, person));
            if found.is_some() || page.next.is_none() {
                return Ok(found);
            }
            filter.before = page.next;
        }
    }
}

fn is_verified(identity: &Identity) -> bool {
    identity.verified == Some(true)
}

/// Whether somebody has vouched for whom the session is about.
fn is_about_anyone(session: &SessionRecord) -> bool {
    session.profile.identity.as_ref().is_some_and(is_verified)
}

fn is_about(session: &SessionRecord, person: &str) -> bool {
    let identity = session.profile.identity.as_ref();
    identity.is_some_and(|identity| is_verified(identity) && identity.id == person)
}
