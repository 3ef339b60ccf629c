//! The saved answers that a draft asks for with `/`.

use crate::canned::{self, Canned};
use crate::store::{Dialog, Store};
use crate::words;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use pocketping_widget::dom::El;

/// Names the list and its entries for the field.
const LIST: &str = "pp-saved-answers";

/// What is offered, and which of it is marked. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    draft: RwSignal<String>,
    /// Filled for this visitor, followed; `None` while nothing is asked for.
    found: Memo<Option<Vec<Canned>>>,
    marked: RwSignal<usize>,
    /// Opened by its button, whatever the draft is.
    opened: RwSignal<bool>,
    /// A draft for which the list was closed.
    closed: RwSignal<Option<String>>,
}

/// Offers saved answers for a draft; `name` gives the visitor's, followed.
pub(super) fn use_canned(store: Store, draft: RwSignal<String>, name: Memo<Option<String>>) -> Offer {
    let closed = RwSignal::new(None::<String>);
    let opened = RwSignal::new(false);
    let marked = RwSignal::new(0);
    let found = Memo::new(move |_| {
        if store.noting.get() {
            return None;
        }
        let draft = draft.get();
        let asked = match canned::asked_for(&draft) {
            _ if closed.with(|closed| closed.as_ref() == Some(&draft)) => return None,
            Some(asked) => asked,
            None if opened.get() => "",
            None => return None,
        };
        let found = store.kept.answers.with(|kept| canned::matching(kept, asked));
        let filled = found.into_iter().map(|one| Canned {
            text: one.filled(name.get().as_deref()),
            name: one.name,
        });
        Some(filled.collect::<Vec<_>>())
    });
    Effect::new(move |_| {
        found.track();
        marked.set(0);
    });
    Offer {
        draft,
        found,
        marked,
        opened,
        closed,
    }
}

impl Offer {
    /// Takes the keys that lead through the list while it is there.
    pub(super) fn press(&self, event: &KeyboardEvent) {
        let Some(found) = self.found.get_untracked() else {
            return;
        };
        let (count, marked) = (found.len(), self.marked.get_untracked());
        match &*event.key() {
            _ if event.is_composing() => return,
            "Escape" => self.close(),
            "ArrowDown" if count > 0 => self.marked.set((marked + 1) % count),
            "ArrowUp" if count > 0 => self.marked.set((marked + count - 1) % count),
            "Enter" | "Tab" if count > 0 && !event.shift_key() => self.insert(&found[marked.min(count - 1)]),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Opens the list, or closes it.
    pub(super) fn toggle(&self) {
        if self.found.with_untracked(Option::is_some) {
            self.close();
        } else {
            self.closed.set(None);
            self.opened.set(true);
        }
    }

    /// Tells the field which entry is marked.
    pub(super) fn tell(&self, field: El) {
        let Offer { found, marked, .. } = *self;
        let active = move || {
            let any = found.with(|found| found.as_ref().is_some_and(|found| !found.is_empty()));
            any.then(|| entry_id(marked.get()))
        };
        field
            .attr("aria-controls", LIST)
            .attr_of("aria-activedescendant", active);
    }

    fn close(&self) {
        self.opened.set(false);
        self.closed.set(Some(self.draft.get_untracked()));
    }

    fn insert(&self, canned: &Canned) {
        let before = self.draft.get_untracked();
        let text = match canned::asked_for(&before) {
            None if !before.trim().is_empty() => [before.trim_end(), " ", &canned.text].concat(),
            _ => canned.text.clone(),
        };
        self.opened.set(false);
        self.draft.set(text);
    }
}

fn entry_id(at: usize) -> String {
    [LIST, "-", &at.to_string()].concat()
}

/// The list, while something is asked for.
#[component]
pub(super) fn CannedList(
    /// What is known.
    store: Store,
    /// What is offered.
    canned: Offer,
) -> impl IntoView {
    let entry = move |(at, one): (usize, Canned)| {
        let (name, text) = (one.name.clone(), one.text.clone());
        view! {
            <li
                class="pp-canned__one"
                id=entry_id(at)
                role="option"
                aria-selected=move || if canned.marked.get() == at { "true" } else { "false" }
                // The focus stays in the field.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| canned.insert(&one)
            >
                <span class="pp-canned__name" dir="auto">{name}</span>
                <span class="pp-canned__text" dir="auto">{text}</span>
            </li>
        }
    };
    move || {
        let found = canned.found.get()?;
        let none = found
            .is_empty()
            .then(|| view! { <p class="pp-canned__none">{words::NO_SAVED_ANSWER}</p> });
        let entries = found.into_iter().enumerate().map(entry).collect_view();
        Some(view! {
            <div class="pp-canned">
                <ul id=LIST class="pp-canned__list" role="listbox" aria-label=words::SAVED_ANSWERS>{entries}</ul>
                {none}
                <button type="button" class="pp-link pp-canned__edit" on:click=move |_| store.open_dialog(Dialog::Answers)>
                    {words::MANAGE_ANSWERS}
                </button>
            </div>
        })
    }
}
