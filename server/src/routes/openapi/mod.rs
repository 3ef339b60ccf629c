//! `GET /openapi.json`: the routes as an OpenAPI 3.1 document.
//!
//! The tables beside this file say what each route takes and answers; the types describe themselves. Tests walk them and
//! the routers' own tables: a route without a description, and a description without a route, fail.

mod operation;
mod operators;
mod staff;
mod statuses;
mod visitors;

#[cfg(test)]
mod tests;

use super::is_offered;
use crate::PocketPing;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use operation::{COOKIE, For, Operation, TOKEN, route};
use pocketping_core::envelope::ServerEnvelope;
use pocketping_core::value::Schemas;
use pocketping_core::{Object, Wire};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder,
    ServerBuilder,
};

impl PocketPing {
    /// The routes of [`router`](Self::router) as an OpenAPI 3.1 document; it is served at `/openapi.json`. Its server is
    /// [`public_url`](crate::Builder::public_url).
    pub fn openapi(&self) -> OpenApi {
        let mut schemas = Schemas::default();
        let mut paths = PathsBuilder::new();
        for (prefix, whose, operations) in groups() {
            for operation in operations {
                if !is_offered(operation.path, self.config()) {
                    continue;
                }
                let path = format!("{prefix}{}", operation.path);
                let blocked = self.blocked_statuses(whose);
                let documented = operation.document(&mut schemas, whose, &path, &blocked);
                paths = paths.path(path, PathItem::new(operation.method, documented));
            }
        }
        // Of streams, which have no schema of their own.
        ServerEnvelope::schema(&mut schemas);
        let mut components = ComponentsBuilder::new();
        for (name, schema) in schemas.into_components() {
            components = components.schema(name, schema);
        }
        let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("pp_operator")));
        OpenApiBuilder::new()
            .info(
                InfoBuilder::new()
                    .title("PocketPing")
                    .version(env!("CARGO_PKG_VERSION"))
                    .description(Some(
                        "Live chat: what widgets call, and what operators' programs do.",
                    )),
            )
            .servers(Some([ServerBuilder::new()
                .url(&*self.config().public_url)
                .build()]))
            .paths(paths)
            .components(Some(
                components
                    .security_scheme(TOKEN, token)
                    .security_scheme(COOKIE, cookie)
                    .build(),
            ))
            .build()
    }

    /// The statuses with which this server's filters refuse; 403 is always there.
    fn blocked_statuses(&self, whose: For) -> Vec<u16> {
        let config = self.config();
        let by_address = config.ip_filter.as_ref().map(|filter| filter.blocked().status);
        let by_agent = config.ua_filter.as_ref().map(|filter| filter.blocked().status);
        let by_agent = by_agent.filter(|_| whose == For::Visitors);
        by_address.into_iter().chain(by_agent).collect()
    }
}

/// All operations: what their paths begin with, and whose they are.
fn groups() -> [(&'static str, For, Vec<Operation>); 4] {
    const OPERATORS: &str = "/operator/v1";
    let document = route(HttpMethod::Get, "/openapi.json", "openapi", "This document").gives::<Object>();
    [
        ("", For::Visitors, visitors::operations()),
        (OPERATORS, For::Operators, operators::operations()),
        (OPERATORS, For::Anybody, operators::login()),
        ("", For::Anybody, vec![document]),
    ]
}

pub(super) async fn document(State(pp): State<PocketPing>) -> impl IntoResponse {
    let text = pp.http().openapi(|| match pp.openapi().to_json() {
        Ok(text) => text.into(),
        Err(error) => {
            // Its values are texts, numbers and lists of them.
            tracing::error!(%error, "the OpenAPI document could not be written");
            Default::default()
        }
    });
    ([(header::CONTENT_TYPE, "application/json")], text)
}
