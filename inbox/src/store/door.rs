//! Signing in and out, and what begins and ends with it.

use super::{Link, Pane, Store};
use crate::api::{self, ApiError, News, OperatorStream};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;
use wasm_bindgen::JsValue;

/// The printed link is `/inbox#token=…`.
const FRAGMENT: &str = "#token=";

/// Whether somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Not known yet.
    Unknown,
    /// Nobody is; what went wrong with the last attempt.
    Shut(Option<&'static str>),
    /// Somebody is.
    Open,
}

impl Store {
    /// Signs in with the token in the page's address, or finds out whether the cookie is still good.
    pub(super) fn enter(self) {
        match take_token() {
            Some(token) => self.sign_in(token),
            None => spawn_local(self.look_around()),
        }
        // A link that is pasted into a tab that shows the inbox only changes the fragment.
        self.listen("hashchange", move |_| {
            if let Some(token) = take_token() {
                self.sign_in(token);
            }
        });
    }

    /// Signs in with a token.
    pub(crate) fn sign_in(self, token: String) {
        spawn_local(async move {
            match api::open_door(token).await {
                Ok(()) => self.look_around().await,
                Err(ApiError::Unreachable) => self.door.set(Door::Shut(Some(crate::words::UNREACHABLE))),
                Err(ApiError::TooMany) => self.door.set(Door::Shut(Some(crate::words::TOO_MANY))),
                Err(_) => self.door.set(Door::Shut(Some(crate::words::WRONG_TOKEN))),
            }
        });
    }

    /// Signs out.
    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            if self.told(api::close_door().await).is_some() {
                self.shut();
            }
        });
    }

    async fn look_around(self) {
        let known = match api::me().await {
            Ok(me) => {
                self.me.set(Some(me));
                api::list_operators().await
            }
            Err(error) => Err(error),
        };
        match known {
            Ok(operators) => {
                self.online.set(operators.online);
                self.operators.set(operators.operators);
                self.door.set(Door::Open);
                self.begin().await;
            }
            Err(ApiError::SignedOut) => self.shut(),
            Err(error) => self.door.set(Door::Shut(Some(error.words()))),
        }
    }

    /// Reads the list and follows the stream from there.
    async fn begin(self) {
        let filter = self.sessions.filter.get_untracked();
        let listed = api::list_sessions(&filter, None).await;
        let cursor = listed.as_ref().ok().and_then(|answer| answer.cursor.clone());
        if let Some(answer) = self.told(listed) {
            self.sessions.take(answer, true);
        }
        self.search();
        // What the address says is shown.
        if let Some(id) = self.sessions.selected.get_untracked() {
            self.know(id);
            self.read_thread();
        }
        if let Some(days) = self.figures.days.get_untracked() {
            self.read_figures(days);
        }
        if self.door.get_untracked() == Door::Open {
            let stream = OperatorStream::open(cursor, move |news| self.hear(news));
            self.stream.set_value(Some(stream));
        }
    }

    fn hear(self, news: News) {
        match news {
            News::Up => {
                self.link.set(Link::Up);
                self.send_waiting();
                if self.thread.is_broken() {
                    self.read_thread();
                }
            }
            News::Down { opened } => {
                self.link.set(Link::Down);
                if !opened {
                    // Browsers do not say why a socket did not open: perhaps the login has ended.
                    spawn_local(async move {
                        if api::me().await == Err(ApiError::SignedOut) {
                            self.shut();
                        }
                    });
                }
            }
            News::Envelope(envelope) => self.take(*envelope),
        }
    }

    /// Forgets everything that only an operator may see.
    pub(super) fn shut(self) {
        self.door.set(Door::Shut(None));
        self.stream.set_value(None);
        self.link.set(Link::Opening);
        self.pane.set(Pane::Sessions);
        self.trouble.set(None);
        self.sessions.forget();
        self.thread.forget();
        self.answers.forget();
        self.files.forget();
        self.notices.set_value(HashMap::new());
        self.search.forget();
        self.figures.forget();
        self.dialog.set(None);
        self.me.set(None);
        self.operators.set(Vec::new());
        self.replying.set(None);
        self.noting.set(false);
    }
}

/// Takes the token out of the page's address, so that it stays in no history.
fn take_token() -> Option<String> {
    let location = window().location();
    let hash = location.hash().ok()?;
    let token = js_sys::decode_uri_component(hash.strip_prefix(FRAGMENT)?).ok()?;
    let address = location.pathname().ok()? + &location.search().unwrap_or_default();
    let history = window().history().ok()?;
    // The address is the page's own without its fragment: the browser has no reason to refuse it.
    drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    Some(String::from(token)).filter(|token| !token.is_empty())
}
