//! The operators' stream: one WebSocket that is opened again for ever, each time after the last cursor.

use super::BASE;
use js_sys::Math;
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle};
use leptos::prelude::{document, set_interval_with_handle, set_timeout_with_handle, window};
use pocketping_core::envelope::{ClientFrame, ServerEnvelope, ServerEvent};
use pocketping_core::route::percent_encode;
use pocketping_core::{Cursor, Wire};
use pocketping_widget::browser::clock::monotonic;
use pocketping_widget::browser::listener::Listener;
use pocketping_widget::browser::value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent, WebSocket};

const FIRST_WAIT_MS: f64 = 500.0;
const LONGEST_WAIT_MS: f64 = 30_000.0;
/// After so much silence the server is asked whether it is there (EXTENSIONS, Heartbeat).
const SILENCE_MS: u64 = 25_000;
/// And has so long to answer.
const ANSWER_MS: u64 = 10_000;
const CHECK: Duration = Duration::from_secs(5);

/// What the stream tells.
pub(crate) enum News {
    /// It is open.
    Up,
    /// It is not, and will be tried again; `opened` says whether it was open before.
    Down {
        /// A stream that never opened may mean that nobody is signed in.
        opened: bool,
    },
    /// Something happened.
    Envelope(Box<ServerEnvelope>),
}

/// A stream that keeps itself open until dropped.
pub(crate) struct OperatorStream(Rc<Inner>);

struct Inner {
    heard: Box<dyn Fn(News)>,
    cursor: RefCell<Option<Cursor>>,
    socket: RefCell<Option<(WebSocket, Listener)>>,
    opened: Cell<bool>,
    failures: Cell<i32>,
    last_heard: Cell<u64>,
    asked: Cell<bool>,
    retry: RefCell<Option<TimeoutHandle>>,
    check: Cell<Option<IntervalHandle>>,
    wakers: RefCell<Vec<Listener>>,
}

impl OperatorStream {
    /// Opens the stream after `cursor` and tells `heard` what comes.
    pub(crate) fn open(cursor: Option<Cursor>, heard: impl Fn(News) + 'static) -> Self {
        let inner = Rc::new(Inner {
            heard: Box::new(heard),
            cursor: RefCell::new(cursor),
            socket: RefCell::default(),
            opened: Cell::new(false),
            failures: Cell::new(0),
            last_heard: Cell::new(0),
            asked: Cell::new(false),
            retry: RefCell::default(),
            check: Cell::new(None),
            wakers: RefCell::default(),
        });
        let checked = Rc::downgrade(&inner);
        let check = move || {
            if let Some(inner) = checked.upgrade() {
                inner.check_pulse();
            }
        };
        // Browsers refuse intervals only to pages that are going away.
        inner.check.set(set_interval_with_handle(check, CHECK).ok());
        let woken = Rc::downgrade(&inner);
        let wake: Rc<dyn Fn(Event)> = Rc::new(move |_| {
            if let Some(inner) = woken
                .upgrade()
                .filter(|inner| !inner.opened.get() && !document().hidden())
            {
                inner.connect();
            }
        });
        *inner.wakers.borrow_mut() = vec![
            Listener::new(window().into(), "online", wake.clone()),
            Listener::new(document().into(), "visibilitychange", wake),
        ];
        inner.connect();
        OperatorStream(inner)
    }
}

impl Drop for OperatorStream {
    fn drop(&mut self) {
        if let Some(check) = self.0.check.take() {
            check.clear();
        }
        self.0.wakers.borrow_mut().clear();
        self.0.hang_up();
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        self.hang_up();
        // The address is made from the page's own, so it is a valid one.
        let Ok(socket) = WebSocket::new(&self.address()) else {
            return self.lost();
        };
        let weak = Rc::downgrade(self);
        let heard = Rc::new(move |event: Event| {
            let Some(inner) = weak.upgrade() else { return };
            match &*event.type_() {
                "open" => inner.is_open(),
                "message" => inner.take(event.unchecked_ref()),
                _ => inner.lost(),
            }
        });
        let listener = Listener::new(socket.clone().into(), "open message close", heard);
        *self.socket.borrow_mut() = Some((socket, listener));
    }

    fn hang_up(&self) {
        if let Some(retry) = self.retry.take() {
            retry.clear();
        }
        if let Some((socket, listener)) = self.socket.take() {
            drop(listener);
            // Closing fails only for invalid codes; none is given.
            drop(socket.close());
        }
        self.opened.set(false);
    }

    fn address(&self) -> String {
        let location = window().location();
        // A page served over HTTP has both.
        let secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
        let scheme = if secure { "wss://" } else { "ws://" };
        let mut address = [scheme, &location.host().unwrap_or_default(), BASE, "/stream"].concat();
        if let Some(cursor) = &*self.cursor.borrow() {
            address.push_str("?after=");
            percent_encode(cursor.as_str(), &mut address);
        }
        address
    }

    fn is_open(&self) {
        self.opened.set(true);
        self.failures.set(0);
        self.alive();
        (self.heard)(News::Up);
    }

    fn alive(&self) {
        self.last_heard.set(monotonic());
        self.asked.set(false);
    }

    fn take(&self, event: &MessageEvent) {
        self.alive();
        let parsed = event.data().as_string().and_then(|text| value::parse(&text));
        // What is no envelope is passed over, as in the widget: one odd frame must not break a stream.
        let Some(envelope) = parsed.and_then(|value| ServerEnvelope::read(&value).ok()) else {
            return;
        };
        if envelope.cursor.is_some() {
            self.cursor.replace(envelope.cursor.clone());
        }
        if matches!(envelope.event, ServerEvent::Resync) && envelope.cursor.is_none() {
            self.cursor.replace(None);
        }
        (self.heard)(News::Envelope(Box::new(envelope)));
    }

    fn lost(self: &Rc<Self>) {
        let opened = self.opened.replace(false);
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let longest = (FIRST_WAIT_MS * 2f64.powi(failures.min(10))).min(LONGEST_WAIT_MS);
        // Half of it at random, so that many inboxes do not return in one moment.
        let wait = longest * (0.5 + Math::random() / 2.0);
        let weak = Rc::downgrade(self);
        let again = move || {
            if let Some(inner) = weak.upgrade() {
                inner.connect();
            }
        };
        let handle = set_timeout_with_handle(again, Duration::from_millis(wait as u64));
        // As with the interval.
        *self.retry.borrow_mut() = handle.ok();
        (self.heard)(News::Down { opened });
    }

    fn check_pulse(self: &Rc<Self>) {
        if !self.opened.get() {
            return;
        }
        let silent = monotonic().saturating_sub(self.last_heard.get());
        if self.asked.get() && silent > SILENCE_MS + ANSWER_MS {
            self.hang_up();
            self.opened.set(true);
            self.lost();
        } else if !self.asked.get() && silent > SILENCE_MS {
            self.asked.set(true);
            if let Some((socket, _)) = &*self.socket.borrow() {
                // A socket that cannot send is found silent at the next check.
                drop(socket.send_with_str(&value::to_json(&ClientFrame::Ping.write())));
            }
        }
    }
}
