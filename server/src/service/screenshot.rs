//! Pictures of the visitor's page (PROTOCOL §1.3): an operator wishes for one, the visitor's browser takes and sends it.
//!
//! What comes is a message of the visitor's with the picture, so that they see what was sent, and it goes wherever messages go.
//! A wish never asks a page to keep it from its visitor (`silent`).

use super::message::{Links, store, tell_hooks};
use super::upload::{announced_picture, arrived_picture};
use super::{Change, ServiceError, admit, change_of, only_publish, shown};
use crate::PocketPing;
use crate::storage::{AskedScreenshot, AttachmentQuery, Draft, Profile, Target, UploadStage};
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::{Message, Sender};
use pocketping_core::route::{
    ScreenshotComplete, ScreenshotRequests, ScreenshotUpload, ScreenshotUploadResponse, ScreenshotWish,
};
use pocketping_core::{Object, SessionId, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// How long a wish is open: it is about the page as it is now.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Wishes of one session that are open together; beyond these the oldest ends.
const MAX_OPEN: usize = 10;
/// Most characters of the name of who asks.
const MAX_NAME_CHARS: usize = 128;

impl PocketPing {
    /// Asks the visitor's page for a picture of itself, in the name of `requested_by`. Pages hear of it as
    /// `screenshot_request`; whether they take one is theirs to decide. The wish is open for 15 minutes.
    ///
    /// # Errors
    /// Without a file store, on a name of more than 128 characters, an unknown session, and when the storage fails.
    pub async fn request_screenshot(
        &self,
        session: &SessionId,
        requested_by: Option<String>,
    ) -> Result<ScreenshotWish, ServiceError> {
        self.takes_files()?;
        if requested_by
            .as_ref()
            .is_some_and(|name| name.chars().count() > MAX_NAME_CHARS)
        {
            let problem = format!("must have at most {MAX_NAME_CHARS} characters");
            return Err(ServiceError::field("requestedBy", problem));
        }
        let (id, now) = (self.make_id(), self.now());
        let wish = ScreenshotWish {
            request_id: id,
            requested_by,
            requested_from: None,
            silent: None,
        };
        let asked = AskedScreenshot {
            wish: wish.clone(),
            at: now,
        };
        let rule = move |draft: &mut Draft| {
            draft.log(shown(now, ServerEvent::ScreenshotRequest(asked.wish.clone())));
            let open = &mut draft.profile_mut().screenshots;
            open.retain(|earlier| is_open(earlier, now));
            open.push(asked);
            let too_many = open.len().saturating_sub(MAX_OPEN);
            open.drain(..too_many);
            Ok(())
        };
        self.change(change_of(session.clone(), rule, only_publish))
            .await?;
        Ok(wish)
    }

    /// The wishes that are open, oldest first: for pages that hear of nothing by themselves.
    ///
    /// # Errors
    /// Without a file store, on an unknown session, a blocked visitor, and when the storage fails.
    pub async fn screenshot_requests(&self, session: &SessionId) -> Result<ScreenshotRequests, ServiceError> {
        self.takes_files()?;
        let found = self.inner().storage.session(session).await?;
        let session = found.ok_or(ServiceError::SessionNotFound)?;
        admit(&session)?;
        let now = self.now();
        let open = session
            .profile
            .screenshots
            .iter()
            .filter(|asked| is_open(asked, now));
        Ok(ScreenshotRequests {
            requests: open.map(|asked| asked.wish.clone()).collect(),
        })
    }

    /// Announces the picture for an open wish; the answer says where to `PUT` the PNG.
    ///
    /// # Errors
    /// Without a file store, on an unknown session or a wish that is not open, a blocked visitor, and when the storage fails.
    pub async fn screenshot_upload(
        &self,
        request: ScreenshotUpload,
    ) -> Result<ScreenshotUploadResponse, ServiceError> {
        let now = self.now();
        let picture = announced_picture(self, request.session_id);
        let allow = move |draft: &mut Draft| check_open(&draft.session().profile, &request.request_id, now);
        let announced = self.announce(picture, allow).await?;
        Ok(ScreenshotUploadResponse {
            attachment_id: announced.attachment_id,
            upload_url: announced.upload_url,
            expires_at: announced.expires_at,
            storage_key: None,
        })
    }

    /// Ends a wish: the picture that has arrived becomes a message of the visitor's, whose metadata names the wish
    /// (`screenshot`). Repeating it is harmless.
    ///
    /// # Errors
    /// Without a file store, on an unknown picture (also another session's), one whose bytes have not arrived or are not as
    /// many as is said, a wish that is not open, a blocked visitor, and when the storage fails.
    pub async fn complete_screenshot(&self, request: ScreenshotComplete) -> Result<(), ServiceError> {
        self.takes_files()?;
        let ScreenshotComplete {
            session_id: session,
            request_id: wish,
            attachment_id: picture,
            size,
        } = request;
        let now = self.now();
        let public_url = Arc::clone(&self.config().public_url);
        let message = Message {
            metadata: Some(Object::new().with("screenshot", wish.clone())),
            ..self.blank(&session, Sender::Visitor, String::new())
        };
        let id = picture.clone();
        let rule = move |draft: &mut Draft| {
            let record = arrived_picture(draft, &id, size)?;
            if record.stage == UploadStage::Attached {
                return Ok(());
            }
            check_open(&draft.session().profile, &wish, now)?;
            let open = &mut draft.profile_mut().screenshots;
            open.retain(|asked| asked.wish.request_id != wish);
            draft.put_attachment(record);
            let links = Links {
                reply_to: None,
                attachments: vec![id],
            };
            store(draft, message, links, &public_url)
        };
        self.change(Change {
            target: Target::Existing(session.clone()),
            messages: Vec::new(),
            attachments: AttachmentQuery::These(vec![picture]),
            once: None,
            rule,
            then: tell_hooks,
        })
        .await?;
        self.seen(&session);
        Ok(())
    }
}

fn is_open(asked: &AskedScreenshot, now: Timestamp) -> bool {
    now.as_millis() - asked.at.as_millis() < LIFETIME.as_millis() as i64
}

fn check_open(profile: &Profile, wish: &str, now: Timestamp) -> Result<(), ServiceError> {
    let mut open = profile.screenshots.iter();
    match open.any(|asked| asked.wish.request_id == wish && is_open(asked, now)) {
        true => Ok(()),
        false => Err(ServiceError::ScreenshotNotFound),
    }
}
