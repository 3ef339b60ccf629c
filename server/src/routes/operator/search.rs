//! Messages by their words.

use crate::PocketPing;
use crate::http::{ApiError, Json, Query};
use crate::storage::{SearchQuery, Seq};
use axum::extract::State;
use pocketping_core::model::Message;
use pocketping_core::route::SearchResponse;

const DEFAULT_LIMIT: u32 = 50;

pub(super) async fn search(
    State(pp): State<PocketPing>,
    query: Query,
) -> Result<Json<SearchResponse>, ApiError> {
    let before = match query.get("before") {
        None => None,
        Some(text) => {
            let place = Seq::of_cursor(text);
            Some(place.ok_or_else(|| ApiError::field("before", "must be the `next` of an answer"))?)
        }
    };
    let page = pp
        .search(SearchQuery {
            text: query.text("q").unwrap_or_default(),
            session: query.get("session").map(Into::into),
            before,
            // One message at least: a page of none would not say whether there are any.
            limit: query.limit()?.unwrap_or(DEFAULT_LIMIT).max(1) as usize,
        })
        .await?;
    let messages = page.messages.iter().map(|stored| Message::clone(&stored.message));
    Ok(Json(SearchResponse {
        messages: messages.collect(),
        next: page.next.map(|next| next.cursor().to_string()),
    }))
}
