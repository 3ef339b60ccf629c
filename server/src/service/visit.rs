//! Leaving and coming back: `POST /visibility`, `POST /disconnect` (PROTOCOL §1.3), and visitors who fall silent.

use super::csat::ask;
use super::{ServiceError, change_of, changed, only_publish, touch};
use crate::bus::Topic;
use crate::hooks::{Call, Departure};
use crate::pocketping::Inner;
use crate::storage::{Draft, Written};
use crate::{CsatPolicy, PocketPing, view};
use pocketping_core::SessionId;
use pocketping_core::route::{DisconnectReason, DisconnectRequest, PageState, VisibilityRequest};
use std::time::Duration;

impl PocketPing {
    /// Notes that the page came into view (going out of view changes nothing).
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn visibility(&self, request: VisibilityRequest) -> Result<(), ServiceError> {
        let now = self.now();
        let rule = move |draft: &mut Draft| {
            if request.state == PageState::Visible {
                touch(draft, now);
            }
            Ok(())
        };
        let written = self
            .change(change_of(request.session_id, rule, only_publish))
            .await?;
        self.seen(&written.session.id);
        Ok(())
    }

    /// Notes that the visitor left, tells operators and the disconnect hooks.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn disconnect(&self, request: DisconnectRequest) -> Result<(), ServiceError> {
        let departure = Departure {
            stay: Duration::from_secs(request.duration),
            reason: request.reason,
        };
        self.leave(request.session_id.clone(), departure).await?;
        self.inner().visits.end(&request.session_id);
        Ok(())
    }

    /// Lets visitors leave of whom nothing was heard for [`inactivity_timeout`](crate::Builder::inactivity_timeout): no
    /// open stream, no request. Gives how many. To be called from time to time, such as each half minute; without a
    /// time-out it does nothing.
    ///
    /// # Errors
    /// When the storage fails; those who are not told of yet are so the next time.
    pub async fn dismiss_inactive(&self) -> Result<usize, ServiceError> {
        let inner = self.inner();
        let listens = |session: &SessionId| inner.bus.has_listeners(&Topic::Session(session.clone()));
        let mut silent = inner.visits.take_silent(self.now(), listens);
        let mut dismissed = 0;
        while let Some((session, visit)) = silent.pop() {
            let departure = Departure {
                stay: Duration::from_secs(visit.stay().as_secs()),
                reason: DisconnectReason::Inactivity,
            };
            match self.leave(session.clone(), departure).await {
                Ok(()) => dismissed += 1,
                // Erased meanwhile.
                Err(ServiceError::SessionNotFound) => {}
                Err(error) => {
                    silent.push((session, visit));
                    for (session, visit) in silent {
                        inner.visits.put_back(session, visit);
                    }
                    return Err(error);
                }
            }
        }
        Ok(dismissed)
    }

    /// The visitor of a session that exists did something.
    pub(super) fn seen(&self, session: &SessionId) {
        self.inner().visits.note(session, self.now());
    }

    async fn leave(&self, session: SessionId, departure: Departure) -> Result<(), ServiceError> {
        let now = self.now();
        let asks = self.config().csat == CsatPolicy::OnDisconnect;
        let rule = move |draft: &mut Draft| {
            // Who fell silent did not do anything now.
            if departure.reason != DisconnectReason::Inactivity {
                touch(draft, now);
            }
            draft.log(changed(now));
            if asks {
                ask(draft, now);
            }
            Ok(())
        };
        let tell = move |inner: &Inner, written: &Written| {
            if inner.hooks.on_disconnect() {
                let session = view::session(&written.session);
                let call = Call::Disconnect(Box::new((session, departure)));
                inner.hooks.dispatch(&written.session.id, call);
            }
        };
        self.change(change_of(session, rule, tell)).await?;
        Ok(())
    }
}
