//! Files beside the reply, before they are sent with it.

use crate::store::{FileState, Picked, Store};
use crate::{size, words};
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, icon};

/// A tile for each.
#[component]
pub(super) fn Staged(
    /// What is known.
    store: Store,
    /// The files.
    staged: Memo<Vec<Picked>>,
) -> impl IntoView {
    view! {
        <Show when=move || !staged.with(Vec::is_empty)>
            <ul class="pp-staged">
                {move || staged.get().into_iter().map(|file| view! { <Tile store file/> }).collect_view()}
            </ul>
        </Show>
    }
}

#[component]
fn Tile(
    /// What is known.
    store: Store,
    /// The file.
    file: Picked,
) -> impl IntoView {
    let key = file.key;
    let fails = matches!(file.state, FileState::Failed(_));
    let about = match file.state {
        FileState::Sending => words::FILE_SENDING.to_owned(),
        FileState::Sent(_) => size::short(file.size),
        FileState::Failed(reason) => reason.to_owned(),
    };
    let remove = [words::REMOVE, &file.name].concat();
    view! {
        <li class="pp-staged__file" class:pp-staged-failed=fails>
            <span class="pp-file__name" dir="auto">{file.name.clone()}</span>
            <span class="pp-file__size" role="status">{about}</span>
            <button type="button" class="pp-icon-btn" aria-label=remove on:click=move |_| store.unpick(key)>
                {icon(Glyph::CROSS, "").embed()}
            </button>
        </li>
    }
}
