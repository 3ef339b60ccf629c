//! [`App`]: one widget on a page.

use super::commands::Stamp;
use crate::browser::database::Files;
use crate::driver::{Driver, Report};
use crate::state::{Actions, ChatState};
use crate::view::{self, Appearance, Mounted};
use js_sys::Function;
use leptos::prelude::Owner;
use pocketping_core::engine::{Command, Connection};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use web_sys::HtmlElement;

/// What lives between `init` and `destroy`.
pub(super) struct App {
    pub(super) driver: Rc<Driver>,
    pub(super) state: ChatState,
    /// The page's side, which hears of everything.
    pub(super) hear: Function,
    /// Stamps that were given out for commands that come later.
    pub(super) stamps: RefCell<Vec<Stamp>>,
    /// `None` once destroyed. The signals end after what shows them.
    view: RefCell<Option<(Mounted, Owner)>>,
}

impl App {
    /// Starts the engine and mounts the views.
    pub(super) fn start(
        base: String,
        appearance: Appearance,
        root: HtmlElement,
        launcher: HtmlElement,
        hear: Function,
        files: Files,
    ) -> Rc<Self> {
        let owner = Owner::new();
        let state = owner.with(|| ChatState::new(appearance));
        let app = Rc::new_cyclic(|me: &Weak<App>| {
            let observing = me.clone();
            let observe = move |report: Report<'_>| {
                if let Some(app) = observing.upgrade() {
                    app.observe(report);
                }
            };
            App {
                driver: Driver::new(base, files, Box::new(observe)),
                state,
                hear,
                stamps: RefCell::default(),
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

    /// Connects, if that was not asked for yet.
    pub(super) fn connect(&self) {
        if self.driver.conversation().connection() == Connection::Idle {
            self.driver.command(Command::Connect);
        }
    }

    /// What comes before a command: the page's address, and the connection that it needs.
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
}
