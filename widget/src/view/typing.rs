//! The dots that say somebody is writing.

use super::avatar::{Avatar, Face};
use super::words;
use leptos::prelude::*;

/// A name and no literal: `view!` would make elements that are all literals by way of `innerHTML`, which pages
/// that enforce Trusted Types refuse.
const DOT: &str = "pp-typing__dot";

/// Three dots in a bubble of the other side.
#[component]
pub fn TypingDots(
    /// Who is writing.
    face: Signal<Face>,
) -> impl IntoView {
    let label = move || [face.get().name.as_str(), words::IS_TYPING].concat();
    view! {
        <div class="pp-message pp-message-operator pp-typing pp-first pp-last" role="img" aria-label=label>
            <Avatar face size="pp-avatar-small"/>
            <div class="pp-message-content">
                <span class=DOT></span>
                <span class=DOT></span>
                <span class=DOT></span>
            </div>
        </div>
    }
}
