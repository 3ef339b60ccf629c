//! `POST /page`: SPA navigations (EXTENSIONS, Pages).

use super::{ServiceError, admit, change_of, changed, only_publish, touch};
use crate::PocketPing;
use crate::storage::Draft;
use pocketping_core::model::PageView;
use pocketping_core::route::PageRequest;

/// Pages of a session that are remembered: the latest.
const MAX_PAGES: usize = 20;
/// Most bytes of an address or title.
const MAX_TEXT_BYTES: usize = 8 * 1024;

impl PocketPing {
    /// Notes the page that a visitor is on: in the session's metadata and in its list of pages.
    ///
    /// # Errors
    /// On an unknown session, an empty address, a text over 8 KiB, and when the storage fails.
    pub async fn page(&self, request: PageRequest) -> Result<(), ServiceError> {
        if request.url.is_empty() {
            return Err(ServiceError::field("url", "is required"));
        }
        let texts = [
            ("url", Some(&request.url)),
            ("title", request.title.as_ref()),
            ("referrer", request.referrer.as_ref()),
        ];
        for (field, text) in texts {
            if text.is_some_and(|text| text.len() > MAX_TEXT_BYTES) {
                return Err(ServiceError::field(field, "must have at most 8 KiB"));
            }
        }
        let now = self.now();
        let page = PageView {
            url: request.url,
            title: request.title,
            referrer: request.referrer,
            timestamp: Some(now),
        };
        let rule = move |draft: &mut Draft| {
            admit(draft.session())?;
            touch(draft, now);
            let profile = draft.profile_mut();
            let metadata = profile.metadata.get_or_insert_default();
            metadata.url = Some(page.url.clone());
            metadata.page_title.clone_from(&page.title);
            if page.referrer.is_some() {
                metadata.referrer.clone_from(&page.referrer);
            }
            remember(&mut profile.pages, page);
            draft.log(changed(now));
            Ok(())
        };
        let written = self
            .change(change_of(request.session_id, rule, only_publish))
            .await?;
        self.seen(&written.session.id);
        Ok(())
    }
}

/// Adds a page; the same address again replaces the last entry.
pub(super) fn remember(pages: &mut Vec<PageView>, page: PageView) {
    if pages.last().is_some_and(|last| last.url == page.url) {
        pages.pop();
    }
    if pages.capacity() == 0 {
        // Most visitors see one page before they write; room for four would be more than their names.
        pages.reserve_exact(1);
    }
    pages.push(page);
    let excess = pages.len().saturating_sub(MAX_PAGES);
    pages.drain(..excess);
}
