//! What is done about a conversation: where it stands, who takes care, labels, ratings, shutting out.

use super::filters::Choice;
use super::tabs::Tab;
use super::tags::Tags;
use crate::store::{Dialog, Store};
use crate::words;
use leptos::prelude::*;
use pocketping_core::OperatorId;
use pocketping_core::model::{OperatorSession, SessionState};

const STATES: [(SessionState, &str); 3] = [
    (SessionState::Open, words::OPEN),
    (SessionState::Pending, words::PENDING),
    (SessionState::Resolved, words::RESOLVED),
];

/// State, assignee, labels.
#[component]
pub(super) fn Work(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let state = Memo::new(move |_| session.with(|session| session.state));
    let assignee = Memo::new(move |_| {
        session.with(|session| {
            let assignee = session.assignee.as_ref();
            assignee.map(|id| id.as_str().to_owned()).unwrap_or_default()
        })
    });
    let people = Memo::new(move |_| store.colleagues());
    let assign = move |id: String| store.assign((!id.is_empty()).then(|| OperatorId::from(id)));
    let states = STATES.map(|(to, name)| {
        let pressed = Signal::derive(move || state.get() == to);
        view! { <Tab name pressed press=move || store.set_state(to)/> }
    });
    view! {
        <section class="pp-card pp-work">
            <h3 class="pp-card__title">{words::STATE}</h3>
            <div class="pp-tabs" role="group" aria-label=words::STATE>{states.into_iter().collect_view()}</div>
            <Show when=move || !people.with(Vec::is_empty)>
                <h3 class="pp-card__title">{words::TAKEN_CARE_BY}</h3>
                <Choice label=words::TAKEN_CARE_BY any=words::NOBODY options=people chosen=assignee choose=assign/>
            </Show>
            <h3 class="pp-card__title">{words::TAGS}</h3>
            <Tags store session/>
        </section>
    }
}

/// A rating to ask for, and the way to shut a visitor out.
#[component]
pub(super) fn LastMeans(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let blocked = Memo::new(move |_| session.with(|session| session.blocked));
    let can_rate = Memo::new(move |_| {
        session.with(|session| {
            session
                .csat
                .as_ref()
                .is_none_or(|csat| !csat.pending && csat.score.is_none())
        })
    });
    let block = move |_| {
        if blocked.get_untracked() {
            store.block(false);
        } else {
            store.open_dialog(Dialog::Block);
        }
    };
    view! {
        <section class="pp-card pp-last-means">
            <Show when=move || can_rate.get()>
                <button type="button" class="pp-btn" on:click=move |_| store.ask_for_rating()>{words::ASK_RATING}</button>
            </Show>
            <button type="button" class="pp-btn" class:pp-btn-danger-text=move || !blocked.get() on:click=block>
                {move || if blocked.get() { words::UNBLOCK } else { words::BLOCK }}
            </button>
        </section>
    }
}
