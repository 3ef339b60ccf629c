//! Ratings (PROTOCOL §5.9).

use super::message::check_client_id;
use super::{ServiceError, admit, change_of, changed, only_publish, shown, touch};
use crate::hooks::Call;
use crate::pocketping::Inner;
use crate::storage::{Draft, Written};
use crate::{CsatPolicy, PocketPing, view};
use pocketping_core::content::MAX_CSAT_COMMENT_CHARS;
use pocketping_core::envelope::{CsatRequested, ServerEvent};
use pocketping_core::model::Csat;
use pocketping_core::route::{CsatRequest, CsatResponse};
use pocketping_core::{SessionId, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl PocketPing {
    /// Takes a rating. The first answer wins for ever; later ones are told so, repeats of the first one
    /// (same `eventId`) are answered like it.
    ///
    /// # Errors
    /// On an unknown session, a comment over 1,000 characters, ratings that are switched off, and when the storage fails.
    pub async fn rate(&self, request: CsatRequest) -> Result<CsatResponse, ServiceError> {
        self.ratings_are_on()?;
        let comment = request
            .comment
            .as_deref()
            .map(str::trim)
            .filter(|comment| !comment.is_empty());
        let comment = comment.map(str::to_owned);
        if comment
            .as_ref()
            .is_some_and(|comment| comment.chars().count() > MAX_CSAT_COMMENT_CHARS)
        {
            let problem = format!("must have at most {MAX_CSAT_COMMENT_CHARS} characters");
            return Err(ServiceError::field("comment", problem));
        }
        if let Some(id) = &request.event_id {
            check_client_id("eventId", id.as_str())?;
        }
        let now = self.now();
        let refused = Arc::new(AtomicBool::new(false));
        let refuse = Arc::clone(&refused);
        let counted = Arc::new(AtomicBool::new(false));
        let count = Arc::clone(&counted);
        let rule = move |draft: &mut Draft| {
            let profile = &draft.session().profile;
            let old = profile.csat.clone();
            if let Some(csat) = old.as_ref().filter(|csat| csat.responded_at.is_some()) {
                let repeat = request.event_id.is_some() && request.event_id == profile.csat_event;
                let same = (Some(request.score.get()), &comment) == (csat.score, &csat.comment);
                if repeat && !same {
                    return Err(ServiceError::ClientMessageIdReused);
                }
                refuse.store(!repeat, Ordering::Release);
                return Ok(());
            }
            admit(draft.session())?;
            touch(draft, now);
            count.store(true, Ordering::Release);
            let profile = draft.profile_mut();
            profile.csat_event = request.event_id;
            profile.csat = Some(Csat {
                pending: false,
                score: Some(request.score.get()),
                comment,
                requested_at: old.and_then(|csat| csat.requested_at),
                responded_at: Some(now),
            });
            draft.log(changed(now));
            Ok(())
        };
        let tell = move |inner: &Inner, written: &Written| {
            let rating = written.session.profile.csat.as_ref();
            if let Some(rating) = rating.filter(|_| counted.load(Ordering::Acquire) && inner.hooks.on_csat())
            {
                let call = Call::Csat(Box::new((view::session(&written.session), rating.clone())));
                inner.hooks.dispatch(&written.session.id, call);
            }
        };
        let written = self.change(change_of(request.session_id, rule, tell)).await?;
        self.seen(&written.session.id);
        let already_rated = refused.load(Ordering::Acquire).then_some(true);
        Ok(CsatResponse {
            ok: true,
            already_rated,
        })
    }

    /// Asks the visitor for a rating. Asking again after an answer shows the form again, but the first
    /// answer stays.
    ///
    /// # Errors
    /// On an unknown session, ratings that are switched off, and when the storage fails.
    pub async fn request_csat(&self, session: &SessionId) -> Result<(), ServiceError> {
        self.ratings_are_on()?;
        let now = self.now();
        let rule = move |draft: &mut Draft| {
            request(draft, now);
            Ok(())
        };
        self.change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(())
    }

    fn ratings_are_on(&self) -> Result<(), ServiceError> {
        if self.config().csat == CsatPolicy::Off {
            let what = "this server takes no ratings";
            return Err(ServiceError::NotAllowed { what });
        }
        Ok(())
    }
}

/// Asks by itself, as a policy wants it: where an operator took part, and nobody has asked before.
pub(super) fn ask(draft: &mut Draft, now: Timestamp) {
    let session = draft.session();
    if session.operator_activity.is_some() && session.profile.csat.is_none() {
        request(draft, now);
    }
}

fn request(draft: &mut Draft, now: Timestamp) {
    let csat = draft.profile_mut().csat.get_or_insert(Csat {
        pending: true,
        score: None,
        comment: None,
        requested_at: None,
        responded_at: None,
    });
    csat.pending = true;
    csat.requested_at = Some(now);
    let request = CsatRequested {
        requested_at: Some(now),
    };
    draft.log(shown(now, ServerEvent::CsatRequest(request)));
}
