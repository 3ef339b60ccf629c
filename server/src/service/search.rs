//! Searching conversations.

use super::ServiceError;
use crate::PocketPing;
use crate::storage::{SearchPage, SearchQuery};

/// Most characters of a text that is looked for.
const MAX_TEXT_CHARS: usize = 200;
/// Most messages of a page.
const MAX_LIMIT: usize = 100;

impl PocketPing {
    /// Messages that have these words, newest first, as operators see them: notes included, deleted ones left out.
    /// A page has at most 100. For whole conversations see [`get_sessions`](Self::get_sessions) with a text.
    ///
    /// # Errors
    /// On a text of more than 200 characters, and when the storage fails.
    pub async fn search(&self, query: SearchQuery) -> Result<SearchPage, ServiceError> {
        check_text(&query.text)?;
        let query = SearchQuery {
            limit: query.limit.min(MAX_LIMIT),
            ..query
        };
        Ok(self.inner().storage.search(query).await?)
    }
}

/// The rule for texts that are looked for.
pub(super) fn check_text(text: &str) -> Result<(), ServiceError> {
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(ServiceError::field(
            "q",
            format!("must have at most {MAX_TEXT_CHARS} characters"),
        ));
    }
    Ok(())
}
