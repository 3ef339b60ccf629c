//! [`Screenshots`]: the server's wishes for a picture of the page (PROTOCOL §1.3).
//!
//! Streams bring them, and so do polls that resume; while polling another server they are asked for after each poll. That is a
//! courtesy to one hosted service:
//! whatever goes wrong with it says nothing of the conversation.

use super::outputs::Purpose;
use super::{Change, Conversation, HttpAnswer, Method, NetworkFailure};
use crate::route::{Feature, ScreenshotWish, percent_encode};
use crate::{SessionId, Value, Wire};

/// Most wishes that are remembered, to tell of none twice.
const MOST_TOLD: usize = 100;

/// What was wished for, and whether to ask.
#[derive(Default)]
pub(super) struct Screenshots {
    told: Vec<String>,
    /// The session whose server has no such route.
    without_route: Option<SessionId>,
}

impl Conversation {
    /// A picture is wished for.
    pub(super) fn wish_for_screenshot(&mut self, wish: ScreenshotWish) {
        let told = &mut self.screenshots.told;
        if told.contains(&wish.request_id) {
            return;
        }
        if told.len() >= MOST_TOLD {
            told.remove(0);
        }
        told.push(wish.request_id.clone());
        self.out.change(Change::ScreenshotRequest(wish));
    }

    /// Asks whether a picture is wished for, after a poll.
    pub(super) fn ask_for_screenshots(&mut self) {
        let Some(session_id) = &self.session.id else {
            return;
        };
        let has_route = self.screenshots.without_route.as_ref() != Some(session_id);
        let unheard = has_route && !self.session.has(Feature::Resume);
        if !unheard || !self.is_in_view() || self.out.is_under_way(Purpose::Screenshots) {
            return;
        }
        let mut path = "/screenshot/requests?sessionId=".to_owned();
        percent_encode(session_id.as_str(), &mut path);
        self.out.request(Purpose::Screenshots, Method::Get, path, None);
    }

    /// The answer to that.
    pub(super) fn screenshots_answered(&mut self, outcome: Result<HttpAnswer, NetworkFailure>) {
        let Ok(answer) = outcome else { return };
        match answer.status {
            200..=299 => {
                let wishes = answer.body.get("requests").and_then(Value::as_list);
                for wish in wishes.unwrap_or_default() {
                    // One that is odd hides no others.
                    if let Ok(wish) = ScreenshotWish::read(wish) {
                        self.wish_for_screenshot(wish);
                    }
                }
            }
            404 | 405 => self.screenshots.without_route.clone_from(&self.session.id),
            _ => {}
        }
    }
}
