//! The files that browsers load. What they hold is the build's business; these tests pass with and without it.

use crate::support::{Answer, Server, TOKEN};

async fn at_root(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    server.send("GET", &format!("/..{path}"), headers, "").await
}

#[tokio::test]
async fn the_start_page_has_the_tag_to_copy_or_says_how_to_build() {
    let server = Server::start().await;
    let answer = at_root(&server, "/", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!answer.text.contains("{{"), "every place is filled: {answer:?}");
    let built = at_root(&server, "/pocketping.js", &[]).await.status == 200;
    if !built {
        assert!(answer.text.contains("cargo xtask run"), "{answer:?}");
        return;
    }
    let address = format!("http://{}", server.address);
    for wanted in [
        format!("src=\"{address}/pocketping.js\" data-endpoint=\"{address}/pocketping\""),
        "href=\"/inbox\"".to_owned(),
    ] {
        assert!(answer.text.contains(&wanted), "{wanted} is not in {answer:?}");
    }
    assert!(!answer.text.contains(TOKEN), "everybody may see this page");
}

#[tokio::test]
async fn the_loader_can_be_loaded_by_any_page() {
    let server = Server::start().await;
    let answer = at_root(&server, "/pocketping.js", &[]).await;
    if answer.status == 404 {
        answer.refused(404, "not_found");
        return;
    }
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(
        answer.header("cache-control"),
        "no-cache",
        "its name stays while its content changes"
    );
    let again = at_root(
        &server,
        "/pocketping.js",
        &[("if-none-match", answer.header("etag"))],
    )
    .await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let compressed = at_root(&server, "/pocketping.js", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    assert!(compressed.header("vary").contains("accept-encoding"));
}

#[tokio::test]
async fn the_inbox_runs_nothing_foreign_and_cannot_be_framed() {
    let server = Server::start().await;
    let answer = at_root(&server, "/inbox", &[]).await;
    if answer.status == 404 {
        answer.refused(404, "not_found");
        return;
    }
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "'wasm-unsafe-eval'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn files_that_are_not_there_are_404() {
    let server = Server::start().await;
    for path in [
        "/widget/nothing.js",
        "/chunks/nothing.js",
        "/inbox/nothing.js",
        "/inbox/../../Cargo.toml",
        "/nothing",
    ] {
        at_root(&server, path, &[]).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn health_is_at_the_root() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(at_root(&server, path, &[]).await.status, 200);
    }
}

#[tokio::test]
async fn a_wrong_method_has_the_error_shape_outside_of_the_api_too() {
    let server = Server::start().await;
    for path in [
        "/",
        "/pocketping.js",
        "/widget/x.js",
        "/inbox",
        "/inbox/x.js",
        "/healthz",
        "/readyz",
    ] {
        let answer = server.send("POST", &format!("/..{path}"), &[], "").await;
        answer.refused(405, "method_not_allowed");
        assert!(answer.header("allow").contains("GET"), "{answer:?}");
    }
}
