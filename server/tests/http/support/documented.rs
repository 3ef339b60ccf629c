//! Holds every answer that a test gets against the OpenAPI document: the status is named there, and the body fits.

use super::Answer;
use jsonschema::Validator;
use pocketping_server::PocketPing;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What a server says of itself.
pub(crate) struct Documented {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Documented {
    pub(super) fn of(pp: &PocketPing) -> Self {
        Documented {
            document: serde_json::to_value(pp.openapi()).unwrap(),
            validators: Mutex::default(),
        }
    }

    /// Panics when the document does not name this answer.
    #[track_caller]
    pub(super) fn check(&self, method: &str, path: &str, answer: &Answer) {
        // A bug of the host's code, what is answered before there is a route, and what is mounted elsewhere.
        if answer.status == 500 || matches!(method, "OPTIONS" | "HEAD") || path.starts_with("/..") {
            return;
        }
        let Some((template, operation)) = self.operation(method, path) else {
            assert!(
                matches!(answer.status, 403 | 404 | 405 | 429 | 431),
                "{method} {path} is no route: {answer:?}"
            );
            return;
        };
        let status = answer.status.to_string();
        let response = &operation["responses"][&status];
        assert!(
            response.is_object(),
            "{method} {template} may not answer {answer:?}"
        );
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_object() && answer.header("content-type") == "application/json" {
            let key = format!("{method} {template} {status}");
            let problems: Vec<_> = self
                .validator(&key, schema)
                .iter_errors(&answer.json())
                .map(|problem| format!("{}: {problem}", problem.instance_path()))
                .collect();
            assert!(problems.is_empty(), "{key}: {problems:?} in {answer:?}");
        }
    }

    /// Method and path of all operations that need a JSON body.
    pub(super) fn with_json_body(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (template, item) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let body = &operation["requestBody"];
                if body["required"] == true && body["content"]["application/json"].is_object() {
                    all.push((method.to_uppercase(), template.clone()));
                }
            }
        }
        all
    }

    /// The path in the document of a request.
    pub(super) fn template(&self, method: &str, path: &str) -> Option<String> {
        let (template, _) = self.operation(method, path)?;
        Some(template.to_owned())
    }

    /// The operation that a request is for, and its path in the document.
    fn operation(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let path = path.split('?').next().unwrap_or_default();
        let path = path.strip_suffix('/').unwrap_or(path);
        let fits = |template: &str| {
            let (parts, wanted) = (path.split('/'), template.split('/'));
            let is_part = |(part, wanted): (&str, &str)| {
                part == wanted || (wanted.starts_with('{') && !part.is_empty())
            };
            parts.clone().count() == wanted.clone().count() && parts.zip(wanted).all(is_part)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let mut found: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
        // `/upload/complete` is an `/upload/{id}` too.
        found.sort_by_key(|(template, _)| template.matches('{').count());
        let (template, item) = found.first()?;
        let operation = &item[method.to_lowercase()];
        operation.is_object().then_some((template.as_str(), operation))
    }

    fn validator(&self, key: &str, schema: &Value) -> Arc<Validator> {
        let make = || {
            let mut whole = schema.clone();
            whole["components"] = self.document["components"].clone();
            Arc::new(jsonschema::validator_for(&whole).unwrap())
        };
        let mut known = self.validators.lock().unwrap();
        Arc::clone(known.entry(key.to_owned()).or_insert_with(make))
    }
}
