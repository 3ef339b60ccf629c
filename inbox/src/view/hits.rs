//! Messages that were found; each leads to its place.

use crate::store::Store;
use crate::{ago, who, words};
use leptos::prelude::*;
use pocketping_core::model::Message;
use pocketping_widget::view::day_name;

/// Characters before the first word that was found.
const LEAD: usize = 24;

/// The list, below that of the conversations.
#[component]
pub(super) fn Hits(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let search = store.search;
    view! {
        <Show when=move || !search.hits.with(Vec::is_empty)>
            <h2 class="pp-sessions__heading">{words::MESSAGES}</h2>
            <ul class="pp-hits">
                <For
                    each=move || search.hits.get()
                    key=|message| message.id.clone()
                    children=move |message| view! { <li><Hit store message/></li> }
                />
                <Show when=move || search.next.with(Option::is_some)>
                    <li>
                        <button type="button" class="pp-load-older" on:click=move |_| store.more_hits()>{words::MORE_MESSAGES}</button>
                    </li>
                </Show>
            </ul>
        </Show>
    }
}

#[component]
fn Hit(
    /// What is known.
    store: Store,
    /// The message.
    message: Message,
) -> impl IntoView {
    let (id, session, at) = (message.id.clone(), message.session_id.clone(), message.timestamp);
    let about = session.clone();
    let name = move || {
        let session = store.sessions.get(&about);
        session.map_or_else(String::new, |session| session.with(who::name))
    };
    let when = move || ago::short(at, store.now.get()).unwrap_or_else(|| day_name(at, store.now.get()));
    let text = who::line(&message);
    let words = store
        .sessions
        .filter
        .with_untracked(|filter| filter.words().to_owned());
    let pieces = pieces(&text, &words).into_iter().map(|(piece, is_found)| {
        if is_found {
            view! { <mark>{piece}</mark> }.into_any()
        } else {
            piece.into_any()
        }
    });
    let pieces: Vec<_> = pieces.collect();
    view! {
        <button
            type="button"
            class="pp-hit"
            on:click=move |_| store.jump(session.clone(), id.clone())
        >
            <span class="pp-session__name" dir="auto">{name}</span>
            <time class="pp-session__time" datetime=at.to_string()>{when}</time>
            <span class="pp-hit__text" dir="auto">{pieces}</span>
        </button>
    }
}

/// The text in pieces, from a little before the first word that begins as one of `words`; `true` for such a beginning.
fn pieces(text: &str, words: &str) -> Vec<(String, bool)> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let letters: Vec<char> = text.chars().collect();
    let begins = |at: usize| at == 0 || !letters[at - 1].is_alphanumeric();
    let found_at = |at: usize| {
        let lengths = words.iter().filter_map(|word| {
            let length = word.chars().count();
            let piece: String = letters.get(at..at + length)?.iter().collect();
            (begins(at) && piece.to_lowercase() == *word).then_some(length)
        });
        lengths.max()
    };
    let first = (0..letters.len()).find(|at| found_at(*at).is_some()).unwrap_or(0);
    let from = first.saturating_sub(LEAD);
    let mut pieces = Vec::new();
    let mut plain = if from > 0 {
        String::from("…")
    } else {
        String::new()
    };
    let mut at = from;
    while at < letters.len() {
        if let Some(length) = found_at(at) {
            pieces.push((std::mem::take(&mut plain), false));
            pieces.push((letters[at..at + length].iter().collect(), true));
            at += length;
        } else {
            plain.push(letters[at]);
            at += 1;
        }
    }
    pieces.push((plain, false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn beginnings_of_words_are_marked_in_any_case() {
        let marked = |text: &str, words: &str| {
            let pieces = pieces(text, words);
            let marked = pieces
                .into_iter()
                .map(|(piece, found)| if found { format!("[{piece}]") } else { piece });
            marked.collect::<String>()
        };
        assert_eq!(
            marked("A Lamp, lamps and clamps", "lamp"),
            "A [Lamp], [lamp]s and clamps"
        );
        assert_eq!(marked("nothing", "lamp"), "nothing");
        assert_eq!(marked("ÉTÉ à Lyon", "été ly"), "[ÉTÉ] à [Ly]on");
        let long = format!("{} needle", "hay ".repeat(30));
        assert!(marked(&long, "needle").starts_with('…'));
        assert!(marked(&long, "needle").ends_with("[needle]"));
    }
}
