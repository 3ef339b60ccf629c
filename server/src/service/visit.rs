//! Leaving and coming back: `POST /visibility`, `POST /disconnect` (PROTOCOL §1.3).

use super::{ServiceError, change_of, changed, only_publish, touch};
use crate::PocketPing;
use crate::storage::Draft;
use pocketping_core::route::{DisconnectRequest, PageState, VisibilityRequest};

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
        self.change(change_of(request.session_id, rule, only_publish))
            .await?;
        Ok(())
    }

    /// Notes that the visitor left, and tells operators.
    ///
    /// # Errors
    /// On an unknown session, and when the storage fails.
    pub async fn disconnect(&self, request: DisconnectRequest) -> Result<(), ServiceError> {
        let now = self.now();
        let rule = move |draft: &mut Draft| {
            touch(draft, now);
            draft.log(changed(now));
            Ok(())
        };
        self.change(change_of(request.session_id, rule, only_publish))
            .await?;
        Ok(())
    }
}
