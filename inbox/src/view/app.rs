//! The whole page: the sign-in, or three panes.

use super::conversation::ConversationPane;
use super::dialogs::Dialogs;
use super::sessions::SessionsPane;
use super::shortcuts::use_shortcuts;
use super::sign_in::SignIn;
use super::statistics::StatisticsPage;
use super::title::{use_address, use_title};
use super::visitor::VisitorPane;
use crate::store::{Door, Pane, Store};
use leptos::html::Input;
use leptos::prelude::*;
use pocketping_widget::dom::{El, Live};

/// The fields that shortcuts lead to.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The search above the list.
    pub(super) search: NodeRef<Input>,
    /// The reply, while a conversation is shown.
    pub(super) reply: Live<Option<El>>,
}

/// The inbox.
#[component]
pub(crate) fn App() -> impl IntoView {
    let store = Store::open();
    let fields = Fields {
        search: NodeRef::new(),
        reply: Live::new(None),
    };
    use_title(store);
    use_address(store);
    use_shortcuts(store, fields);
    move || match store.door.get() {
        Door::Unknown => ().into_any(),
        Door::Shut(error) => view! { <SignIn store error/> }.into_any(),
        Door::Open => view! { <Panes store fields/> }.into_any(),
    }
}

#[component]
fn Panes(
    /// What is known.
    store: Store,
    /// The fields that shortcuts lead to.
    fields: Fields,
) -> impl IntoView {
    let pane = move || match store.pane.get() {
        Pane::Sessions => "sessions",
        Pane::Conversation => "conversation",
        Pane::Visitor => "visitor",
    };
    let figures = Memo::new(move |_| store.figures.days.with(Option::is_some));
    view! {
        <Show
            when=move || figures.get()
            fallback=move || view! {
                <div class="pp-inbox" data-pane=pane>
                    <SessionsPane store search=fields.search/>
                    <ConversationPane store reply=fields.reply/>
                    <VisitorPane store/>
                </div>
            }
        >
            <StatisticsPage store/>
        </Show>
        <Dialogs store/>
    }
}
