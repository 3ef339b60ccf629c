//! The page around the conversation.

use super::outputs::Purpose;
use super::tabs::Leaving;
use super::{Conversation, EngineOptions, Method, Surroundings};
use crate::Wire;
use crate::model::SessionMetadata;
use crate::route::{DisconnectReason, PageState, VisibilityRequest};

/// Silence after which a stream is doubted when the page comes back into view, in milliseconds.
const DOUBT_MILLIS: u64 = 5_000;

/// What is known about the page.
pub(super) struct Page {
    pub(super) metadata: SessionMetadata,
    /// Whether there are WebSockets and event sources.
    pub(super) streams: bool,
    pub(super) visible: bool,
    /// Whether the chat window is open.
    pub(super) open: bool,
    /// Whether goodbye has been said.
    left: bool,
}

impl Page {
    /// Whether the page has not gone away.
    pub(super) fn is_here(&self) -> bool {
        !self.left
    }

    pub(super) fn new(options: &mut EngineOptions) -> Self {
        Page {
            metadata: std::mem::take(&mut options.metadata),
            streams: options.streams,
            visible: options.visible,
            open: false,
            left: false,
        }
    }
}

impl Conversation {
    pub(super) fn surroundings(&mut self, change: Surroundings) {
        match change {
            Surroundings::Online => {
                self.link.offline = false;
                self.back();
            }
            // A hint only: browsers say so on machines that reach the server well. Trying goes on.
            Surroundings::Offline => self.link.offline = true,
            Surroundings::Visible => {
                self.page.left = false;
                let before = self.is_in_view();
                self.page.visible = true;
                self.back();
                self.ask_leader(|ask| {
                    ask.ping = true;
                    ask.in_view = true;
                });
                self.view_changed(before);
            }
            Surroundings::Hidden => {
                let before = self.is_in_view();
                self.page.visible = false;
                self.ask_leader(|ask| ask.hidden = true);
                self.view_changed(before);
            }
            Surroundings::Leaving => {
                if !std::mem::replace(&mut self.page.left, true) && self.link.wanted {
                    self.leave_as_last(DisconnectReason::PageUnload);
                }
                self.leave_tabs(Leaving::Page);
            }
        }
    }

    /// A page of the browser has come into view, or the last one has gone out of it.
    pub(super) fn view_changed(&mut self, before: bool) {
        let state = match (before, self.is_in_view()) {
            (false, true) => PageState::Visible,
            (true, false) => PageState::Hidden,
            _ => return,
        };
        if state == PageState::Visible {
            self.back();
        }
        self.tell_visibility(state);
    }

    /// The page has come back, or the network: what waits is tried at once.
    fn back(&mut self) {
        self.wake();
        self.heartbeat.doubt(self.now.mono, DOUBT_MILLIS);
    }

    fn tell_visibility(&mut self, state: PageState) {
        let Some(session_id) = self.session.id.clone() else {
            return;
        };
        if !self.can_talk() || self.session.no_visibility_route {
            return;
        }
        let request = VisibilityRequest {
            session_id,
            state,
            timestamp: Some(self.now.wall.as_millis()),
        };
        let path = "/visibility".to_owned();
        self.out
            .request(Purpose::Visibility, Method::Post, path, Some(request.write()));
    }
}
