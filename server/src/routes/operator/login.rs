//! Signing in and out with a browser.

use super::auth::now;
use crate::http::{Address, ApiError, COOKIE, Json, cookie, is_same_origin, origin_of, set_cookie};
use crate::routes::session::OK;
use crate::storage::OperatorRecord;
use crate::{Acting, PocketPing};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse};
use pocketping_core::route::LoginRequest;

pub(super) async fn login(
    State(pp): State<PocketPing>,
    Address(address): Address,
    headers: HeaderMap,
    Json(request): Json<LoginRequest>,
) -> Result<impl IntoResponse, ApiError> {
    // A page of another site must not sign its visitors in as somebody of its choice, in whose name they would write.
    if origin_of(&headers).is_some_and(|origin| !is_same_origin(&headers, origin)) {
        return Err(ApiError::origin_not_allowed());
    }
    let Some(acting) = pp.sign_in(&request.token).await? else {
        pp.http().count_address(address)?;
        return Err(ApiError::unauthorized());
    };
    Ok((begin(&pp, &headers, acting.record())?, OK))
}

/// The header with which a login of this holder begins; unset: of the configured token.
pub(super) fn begin(
    pp: &PocketPing,
    headers: &HeaderMap,
    holder: Option<&OperatorRecord>,
) -> Result<AppendHeaders<[(HeaderName, String); 1]>, ApiError> {
    let mut id = [0; 16];
    pp.inner().rng.fill(&mut id);
    let value = pp.http().logins.begin(now(pp), id, holder);
    let value = value.ok_or_else(ApiError::unauthorized)?;
    let cookie = set_cookie(Some(&value), is_https(headers));
    Ok(AppendHeaders([(header::SET_COOKIE, cookie)]))
}

pub(super) async fn logout(
    State(pp): State<PocketPing>,
    Extension(acting): Extension<Acting>,
    headers: HeaderMap,
) -> impl IntoResponse {
    if let Some(value) = cookie(&headers, COOKIE) {
        pp.http().logins.end(value, now(&pp), acting.record());
    }
    (
        AppendHeaders([(header::SET_COOKIE, set_cookie(None, is_https(&headers)))]),
        OK,
    )
}

/// Whether the page that signs in was loaded over https: its own origin says so, also behind a proxy that takes
/// TLS off.
fn is_https(headers: &HeaderMap) -> bool {
    origin_of(headers).is_some_and(|origin| origin.starts_with("https://"))
}
