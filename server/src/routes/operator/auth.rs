//! Who may use the operator API.

use crate::http::{Address, ApiError, COOKIE, Login, Logins, cookie, is_same_origin, origin_of};
use crate::{Acting, PocketPing, ServiceError};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request through that has a token, or the cookie of a login; a layer. Who it is, and by which [`Login`],
/// stands in its extensions.
pub(in crate::routes) async fn require(
    State(pp): State<PocketPing>,
    Address(address): Address,
    mut request: Request,
    next: Next,
) -> Response {
    let checked = {
        let (method, headers) = (request.method(), request.headers());
        check(&pp, method, headers).await
    };
    match checked {
        Ok((acting, login)) => {
            acting.give_a_sign().await;
            request.extensions_mut().insert(acting);
            if let Some(login) = login {
                request.extensions_mut().insert(login);
            }
            next.run(request).await
        }
        // Only refusals count: programs with a token are never slowed down, guessers are.
        Err(refusal) if refusal.code() != "storage_unavailable" => match pp.http().count_address(address) {
            Ok(()) => refusal.into_response(),
            Err(slow_down) => slow_down.into_response(),
        },
        Err(refusal) => refusal.into_response(),
    }
}

async fn check(
    pp: &PocketPing,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(Acting, Option<Login>), ApiError> {
    if let Some(token) = bearer(headers) {
        let acting = pp.sign_in(token).await?.ok_or_else(ApiError::unauthorized)?;
        return Ok((acting, None));
    }
    let login = cookie(headers, COOKIE).ok_or_else(ApiError::unauthorized)?;
    let acting = holder(pp, login).await?;
    if !pp.http().logins.is_good(login, now(pp), acting.record()) {
        return Err(ApiError::unauthorized());
    }
    check_origin(method, headers)?;
    Ok((acting, Some(Login(login.to_owned()))))
}

/// Whose login a cookie's value says that it is.
async fn holder(pp: &PocketPing, login: &str) -> Result<Acting, ApiError> {
    let Some(id) = Logins::names(login) else {
        return Ok(pp.act_as_owner());
    };
    match pp.act_as_operator(&id.into()).await {
        Err(ServiceError::OperatorNotFound) => Err(ApiError::unauthorized()),
        other => Ok(other?),
    }
}

/// With the cookie, writes and sockets have to come from our own pages: browsers add cookies to requests of
/// other pages too (`SameSite=Strict` does not stop pages of a sibling domain).
fn check_origin(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    let reads = matches!(*method, Method::GET | Method::HEAD) && !headers.contains_key(header::UPGRADE);
    match origin_of(headers) {
        Some(origin) if is_same_origin(headers, origin) => Ok(()),
        None if reads => Ok(()),
        _ => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "origin_not_allowed",
            "with the cookie this needs an Origin header of this server",
        )),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Seconds since 1970.
pub(in crate::routes) fn now(pp: &PocketPing) -> u64 {
    u64::try_from(pp.now().as_millis() / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(method: Method, headers: &[(&'static str, &str)]) -> bool {
        let pairs = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        check_origin(&method, &HeaderMap::from_iter(pairs)).is_ok()
    }

    #[test]
    fn writes_and_sockets_with_the_cookie_come_from_our_own_pages() {
        let (host, ours) = (("host", "chat.example"), ("origin", "https://chat.example"));
        let foreign = ("origin", "https://shop.chat.example");
        assert!(allowed(Method::GET, &[host]));
        assert!(!allowed(Method::GET, &[host, foreign]));
        assert!(!allowed(Method::GET, &[host, ("upgrade", "websocket")]));
        assert!(allowed(Method::GET, &[host, ("upgrade", "websocket"), ours]));
        assert!(!allowed(Method::POST, &[host]));
        assert!(!allowed(Method::POST, &[host, foreign]));
        assert!(allowed(Method::POST, &[host, ours]));
    }

    #[test]
    fn the_scheme_of_the_header_is_read_in_any_case() {
        let headers = |value: &str| HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
        assert_eq!(bearer(&headers("bearer  abc ")), Some("abc"));
        assert_eq!(bearer(&headers("Basic abc")), None);
        assert_eq!(bearer(&headers("abc")), None);
    }
}
