//! People over all of their sessions: seeing, noting, exporting, erasing (EXTENSIONS, Operator API).

use super::session::check_data;
use super::{ServiceError, change_of, only_publish};
use crate::PocketPing;
use crate::storage::{
    Draft, MessageQuery, PageFrom, PeopleQuery, PersonRecord, SessionFilter, StoredMessage,
};
use crate::view;
use futures_util::future::join_all;
use pocketping_core::model::{ExportedSession, Message, Person, PersonExport};
use pocketping_core::route::PeopleResponse;
use pocketping_core::{Object, PersonId, SessionId};

/// People of a page unless the caller says otherwise, and most.
const PAGE: u32 = 50;
const MAX_PAGE: u32 = 200;
/// Sessions that are erased together: other writes wait for no more than these.
const BATCH: u32 = 20;
/// Messages that are read at a time.
const CHUNK: usize = 500;

impl PocketPing {
    /// People whom the site has named, in the order in which they became known, the latest first: those after the page
    /// that gave `before` as its `next`, at most `limit` (default 50, at most 200).
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn get_people(
        &self,
        before: Option<String>,
        limit: Option<u32>,
    ) -> Result<PeopleResponse, ServiceError> {
        let limit = limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
        let page = self.inner().storage.people(PeopleQuery { before, limit }).await?;
        Ok(PeopleResponse {
            people: page.people.into_iter().map(view::person).collect(),
            next: page.next,
        })
    }

    /// One person. Their sessions are [`get_sessions`](Self::get_sessions) with [`SessionFilter::person`].
    ///
    /// # Errors
    /// On a person whom no session names, and when the storage fails.
    pub async fn get_person(&self, person: &PersonId) -> Result<Person, ServiceError> {
        Ok(view::person(self.person_record(person).await?))
    }

    /// Replaces what is noted about a person.
    ///
    /// # Errors
    /// On attributes over 32 KiB, a person whom no session names, and when the storage fails.
    pub async fn set_person_attributes(
        &self,
        person: &PersonId,
        attributes: Object,
    ) -> Result<Person, ServiceError> {
        check_data("attributes", &attributes)?;
        let storage = &self.inner().storage;
        if !storage.set_person_attributes(person, attributes).await? {
            return Err(ServiceError::PersonNotFound);
        }
        self.get_person(person).await
    }

    /// Everything that is kept of a person: profile, sessions, messages with the addresses of their files. It is put
    /// together in memory; what happens meanwhile may or may not be in it.
    ///
    /// # Errors
    /// On a person whom no session names, and when the storage fails.
    pub async fn export_person(&self, person: &PersonId) -> Result<PersonExport, ServiceError> {
        let record = self.person_record(person).await?;
        let mut sessions = Vec::new();
        let mut filter = of_person(person, MAX_PAGE);
        loop {
            let page = self.get_sessions(filter.clone()).await?;
            for session in page.sessions {
                let messages = self.all_messages(&session.id).await?;
                sessions.push(ExportedSession { session, messages });
            }
            if page.next.is_none() {
                break;
            }
            filter.before = page.next;
        }
        Ok(PersonExport {
            person: view::person(record),
            sessions,
        })
    }

    /// Erases a person with everything that belongs to them: sessions, messages, what is noted, and files. Streams of
    /// these sessions end. Gives how many sessions there were.
    ///
    /// # Errors
    /// On a person whom no session names, and when the storage or the file store fails; repeating it goes on.
    pub async fn erase_person(&self, person: &PersonId) -> Result<usize, ServiceError> {
        self.person_record(person).await?;
        let mut erased = 0;
        loop {
            let page = self.inner().storage.sessions(of_person(person, BATCH)).await?;
            if page.sessions.is_empty() {
                break;
            }
            let batch = page
                .sessions
                .into_iter()
                .map(|session| self.erase_if_named(session.id, person.clone()));
            for done in join_all(batch).await {
                erased += usize::from(done?);
            }
        }
        self.clean_up().await?;
        Ok(erased)
    }

    /// Whether it still named them.
    async fn erase_if_named(&self, session: SessionId, person: PersonId) -> Result<bool, ServiceError> {
        let rule = move |draft: &mut Draft| {
            if draft.session().profile.person_id().as_ref() == Some(&person) {
                draft.erase();
            }
            Ok(())
        };
        match self.change(change_of(session, rule, only_publish)).await {
            Ok(written) => Ok(written.erased),
            // Another server on the same store was quicker.
            Err(ServiceError::SessionNotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn person_record(&self, person: &PersonId) -> Result<PersonRecord, ServiceError> {
        let found = self.inner().storage.person(person).await?;
        found.ok_or(ServiceError::PersonNotFound)
    }

    async fn all_messages(&self, session: &SessionId) -> Result<Vec<Message>, ServiceError> {
        let mut all: Vec<StoredMessage> = Vec::new();
        loop {
            let query = MessageQuery {
                from: all
                    .last()
                    .map_or(PageFrom::Start, |last| PageFrom::After(last.seq)),
                limit: CHUNK,
                notes: true,
            };
            let page = self.inner().storage.messages(session, query).await?;
            all.extend(page.messages);
            if !page.has_more {
                break;
            }
        }
        Ok(all.iter().map(|stored| Message::clone(&stored.message)).collect())
    }
}

fn of_person(person: &PersonId, limit: u32) -> SessionFilter {
    SessionFilter {
        person: Some(person.clone()),
        limit: Some(limit),
        ..SessionFilter::default()
    }
}
