//! [`App`]: one widget on a page.

use super::files::{Queue, Upload};
use super::outcome::{self, Settle};
use super::subscriptions::{Subscriptions, Topic, call};
use crate::browser::{clock, page};
use crate::driver::{Driver, Report};
use crate::options::Options;
use crate::state::{Actions, ChatState};
use crate::view::{self, Mounted};
use js_sys::Function;
use leptos::prelude::Owner;
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{Command, Connection, Input, client_message_id};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// What lives between `init` and `destroy`.
pub(super) struct App {
    pub(super) driver: Rc<Driver>,
    pub(super) options: Options,
    /// As given to `init`.
    pub(super) config: JsValue,
    pub(super) state: ChatState,
    pub(super) subscriptions: Subscriptions,
    pub(super) pending: RefCell<Pending>,
    pub(super) queue: Queue,
    /// `None` once destroyed. The signals end after what shows them.
    view: RefCell<Option<(Mounted, Owner)>>,
}

/// Promises that the page holds.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) messages: Vec<(ClientMessageId, Settle)>,
    /// Edits, deletions, ratings and forms, with the event that tells of their success.
    pub(super) tasks: Vec<(ClientMessageId, Option<&'static str>, Settle)>,
    pub(super) uploads: Vec<Upload>,
    pub(super) identifies: Vec<Settle>,
    pub(super) connects: Vec<Settle>,
}

impl App {
    /// Starts the engine and mounts the views.
    pub(super) fn start(
        base: String,
        options: Options,
        config: JsValue,
        root: HtmlElement,
        launcher: HtmlElement,
    ) -> Rc<Self> {
        let owner = Owner::new();
        let state = owner.with(|| ChatState::new(options.appearance.clone()));
        let app = Rc::new_cyclic(|me: &Weak<App>| {
            let observing = me.clone();
            let observe = move |report: Report<'_>| {
                if let Some(app) = observing.upgrade() {
                    app.observe(report);
                }
            };
            App {
                driver: Driver::new(base, Box::new(observe)),
                options,
                config,
                state,
                subscriptions: Subscriptions::default(),
                pending: RefCell::default(),
                queue: Queue::default(),
                view: RefCell::default(),
            }
        });
        let acting = Rc::downgrade(&app);
        let mounted = owner.with(|| {
            let actions = Actions::new(move |command| {
                if let Some(app) = acting.upgrade() {
                    app.command(command);
                }
            });
            view::mount(root, launcher, state, actions)
        });
        *app.view.borrow_mut() = Some((mounted, owner));
        app.driver.start();
        app
    }

    /// Takes the widget away; the loader removes the container.
    pub(super) fn destroy(&self) {
        self.driver.end();
        drop(self.view.take());
        let connects = std::mem::take(&mut self.pending.borrow_mut().connects);
        let error = self.reject_sends("destroyed", "the widget was destroyed");
        for settle in connects {
            settle.reject(&error);
        }
    }

    /// Rejects the promises of what is not sent and will not be; gives the error.
    pub(super) fn reject_sends(&self, code: &str, why: &str) -> JsValue {
        let mut pending = self.pending.borrow_mut();
        let connects = std::mem::take(&mut pending.connects);
        let Pending {
            messages,
            tasks,
            uploads,
            identifies,
            ..
        } = std::mem::replace(
            &mut *pending,
            Pending {
                connects,
                ..Pending::default()
            },
        );
        drop(pending);
        let error = outcome::error(code, why);
        let messages = messages.into_iter().map(|(_, settle)| settle);
        let tasks = tasks.into_iter().map(|(_, _, settle)| settle);
        let uploads = uploads.into_iter().filter_map(|upload| upload.settle);
        for settle in messages.chain(tasks).chain(uploads).chain(identifies) {
            settle.reject(&error);
        }
        error
    }

    /// Whether [`Self::destroy`] was called.
    pub(super) fn is_gone(&self) -> bool {
        self.view.borrow().is_none()
    }

    /// Gives a command. Acts (opening, sending…) connect (DESIGN, `connect` option).
    pub(super) fn command(&self, command: Command) {
        self.prepare(&command);
        self.driver.command(command);
    }

    /// Gives a command that [`Change::Settled`] tells the end of, and gives the promise of it. `event` is
    /// what the page hears on success.
    ///
    /// [`Change::Settled`]: pocketping_core::engine::Change::Settled
    pub(super) fn run(&self, command: Command, event: Option<&'static str>) -> JsValue {
        self.prepare(&command);
        let (now, entropy) = (clock::now(), clock::entropy());
        let (promise, settle) = Settle::new();
        let id = client_message_id(now, &entropy);
        self.pending.borrow_mut().tasks.push((id, event, settle));
        self.driver.dispatch_at(Input::Command(command), now, entropy);
        promise
    }

    /// Connects, if that was not asked for yet.
    pub(super) fn connect(&self) {
        if self.driver.conversation().connection() == Connection::Idle {
            self.driver.command(Command::Connect);
        }
    }

    pub(super) fn prepare(&self, command: &Command) {
        // Where browsers do not tell of `history.pushState`, this is when it is noticed.
        self.driver.check_address();
        let is_act = matches!(
            command,
            Command::Send { .. }
                | Command::Upload { .. }
                | Command::Trigger { .. }
                | Command::Identify(_)
                | Command::SubmitPreChat { .. }
                | Command::SetOpen(true)
        );
        if is_act {
            self.connect();
        }
    }

    /// Tells the handlers of one of PROTOCOL §4.5's events.
    pub(super) fn emit(&self, event: &str, value: &JsValue) {
        self.subscriptions.tell(Topic::Own, event, &[value]);
    }

    /// Whether the window would cover the page.
    pub(super) fn is_phone(&self) -> bool {
        page::matches_media(view::PHONE)
    }
}

/// Calls a function among the options, if it is there.
pub(super) fn tell(callback: &Option<Function>, arguments: &[&JsValue]) {
    if let Some(callback) = callback {
        call(callback, arguments);
    }
}
