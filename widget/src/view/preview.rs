//! The newest unread message beside the closed launcher.

use super::avatar::{Avatar, Face};
use super::effect::effect;
use super::icon::{Glyph, Icon};
use super::words;
use crate::state::{Actions, ChatState};
use leptos::prelude::*;

/// Shown while the window is closed and what arrived was neither seen nor dismissed.
#[component]
pub(super) fn Preview(
    /// What is shown.
    state: ChatState,
    /// What can be done.
    actions: Actions,
    /// The other side's face.
    face: Signal<Face>,
) -> impl IntoView {
    let dismissed = RwSignal::new(false);
    effect(move || {
        state.arrived.track();
        dismissed.set(false);
    });
    let text = Memo::new(move |_| {
        let wanted = !dismissed.get() && !state.open.get() && state.unread.get() > 0;
        state.arrived.with(|arrived| {
            let arrived = arrived
                .as_ref()
                .filter(|arrived| wanted && !arrived.text.is_empty());
            arrived.map(|arrived| arrived.text.clone())
        })
    });
    let class = move || {
        let corner = state.appearance.with(|appearance| appearance.position.class());
        ["pp-preview ", corner].concat()
    };
    move || {
        text.get().map(|text| {
            let label = [words::OPEN_PREVIEW, &text].concat();
            view! {
                <div class=class part="preview">
                    <button
                        type="button"
                        class="pp-preview__open"
                        aria-label=label
                        on:click=move |_| actions.set_open(true)
                    >
                        <Avatar face size="pp-avatar-small"/>
                        <span class="pp-preview__text" dir="auto">{text}</span>
                    </button>
                    <button
                        type="button"
                        class="pp-icon-btn pp-preview__close"
                        aria-label=words::DISMISS
                        on:click=move |_| dismissed.set(true)
                    >
                        <Icon glyph=Glyph::CROSS/>
                    </button>
                </div>
            }
        })
    }
}
