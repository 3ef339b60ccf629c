//! PocketPing as an AWS Lambda function, behind an API Gateway or at a function URL.
//!
//! A function answers one request at a time and holds no connection open, so `/stream` is not offered: widgets read the
//! conversation every two seconds (`GET /messages`), and no inbox is served, which needs a stream. Instances come and go, and
//! share what they have to remember in a PostgreSQL that `DATABASE_URL` names. A REST API whose stage is in its address
//! needs `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH=true`.

use axum::Router;
use axum::extract::ConnectInfo;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt, service_fn};
use pocketping_server::storage::PostgresStorage;
use pocketping_server::{PocketPing, StreamPolicy};
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let mut builder = PocketPing::builder()
        .operator_token("choose-a-long-secret")
        .welcome_message("Hello! How can we help?")
        .streams(StreamPolicy::Off);
    match std::env::var("DATABASE_URL") {
        Ok(url) => builder = builder.storage(PostgresStorage::connect(&url).await?),
        Err(_) => eprintln!("DATABASE_URL is not set: this instance forgets everything when it ends"),
    }
    let pp = builder.build()?;
    let app = Router::new().nest("/pocketping", pp.router()).merge(pp.assets());
    let answer = move |request: Request| {
        let (app, pp) = (app.clone(), pp.clone());
        async move {
            let answer = app.oneshot(with_address(request)).await;
            // An instance stands still after its answer: hooks and webhooks come first.
            pp.flush().await;
            answer
        }
    };
    lambda_http::run(service_fn(answer)).await
}

/// Tells who is calling, as the gateway saw it: limits by address need it.
fn with_address(mut request: Request) -> Request {
    let context = request.request_context_ref();
    let address = context.and_then(|context| match context {
        RequestContext::ApiGatewayV1(context) => context.identity.source_ip.clone(),
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.clone(),
        _ => None,
    });
    let address = address.and_then(|address| address.parse::<IpAddr>().ok());
    if let Some(address) = address {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    request
}
