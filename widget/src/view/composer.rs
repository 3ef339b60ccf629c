//! Where one writes. Shared by the widget and the inbox.

use super::effect::effect;
use super::icon::{Glyph, Icon};
use super::words;
use leptos::html::Textarea;
use leptos::prelude::*;
use pocketping_core::content::MAX_CONTENT_CHARS;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent, SubmitEvent};

/// A field that grows to five lines. Enter sends, Shift+Enter breaks the line.
#[component]
pub fn Composer(
    /// What is typed; the caller keeps it.
    draft: RwSignal<String>,
    /// Shown while it is empty.
    #[prop(into)]
    placeholder: Signal<String>,
    /// The field's accessible name.
    #[prop(optional)]
    label: Option<&'static str>,
    /// The field, to be focused.
    field: NodeRef<Textarea>,
    /// Gets what is sent; the draft is empty by then.
    send: UnsyncCallback<String>,
    /// Told of each key stroke (`true`) and of the field having become empty (`false`).
    typing: UnsyncCallback<bool>,
) -> impl IntoView {
    let length = Memo::new(move |_| draft.with(|draft| draft.chars().count()));
    let too_long = move || length.get() > MAX_CONTENT_CHARS;
    let blank = Memo::new(move |_| draft.with(|draft| draft.trim().is_empty()));
    let submit = move || {
        if !blank.get_untracked() && length.get_untracked() <= MAX_CONTENT_CHARS {
            let text = draft.get_untracked();
            draft.set(String::new());
            send.run(text);
        }
    };
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let pressed = move |event: KeyboardEvent| {
        // An Enter that ends an input method's composition is not meant for us; 229 is how Safari says so.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            submit();
        }
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        let any = !text.is_empty();
        draft.set(text);
        typing.run(any);
    };
    effect(move || {
        draft.track();
        if let Some(field) = field.get() {
            // Once the field shows the draft.
            request_animation_frame(move || fit_height(&field));
        }
    });
    view! {
        <form class="pp-input-form" class:pp-composer-invalid=too_long part="composer" on:submit=submitted>
            <div class="pp-composer__field">
                <textarea
                    class="pp-input"
                    part="input"
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    placeholder=placeholder
                    aria-label=label.unwrap_or(words::MESSAGE)
                    aria-invalid=move || too_long().then_some("true")
                    node_ref=field
                    prop:value=draft
                    on:keydown=pressed
                    on:input=typed
                ></textarea>
                <button
                    type="submit"
                    class="pp-send-btn"
                    part="send"
                    aria-label=words::SEND
                    disabled=move || blank.get() || too_long()
                    // Keeps the focus in the field, and a phone's keyboard up.
                    on:mousedown=|event| event.prevent_default()
                >
                    <Icon glyph=Glyph::SEND/>
                </button>
            </div>
            {move || too_long().then(|| view! { <p class="pp-composer__error" role="alert">{over_limit(length.get())}</p> })}
        </form>
    }
}

/// For browsers without `field-sizing`: as high as the text; the style sheet caps it.
fn fit_height(field: &HtmlTextAreaElement) {
    let style = HtmlElement::style(field);
    // Setting a known property never fails.
    drop(style.set_property("height", "auto"));
    let height = [&field.scroll_height().to_string(), "px"].concat();
    drop(style.set_property("height", &height));
}

/// `4,012 of 4,000 characters. Please shorten it.`
fn over_limit(length: usize) -> String {
    let thousands = (length / 1000).to_string();
    let rest = (1000 + length % 1000).to_string();
    [&thousands, ",", &rest[1..], words::OF_LIMIT].concat()
}

#[cfg(test)]
mod tests {
    use super::over_limit;

    #[test]
    fn the_hint_writes_thousands_with_a_comma() {
        assert!(over_limit(4012).starts_with("4,012 of 4,000"));
        assert!(over_limit(12_000).starts_with("12,000 of"));
    }
}
