//! Where an operator writes: reply or note, files, saved answers.

use super::canned_list::{CannedList, use_canned};
use super::glyphs;
use super::staged::Staged;
use super::tabs::Tab;
use crate::store::{Store, Writing};
use crate::{who, words};
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use pocketping_core::SessionId;
use pocketping_core::model::{OperatorSession, Sender};
use pocketping_widget::browser::listener::Listener;
use pocketping_widget::dom::{El, Live, hold};
use pocketping_widget::view::{Composer, Glyph, icon, icon_button};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, File};

/// Choice of reply or note, what is answered, files, the field.
#[component]
pub(super) fn ReplyBox(
    /// What is known.
    store: Store,
    /// The field, for who leads the focus there.
    reply: Live<Option<El>>,
    /// The conversation's id.
    id: SessionId,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    let reply_draft = RwSignal::from(store.thread.draft(&id, Writing::Reply));
    let note_draft = RwSignal::from(store.thread.draft(&id, Writing::Note));
    let subject = StoredValue::new(id);
    let staged = Memo::new(move |_| subject.with_value(|id| store.files.beside(id)));
    let picker = NodeRef::<Input>::new();
    let dropping = RwSignal::new(false);
    let noting = store.noting;
    let draft = move |is_note: bool| if is_note { note_draft } else { reply_draft };
    let canned = use_canned(
        store,
        reply_draft,
        Memo::new(move |_| session.with(who::given_name)),
    );
    let attach = icon_button(Glyph::CLIP, "pp-attach-btn", words::ATTACH).on("click", move |_| {
        picker.get_untracked().iter().for_each(|picker| picker.click())
    });
    let composed = Composer {
        draft: Rc::new(move || draft(noting.get()).get()),
        write: Rc::new(move |text| draft(noting.get_untracked()).set(text)),
        placeholder: Box::new(move || {
            let text = if noting.get() {
                words::NOTE_PLACEHOLDER
            } else {
                words::REPLY_PLACEHOLDER
            };
            text.to_owned()
        }),
        label: words::REPLY,
        lead: Some(attach),
        trail: None,
        complete: Rc::new(move || !noting.get() && subject.with_value(|id| store.files.any_beside(id))),
        send: Box::new(move |text| store.answer(text)),
        // A visitor is not to wait for what is for others.
        typing: Box::new(move |typing| store.compose(typing && !noting.get_untracked())),
    }
    .build();
    canned.tell(composed.field.clone());
    reply.set(Some(composed.field));
    on_cleanup(move || reply.set(None));
    let picked = move |_| {
        if let Some(picker) = picker.get_untracked() {
            store.pick(picker.files().map(|files| list(&files)).unwrap_or_default());
            // The same file can be picked again.
            picker.set_value("");
        }
    };
    let pasted = move |event: ClipboardEvent| {
        let files = files_of(event.clipboard_data());
        if !files.is_empty() {
            event.prevent_default();
            store.pick(files);
        }
    };
    // Wherever on the page: a browser would leave the page for a file that misses.
    let dropped = Rc::new(move |event: Event| {
        let event: DragEvent = event.unchecked_into();
        match &*event.type_() {
            "dragover" => dropping.set(has_files(event.data_transfer())),
            "drop" => {
                dropping.set(false);
                let files = files_of(event.data_transfer());
                if !files.is_empty() {
                    store.pick(files);
                }
            }
            // Out of the window, not only of an element.
            _ if event.related_target().is_none() => dropping.set(false),
            _ => {}
        }
    });
    hold(Listener::new(window().into(), "dragover dragleave drop", dropped));
    view! {
        <div
            class="pp-reply"
            class:pp-noting=move || noting.get()
            class:pp-dropping=move || dropping.get()
            on:paste=pasted
            on:keydown:capture=move |event: ev::KeyboardEvent| canned.press(&event)
        >
            <CannedList store canned/>
            <div class="pp-reply__modes" role="group" aria-label=words::WRITE_WHAT>
                <Tab name=words::REPLY pressed=Signal::derive(move || !noting.get()) press=move || noting.set(false)/>
                <Tab name=words::NOTE pressed=noting.into() press=move || noting.set(true)/>
                <button
                    type="button"
                    class="pp-icon-btn pp-reply__saved"
                    aria-label=words::SAVED_ANSWERS
                    title=words::SAVED_ANSWERS
                    on:click=move |_| {
                        canned.toggle();
                        store.summons.update(|count| *count += 1);
                    }
                >
                    {icon(glyphs::SLASH, "").embed()}
                </button>
            </div>
            <Answered store session/>
            <Staged store staged/>
            <input
                type="file"
                class="pp-sr-only"
                multiple=true
                tabindex="-1"
                aria-hidden="true"
                node_ref=picker
                on:change=picked
            />
            {composed.form.embed()}
            <p class="pp-reply__drop" aria-hidden="true">{words::DROP_HERE}</p>
        </div>
    }
}

/// The message that is answered, and the way not to.
#[component]
fn Answered(
    /// What is known.
    store: Store,
    /// The conversation.
    session: Signal<OperatorSession>,
) -> impl IntoView {
    move || {
        let message = store.replying.get().filter(|_| !store.noting.get())?;
        let whom = match message.sender {
            Sender::Operator => words::YOURSELF.to_owned(),
            _ => session.with(who::name),
        };
        let text = who::text(&message).to_owned();
        Some(view! {
            <div class="pp-answered">
                <p class="pp-answered__whom" dir="auto">{[words::REPLYING_TO, &whom].concat()}</p>
                <p class="pp-answered__text" dir="auto">{text}</p>
                <button type="button" class="pp-icon-btn" aria-label=words::CANCEL_REPLY on:click=move |_| store.replying.set(None)>
                    {icon(Glyph::CROSS, "").embed()}
                </button>
            </div>
        })
    }
}

/// Whether files are dragged.
pub(super) fn has_files(data: Option<DataTransfer>) -> bool {
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn files_of(data: Option<DataTransfer>) -> Vec<File> {
    let files = data.and_then(|data| data.files());
    files.map(|files| list(&files)).unwrap_or_default()
}

fn list(files: &web_sys::FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}
