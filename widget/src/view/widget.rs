//! The whole widget, mounted beside the launcher that the loader painted.

use super::announcer::announcer;
use super::avatar::Face;
use super::launcher::adopt_launcher;
use super::preview::preview;
use super::theme::{paint_host, use_theme};
use super::window::chat_window;
use crate::browser::task;
use crate::dom::{El, Live, effect};
use crate::state::{Actions, ChatState};
use leptos::prelude::Owner;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use web_sys::{Element, HtmlElement};

/// The window is taken away at the latest after this, should no animation have ended (they can be off).
const LEAVING: Duration = Duration::from_millis(200);

/// What was mounted; dropping it takes everything away again, but for the launcher.
#[must_use]
pub struct Mounted {
    owner: Owner,
    announcer: Element,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Preview and window go with their effects.
        self.owner.cleanup();
        self.announcer.remove();
    }
}

/// Mounts the widget into the loader's `.pp-root` and adopts its launcher.
pub fn mount(root: HtmlElement, launcher: HtmlElement, state: ChatState, actions: Actions) -> Mounted {
    let owner = Owner::new();
    let announcer = owner.with(|| {
        adopt_launcher(root.clone(), launcher.clone(), state);
        paint_host(&root, state);
        let theme = use_theme(root.clone(), state);
        let announcer = announcer(state);
        let root = El::from(Element::from(root)).child(announcer.clone());
        fill(root, launcher, state, actions, theme);
        announcer
    });
    Mounted {
        owner,
        announcer: announcer.element().clone(),
    }
}

/// Appends preview and window; `theme` is `pp-theme-light` or `pp-theme-dark`.
fn fill(
    root: El,
    launcher: HtmlElement,
    state: ChatState,
    actions: Actions,
    theme: impl Fn() -> &'static str + Copy + 'static,
) {
    let face = move || {
        state.appearance.with(|appearance| Face {
            name: appearance.operator_name.clone(),
            image: appearance.operator_avatar.clone(),
        })
    };
    let present = Live::new(state.open.get_untracked());
    let closings = Rc::new(Cell::new(0));
    effect(move || {
        if state.open.get() {
            present.set_if_new(true);
        } else if present.get_untracked() {
            let (latest, this) = (closings.clone(), closings.get() + 1);
            closings.set(this);
            task::after(LEAVING, move || {
                // Opened and closed again meanwhile, it leaves by that.
                if latest.get() == this {
                    leave(state, present);
                }
            });
        }
    });
    preview(root, state, actions, face, launcher).show(
        move || present.get(),
        move || chat_window(state, actions, face, theme, move || leave(state, present)),
    );
}

fn leave(state: ChatState, present: Live<bool>) {
    // The timer may come after the widget is gone, or after it was opened again.
    if state.open.try_get_untracked() == Some(false) && present.try_get_untracked() == Some(true) {
        present.set(false);
    }
}
