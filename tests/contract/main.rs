//! Requests of every form that the OpenAPI document allows, and of forms that it does not (`cargo xtask test contract`).

#![forbid(unsafe_code)]

use anyhow::{Context, Result, ensure};
use pocketping_tests::{OPERATOR_TOKEN, Server, ServerOptions};
use std::env;
use std::process::Command;

/// How long to ask, unless `CONTRACT_SECONDS` says otherwise.
const SECONDS: u64 = 600;

/// No answer of the server's own fault, none that the document does not name, and no route that forgets to ask who is there.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      unsupported_method,allow_header_conformance,ignored_auth,use_after_free";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_as_its_document_says_whatever_it_is_asked() -> Result<()> {
    let python = env::var("CONTRACT_PYTHON").context("CONTRACT_PYTHON names a Python with schemathesis")?;
    let seconds = match env::var("CONTRACT_SECONDS") {
        Ok(given) => given.parse().context("CONTRACT_SECONDS is a number")?,
        Err(_) => SECONDS,
    };
    let server = Server::start(ServerOptions::default()).await?;
    let base = format!("{}/pocketping", server.address());
    let mut schemathesis = Command::new(python);
    schemathesis
        .args(["-m", "schemathesis.cli", "run"])
        .arg(format!("{base}/openapi.json"))
        .args(["--url", &base, "--checks", CHECKS, "--continue-on-failure"])
        .args(["-H", &format!("Authorization: Bearer {OPERATOR_TOKEN}")])
        // Streams have no end, and whoever signs out is out.
        .args([
            "--exclude-path-regex",
            "stream$",
            "--exclude-path-regex",
            "log(in|out)$",
        ])
        .args(["--request-timeout", "10", "--max-time", &seconds.to_string()])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .current_dir(env!("CARGO_TARGET_TMPDIR"));
    let done = tokio::task::spawn_blocking(move || schemathesis.status()).await??;
    ensure!(done.success(), "schemathesis found something: see above");
    Ok(())
}
