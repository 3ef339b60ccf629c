//! What an operator is called and looks like, as fields of a form.

use crate::api::ApiError;
use crate::words;
use leptos::prelude::*;

/// Name and picture.
#[component]
pub(super) fn NameAndPicture(
    /// The name.
    name: RwSignal<String>,
    /// The picture's address; empty for none.
    picture: RwSignal<String>,
    /// What went wrong; goes when something is typed.
    trouble: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let typed = move |field: RwSignal<String>| {
        move |event| {
            field.set(event_target_value(&event));
            trouble.set(None);
        }
    };
    view! {
        <label class="pp-field">
            <span class="pp-field__label">{words::OPERATOR_NAME}</span>
            <input class="pp-field__input" name="operator-name" autocomplete="off" dir="auto" prop:value=name on:input=typed(name)/>
        </label>
        <label class="pp-field">
            <span class="pp-field__label">{words::OPERATOR_PICTURE}</span>
            <input class="pp-field__input" name="operator-picture" type="url" autocomplete="off" prop:value=picture on:input=typed(picture)/>
        </label>
    }
}

/// What went wrong with a name, a picture or a token, in words.
pub(super) fn said(error: ApiError) -> &'static str {
    match error {
        ApiError::Refused(422) => words::OPERATOR_WRONG,
        other => other.words(),
    }
}
