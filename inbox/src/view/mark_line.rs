//! What happened between the messages, in a line each.

use super::glyphs;
use crate::store::{Happening, Mark, Store};
use crate::words;
use leptos::prelude::WithUntracked;
use pocketping_core::model::SessionState;
use pocketping_widget::dom::{El, el};
use pocketping_widget::view::{Glyph, icon, time_of_day};

/// Icon, words and time.
pub(super) fn mark_row(store: Store, mark: &Mark) -> El {
    let glyph = match &mark.what {
        Happening::Began | Happening::Assigned(_) => glyphs::PERSON,
        Happening::Page { .. } => glyphs::EYE,
        Happening::RatingAsked | Happening::Rated { .. } => glyphs::STAR,
        Happening::State(_) => Glyph::CHECK,
        Happening::Blocked(_) => Glyph::ALERT,
    };
    let mut row = el("div.pp-event.pp-mark")
        .child(icon(glyph, ""))
        .child(el("span[dir=auto]").text(&said(store, &mark.what)));
    if let Happening::Rated {
        comment: Some(comment),
        ..
    } = &mark.what
    {
        row = row.child(el("q.pp-mark__comment[dir=auto]").text(comment));
    }
    row.child(
        el("time.pp-message-time")
            .attr("datetime", &mark.at.to_string())
            .text(&time_of_day(mark.at)),
    )
}

fn said(store: Store, what: &Happening) -> String {
    match what {
        Happening::Began => words::BEGAN.to_owned(),
        Happening::Page { title, url } => [words::LOOKED_AT, title.as_deref().unwrap_or(url)].concat(),
        Happening::RatingAsked => words::RATING_ASKED.to_owned(),
        Happening::Rated { score, .. } => [words::RATED, &score.to_string(), words::OF_FIVE].concat(),
        Happening::State(SessionState::Resolved) => words::MADE_RESOLVED.to_owned(),
        Happening::State(SessionState::Pending) => words::MADE_PENDING.to_owned(),
        Happening::State(_) => words::MADE_OPEN.to_owned(),
        Happening::Assigned(id) if id.is_empty() => words::UNASSIGNED.to_owned(),
        Happening::Assigned(id) => [words::ASSIGNED, &operator_name(store, id)].concat(),
        Happening::Blocked(true) => words::MADE_BLOCKED.to_owned(),
        Happening::Blocked(false) => words::MADE_UNBLOCKED.to_owned(),
    }
}

/// The name of an operator, or the id of one who is not known.
fn operator_name(store: Store, id: &str) -> String {
    store.operators.with_untracked(|operators| {
        let known = operators.iter().find(|one| one.id.as_str() == id);
        known.map_or(id.to_owned(), |one| one.name.clone())
    })
}
