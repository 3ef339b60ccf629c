//! Widget versions over HTTP (PROTOCOL §1.5): headers, and 426 for a widget that is too old.

use super::ApiError;
use crate::PocketPing;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use pocketping_core::model::{VersionCheck, VersionStatus};

/// Judges the widget that opens a session. Only `/connect` refuses one that is too old: a conversation that
/// is under way when the minimum rises goes on until the page is left.
///
/// # Errors
/// 426 with the fields that Node and Python put at the top.
pub(crate) fn admit(pp: &PocketPing, headers: &HeaderMap) -> Result<VersionCheck, ApiError> {
    let policy = &pp.config().versions;
    let check = policy.check(version_of(headers));
    if check.can_continue {
        return Ok(check);
    }
    let message = check.message.unwrap_or_default();
    let error = ApiError::new(
        StatusCode::UPGRADE_REQUIRED,
        "widget_version_unsupported",
        message.clone(),
    );
    Err(error
        .with("message", Some(message))
        .with("minVersion", check.min_version)
        .with("latestVersion", check.latest_version)
        .with("upgradeUrl", Some(policy.upgrade_url())))
}

/// Says on any answer that the widget is not current, as Node does; a layer.
pub(crate) async fn warn(State(pp): State<PocketPing>, request: Request, next: Next) -> Response {
    let check = pp.config().versions.check(version_of(request.headers()));
    let mut response = next.run(request).await;
    if check.status != VersionStatus::Ok {
        add_headers(&check, response.headers_mut());
    }
    response
}

/// Sets the four headers, as far as there is something to say.
pub(crate) fn add_headers(check: &VersionCheck, headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: Option<&str>| {
        // A configured text may hold what a header cannot carry: then the header is left out.
        if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-pocketping-version-status", Some(check.status.as_str()));
    set("x-pocketping-min-version", check.min_version.as_deref());
    set("x-pocketping-latest-version", check.latest_version.as_deref());
    set("x-pocketping-version-message", check.message.as_deref());
}

fn version_of(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-pocketping-version")?.to_str().ok()
}
