//! `POST /identify`: who the visitor is, as the site says (PROTOCOL §1.3).

use super::{ServiceError, change_of, changed, only_publish, touch};
use crate::PocketPing;
use crate::storage::Draft;
use pocketping_core::Wire;
use pocketping_core::model::Identity;
use pocketping_core::route::IdentifyRequest;

/// Most bytes of an identity as JSON text.
const MAX_IDENTITY_BYTES: usize = 16 * 1024;

impl PocketPing {
    /// Replaces the session's identity. There is no identity secret yet, so it is stored as not verified.
    ///
    /// # Errors
    /// On an unknown session, an empty `identity.id`, an identity over 16 KiB, and when the storage fails.
    pub async fn identify(&self, request: IdentifyRequest) -> Result<(), ServiceError> {
        let identity = unverified(request.identity)?;
        let now = self.now();
        let rule = move |draft: &mut Draft| {
            touch(draft, now);
            if draft.session().profile.identity.as_ref() != Some(&identity) {
                draft.profile_mut().identity = Some(identity);
                draft.log(changed(now));
            }
            Ok(())
        };
        self.change(change_of(request.session_id, rule, only_publish))
            .await?;
        Ok(())
    }
}

/// The identity to store: marked as not verified, without the proofs, which are secrets.
pub(super) fn unverified(identity: Identity) -> Result<Identity, ServiceError> {
    if identity.id.is_empty() {
        return Err(ServiceError::field("identity.id", "is required"));
    }
    let identity = Identity {
        user_hash: None,
        token: None,
        verified: Some(false),
        ..identity
    };
    if crate::bus::json(&identity.write()).len() > MAX_IDENTITY_BYTES {
        return Err(ServiceError::field("identity", "must have at most 16 KiB"));
    }
    Ok(identity)
}
