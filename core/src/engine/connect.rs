//! Connecting: `POST /connect` until it is answered, and what its answer starts.

use super::backoff::{Backoff, doubled};
use super::outputs::Purpose;
use super::receive::readable;
use super::{Change, Connection, Conversation, Effect, HttpAnswer, LocalKey, Method, NetworkFailure};
use super::{FailureReason, Store, StoreWrite};
use crate::route::{ConnectRequest, ConnectResponse, Feature};
use crate::{Object, Value, Wire};

/// How long the database may take to give what it holds; then the engine goes on without it.
const RESTORE_MILLIS: u64 = 5_000;

/// Whether a session is wanted and there.
#[derive(Default)]
pub(super) struct Link {
    /// Somebody has asked for a connection.
    pub(super) wanted: bool,
    /// The database has given what it held, or is not waited for any longer.
    pub(super) restored: bool,
    restore_by: Option<u64>,
    /// Since the database was asked, everything has been forgotten: what it gives is of before.
    pub(super) forgotten: bool,
    /// `/connect` has been answered, and nothing has happened since that makes it doubtful.
    fresh: bool,
    /// The server refuses us for good.
    pub(super) refused: bool,
    /// The server's last sign of life was its absence.
    pub(super) trouble: bool,
    /// The last request that failed had no answer at all, or was to connect: with the next sign of life all is tried again.
    pub(super) unreachable: bool,
    /// The browser says that it is offline, and nothing has come from the server since.
    pub(super) offline: bool,
    /// The server refused the identity, so `/connect` goes without.
    pub(super) without_identity: bool,
    backoff: Backoff,
    /// How many sessions in a row the server did not know when something was told there.
    pub(super) lost: u32,
    /// The list's clock when `/connect` was sent.
    asked_clock: u64,
    /// The status last told with [`Change::VersionWarning`].
    pub(super) version_told: Option<String>,
}

impl Link {
    /// Somebody wants a connection.
    pub(super) fn want(&mut self, now: u64) {
        self.wanted = true;
        self.restore_by.get_or_insert(now + RESTORE_MILLIS);
    }

    /// This page leads from now on: the database has to be read first.
    pub(super) fn lead(&mut self, now: u64) {
        self.fresh = false;
        self.restored = false;
        self.forgotten = false;
        self.restore_by = Some(now + RESTORE_MILLIS);
        self.backoff.succeed();
    }

    /// Somebody asks again for what the server has refused: not where that was for the version.
    pub(super) fn ask_again(&mut self) {
        self.refused &= self.version_told.as_deref() == Some("unsupported");
    }

    /// The session has to be opened again.
    pub(super) fn reconnect(&mut self) {
        self.fresh = false;
    }

    /// Whether there is a session that the server knows.
    pub(super) fn is_up(&self) -> bool {
        self.wanted && self.fresh && !self.refused
    }

    pub(super) fn wake(&mut self, now: u64) {
        self.backoff.wake(now);
    }

    /// Connects as somebody else.
    pub(super) fn start_anew(&mut self, now: u64) {
        self.fresh = false;
        self.trouble = false;
        // Another visitor may be welcome.
        self.ask_again();
        self.forgotten = true;
        self.backoff.succeed();
        self.want(now);
    }
}

impl Conversation {
    /// Whether requests about the session make sense.
    pub(super) fn can_talk(&self) -> bool {
        self.tabs.leads() && self.link.is_up() && self.session.id.is_some()
    }

    /// Connects when that is wanted and due.
    pub(super) fn run_link(&mut self) {
        let now = self.now.mono;
        let link = &self.link;
        if !self.tabs.leads()
            || !link.wanted
            || !link.restored
            || link.fresh
            || link.refused
            || !link.backoff.ready(now)
        {
            return;
        }
        if self.out.is_under_way(Purpose::Connect) {
            return;
        }
        if self.session.visitor_id.is_none() && !self.is_confirmed() {
            // A page that stood still would name a second visitor over the one that its successor has.
            return;
        }
        let Some(visitor_id) = self.visitor_to_connect() else {
            return;
        };
        let identity = self
            .session
            .identity
            .clone()
            .filter(|_| !self.link.without_identity);
        self.link.asked_clock = self.timeline.clock();
        let request = ConnectRequest {
            visitor_id,
            session_id: self.session.id.clone(),
            metadata: Some(self.page.metadata.clone()),
            identity,
            inspector_token: None,
        };
        self.out.request(
            Purpose::Connect,
            Method::Post,
            "/connect".to_owned(),
            Some(request.write()),
        );
    }

    /// Goes on without the database when that takes too long. Only looked at when nothing else is to be handled: a
    /// page that stood still may find the database's answer behind other things.
    pub(super) fn give_up_database(&mut self) {
        let late = |by| by <= self.now.mono;
        if !self.link.restored && self.link.restore_by.is_some_and(late) {
            self.go_on_without_database();
        }
    }

    /// When [`Self::run_link`] or [`Self::give_up_database`] has something to do.
    pub(super) fn link_deadline(&self) -> Option<u64> {
        let link = &self.link;
        if !link.restored {
            return link.restore_by;
        }
        let is_blocked = self.session.visitor_id.is_none()
            && self
                .tabs
                .blocks_sending(self.now.mono, self.session.has(Feature::IdempotentSend));
        let waits = self.tabs.leads()
            && !is_blocked
            && link.wanted
            && !link.fresh
            && !link.refused
            && !self.out.is_under_way(Purpose::Connect);
        link.backoff.at().filter(|_| waits)
    }

    /// The visitor's id; made and stored when this is the first act.
    fn visitor_to_connect(&mut self) -> Option<crate::VisitorId> {
        if self.session.visitor_id.is_none() {
            let made = self.session.next_visitor_id.take()?;
            self.out.effect(Effect::WriteLocal {
                key: LocalKey::VisitorId,
                value: Some(Value::from(made.as_str())),
            });
            self.session.visitor_id = Some(made);
            self.visitor_named();
        }
        self.session.visitor_id.clone()
    }

    /// The answer to `/connect`.
    pub(super) fn connect_answered(&mut self, outcome: Result<HttpAnswer, NetworkFailure>) {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(_) => return self.connect_later(1_000, None),
        };
        let had_identity = self.session.identity.is_some() && !self.link.without_identity;
        match answer.status {
            200..=299 => match ConnectResponse::read(&readable(answer.body)) {
                Ok(response) => self.connected(response),
                // Some other server answers there.
                Err(_) => self.connect_later(30_000, None),
            },
            // An identity that has expired must not shut the visitor out.
            400 | 401 | 413 | 422 if had_identity => {
                self.link.without_identity = true;
                let reason = FailureReason::Refused {
                    status: answer.status,
                };
                self.out.change(Change::Identified(Err(reason)));
            }
            401 | 403 => self.refuse(),
            426 => self.too_old(&answer),
            429 | 500..=599 => self.connect_later(1_000, answer.retry_after),
            // A wrong address, most likely: it may be put right while the page is open.
            _ => self.connect_later(30_000, answer.retry_after),
        }
    }

    fn connect_later(&mut self, base: u64, retry_after: Option<u64>) {
        let failures = self.link.backoff.failures();
        let delay = self.dice.jitter(doubled(base, failures, 30_000));
        self.link.trouble = true;
        self.link.unreachable = true;
        self.link.backoff.fail(self.now.mono, delay, retry_after);
    }

    /// The server does not want us: nothing is tried until the page asks again or reloads.
    pub(super) fn refuse(&mut self) {
        self.link.refused = true;
        self.stop_receiving();
    }

    /// A session is there: the list is joined with what it says, and receiving begins.
    fn connected(&mut self, mut response: ConnectResponse) {
        let is_other = self.session.opened(&response, self.now.mono);
        self.link.fresh = true;
        self.link.backoff.succeed();
        self.outbox.backoff.wake(self.now.mono);
        // A page that has followed knows what was said before.
        self.seen_snapshot |= self.tabs.is_mirrored();
        if is_other {
            self.start_over();
        }
        // Each time: localStorage may have had no room before, or have been emptied meanwhile.
        self.write_ids();
        let is_unknown = self.session.identity.is_none() && !self.session.identity_forgotten;
        if is_unknown && response.identity.is_some() {
            self.session.identity.clone_from(&response.identity);
            self.out.change(Change::Identity(response.identity.clone()));
        }
        self.identified_with_connect();
        let appearance = appearance(&response);
        self.share_appearance(&appearance);
        self.out.change(Change::Connected {
            session_id: response.session_id.clone(),
            appearance,
        });
        self.track_for_server(response.tracked_elements.take());
        self.connect_snapshot(response, self.link.asked_clock);
        let answers = self.session.has(Feature::Heartbeat);
        self.ladder.start(self.now.mono, self.page.streams, answers);
    }

    /// Writes down who the visitor is, and which session is theirs.
    pub(super) fn write_ids(&mut self) {
        if self.tabs.may_not_lead() {
            // Who leads now may have got another session. They are written when it is known that this page does.
            return;
        }
        let visitor_id = self.session.visitor_id.as_ref();
        let visitor_id = visitor_id.map(|id| Value::from(id.as_str()));
        let session_id = self.session.id.as_ref().map(|id| Value::from(id.as_str()));
        self.write_local(LocalKey::VisitorId, visitor_id);
        self.write_local(LocalKey::SessionId, session_id);
    }

    /// Another session took the place of ours: what the server stored went with it, what it has not
    /// stored is delivered to the new one.
    fn start_over(&mut self) {
        self.timeline.drop_stored();
        // What was said in that session before does not arrive now.
        self.seen_snapshot = false;
        self.out.change(Change::Timeline);
        self.history.clear();
        self.out.writes.push(StoreWrite::Clear(Store::History));
        self.stop_receiving();
        // Answers that are still to come are about the session that is gone.
        self.out.forget(Purpose::Deliver);
        self.out.forget(Purpose::ReadOlder);
        self.outbox.in_flight = None;
        self.outbox.settling = None;
        for id in self.outbox.ids_of(&|_| true) {
            self.outbox.mark_tried(&id, None);
            if let Some(queued) = self.outbox.get_mut(&id) {
                queued.adopted = None;
                queued.begin_anew();
            }
        }
        self.show_unsent();
    }

    /// Identities that the server takes with `/connect` only are taken now, unless it has refused them.
    fn identified_with_connect(&mut self) {
        for id in self.outbox.ids_of(&|queued| queued.with_connect) {
            self.finish(&id);
            if !self.link.without_identity {
                self.out.change(Change::Identified(Ok(())));
            }
        }
    }

    /// The server has refused the identity that `identify` named.
    pub(super) fn identity_refused(&mut self, status: u16) {
        let reason = FailureReason::Refused { status };
        self.out.change(Change::Identified(Err(reason)));
        if !self.outbox.has_identity() {
            self.drop_identity(None);
        }
    }

    /// How the conversation is connected.
    pub(super) fn connection_now(&self) -> Connection {
        let link = &self.link;
        if !self.tabs.leads()
            && let Some(connection) = self.tabs.leader_state().connection
        {
            connection
        } else if link.refused {
            Connection::Refused
        } else if !link.wanted {
            Connection::Idle
        } else if link.offline {
            Connection::Offline
        } else if link.trouble || self.ladder.is_lost() {
            Connection::Retrying
        } else if self.session.connected_at.is_none() {
            Connection::Connecting
        } else {
            Connection::Live
        }
    }

    /// Something came from the server: it is there.
    pub(super) fn server_is_there(&mut self) {
        self.link.offline = false;
        self.link.trouble = false;
        // A server that answers, and has no capacity, is not asked again before its time.
        if std::mem::take(&mut self.link.unreachable) {
            self.wake();
        }
    }

    /// The server may be there again: what waits for that is tried at once.
    pub(super) fn wake(&mut self) {
        let now = self.now.mono;
        self.link.wake(now);
        self.outbox.backoff.wake(now);
        self.reader.wake(now);
        self.ladder.wake(now);
    }
}

/// The server's appearance keys, with the two that are ours to know and the page's to show.
fn appearance(response: &ConnectResponse) -> Object {
    let mut appearance = response.appearance.clone();
    if let Some(text) = &response.welcome_message {
        appearance.set("welcomeMessage", text.as_str());
    }
    if let Some(form) = &response.pre_chat_form {
        appearance.set("preChatForm", form.write());
    }
    if let Some(reachable) = response.operator_reachable {
        appearance.set("operatorReachable", reachable);
    }
    appearance
}
