//! `POST /identify`: who the visitor is, as the site says (PROTOCOL §1.3; EXTENSIONS, Signed identity).

use super::{ServiceError, admit, change_of, changed, touch};
use crate::hooks::Call;
use crate::pocketping::Inner;
use crate::storage::{Draft, Written};
use crate::{PocketPing, view};
use pocketping_core::Wire;
use pocketping_core::model::Identity;
use pocketping_core::route::IdentifyRequest;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most bytes of an identity as JSON text.
const MAX_IDENTITY_BYTES: usize = 16 * 1024;

impl PocketPing {
    /// Replaces the session's identity. It is stored as verified when there are identity secrets: then one that is not
    /// signed is refused.
    ///
    /// # Errors
    /// On an unknown session, an empty `identity.id`, an identity over 16 KiB, one that is not signed though it has to
    /// be, and when the storage fails.
    pub async fn identify(&self, request: IdentifyRequest) -> Result<(), ServiceError> {
        let identity = self.proven(request.identity)?;
        let now = self.now();
        let is_new = Arc::new(AtomicBool::new(false));
        let set_new = Arc::clone(&is_new);
        let rule = move |draft: &mut Draft| {
            admit(draft.session())?;
            touch(draft, now);
            if draft.session().profile.identity.as_ref() != Some(&identity) {
                draft.profile_mut().identity = Some(identity);
                draft.log(changed(now));
                set_new.store(true, Ordering::Release);
            }
            Ok(())
        };
        let tell = move |inner: &Inner, written: &Written| {
            if is_new.load(Ordering::Acquire) {
                tell_of_identity(inner, written);
            }
        };
        let written = self.change(change_of(request.session_id, rule, tell)).await?;
        self.seen(&written.session.id);
        Ok(())
    }

    /// The identity to store: marked as verified or not, without the proofs, which are secrets.
    pub(super) fn proven(&self, identity: Identity) -> Result<Identity, ServiceError> {
        if identity.id.is_empty() {
            return Err(ServiceError::field("identity.id", "is required"));
        }
        let secrets = &self.config().identity_secrets;
        let verified = !secrets.is_empty();
        if verified && !secrets.vouch_for(&identity, self.now()) {
            return Err(ServiceError::IdentityNotVerified);
        }
        let identity = Identity {
            user_hash: None,
            token: None,
            verified: Some(verified),
            ..identity
        };
        if crate::bus::json(&identity.write()).len() > MAX_IDENTITY_BYTES {
            return Err(ServiceError::field("identity", "must have at most 16 KiB"));
        }
        Ok(identity)
    }
}

pub(super) fn tell_of_identity(inner: &Inner, written: &Written) {
    if inner.hooks.on_identify() {
        let session = view::session(&written.session);
        let call = Call::Identify(Box::new(session));
        inner.hooks.dispatch(&written.session.id, call);
    }
}
