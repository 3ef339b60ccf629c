//! Desktop notifications: allowed by a button only, shown while nobody looks.

use super::Store;
use crate::{who, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::Message;
use pocketping_widget::browser::listener::Listener;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Most characters of a message that a notification shows.
const MOST_CHARS: usize = 140;

impl Store {
    /// Whether this browser has notifications at all.
    pub(crate) fn can_notify() -> bool {
        js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
    }

    /// Switches notifications; the browser asks for its permission the first time.
    pub(crate) fn toggle_notify(self) {
        if self.kept.notify.get_untracked() {
            return self.keep_notify(false);
        }
        spawn_local(async move {
            if Notification::permission() == NotificationPermission::Default
                && let Ok(asked) = Notification::request_permission()
            {
                // The permission itself tells how it ended.
                drop(JsFuture::from(asked).await);
            }
            if Notification::permission() == NotificationPermission::Granted {
                self.keep_notify(true);
            } else {
                self.trouble.set(Some(words::NOTIFY_DENIED));
            }
        });
    }

    /// Tells of a visitor's message, unless somebody is looking at the page.
    pub(super) fn notify(self, message: &Message) {
        let wanted = self.kept.notify.get_untracked() && document().hidden() && Self::can_notify();
        if !wanted || Notification::permission() != NotificationPermission::Granted {
            return;
        }
        let known = untrack(|| self.sessions.get(&message.session_id));
        let name = known.map_or(words::VISITOR.to_owned(), |session| {
            session.with_untracked(who::name)
        });
        let options = NotificationOptions::new();
        let text: String = who::text(message).chars().take(MOST_CHARS).collect();
        options.set_body(&text);
        // One for each conversation: the newest message takes the place of the one before.
        options.set_tag(message.session_id.as_str());
        // Phones have notifications for service workers only: there is none then.
        if let Ok(shown) = Notification::new_with_options(&name, &options) {
            let id = message.session_id.clone();
            let closed = shown.clone();
            let opened = Rc::new(move |_| {
                // A browser may refuse to come to the front.
                drop(window().focus());
                self.select(id.clone());
                closed.close();
            });
            let listener = Listener::new(shown.into(), "click", opened);
            self.notices.update_value(|notices| {
                notices.insert(message.session_id.clone(), listener);
            });
        }
    }
}
