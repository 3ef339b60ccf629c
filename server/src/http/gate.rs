//! What is asked of every request before its route: size of the headers, address, and of visitors' requests origin, user
//! agent, rate.
//!
//! One layer instead of five, and no allocation: a refused request is answered on the spot, any other goes on
//! as it came.

use super::client_ip::user_agent;
use super::{Address, ApiError, is_same_origin, origin_of};
use crate::filter::Blocked;
use crate::{Config, Origins, PocketPing};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, Ready, ready};
use std::net::IpAddr;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Whose routes a gate is in front of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Routes {
    /// Visitors': everything is asked.
    Visitors,
    /// Operators', and files: programs may come there, and from anywhere.
    Others,
}

/// Puts a [`Gate`] in front of routes.
#[derive(Clone)]
pub(crate) struct GateLayer {
    pp: PocketPing,
    routes: Routes,
}

impl GateLayer {
    /// For the visitors' routes.
    pub(crate) fn for_visitors(pp: &PocketPing) -> Self {
        GateLayer {
            pp: pp.clone(),
            routes: Routes::Visitors,
        }
    }

    /// For all other routes.
    pub(crate) fn for_others(pp: &PocketPing) -> Self {
        GateLayer {
            pp: pp.clone(),
            routes: Routes::Others,
        }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            inner,
            pp: self.pp.clone(),
            routes: self.routes,
        }
    }
}

/// Refuses requests or lets them through.
#[derive(Clone)]
pub(crate) struct Gate<S> {
    inner: S,
    pp: PocketPing,
    routes: Routes,
}

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match admit(&self.pp, self.routes, &request) {
            Ok(()) => Either::Right(self.inner.call(request)),
            Err(refusal) => Either::Left(ready(Ok(refusal.into_response()))),
        }
    }
}

fn admit(pp: &PocketPing, routes: Routes, request: &Request) -> Result<(), ApiError> {
    let config = pp.config();
    let headers = request.headers();
    if header_bytes(headers) > config.max_header_bytes {
        return Err(ApiError::headers_too_large(config.max_header_bytes));
    }
    let Address(address) = Address::of(request.extensions(), headers, config);
    check_address(config, address)?;
    if routes == Routes::Others {
        return Ok(());
    }
    check_user_agent(config, headers)?;
    if let (Origins::List(_), Some(origin)) = (&config.allowed_origins, origin_of(headers)) {
        // CORS does not cover sockets, and browsers send simple requests before they ask.
        if !config.allowed_origins.allows(origin) && !is_same_origin(headers, origin) {
            return Err(ApiError::origin_not_allowed());
        }
    }
    pp.http().count_address(address)
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

fn check_address(config: &Config, address: Option<IpAddr>) -> Result<(), ApiError> {
    let Some(filter) = &config.ip_filter else {
        return Ok(());
    };
    let verdict = filter.check(address);
    if verdict.allowed {
        return Ok(());
    }
    let blocked = filter.blocked();
    if blocked.log {
        tracing::info!(reason = verdict.reason.as_str(), address = ?address, "address blocked");
    }
    Err(refusal(&blocked, "address_blocked"))
}

fn check_user_agent(config: &Config, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(filter) = &config.ua_filter else {
        return Ok(());
    };
    let verdict = filter.check(user_agent(headers));
    if verdict.allowed {
        return Ok(());
    }
    let blocked = filter.blocked();
    if blocked.log {
        tracing::info!(
            reason = verdict.reason.as_str(),
            pattern = verdict.matched_pattern,
            "user agent blocked"
        );
    }
    Err(refusal(&blocked, "user_agent_blocked"))
}

fn refusal(blocked: &Blocked<'_>, code: &str) -> ApiError {
    let status = StatusCode::from_u16(blocked.status).unwrap_or(StatusCode::FORBIDDEN);
    ApiError::new(status, code, blocked.message)
}
