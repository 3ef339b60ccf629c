//! The page around the conversation.

use super::outputs::Purpose;
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
                let was_visible = std::mem::replace(&mut self.page.visible, true);
                self.back();
                if !was_visible {
                    self.tell_visibility(PageState::Visible);
                }
            }
            Surroundings::Hidden => {
                if std::mem::replace(&mut self.page.visible, false) {
                    self.tell_visibility(PageState::Hidden);
                }
            }
            Surroundings::Leaving => {
                if !std::mem::replace(&mut self.page.left, true) && self.link.wanted {
                    self.leave(DisconnectReason::PageUnload);
                }
            }
        }
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
