//! Sessions as operators see and steer them (EXTENSIONS, Operator API).

use super::csat::ask;
use super::search::check_text;
use super::{ServiceError, change_of, changed, only_publish, shown};
use crate::storage::{Draft, Profile, SessionFilter, SessionRecord};
use crate::view;
use crate::{CsatPolicy, PocketPing};
use pocketping_core::envelope::{ServerEvent, SessionChange};
use pocketping_core::model::{OperatorSession, SessionState};
use pocketping_core::route::SessionsResponse;
use pocketping_core::{Object, OperatorId, SessionId, Wire};

/// Most labels of a session, and most characters of one.
const MAX_TAGS: usize = 50;
const MAX_TAG_CHARS: usize = 64;
/// Most bytes of an operator's id.
const MAX_ASSIGNEE_BYTES: usize = 256;
/// Most bytes of a host's own data as JSON text.
const MAX_DATA_BYTES: usize = 32 * 1024;

impl PocketPing {
    /// Sessions, newest activity first; with a text those that have its words.
    ///
    /// # Errors
    /// On a text of more than 200 characters, and when the storage fails.
    pub async fn get_sessions(&self, filter: SessionFilter) -> Result<SessionsResponse, ServiceError> {
        if let Some(text) = &filter.text {
            check_text(text)?;
        }
        let page = self.inner().storage.sessions(filter).await?;
        Ok(SessionsResponse {
            sessions: page
                .sessions
                .iter()
                .map(|record| self.seen_by_operators(record))
                .collect(),
            next: page.next,
            cursor: Some(page.head.cursor()),
        })
    }

    /// One session.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn get_session(&self, session: &SessionId) -> Result<OperatorSession, ServiceError> {
        let record = self.inner().storage.session(session).await?;
        let record = record.ok_or(ServiceError::SessionNotFound)?;
        Ok(self.seen_by_operators(&record))
    }

    /// Sets where a conversation stands, and tells the visitor if that is new. With [`CsatPolicy::OnResolve`] they are
    /// asked for a rating when it is done.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn set_state(
        &self,
        session: &SessionId,
        state: SessionState,
    ) -> Result<OperatorSession, ServiceError> {
        let now = self.now();
        let asks = self.config().csat == CsatPolicy::OnResolve && state == SessionState::Resolved;
        let rule = move |draft: &mut Draft| {
            if draft.session().state != state {
                draft.session_mut().state = state;
                if asks {
                    ask(draft, now);
                }
                draft.log(shown(now, ServerEvent::SessionState(SessionChange { state })));
            }
            Ok(())
        };
        let written = self
            .change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(self.seen_by_operators(&written.session))
    }

    /// Marks a conversation as done; the visitor's next message opens it again.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn close_session(&self, session: &SessionId) -> Result<OperatorSession, ServiceError> {
        self.set_state(session, SessionState::Resolved).await
    }

    /// Sets who takes care of a session: an operator who may sign in, or `owner` for whoever has the configured token. It
    /// stays so when that operator is removed.
    ///
    /// # Errors
    /// On an id over 256 bytes or of nobody, an unknown session, and when the storage fails.
    pub async fn set_assignee(
        &self,
        session: &SessionId,
        assignee: Option<OperatorId>,
    ) -> Result<OperatorSession, ServiceError> {
        let too_long = |id: &OperatorId| id.as_str().len() > MAX_ASSIGNEE_BYTES;
        if assignee.as_ref().is_some_and(too_long) {
            return Err(ServiceError::field("operatorId", "must have at most 256 bytes"));
        }
        if let Some(operator) = &assignee {
            self.check_assignee(operator).await?;
        }
        self.change_profile(session, |profile| profile.assignee = assignee)
            .await
    }

    /// Replaces the labels of a session; blank ones and repetitions are dropped.
    ///
    /// # Errors
    /// On more than 50 labels, one over 64 characters, an unknown session, and when the storage fails.
    pub async fn set_tags(
        &self,
        session: &SessionId,
        tags: Vec<String>,
    ) -> Result<OperatorSession, ServiceError> {
        let mut clean: Vec<String> = Vec::new();
        for tag in tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
            if !clean.iter().any(|known| known == tag) {
                clean.push(tag.to_owned());
            }
        }
        if clean.len() > MAX_TAGS || clean.iter().any(|tag| tag.chars().count() > MAX_TAG_CHARS) {
            let problem = format!("must be at most {MAX_TAGS} labels of at most {MAX_TAG_CHARS} characters");
            return Err(ServiceError::field("tags", problem));
        }
        self.change_profile(session, |profile| profile.tags = clean).await
    }

    /// Replaces the host's own data of a session.
    ///
    /// # Errors
    /// On data over 32 KiB, an unknown session, and when the storage fails.
    pub async fn set_data(&self, session: &SessionId, data: Object) -> Result<OperatorSession, ServiceError> {
        check_data("data", &data)?;
        self.change_profile(session, |profile| profile.data = data).await
    }

    /// Sets whether the visitor is shut out: what they send is refused, their streams end, and `/connect` opens the
    /// session no more. What they have sent stays.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn set_blocked(
        &self,
        session: &SessionId,
        blocked: bool,
    ) -> Result<OperatorSession, ServiceError> {
        self.change_profile(session, move |profile| profile.blocked = blocked)
            .await
    }

    async fn change_profile(
        &self,
        session: &SessionId,
        change: impl FnOnce(&mut Profile) + Send + 'static,
    ) -> Result<OperatorSession, ServiceError> {
        let now = self.now();
        let rule = move |draft: &mut Draft| {
            let mut profile = Profile::clone(&draft.session().profile);
            change(&mut profile);
            if profile != *draft.session().profile {
                *draft.profile_mut() = profile;
                draft.log(changed(now));
            }
            Ok(())
        };
        let written = self
            .change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(self.seen_by_operators(&written.session))
    }

    fn seen_by_operators(&self, record: &SessionRecord) -> OperatorSession {
        view::for_operators(record, self.inner().online(&record.id))
    }
}

/// The rule for data of a host's own.
pub(super) fn check_data(field: &'static str, data: &Object) -> Result<(), ServiceError> {
    match crate::bus::json(&data.write()).len() > MAX_DATA_BYTES {
        true => Err(ServiceError::field(field, "must have at most 32 KiB")),
        false => Ok(()),
    }
}
