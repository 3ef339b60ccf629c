//! `POST /prechat`: how the visitor can be reached (PROTOCOL §1.3).

use super::message::check_client_id;
use super::{Change, ServiceError, admit, changed, only_publish, touch};
use crate::PocketPing;
use crate::storage::{AttachmentQuery, Draft, Earlier, LogEvent, LogFact, OnceKey, Target};
use pocketping_core::route::PreChatRequest;

impl PocketPing {
    /// Stores the form's answers for the operators. Repeats are harmless: they store the same again.
    ///
    /// # Errors
    /// On an unknown session, when neither an e-mail address nor a phone number is given or one of them
    /// cannot be right, and when the storage fails.
    pub async fn prechat(&self, request: PreChatRequest) -> Result<(), ServiceError> {
        let clean = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let (email, phone) = (clean(request.email), clean(request.phone));
        let country = clean(request.phone_country).map(|country| country.to_ascii_uppercase());
        if email.is_none() && phone.is_none() {
            return Err(ServiceError::field("email", "or phone is required"));
        }
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(ServiceError::field("email", "must be an e-mail address"));
        }
        if phone.as_deref().is_some_and(|phone| !is_e164(phone)) {
            return Err(ServiceError::field(
                "phone",
                "must be a phone number such as +33612345678",
            ));
        }
        if country.as_deref().is_some_and(|code| !is_country(code)) {
            return Err(ServiceError::field(
                "phoneCountry",
                "must be a code of two letters",
            ));
        }
        if let Some(id) = &request.event_id {
            check_client_id("eventId", id.as_str())?;
        }
        let now = self.now();
        let event_id = request.event_id.clone();
        let rule = move |draft: &mut Draft| {
            if let Some(earlier) = draft.earlier() {
                let profile = &draft.session().profile;
                // A form that was filled in again since says nothing about the first request.
                let latest = profile.prechat_event == event_id;
                let same = given_is(&email, &profile.email) && given_is(&phone, &profile.phone);
                return if is_form(earlier) && (same || !latest) {
                    Ok(())
                } else {
                    Err(ServiceError::ClientMessageIdReused)
                };
            }
            admit(draft.session())?;
            touch(draft, now);
            let profile = draft.profile_mut();
            if email.is_some() {
                profile.email = email;
            }
            if phone.is_some() {
                profile.phone = phone;
                profile.phone_country = country;
            }
            profile.prechat_event.clone_from(&event_id);
            draft.log(LogEvent {
                event_id,
                ..changed(now)
            });
            Ok(())
        };
        let written = self
            .change(Change {
                target: Target::Existing(request.session_id),
                messages: Vec::new(),
                attachments: AttachmentQuery::None,
                once: request.event_id.map(OnceKey::Event),
                rule,
                then: only_publish,
            })
            .await?;
        self.seen(&written.session.id);
        Ok(())
    }
}

/// Whether the entry is a form's and not a custom event under the same id.
fn is_form(earlier: &Earlier) -> bool {
    matches!(earlier, Earlier::Event(event) if event.fact == LogFact::SessionChanged)
}

fn given_is(given: &Option<String>, known: &Option<String>) -> bool {
    given.is_none() || given == known
}

/// The widget's own test (PROTOCOL §4.7): something@something.something without spaces.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@').filter(|(name, _)| !name.is_empty());
    let domain = parts.and_then(|(_, domain)| domain.rsplit_once('.'));
    let whole = domain.is_some_and(|(name, top)| !name.is_empty() && !top.is_empty());
    whole && text.len() <= 254 && !text.contains(char::is_whitespace)
}

/// E.164: a plus and 2 to 15 digits, the first not 0.
fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}
