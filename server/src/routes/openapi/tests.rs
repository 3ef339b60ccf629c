//! The document and the routers say the same, and what it shows is right.

use super::*;
use crate::StreamPolicy;
use crate::routes::{Routes, operator, other_routes, visitor_routes};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use std::collections::BTreeSet;
use tower::ServiceExt;

/// `HEAD` is answered wherever `GET` is, `OPTIONS` by the layer for other origins.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

fn server() -> PocketPing {
    PocketPing::builder().build().unwrap()
}

fn document() -> serde_json::Value {
    serde_json::to_value(server().openapi()).unwrap()
}

/// Method and path of each route of a table.
async fn routed(prefix: &str, routes: Routes) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, methods) in routes {
        let router = Router::new().route(path, methods).with_state(server());
        for method in METHODS {
            let address = path.replace(['{', '}'], "");
            let request = Request::builder().method(&method).uri(address);
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            if response.status() != StatusCode::METHOD_NOT_ALLOWED {
                found.insert((method.to_string().to_lowercase(), format!("{prefix}{path}")));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_route_is_in_the_document_and_nothing_else_is() {
    let mut routes = routed("", visitor_routes()).await;
    routes.extend(routed("", other_routes()).await);
    routes.extend(routed("/operator/v1", operator::guarded_routes()).await);
    routes.extend(routed("/operator/v1", operator::open_routes()).await);
    assert!(routes.len() > 55, "the tables are walked");
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.insert((method.clone(), path.clone()));
        }
    }
    assert_eq!(documented, routes);
}

#[test]
fn streams_that_are_not_offered_are_not_in_it() {
    let pp = PocketPing::builder().streams(StreamPolicy::Off).build().unwrap();
    let without: Vec<_> = pp.openapi().paths.paths.into_keys().collect();
    let mut all: Vec<_> = server().openapi().paths.paths.into_keys().collect();
    all.retain(|path| !path.ends_with("/stream"));
    assert_eq!(without, all);
}

#[test]
fn the_document_is_of_version_3_1_and_names_its_server() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "/pocketping");
    assert_eq!(
        document["components"]["securitySchemes"][TOKEN]["scheme"],
        "bearer"
    );
    let sessions = &document["paths"]["/operator/v1/sessions"]["get"];
    assert_eq!(sessions["security"].as_array().unwrap().len(), 2);
    assert!(document["paths"]["/message"]["post"]["security"].is_null());
}

#[test]
fn operations_have_names_of_their_own_and_say_which_errors_they_have() {
    let mut names = BTreeSet::new();
    for (prefix, whose, operations) in groups() {
        for operation in operations {
            let path = format!("{prefix}{}", operation.path);
            let documented = operation.document(&mut Schemas::default(), whose, &path, &[]);
            let name = documented.operation_id.unwrap();
            assert!(names.insert(name.clone()), "{name} is there twice");
            assert!(!documented.summary.unwrap().is_empty(), "{name}");
            let statuses = operation.statuses(whose);
            let answers = documented.responses.responses;
            assert_eq!(statuses.len(), answers.len(), "{name}");
            assert!(statuses.iter().any(|status| *status < 300), "{name} may succeed");
            assert_eq!(
                statuses.contains(&401),
                whose == For::Operators || ["login", "connect", "identify"].contains(&&*name),
                "{name}"
            );
            assert_eq!(
                statuses.contains(&404),
                path.contains('{') || needs_a_session(&path),
                "{name}"
            );
        }
    }
}

/// Routes that name a session or an upload in their body or query, and refuse an unknown one.
fn needs_a_session(path: &str) -> bool {
    // A list of nothing, receipts of nothing, and typing that nobody sees are no errors (PROTOCOL §1.3).
    let forgiving = [
        "/connect",
        "/messages",
        "/typing",
        "/read",
        "/presence",
        "/openapi.json",
    ];
    !path.starts_with("/operator") && !forgiving.contains(&path)
}

#[test]
fn every_example_is_read_by_its_route_and_fits_its_schema() {
    let document = document();
    let mut examples = 0;
    for (prefix, _, operations) in groups() {
        for operation in operations {
            let Some(body) = operation.body.filter(|body| !body.example.is_null()) else {
                continue;
            };
            let path = format!("{prefix}{}", operation.path);
            assert!((body.is_read)(&body.example), "{path}: {}", body.example);
            let method = serde_json::to_value(&operation.method).unwrap();
            let content = &document["paths"][&path][method.as_str().unwrap()]["requestBody"]["content"];
            let mut schema = content["application/json"]["schema"].clone();
            schema["components"] = document["components"].clone();
            let validator = jsonschema::validator_for(&schema).unwrap();
            let problems: Vec<_> = validator
                .iter_errors(&body.example)
                .map(|error| error.to_string())
                .collect();
            assert!(problems.is_empty(), "{path}: {problems:?}");
            examples += 1;
        }
    }
    assert!(examples > 30, "there are examples");
}

#[tokio::test]
async fn the_document_is_served_to_programs() {
    let request = Request::builder()
        .uri("/openapi.json")
        .body(Body::empty())
        .unwrap();
    let response = server().router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
    let served: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(served, document());
}
