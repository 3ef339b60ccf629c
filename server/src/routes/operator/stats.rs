//! Figures.

use crate::PocketPing;
use crate::http::{ApiError, Json, Query};
use axum::extract::State;
use pocketping_core::Timestamp;
use pocketping_core::model::Stats;

pub(super) async fn stats(State(pp): State<PocketPing>, query: Query) -> Result<Json<Stats>, ApiError> {
    let (from, to) = (moment(&query, "from")?, moment(&query, "to")?);
    Ok(Json(pp.stats(from, to).await?))
}

fn moment(query: &Query, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = query.get(name) else {
        return Ok(None);
    };
    // An unescaped `+` of an offset is a space by now.
    let moment = Timestamp::parse(text).or_else(|| Timestamp::parse(&text.replace(' ', "+")));
    let moment = moment.ok_or_else(|| ApiError::field(name, "must be an ISO-8601 date"))?;
    Ok(Some(moment))
}
