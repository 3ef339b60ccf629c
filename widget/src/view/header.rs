//! The top of the window: who answers, whether they are there, the way out.

use super::avatar::{Avatar, Face};
use super::icon::{Glyph, Icon};
use super::words;
use crate::state::{Actions, ChatState};
use leptos::prelude::*;

/// Picture, name, status line (PROTOCOL §4.7) and the close button.
#[component]
pub(super) fn Header(
    /// What is shown.
    state: ChatState,
    /// What can be done.
    actions: Actions,
    /// The other side's face.
    face: Signal<Face>,
) -> impl IntoView {
    let presence = Memo::new(move |_| {
        if state.operator_online.get() {
            ("pp-status-dot pp-online", words::ACTIVE)
        } else if state.appearance.with(|appearance| appearance.operator_reachable) {
            ("pp-status-dot pp-reachable", words::REACHABLE)
        } else {
            ("pp-status-dot", words::AWAY)
        }
    });
    view! {
        <header class="pp-header" part="header">
            <Avatar face/>
            <div class="pp-header-info">
                <div class="pp-header-title" id="pp-title">{move || face.get().name}</div>
                <div class="pp-header-status" role="status" aria-live="polite">
                    <span class=move || presence.get().0 aria-hidden="true"></span>
                    <span>{move || presence.get().1}</span>
                </div>
            </div>
            <div class="pp-header__actions">
                <button
                    type="button"
                    class="pp-icon-btn pp-close-btn"
                    aria-label=words::CLOSE
                    on:click=move |_| actions.set_open(false)
                >
                    <Icon glyph=Glyph::CHEVRON/>
                </button>
            </div>
        </header>
    }
}
