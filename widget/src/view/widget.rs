//! The whole widget, mounted beside the launcher that the loader painted.

use super::announcer::Announcer;
use super::avatar::Face;
use super::effect::effect;
use super::launcher::adopt_launcher;
use super::notice::current_notice;
use super::preview::Preview;
use super::theme::{paint_host, use_theme};
use super::window::ChatWindow;
use crate::state::{Actions, ChatState};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::time::Duration;
use web_sys::HtmlElement;

/// The window is taken away at the latest after this, should no animation have ended (they can be off).
const LEAVING: Duration = Duration::from_millis(200);

/// What was mounted; dropping it takes everything away again, but for the launcher.
#[must_use]
pub struct Mounted {
    _handle: Box<dyn Any>,
}

/// Mounts the widget into the loader's `.pp-root` and adopts its launcher.
pub fn mount(root: HtmlElement, launcher: HtmlElement, state: ChatState, actions: Actions) -> Mounted {
    let parent = root.clone();
    let handle = mount_to(parent, move || {
        adopt_launcher(root.clone(), launcher, state);
        paint_host(&root, state);
        let theme = use_theme(root, state);
        view! { <Widget state actions theme/> }
    });
    Mounted {
        _handle: Box::new(handle),
    }
}

#[component]
fn Widget(
    /// What is shown.
    state: ChatState,
    /// What can be done.
    actions: Actions,
    /// `pp-theme-light` or `pp-theme-dark`.
    theme: Memo<&'static str>,
) -> impl IntoView {
    let notice = Memo::new(move |_| current_notice(state));
    let face = Signal::derive(move || {
        state.appearance.with(|appearance| Face {
            name: appearance.operator_name.clone(),
            image: appearance.operator_avatar.clone(),
        })
    });
    let present = RwSignal::new(state.open.get_untracked());
    effect(move || {
        if state.open.get() {
            present.set(true);
        } else {
            set_timeout(move || leave(state, present), LEAVING);
        }
    });
    let left = UnsyncCallback::new(move |()| leave(state, present));
    view! {
        <Announcer state notice/>
        <Preview state actions face/>
        <Show when=move || present.get()>
            <ChatWindow state actions face theme notice left/>
        </Show>
    }
}

fn leave(state: ChatState, present: RwSignal<bool>) {
    // The timer may come after the widget is gone, or after it was opened again.
    if state.open.try_get_untracked() == Some(false) && present.try_get_untracked() == Some(true) {
        present.set(false);
    }
}
