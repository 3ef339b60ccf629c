//! A message's text: as it was written, with addresses to follow.

use super::links::{Piece, pieces};
use leptos::prelude::*;

/// Plain text with links; line breaks are kept by the style sheet. Nothing in it is ever taken as HTML.
#[component]
pub fn MessageText(
    /// The text.
    text: String,
) -> impl IntoView {
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(address) => {
                let (address, href) = (address.to_owned(), address.to_owned());
                view! { <a href=href target="_blank" rel="noopener nofollow">{address}</a> }.into_any()
            }
        })
        .collect_view()
}
