//! Sends a custom event to the visitor's page.

use crate::store::Store;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::Value;
use pocketping_core::content::{MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};
use pocketping_widget::browser::value;
use web_sys::SubmitEvent;

/// What the form says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Said {
    name: Option<&'static str>,
    data: Option<&'static str>,
    sent: bool,
}

/// A name, JSON data and a button.
#[component]
pub(super) fn SendEvent(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let name = RwSignal::new("show_offer".to_owned());
    let data = RwSignal::new(String::new());
    let said = RwSignal::new(Said::default());
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        match checked(&name.get_untracked(), &data.get_untracked()) {
            Err(problem) => said.set(problem),
            Ok((name, data)) => spawn_local(async move {
                said.set(match store.emit(name, data).await {
                    Ok(()) => Said {
                        sent: true,
                        ..Said::default()
                    },
                    Err(error) => Said {
                        data: Some(error.words()),
                        ..Said::default()
                    },
                });
            }),
        }
    };
    let typed = move |field: RwSignal<String>| {
        move |event| {
            field.set(event_target_value(&event));
            said.set(Said::default());
        }
    };
    let error = move |pick: fn(Said) -> Option<&'static str>| {
        move || {
            pick(said.get()).map(|text| view! { <span class="pp-field__error" role="alert">{text}</span> })
        }
    };
    view! {
        <section class="pp-card">
            <h3 class="pp-card__title">{words::SEND_EVENT_TITLE}</h3>
            <form class="pp-send-event" on:submit=submitted>
                <label class="pp-field">
                    <span class="pp-field__label">{words::EVENT_NAME}</span>
                    <input class="pp-field__input" name="name" autocomplete="off" prop:value=name on:input=typed(name)/>
                    {error(|said| said.name)}
                </label>
                <label class="pp-field">
                    <span class="pp-field__label">{words::EVENT_DATA}</span>
                    <textarea
                        class="pp-field__input pp-mono"
                        name="data"
                        rows="3"
                        spellcheck="false"
                        prop:value=data
                        on:input=typed(data)
                    ></textarea>
                    {error(|said| said.data)}
                </label>
                <button class="pp-btn" type="submit">{words::SEND_EVENT}</button>
                {move || said.get().sent.then(|| view! { <span class="pp-field__ok" role="status">{words::EVENT_SENT}</span> })}
            </form>
        </section>
    }
}

fn checked(name: &str, data: &str) -> Result<(String, Value), Said> {
    let (name, data) = (name.trim(), data.trim());
    let in_data = |text| Said {
        data: Some(text),
        ..Said::default()
    };
    if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
        return Err(Said {
            name: Some(words::BAD_NAME),
            ..Said::default()
        });
    }
    if data.len() > MAX_EVENT_DATA_BYTES {
        return Err(in_data(words::EVENT_TOO_LARGE));
    }
    if data.is_empty() {
        return Ok((name.to_owned(), Value::Null));
    }
    let data = value::parse(data).ok_or_else(|| in_data(words::BAD_JSON))?;
    Ok((name.to_owned(), data))
}
