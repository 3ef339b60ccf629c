//! Ratings (PROTOCOL §5.9).

use super::message::check_client_id;
use super::{ServiceError, change_of, changed, only_publish, shown, touch};
use crate::PocketPing;
use crate::storage::Draft;
use pocketping_core::SessionId;
use pocketping_core::content::MAX_CSAT_COMMENT_CHARS;
use pocketping_core::envelope::{CsatRequested, ServerEvent};
use pocketping_core::model::Csat;
use pocketping_core::route::{CsatRequest, CsatResponse};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl PocketPing {
    /// Takes a rating. The first answer wins for ever; later ones are told so, repeats of the first one
    /// (same `eventId`) are answered like it.
    ///
    /// # Errors
    /// On an unknown session, a comment over 1,000 characters, and when the storage fails.
    pub async fn rate(&self, request: CsatRequest) -> Result<CsatResponse, ServiceError> {
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
            touch(draft, now);
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
        self.change(change_of(request.session_id, rule, only_publish))
            .await?;
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
    /// On an unknown session, and when the storage fails.
    pub async fn request_csat(&self, session: &SessionId) -> Result<(), ServiceError> {
        let now = self.now();
        let rule = move |draft: &mut Draft| {
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
            Ok(())
        };
        self.change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(())
    }
}
