//! The chat window: grows out of the launcher's corner, a full-screen sheet on phones.

use super::avatar::Face;
use super::composer::Composer;
use super::conversation::Conversation;
use super::effect::effect;
use super::focus::{focus, page_is_typed_into};
use super::header::Header;
use super::media::{PHONE, TOUCH, use_media};
use super::notice::{NoticeBar, NoticeText};
use super::page_lock::PageLock;
use super::viewport::ViewportFollower;
use super::words;
use crate::state::{Actions, ChatState, send};
use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use pocketping_core::engine::Command;
use web_sys::KeyboardEvent;

/// Everything but the launcher.
#[component]
pub(super) fn ChatWindow(
    /// What is shown.
    state: ChatState,
    /// What can be done.
    actions: Actions,
    /// The other side's face.
    face: Signal<Face>,
    /// `pp-theme-light` or `pp-theme-dark`.
    theme: Memo<&'static str>,
    /// What the bar says.
    notice: Memo<Option<NoticeText>>,
    /// Called when the window has left the screen.
    left: UnsyncCallback<()>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let field = NodeRef::<Textarea>::new();
    let phone = use_media(PHONE);
    take_focus(node, field, state.open);
    hold_page(node, phone, state.open);
    let class = move || {
        let leaving = if state.open.get() { "" } else { " pp-leaving" };
        let corner = state.appearance.with(|appearance| appearance.position.class());
        ["pp-window ", corner, " ", theme.get(), leaving].concat()
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            actions.set_open(false);
        }
    };
    let animated = move |event: web_sys::AnimationEvent| {
        // Bubbles inside are animated too.
        let ours = event.animation_name().ends_with("away") || event.animation_name() == "pp-shrink";
        if ours && !state.open.get_untracked() {
            left.run(());
        }
    };
    let send = UnsyncCallback::new(move |content| send(state, actions, content));
    let typing = UnsyncCallback::new(move |typing| actions.command(Command::Compose(typing)));
    view! {
        <div
            class=class
            part="window"
            role="dialog"
            aria-label=move || [words::CHAT_WITH, &face.get().name].concat()
            aria-modal=move || phone.get().then_some("true")
            tabindex="-1"
            node_ref=node
            on:keydown=pressed
            on:animationend=animated
        >
            <Header state actions face/>
            <Conversation state actions face/>
            <NoticeBar notice/>
            <Composer
                draft=state.draft
                placeholder=Signal::derive(move || state.appearance.with(|appearance| appearance.placeholder.clone()))
                field
                send
                typing
            />
            <div class="pp-footer">
                {words::POWERED_BY}
                <a href="https://pocketping.io" target="_blank" rel="noopener">{words::PRODUCT}</a>
            </div>
        </div>
    }
}

/// On opening, the focus goes to the field; where that would bring up a keyboard, to the window itself.
fn take_focus(node: NodeRef<Div>, field: NodeRef<Textarea>, open: RwSignal<bool>) {
    let touch = use_media(TOUCH);
    effect(move || {
        let (Some(node), Some(field)) = (node.get(), field.get()) else {
            return;
        };
        // Opened by a program (a message came): whoever is typing elsewhere goes on typing.
        if !open.get() || page_is_typed_into() {
            return;
        }
        if touch.get_untracked() {
            focus(&node);
        } else {
            focus(&field);
        }
    });
}

/// On phones, the page behind stands still and the window keeps clear of the keyboard.
fn hold_page(node: NodeRef<Div>, phone: ReadSignal<bool>, open: RwSignal<bool>) {
    let held = StoredValue::new_local(None);
    effect(move || {
        // What was held is let go first, so that a change of place is measured anew.
        held.set_value(None);
        if let Some(element) = node.get().filter(|_| phone.get() && open.get()) {
            held.set_value(Some((PageLock::new(), ViewportFollower::new(element.into()))));
        }
    });
}
