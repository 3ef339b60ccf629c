//! [`Session`]: who talks to whom, and what the server can do.

use super::dice::Dice;
use super::sorted::SortedMap;
use crate::model::Identity;
use crate::route::{ConnectResponse, Feature};
use crate::{Cursor, MessageId, SessionId, VisitorId};
use std::sync::Arc;

/// How many envelopes are remembered at least, to apply none twice when two ways of receiving overlap. A stream that is
/// opened while polling goes on repeats what polls bring meanwhile, and servers replay 1,000.
const REMEMBERED_CURSORS: u64 = 1_500;

/// What is known about the session and its server.
#[derive(Default)]
pub(super) struct Session {
    pub(super) id: Option<SessionId>,
    pub(super) visitor_id: Option<VisitorId>,
    /// The visitor id to be used when one is needed; not stored before.
    pub(super) next_visitor_id: Option<VisitorId>,
    pub(super) identity: Option<Identity>,
    /// The visitor has been signed out here: what the server remembers does not count.
    pub(super) identity_forgotten: bool,
    pub(super) welcome_message: Option<String>,
    pub(super) has_more: bool,
    pub(super) operator_online: bool,
    /// When the first `/connect` was answered (mono ms) of this page, or since it last disconnected.
    pub(super) connected_at: Option<u64>,
    /// The stream's place: all envelopes up to it are applied.
    pub(super) cursor: Option<Cursor>,
    /// The newest message of the lists of a server without cursors; never one known by other ways, as
    /// others may have come before that one.
    pub(super) tail: Option<MessageId>,
    /// Whether the server answers `/visibility`; known after the first try.
    pub(super) no_visibility_route: bool,
    no_event_route: bool,
    /// Whether edits and deletions go by the routes of the existing Node server (PROTOCOL §1.2).
    pub(super) revises_by_post: bool,
    features: Vec<Feature>,
    /// The cursors of the last envelopes, with their numbers.
    recent: SortedMap<Arc<str>, u64>,
    applied: u64,
}

impl Session {
    /// What this browser knew of it.
    pub(super) fn known(
        id: Option<SessionId>,
        visitor_id: Option<VisitorId>,
        identity: Option<Identity>,
    ) -> Self {
        Session {
            id,
            visitor_id,
            identity,
            ..Session::default()
        }
    }

    /// Makes the id of a visitor who has none.
    pub(super) fn prepare_visitor(&mut self, dice: &mut Dice) {
        if self.visitor_id.is_none() && self.next_visitor_id.is_none() {
            self.next_visitor_id = Some(VisitorId::new(dice.secret()));
        }
    }

    /// Whether the server has said that it can do this.
    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Whether custom events go over HTTP.
    pub(super) fn event_route(&self) -> bool {
        self.has(Feature::EventRoute) && !self.no_event_route
    }

    /// `POST /event` was not found.
    pub(super) fn without_event_route(&mut self) {
        self.no_event_route = true;
    }

    /// Whether the server is one of the existing ones, which know nothing of our additions.
    pub(super) fn is_foreign(&self) -> bool {
        self.features.is_empty()
    }

    /// Takes what `/connect` says; whether it is another session than the one known before.
    pub(super) fn opened(&mut self, response: &ConnectResponse, now: u64) -> bool {
        let is_other = self.id.is_some() && self.moved_to(Some(response.session_id.clone()));
        self.id = Some(response.session_id.clone());
        self.features.clone_from(&response.features);
        self.no_event_route = false;
        self.revises_by_post = false;
        self.welcome_message.clone_from(&response.welcome_message);
        self.operator_online = response.operator_online;
        self.connected_at.get_or_insert(now);
        is_other
    }

    /// The session is this one; whether it was another one before. Cursors of two sessions say nothing about each
    /// other: those of a server that has lost its data begin anew.
    pub(super) fn moved_to(&mut self, id: Option<SessionId>) -> bool {
        let is_other = self.id != id;
        if is_other {
            self.id = id;
            self.cursor = None;
            self.tail = None;
            self.recent.clear();
        }
        is_other
    }

    /// Whether an envelope with this cursor has been applied already.
    pub(super) fn has_applied(&self, cursor: &Cursor) -> bool {
        self.recent.get(cursor.as_str()).is_some()
    }

    /// An envelope has been applied: the stream goes on after it.
    pub(super) fn applied(&mut self, cursor: Cursor) {
        self.applied += 1;
        self.recent.insert(cursor.as_str().into(), self.applied);
        if self.recent.len() as u64 >= 2 * REMEMBERED_CURSORS {
            let all = std::mem::take(&mut self.recent);
            let oldest = self.applied - REMEMBERED_CURSORS;
            for key in all.keys() {
                if let Some(number) = all.get(key).filter(|number| **number > oldest) {
                    self.recent.insert(key.clone(), *number);
                }
            }
        }
        self.cursor = Some(cursor);
    }

    /// Forgets everything: another page has begun anew.
    pub(super) fn forget_all(&mut self) {
        *self = Session::default();
    }

    /// Forgets everything of the visitor and goes on as another one.
    pub(super) fn forget(&mut self, next: VisitorId) {
        *self = Session {
            next_visitor_id: Some(next),
            ..Session::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_session_is_not_taken_for_applied() {
        let mut session = Session::known(Some(SessionId::new("before")), None, None);
        session.applied(Cursor::new("c1.67"));
        session.moved_to(Some(SessionId::new("before")));
        assert!(session.has_applied(&Cursor::new("c1.67")));
        session.moved_to(Some(SessionId::new("after")));
        assert!(!session.has_applied(&Cursor::new("c1.67")));
        assert_eq!(session.cursor, None);
    }

    #[test]
    fn what_overlapping_ways_may_bring_twice_is_remembered_and_no_more() {
        let mut session = Session::default();
        let cursor = |at: u64| Cursor::new(format!("c1.{at}"));
        for at in 0..10_000 {
            session.applied(cursor(at));
        }
        assert!((10_000 - REMEMBERED_CURSORS..10_000).all(|at| session.has_applied(&cursor(at))));
        assert!(session.recent.len() as u64 <= 2 * REMEMBERED_CURSORS);
    }
}
