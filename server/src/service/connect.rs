//! `POST /connect`: opening and resuming a session (PROTOCOL §1.3; EXTENSIONS, Sessions belong to visitors).

use super::identify::tell_of_identity;
use super::page::remember;
use super::{Change, Client, ServiceError, admit, changed, touch};
use crate::filter::{BotFacts, BotPolicy, BotReason, detect_bot};
use crate::hooks::Call;
use crate::pocketping::Inner;
use crate::storage::{AttachmentQuery, Draft, MessageQuery, PageFrom, SessionRecord, Target, Written};
use crate::{CsatPolicy, PocketPing, view};
use pocketping_core::model::{Identity, PageView, PreChatForm, SessionMetadata};
use pocketping_core::route::{ConnectRequest, ConnectResponse, Feature};
use pocketping_core::{Object, SessionId, Timestamp, Value, VisitorId, Wire, ua};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// server's to say and never taken from the request, and so is `bot`. An identity replaces the stored one; a
    /// verified one brings back its person's session, whichever browser that began in.
    ///
    /// # Errors
    /// On fields that break a rule, an identity that is not signed though it has to be, a visitor who looks like a
    /// program and is refused for it or whom an operator has blocked, and when the storage fails.
    pub async fn connect(
        &self,
        request: ConnectRequest,
        client: Client,
    ) -> Result<ConnectResponse, ServiceError> {
        if request.visitor_id.as_str().len() > MAX_VISITOR_ID_BYTES {
            return Err(ServiceError::field("visitorId", "must have at most 256 bytes"));
        }
        self.erase_old_now_and_then();
        let mut metadata = enrich(request.metadata.unwrap_or_default(), &client);
        if too_large(&metadata) {
            return Err(ServiceError::field("metadata", "must have at most 16 KiB"));
        }
        let identity = request
            .identity
            .map(|identity| self.proven(identity))
            .transpose()?;
        let bot = self.check_bot(&mut metadata)?;
        let arrival = Arrival {
            metadata,
            identity,
            bot,
            now: self.now(),
        };
        let (asked, visitor) = (request.session_id, request.visitor_id);
        let is_vouched_for = arrival.identity.is_some();
        let written = match self.open_as_person(asked.as_ref(), &visitor, &arrival).await? {
            Some(written) => written,
            None => self.open(asked, visitor.clone(), arrival).await?,
        };
        self.metrics().connect(written.created);
        self.seen(&written.session.id);
        let mut answer = self.answer(written, visitor).await?;
        if self.config().signs_identities() && !is_vouched_for {
            // Whose session this is has to be proven; the browser alone may be anybody's by now.
            answer.identity = None;
        }
        Ok(answer)
    }

    /// Opens the session `asked` if it is the visitor's, else their latest, else a new one.
    pub(super) async fn open(
        &self,
        asked: Option<SessionId>,
        visitor: VisitorId,
        arrival: Arrival,
    ) -> Result<Written, ServiceError> {
        self.open_unless(asked, visitor, arrival, |_| Ok(())).await
    }

    /// The same, unless `refuse` does not like what it finds: then nothing is changed.
    pub(super) async fn open_unless(
        &self,
        asked: Option<SessionId>,
        visitor: VisitorId,
        arrival: Arrival,
        refuse: impl FnOnce(&Draft) -> Result<(), ServiceError> + Send + 'static,
    ) -> Result<Written, ServiceError> {
        let id = SessionId::from(self.make_id());
        let mut new = SessionRecord::new(id, visitor, arrival.now);
        new.operator_online = self.is_operator_online();
        let told = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&told);
        let is_person = arrival.bot.is_none();
        self.change(Change {
            target: Target::Open {
                asked,
                new: Box::new(new),
            },
            messages: Vec::new(),
            attachments: AttachmentQuery::None,
            once: None,
            rule: move |draft: &mut Draft| {
                refuse(draft)?;
                admit(draft.session())?;
                let renamed = arrive(draft, arrival);
                tell.store(renamed, Ordering::Release);
                Ok(())
            },
            then: move |inner: &Inner, written: &Written| {
                if is_person {
                    tell_of_start(inner, written);
                }
                if told.load(Ordering::Acquire) {
                    tell_of_identity(inner, written);
                }
            },
        })
        .await
    }

    /// Looks for signs of a program, as far as the policy wants it, and notes them in the metadata.
    fn check_bot(&self, metadata: &mut SessionMetadata) -> Result<Option<BotReason>, ServiceError> {
        // The server's to say.
        metadata.rest.remove("bot");
        let policy = self.config().bot_detection;
        if policy == BotPolicy::Off {
            return Ok(None);
        }
        let found = detect_bot(BotFacts {
            address: metadata.ip.as_deref().and_then(|ip| ip.parse().ok()),
            user_agent: metadata.user_agent.as_deref(),
            organisation: None,
            signals: metadata.rest.get("botSignals"),
        });
        if let Some(reason) = found {
            tracing::info!(reason = reason.as_str(), "a visitor looks like a program");
            if policy == BotPolicy::Refuse {
                return Err(ServiceError::BotRefused);
            }
            metadata.rest.set("bot", reason.as_str());
        }
        Ok(found)
    }

    fn features(&self) -> Vec<Feature> {
        let mut features = FEATURES.to_vec();
        if self.inner().uploads.is_some() {
            features.push(Feature::Uploads);
        }
        if self.config().signs_identities() {
            features.push(Feature::SignedIdentity);
        }
        features
    }

    async fn answer(&self, written: Written, visitor_id: VisitorId) -> Result<ConnectResponse, ServiceError> {
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
            pre_chat_form: self.pre_chat_form(&session),
            session_id: session.id.clone(),
            // The asking browser's own: a person's session may have begun in another one, whose id is its secret.
            visitor_id,
            operator_online: self.is_operator_online(),
            welcome_message: self.config().welcome_message.clone(),
            messages,
            tracked_elements: self.config().tracked_elements.clone(),
            operator_reachable: self.operator_reachable(),
            identity: session.profile.identity.clone(),
            inspector_mode: None,
            has_more: Some(has_more),
            cursor: Some(head.cursor()),
            features: self.features(),
            appearance: self.told_to_pages(&session),
        })
    }

    /// How the widget looks, what files are taken, and whether a rating is asked for.
    fn told_to_pages(&self, session: &SessionRecord) -> Object {
        let config = self.config();
        let mut told = config.appearance.write();
        let takes_files = self.inner().uploads.is_some();
        let limit = i64::try_from(config.max_file_bytes).unwrap_or(i64::MAX);
        let types = config.file_types.iter().map(|name| Value::from(name.as_str()));
        let mut uploads = Object::new();
        uploads.set("maxBytes", Value::Int(if takes_files { limit } else { 0 }));
        uploads.set("types", Value::List(types.collect()));
        told.set("uploads", Value::Object(uploads));
        let is_on = config.csat != CsatPolicy::Off;
        if let Some(csat) = session.profile.csat.as_ref().filter(|_| is_on) {
            let mut rating = Object::new();
            rating.set("pending", csat.pending);
            rating.set("score", csat.score.write());
            told.set("csat", Value::Object(rating));
        }
        told
    }

    /// The form, and whether this session has filled it in.
    fn pre_chat_form(&self, session: &SessionRecord) -> Option<PreChatForm> {
        let profile = &session.profile;
        let form = self.config().pre_chat_form.clone()?;
        Some(PreChatForm {
            completed: profile.email.is_some() || profile.phone.is_some(),
            ..form
        })
    }
}

/// What a visitor brings along.
#[derive(Clone)]
pub(super) struct Arrival {
    metadata: SessionMetadata,
    pub(super) identity: Option<Identity>,
    bot: Option<BotReason>,
    now: Timestamp,
}

/// Notes who came with what; whether the identity is a new one.
fn arrive(draft: &mut Draft, arrival: Arrival) -> bool {
    let Arrival {
        metadata,
        identity,
        now,
        ..
    } = arrival;
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
    let new_name = identity.filter(|identity| old.identity.as_ref() != Some(identity));
    let renamed = new_name.is_some();
    if old.metadata.as_ref() != Some(&merged) || moved.is_some() || renamed {
        let profile = draft.profile_mut();
        profile.metadata = Some(merged);
        if let Some(page) = moved {
            remember(&mut profile.pages, page);
        }
        if renamed {
            profile.identity = new_name;
        }
        draft.log(changed(now));
    } else if draft.is_new() {
        draft.log(changed(now));
    }
    renamed
}

fn too_large(metadata: &SessionMetadata) -> bool {
    crate::bus::json(&metadata.write()).len() > MAX_METADATA_BYTES
}

fn tell_of_start(inner: &Inner, written: &Written) {
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
