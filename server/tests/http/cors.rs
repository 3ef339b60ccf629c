//! CORS: which pages may use the server.

use crate::support::Server;
use pocketping_server::Origins;
use serde_json::json;

const ASK: [(&str, &str); 2] = [
    ("access-control-request-method", "PATCH"),
    (
        "access-control-request-headers",
        "content-type,x-pocketping-version",
    ),
];

async fn strict() -> Server {
    Server::with(|builder| builder.allowed_origins(Origins::List(vec!["https://shop.example".into()]))).await
}

#[tokio::test]
async fn by_default_every_page_may() {
    let server = Server::start().await;
    let origin = [("origin", "https://anywhere.example")];
    let preflight = server
        .send("OPTIONS", "/message/x", &[&origin[..], &ASK[..]].concat(), "")
        .await;
    assert_eq!((preflight.status, preflight.text.as_str()), (204, ""));
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    for method in ["GET", "POST", "PATCH", "DELETE", "OPTIONS"] {
        assert!(
            preflight.header("access-control-allow-methods").contains(method),
            "{preflight:?}"
        );
    }
    let allowed = preflight.header("access-control-allow-headers").to_lowercase();
    assert!(
        allowed.contains("content-type") && allowed.contains("x-pocketping-version"),
        "{allowed}"
    );
    let answer = server.send("GET", "/presence", &origin, "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("retry-after"), "a page hears when to come back");
    assert!(
        exposed.split(',').any(|name| name.trim() == "date"),
        "and by which clock"
    );
    for name in ["status", "message"] {
        assert!(
            exposed.contains(&format!("x-pocketping-version-{name}")),
            "{exposed}"
        );
    }
}

#[tokio::test]
async fn errors_can_be_read_by_pages_too() {
    let server = Server::start().await;
    let origin = [("origin", "https://anywhere.example")];
    for (method, path, status) in [
        ("POST", "/connect", 400),
        ("GET", "/nothing", 404),
        ("GET", "/connect", 405),
    ] {
        let answer = server.send(method, path, &origin, "").await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (status, "*"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn with_a_list_only_those_pages_may() {
    let server = strict().await;
    let ours = [("origin", "https://shop.example")];
    let preflight = server
        .send("OPTIONS", "/connect", &[&ours[..], &ASK[..]].concat(), "")
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        "https://shop.example"
    );
    let body = json!({ "visitorId": "v" }).to_string();
    let json = ("content-type", "application/json");
    let answer = server
        .send("POST", "/connect", &[ours[0], json], body.clone())
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://shop.example"
    );
    assert!(answer.header("vary").to_lowercase().contains("origin"));

    let evil = [("origin", "https://evil.example")];
    let preflight = server
        .send("OPTIONS", "/connect", &[&evil[..], &ASK[..]].concat(), "")
        .await;
    preflight.refused(403, "origin_not_allowed");
    assert_eq!(preflight.header("access-control-allow-origin"), "");
    server
        .send("POST", "/connect", &[evil[0], json], body.clone())
        .await
        .refused(403, "origin_not_allowed");
    let own = format!("http://{}", server.address);
    assert_eq!(
        server
            .send(
                "POST",
                "/connect",
                &[("origin", own.as_str()), json],
                body.clone()
            )
            .await
            .status,
        200
    );
    assert_eq!(
        server.send("POST", "/connect", &[json], body).await.status,
        200,
        "programs send no origin"
    );
}

#[tokio::test]
async fn sockets_of_other_pages_are_refused_too() {
    let server = strict().await;
    let session = server.connect("v").await;
    let path = format!("/stream?sessionId={session}");
    let open =
        async |origin| crate::support::socket::Socket::try_open(&server, &path, &[("origin", origin)]).await;
    assert_eq!(open("https://evil.example").await.err().unwrap().0, 403);
    assert!(open("https://shop.example").await.is_ok());
}
