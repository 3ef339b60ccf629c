//! What narrows the list: who waits for an answer, who takes care, labels.

use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use pocketping_core::OperatorId;

/// A switch and two choices; those without anything to choose from are left out.
#[component]
pub(super) fn Filters(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let filter = store.sessions.filter;
    let unanswered = Memo::new(move |_| filter.with(|filter| filter.unanswered));
    let assignee = Memo::new(move |_| {
        filter.with(|filter| {
            filter
                .assignee
                .as_ref()
                .map(|id| id.as_str().to_owned())
                .unwrap_or_default()
        })
    });
    let tag = Memo::new(move |_| filter.with(|filter| filter.tag.clone().unwrap_or_default()));
    let people = Memo::new(move |_| with_chosen(store.colleagues(), &assignee.get()));
    let tags = Memo::new(move |_| {
        let known = store
            .sessions
            .tags()
            .into_iter()
            .map(|tag| (tag.clone(), tag))
            .collect();
        with_chosen(known, &tag.get())
    });
    let by_assignee = move |value: String| {
        store.refine(|filter| filter.assignee = (!value.is_empty()).then(|| OperatorId::from(value)));
    };
    let by_tag = move |value: String| {
        store.refine(|filter| filter.tag = (!value.is_empty()).then_some(value));
    };
    view! {
        <div class="pp-filters">
            <button
                type="button"
                class="pp-chip"
                aria-pressed=move || if unanswered.get() { "true" } else { "false" }
                on:click=move |_| store.refine(|filter| filter.unanswered = !filter.unanswered)
            >
                {words::UNANSWERED}
            </button>
            <Show when=move || !people.with(Vec::is_empty)>
                <Choice label=words::TAKEN_CARE_BY any=words::ANYONE options=people chosen=assignee choose=by_assignee/>
            </Show>
            <Show when=move || !tags.with(Vec::is_empty)>
                <Choice label=words::TAG any=words::ANY_TAG options=tags chosen=tag choose=by_tag/>
            </Show>
        </div>
    }
}

/// What is chosen can be chosen, also when nobody else knows it.
fn with_chosen(mut known: Vec<(String, String)>, chosen: &str) -> Vec<(String, String)> {
    if !chosen.is_empty() && known.iter().all(|(value, _)| value != chosen) {
        known.push((chosen.to_owned(), chosen.to_owned()));
    }
    known
}

/// One of several, or any.
#[component]
pub(super) fn Choice(
    /// Its accessible name.
    label: &'static str,
    /// What stands for none of them.
    any: &'static str,
    /// Values and names.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The chosen value; empty: none of them.
    #[prop(into)]
    chosen: Signal<String>,
    /// Gets what is chosen.
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let entries = move || {
        let entries = options.get().into_iter();
        entries
            .map(|(value, name)| {
                let own = value.clone();
                view! { <option value=value selected=move || chosen.get() == own>{name}</option> }
            })
            .collect_view()
    };
    view! {
        <select
            class="pp-select"
            aria-label=label
            data-set=move || (!chosen.get().is_empty()).then_some("")
            on:change=move |event| choose(event_target_value(&event))
        >
            <option value="" selected=move || chosen.get().is_empty()>{any}</option>
            {entries}
        </select>
    }
}

#[cfg(test)]
mod tests {
    use super::with_chosen;

    #[test]
    fn what_is_chosen_can_be_seen_and_taken_back() {
        let known = || vec![("ada".to_owned(), "Ada".to_owned())];
        assert_eq!(with_chosen(known(), "ada"), known());
        assert_eq!(with_chosen(known(), "bob").len(), 2);
        assert!(with_chosen(Vec::new(), "").is_empty());
    }
}
