//! What is asked of every visitor's request before its route: origin, user agent, rate.
//!
//! One layer instead of three, and no allocation: a refused request is answered on the spot, any other goes on
//! as it came.

use super::client_ip::user_agent;
use super::{Address, ApiError, is_same_origin, origin_of};
use crate::Origins;
use crate::PocketPing;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::future::{Either, Ready, ready};
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Puts a [`Gate`] in front of routes.
#[derive(Clone)]
pub(crate) struct GateLayer(pub(crate) PocketPing);

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            inner,
            pp: self.0.clone(),
        }
    }
}

/// Refuses requests or lets them through.
#[derive(Clone)]
pub(crate) struct Gate<S> {
    inner: S,
    pp: PocketPing,
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
        match admit(&self.pp, &request) {
            Ok(()) => Either::Right(self.inner.call(request)),
            Err(refusal) => Either::Left(ready(Ok(refusal.into_response()))),
        }
    }
}

fn admit(pp: &PocketPing, request: &Request) -> Result<(), ApiError> {
    let config = pp.config();
    let headers = request.headers();
    if let (Origins::List(_), Some(origin)) = (&config.allowed_origins, origin_of(headers)) {
        // CORS does not cover sockets, and browsers send simple requests before they ask.
        if !config.allowed_origins.allows(origin) && !is_same_origin(headers, origin) {
            return Err(ApiError::origin_not_allowed());
        }
    }
    if let Some(verdict) = config
        .check_user_agent(user_agent(headers))
        .filter(|verdict| !verdict.allowed)
    {
        let blocked = config.ua_blocked();
        if blocked.log {
            tracing::info!(
                reason = verdict.reason.as_str(),
                pattern = verdict.matched_pattern,
                "user agent blocked"
            );
        }
        let status = StatusCode::from_u16(blocked.status).unwrap_or(StatusCode::FORBIDDEN);
        return Err(ApiError::new(
            status,
            "user_agent_blocked",
            blocked.message.clone(),
        ));
    }
    let Address(address) = Address::of(request.extensions(), headers, config);
    pp.http().count(address)
}
