//! What is known of a person over all of their conversations.

use super::event_line::summary;
use crate::api;
use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::Timestamp;
use pocketping_core::model::{OperatorSession, Person};
use pocketping_widget::view::{day_name, time_of_day};

/// When they were here, and what is noted about them; nothing while nobody is named.
#[component]
pub(super) fn KnownPerson(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let id = Memo::new(move |_| session.with(|session| session.person_id.clone()));
    let person = RwSignal::new(None::<Person>);
    Effect::new(move |_| {
        person.set(None);
        let Some(id) = id.get() else { return };
        spawn_local(async move {
            // It only adds to what the conversation says; and the panel may be another conversation's by now: then its
            // signals are gone.
            if let Ok(found) = api::get_person(&id).await {
                drop(person.try_set(Some(found)));
            }
        });
    });
    move || {
        person.get().map(|person| {
            let facts = facts(&person, store.now.get()).into_iter();
            let list = facts.map(|(name, value)| view! { <dt>{name}</dt><dd dir="auto">{value}</dd> });
            view! {
                <section class="pp-card pp-known">
                    <h3 class="pp-card__title">{words::PERSON}</h3>
                    <dl class="pp-facts">{list.collect_view()}</dl>
                </section>
            }
        })
    }
}

/// Names and values; what operators' programs have noted last.
fn facts(person: &Person, now: Timestamp) -> Vec<(String, String)> {
    let moment = |at| [&day_name(at, now), ", ", &time_of_day(at)].concat();
    let mut facts = vec![
        (words::FIRST_SEEN.to_owned(), moment(person.first_seen)),
        (words::LAST_HERE.to_owned(), moment(person.last_seen)),
        (words::CONVERSATIONS.to_owned(), person.sessions.to_string()),
    ];
    let noted = person.attributes.iter();
    facts.extend(noted.map(|(name, value)| (name.to_owned(), summary(value))));
    facts
}
