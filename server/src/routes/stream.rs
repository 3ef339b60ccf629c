//! `GET /stream` of a visitor and of operators.

use super::operator::now;
use crate::After;
use crate::http::stream::{OperatorFrames, Upgrade, VisitorFrames, server_sent_events, web_socket};
use crate::http::{Address, ApiError, Login, Place, Query};
use crate::metrics::{Side, Transport};
use crate::{Acting, PocketPing};
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::future::pending;

/// A refusal (no session named, none known) comes before the upgrade, as an HTTP answer.
pub(super) async fn visitor(
    State(pp): State<PocketPing>,
    address: Address,
    query: Query,
    headers: HeaderMap,
    Upgrade(upgrade): Upgrade,
) -> Result<Response, ApiError> {
    let session_id = query.session(&pp)?;
    let place = pp.http().enter_stream(address.0)?;
    let after = after(&headers, &query);
    let subscription = pp
        .subscribe(session_id.clone(), after.and_then(After::parse))
        .await?;
    let Some(upgrade) = upgrade else {
        // After a date there is no place to name before all that is repeated has been sent.
        let start = after.is_none_or(is_cursor).then(|| subscription.cursor());
        let open = pp
            .metrics()
            .open_stream(Side::Visitor, Transport::ServerSentEvents);
        return Ok(server_sent_events(subscription, start, place, open));
    };
    let frames = VisitorFrames {
        pp: pp.clone(),
        session_id,
        address,
        _place: place,
    };
    let open = pp.metrics().open_stream(Side::Visitor, Transport::WebSocket);
    Ok(web_socket(&pp, upgrade, subscription, frames, open))
}

pub(super) async fn operators(
    State(pp): State<PocketPing>,
    Extension(acting): Extension<Acting>,
    login: Option<Extension<Login>>,
    query: Query,
    headers: HeaderMap,
    Upgrade(upgrade): Upgrade,
) -> Result<Response, ApiError> {
    let after = after(&headers, &query).and_then(After::parse);
    let subscription = pp.subscribe_operators(after).await?;
    let subscription = subscription.until(until_refused(pp.clone(), acting, login));
    let Some(upgrade) = upgrade else {
        let start = Some(subscription.cursor());
        let open = pp
            .metrics()
            .open_stream(Side::Operator, Transport::ServerSentEvents);
        return Ok(server_sent_events(subscription, start, Place::default(), open));
    };
    let open = pp.metrics().open_stream(Side::Operator, Transport::WebSocket);
    Ok(web_socket(&pp, upgrade, subscription, OperatorFrames, open))
}

/// Waits until a stream that was opened in this way would be refused.
async fn until_refused(pp: PocketPing, acting: Acting, login: Option<Extension<Login>>) {
    let signed_out = async {
        match login {
            Some(Extension(login)) => pp.http().logins.until_over(&login, now(&pp)).await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = acting.until_out() => {}
        () = signed_out => {}
    }
}

/// Where to go on. `Last-Event-ID` wins: an `EventSource` that reconnects repeats its first `after` for ever.
fn after<'r>(headers: &'r HeaderMap, query: &'r Query) -> Option<&'r str> {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty());
    last.or_else(|| query.get("after"))
}

/// Cursors are known by their prefix (EXTENSIONS, Resume).
fn is_cursor(after: &str) -> bool {
    after.starts_with("c1.")
}
