//! Who is signed in.

use super::glyphs;
use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use pocketping_core::model::Permission;
use pocketping_widget::view::{Face, Glyph, avatar, icon};

/// Picture and name, the ways to change them and to the operators, the way out.
#[component]
pub(super) fn Myself(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let face = move || {
        let me = store.me.get();
        Face {
            name: me.as_ref().map(|me| me.name.clone()).unwrap_or_default(),
            image: me.and_then(|me| me.avatar),
        }
    };
    let has_profile = Memo::new(move |_| store.profile().is_some());
    let manages = Memo::new(move |_| store.may(Permission::Operators));
    view! {
        <div class="pp-me">
            {avatar(face, "pp-avatar-small").embed()}
            <span class="pp-me__name" dir="auto">{move || face().name}</span>
            <Show when=move || has_profile.get()>
                <button type="button" class="pp-icon-btn pp-own" aria-label=words::PROFILE title=words::PROFILE on:click=move |_| store.show_profile()>
                    {icon(glyphs::PENCIL, "").embed()}
                </button>
            </Show>
            <Show when=move || manages.get()>
                <button type="button" class="pp-icon-btn pp-staff" aria-label=words::OPERATORS title=words::OPERATORS on:click=move |_| store.show_operators()>
                    {icon(glyphs::PERSON, "").embed()}
                </button>
            </Show>
            <button type="button" class="pp-icon-btn" aria-label=words::SIGN_OUT title=words::SIGN_OUT on:click=move |_| store.sign_out()>
                {icon(Glyph::LEAVE, "").embed()}
            </button>
        </div>
    }
}
