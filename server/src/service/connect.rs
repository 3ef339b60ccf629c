//! `POST /connect`: opening and resuming a session (PROTOCOL §1.3; EXTENSIONS, Sessions belong to visitors).

use super::identify::unverified;
use super::page::remember;
use super::{Change, Client, ServiceError, changed, touch};
use crate::PocketPing;
use crate::hooks::Call;
use crate::pocketping::Inner;
use crate::storage::{AttachmentQuery, Draft, MessageQuery, PageFrom, SessionRecord, Target, Written};
use crate::view;
use pocketping_core::model::{Identity, PageView, SessionMetadata};
use pocketping_core::route::{ConnectRequest, ConnectResponse, Feature};
use pocketping_core::{Object, SessionId, Timestamp, Wire, ua};

/// Messages that an answer carries: the newest.
const MESSAGES: usize = 50;
/// Most bytes of an id that a browser makes.
const MAX_VISITOR_ID_BYTES: usize = 256;
/// Most bytes of metadata as JSON text: it is rewritten whole with each change.
const MAX_METADATA_BYTES: usize = 16 * 1024;

const FEATURES: [Feature; 5] = [
    Feature::IdempotentSend,
    Feature::EventRoute,
    Feature::Resume,
    Feature::Heartbeat,
    Feature::Pages,
];

impl PocketPing {
    /// Opens a session for a visitor: the one asked for if it is theirs, else their latest, else a new one.
    ///
    /// Metadata is merged: what the request does not give stays. `ip`, `country` and `city` are the
    /// server's to say and never taken from the request. An identity replaces the stored one.
    ///
    /// # Errors
    /// On fields that break a rule, and when the storage fails.
    pub async fn connect(
        &self,
        request: ConnectRequest,
        client: Client,
    ) -> Result<ConnectResponse, ServiceError> {
        if request.visitor_id.as_str().len() > MAX_VISITOR_ID_BYTES {
            return Err(ServiceError::field("visitorId", "must have at most 256 bytes"));
        }
        self.erase_old_now_and_then();
        let metadata = enrich(request.metadata.unwrap_or_default(), &client);
        if too_large(&metadata) {
            return Err(ServiceError::field("metadata", "must have at most 16 KiB"));
        }
        let identity = request.identity.map(unverified).transpose()?;
        let now = self.now();
        let id = SessionId::from(self.make_id());
        let mut new = SessionRecord::new(id, request.visitor_id, now);
        new.operator_online = self.is_operator_online();
        let written = self
            .change(Change {
                target: Target::Open {
                    asked: request.session_id,
                    new: Box::new(new),
                },
                messages: Vec::new(),
                attachments: AttachmentQuery::None,
                once: None,
                rule: move |draft: &mut Draft| {
                    arrive(draft, metadata, identity, now);
                    Ok(())
                },
                then: tell_hooks,
            })
            .await?;
        self.answer(written).await
    }

    fn features(&self) -> Vec<Feature> {
        let mut features = FEATURES.to_vec();
        if self.inner().uploads.is_some() {
            features.push(Feature::Uploads);
        }
        features
    }

    async fn answer(&self, written: Written) -> Result<ConnectResponse, ServiceError> {
        let session = written.session;
        let (mut messages, mut has_more, mut head) = (Vec::new(), false, written.head);
        if session.last_message.is_some() {
            let query = MessageQuery {
                from: PageFrom::End,
                limit: MESSAGES,
                notes: false,
            };
            let page = self.inner().storage.messages(&session.id, query).await?;
            let shown = page
                .messages
                .iter()
                .filter_map(|stored| view::for_visitor(&stored.message));
            messages = shown.map(|message| message.into_owned()).collect();
            (has_more, head) = (page.has_more, page.head);
        }
        Ok(ConnectResponse {
            session_id: session.id,
            visitor_id: session.visitor_id,
            operator_online: self.is_operator_online(),
            welcome_message: self.config().welcome_message.clone(),
            messages,
            tracked_elements: None,
            operator_reachable: None,
            identity: session.profile.identity.clone(),
            inspector_mode: None,
            pre_chat_form: None,
            has_more: Some(has_more),
            cursor: Some(head.cursor()),
            features: self.features(),
            appearance: Object::new(),
        })
    }
}

fn arrive(draft: &mut Draft, metadata: SessionMetadata, identity: Option<Identity>, now: Timestamp) {
    touch(draft, now);
    let old = draft.session().profile.clone();
    let mut merged = old.metadata.clone().unwrap_or_default();
    let newest = metadata.clone();
    merge(&mut merged, metadata);
    if too_large(&merged) {
        // Other keys with every visit would let it grow without end.
        let known = std::mem::replace(&mut merged, newest);
        merged.ip = known.ip.or(merged.ip);
        merged.country = known.country;
        merged.city = known.city;
    }
    let page = merged.url.as_ref().map(|url| PageView {
        url: url.clone(),
        title: merged.page_title.clone(),
        referrer: merged.referrer.clone(),
        timestamp: Some(now),
    });
    let moved = page.filter(|page| old.pages.last().is_none_or(|last| last.url != page.url));
    let renamed = identity.filter(|identity| old.identity.as_ref() != Some(identity));
    if old.metadata.as_ref() != Some(&merged) || moved.is_some() || renamed.is_some() {
        let profile = draft.profile_mut();
        profile.metadata = Some(merged);
        if let Some(page) = moved {
            remember(&mut profile.pages, page);
        }
        if renamed.is_some() {
            profile.identity = renamed;
        }
        draft.log(changed(now));
    } else if draft.is_new() {
        draft.log(changed(now));
    }
}

fn too_large(metadata: &SessionMetadata) -> bool {
    crate::bus::json(&metadata.write()).len() > MAX_METADATA_BYTES
}

fn tell_hooks(inner: &Inner, written: &Written) {
    if written.created && inner.hooks.on_session_start() {
        let session = view::session(&written.session);
        inner
            .hooks
            .dispatch(&written.session.id, Call::SessionStart(Box::new(session)));
    }
}

/// Adds what the connection shows; what only the server may say is taken off first.
fn enrich(mut metadata: SessionMetadata, client: &Client) -> SessionMetadata {
    metadata.ip = client.ip.clone();
    metadata.country = None;
    metadata.city = None;
    if metadata.user_agent.is_none() {
        metadata.user_agent = client.user_agent.clone();
    }
    if let Some(info) = metadata.user_agent.as_deref().map(ua::parse) {
        metadata
            .device_type
            .get_or_insert_with(|| info.device_type.to_owned());
        if metadata.browser.is_none() {
            metadata.browser = info.browser.map(str::to_owned);
        }
        if metadata.os.is_none() {
            metadata.os = info.os.map(str::to_owned);
        }
    }
    metadata
}

/// Takes over what `new` has; the first `ip` stays (PROTOCOL §1.3, step 4).
fn merge(old: &mut SessionMetadata, new: SessionMetadata) {
    let over = |old: &mut Option<String>, new: Option<String>| {
        if new.is_some() {
            *old = new;
        }
    };
    over(&mut old.url, new.url);
    over(&mut old.referrer, new.referrer);
    over(&mut old.page_title, new.page_title);
    over(&mut old.user_agent, new.user_agent);
    over(&mut old.timezone, new.timezone);
    over(&mut old.language, new.language);
    over(&mut old.screen_resolution, new.screen_resolution);
    over(&mut old.device_type, new.device_type);
    over(&mut old.browser, new.browser);
    over(&mut old.os, new.os);
    if old.ip.is_none() {
        old.ip = new.ip;
    }
    for (key, value) in new.rest {
        old.rest.set(&key, value);
    }
}
