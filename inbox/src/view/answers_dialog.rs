//! The saved answers: add, change, remove.

use super::dialog::Modal;
use super::dialogs::Trouble;
use crate::canned::Canned;
use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use pocketping_widget::view::{Glyph, icon};
use web_sys::SubmitEvent;

/// A list of what is saved, and a form for one.
#[component]
pub(super) fn SavedAnswers(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let (name, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The name of the one that is changed.
    let changed = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<&'static str>);
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let canned = Canned {
            name: name.get_untracked().trim().to_owned(),
            text: text.get_untracked().trim().to_owned(),
        };
        if canned.name.is_empty() || canned.text.is_empty() {
            return trouble.set(Some(words::ANSWER_INCOMPLETE));
        }
        let before = changed.get_untracked();
        store.change_answers(|kept| put(kept, canned, before.as_deref()));
        changed.set(None);
        name.set(String::new());
        text.set(String::new());
    };
    let change = move |canned: Canned| {
        changed.set(Some(canned.name.clone()));
        name.set(canned.name);
        text.set(canned.text);
    };
    let typed = move |field: RwSignal<String>| {
        move |event| {
            field.set(event_target_value(&event));
            trouble.set(None);
        }
    };
    let button = move || {
        if changed.with(Option::is_some) {
            words::SAVE
        } else {
            words::ADD_ANSWER
        }
    };
    view! {
        <Modal store title=words::SAVED_ANSWERS>
            <div class="pp-dialog__body">
                <p class="pp-dialog__hint">{words::SAVED_ANSWERS_HINT}</p>
                <ul class="pp-answers">
                    <For
                        each=move || store.kept.answers.get()
                        key=|canned| (canned.name.clone(), canned.text.clone())
                        children=move |canned| view! { <Saved store canned change/> }
                    />
                </ul>
                <form class="pp-answers__form" on:submit=submitted>
                    <label class="pp-field">
                        <span class="pp-field__label">{words::ANSWER_NAME}</span>
                        <input class="pp-field__input" name="answer-name" autocomplete="off" prop:value=name on:input=typed(name)/>
                    </label>
                    <label class="pp-field">
                        <span class="pp-field__label">{words::ANSWER_TEXT}</span>
                        <textarea class="pp-field__input" name="answer-text" rows="3" dir="auto" prop:value=text on:input=typed(text)></textarea>
                    </label>
                    <Trouble trouble/>
                    <button type="submit" class="pp-btn pp-btn-primary">{button}</button>
                </form>
            </div>
        </Modal>
    }
}

#[component]
fn Saved(
    /// What is known.
    store: Store,
    /// Which.
    canned: Canned,
    /// Called to change it.
    change: impl Fn(Canned) + Copy + 'static,
) -> impl IntoView {
    let (name, text) = (canned.name.clone(), canned.text.clone());
    let edit = [words::EDIT, " ", &name].concat();
    let remove = [words::REMOVE, &name].concat();
    let removed = name.clone();
    view! {
        <li class="pp-answers__one">
            <div>
                <p class="pp-answers__name" dir="auto">{name}</p>
                <p class="pp-answers__text" dir="auto">{text}</p>
            </div>
            <button type="button" class="pp-icon-btn" aria-label=edit on:click=move |_| change(canned.clone())>
                {icon(super::glyphs::PENCIL, "").embed()}
            </button>
            <button
                type="button"
                class="pp-icon-btn"
                aria-label=remove
                on:click=move |_| store.change_answers(|kept| kept.retain(|canned| canned.name != removed))
            >
                {icon(Glyph::BIN, "").embed()}
            </button>
        </li>
    }
}

/// Puts an answer in the place of the one that was changed, else at the end; one of its name gives way.
fn put(kept: &mut Vec<Canned>, canned: Canned, before: Option<&str>) {
    let at = kept.iter().position(|known| Some(known.name.as_str()) == before);
    match at {
        Some(at) => {
            kept[at] = canned.clone();
            let mut place = 0;
            kept.retain(|known| {
                place += 1;
                known.name != canned.name || place == at + 1
            });
        }
        None => {
            kept.retain(|known| known.name != canned.name);
            kept.push(canned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_once_and_a_changed_answer_stays_in_its_place() {
        let canned = |name: &str, text: &str| Canned {
            name: name.into(),
            text: text.into(),
        };
        let mut kept = vec![canned("a", "1"), canned("b", "2"), canned("c", "3")];
        put(&mut kept, canned("c", "4"), Some("b"));
        assert_eq!(kept, [canned("a", "1"), canned("c", "4")]);
        put(&mut kept, canned("a", "5"), None);
        assert_eq!(kept, [canned("c", "4"), canned("a", "5")]);
    }
}
