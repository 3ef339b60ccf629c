//! The filters stand in front of every route and upgrade: the tests walk the tables that the routers are made of, so
//! that no route can be forgotten.

use super::{Routes, operator, visitor_routes};
use crate::{Builder, IpFilterConfig, PocketPing};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use pocketping_core::ua::UaFilterConfig;
use std::net::SocketAddr;
use tower::ServiceExt;

const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];
const BLOCKED: [&str; 3] = [
    "203.0.113.9:1000",
    "[::ffff:203.0.113.200]:1000",
    "[2001:db8::7]:1000",
];
const WELCOME: &str = "198.51.100.1:1000";
const BOT: &str = "Googlebot/2.1 (+http://www.google.com/bot.html)";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

struct Whole {
    app: Router,
}

/// An answer: its status, and the code of its error if it has one.
#[derive(Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    code: Option<String>,
    headers: HeaderMap,
}

impl Whole {
    /// All routers of a server, mounted as the binary does it.
    fn with(options: impl FnOnce(Builder) -> Builder) -> Self {
        let pp = options(PocketPing::builder().operator_token("an-operator-token-for-tests"))
            .build()
            .unwrap();
        let app = Router::new()
            .nest("/pocketping", pp.router())
            .merge(pp.health())
            .merge(pp.assets())
            .merge(pp.inbox())
            .merge(pp.start_page());
        Whole { app }
    }

    async fn ask(&self, method: &Method, path: &str, from: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from("{}")).unwrap();
        let peer: SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // Streams that are let in have no end.
        let is_stream = parts
            .headers
            .get("content-type")
            .is_some_and(|kind| kind == "text/event-stream");
        let body = match is_stream {
            true => Default::default(),
            false => to_bytes(body, 1 << 20).await.unwrap(),
        };
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = &body["error"]["message"];
        assert_eq!(message, &body["detail"], "{method} {path}");
        Answer {
            status: parts.status,
            code: body["error"]["code"].as_str().map(str::to_owned),
            headers: parts.headers,
        }
    }
}

fn paths(prefix: &str, routes: Routes) -> Vec<String> {
    let filled = |path: &str| path.replace("{id}", "some-id").replace("{message}", "a-message");
    let both = |path: String| [format!("{path}/"), path];
    let paths = routes.iter().map(|(path, _)| format!("{prefix}{}", filled(path)));
    paths
        .flat_map(both)
        .chain([format!("{prefix}/nothing/here")])
        .collect()
}

fn of_visitors() -> Vec<String> {
    paths("/pocketping", visitor_routes())
}

fn of_operators() -> Vec<String> {
    let prefix = "/pocketping/operator/v1";
    let open = paths(prefix, operator::open_routes());
    [paths(prefix, operator::guarded_routes()), open].concat()
}

fn of_files() -> Vec<String> {
    let paths = [
        "/pocketping.js",
        "/widget/x.js",
        "/chunks/x.js",
        "/inbox",
        "/inbox/",
        "/inbox/x.js",
        "/",
        "/nothing",
        "/pocketping/openapi.json",
    ];
    paths.map(str::to_owned).to_vec()
}

fn upgrade() -> Vec<(&'static str, &'static str)> {
    vec![
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("user-agent", BROWSER),
    ]
}

fn ip_filter() -> IpFilterConfig {
    IpFilterConfig {
        enabled: true,
        blocklist: vec![
            "203.0.113.0/24".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ],
        log_blocked: false,
        ..Default::default()
    }
}

fn ua_filter() -> UaFilterConfig {
    UaFilterConfig {
        enabled: true,
        log_blocked: false,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_blocked_address_is_refused_on_every_route_and_upgrade() {
    let server = Whole::with(|builder| builder.ip_filter(ip_filter()));
    let all = [of_visitors(), of_operators(), of_files()].concat();
    assert!(all.len() > 90, "the tables are walked");
    for path in &all {
        for from in BLOCKED {
            for method in &METHODS {
                let answer = server.ask(method, path, from, &[("user-agent", BROWSER)]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {from}");
                if *method != Method::HEAD {
                    assert_eq!(
                        answer.code.as_deref(),
                        Some("address_blocked"),
                        "{method} {path} {from}"
                    );
                }
            }
            let answer = server.ask(&Method::GET, path, from, &upgrade()).await;
            assert_eq!(
                (answer.status, answer.code.as_deref()),
                (StatusCode::FORBIDDEN, Some("address_blocked")),
                "upgrade of {path}"
            );
        }
        for method in &METHODS {
            let answer = server
                .ask(method, path, WELCOME, &[("user-agent", BROWSER)])
                .await;
            assert_ne!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{method} {path} from elsewhere"
            );
        }
    }
}

#[tokio::test]
async fn probes_of_load_balancers_are_never_filtered() {
    let closed = IpFilterConfig {
        blocklist: vec!["0.0.0.0/0".parse().unwrap()],
        ..ip_filter()
    };
    let server = Whole::with(|builder| builder.ip_filter(closed).ua_filter(ua_filter()));
    for path in ["/healthz", "/readyz"] {
        let answer = server
            .ask(&Method::GET, path, WELCOME, &[("user-agent", "curl/8")])
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_blocked_user_agent_is_refused_on_every_route_and_upgrade_of_visitors() {
    let server = Whole::with(|builder| builder.ua_filter(ua_filter()));
    for path in of_visitors() {
        for method in &METHODS {
            let answer = server.ask(method, &path, WELCOME, &[("user-agent", BOT)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            if *method != Method::HEAD {
                assert_eq!(
                    answer.code.as_deref(),
                    Some("user_agent_blocked"),
                    "{method} {path}"
                );
            }
        }
        let mut headers = upgrade();
        headers.pop();
        headers.push(("user-agent", BOT));
        let answer = server.ask(&Method::GET, &path, WELCOME, &headers).await;
        assert_eq!(
            answer.code.as_deref(),
            Some("user_agent_blocked"),
            "upgrade of {path}"
        );
        let answer = server
            .ask(&Method::POST, &path, WELCOME, &[("user-agent", BROWSER)])
            .await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path} by a browser");
    }
    for path in [of_operators(), of_files()].concat() {
        let answer = server
            .ask(&Method::GET, &path, WELCOME, &[("user-agent", BOT)])
            .await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path} is for programs too");
    }
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_on_every_route_and_upgrade_of_visitors() {
    let origins = crate::Origins::List(vec!["https://shop.example".into()]);
    let server = Whole::with(|builder| builder.allowed_origins(origins));
    let evil = ("origin", "https://evil.example");
    for path in of_visitors() {
        for method in METHODS.iter().filter(|method| **method != Method::HEAD) {
            let answer = server.ask(method, &path, WELCOME, &[evil]).await;
            assert_eq!(
                answer.code.as_deref(),
                Some("origin_not_allowed"),
                "{method} {path}"
            );
        }
        let headers = [upgrade(), vec![evil]].concat();
        let answer = server.ask(&Method::GET, &path, WELCOME, &headers).await;
        assert_eq!(
            answer.code.as_deref(),
            Some("origin_not_allowed"),
            "upgrade of {path}"
        );
    }
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused_on_every_route() {
    let server = Whole::with(|builder| builder.max_header_bytes(2048));
    let large = "x".repeat(2048);
    for path in [of_visitors(), of_operators(), of_files()].concat() {
        let answer = server
            .ask(&Method::GET, &path, WELCOME, &[("cookie", &large)])
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code.as_deref()),
            (431, Some("headers_too_large")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn refusals_can_be_read_by_pages() {
    let server = Whole::with(|builder| builder.ip_filter(ip_filter()));
    let headers = [("origin", "https://shop.example")];
    let answer = server
        .ask(&Method::POST, "/pocketping/connect", BLOCKED[0], &headers)
        .await;
    assert_eq!(answer.code.as_deref(), Some("address_blocked"));
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn the_address_behind_a_trusted_proxy_is_the_one_that_is_judged() {
    let proxy = "10.0.0.1:1000";
    let behind = |header: &'static str| {
        Whole::with(|builder| {
            builder
                .ip_filter(ip_filter())
                .trusted_proxies(["10.0.0.0/8".parse().unwrap()])
                .proxy_header(header)
        })
    };
    let path = "/pocketping/presence";
    let server = behind("x-forwarded-for");
    let said = [("x-forwarded-for", "198.51.100.7, 203.0.113.9")];
    assert_eq!(
        server.ask(&Method::GET, path, proxy, &said).await.status,
        StatusCode::FORBIDDEN
    );
    let spoofed = [("x-forwarded-for", "203.0.113.9, 198.51.100.7")];
    assert_eq!(
        server.ask(&Method::GET, path, proxy, &spoofed).await.status,
        StatusCode::OK
    );
    assert_eq!(
        server.ask(&Method::GET, path, BLOCKED[0], &spoofed).await.status,
        StatusCode::FORBIDDEN,
        "nobody else's word counts"
    );
    let other = [("cf-connecting-ip", "203.0.113.9")];
    assert_eq!(
        server.ask(&Method::GET, path, proxy, &other).await.status,
        StatusCode::OK
    );
    let server = behind("CF-Connecting-IP");
    assert_eq!(
        server.ask(&Method::GET, path, proxy, &other).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn status_and_text_of_a_refused_address_can_be_chosen() {
    let config = IpFilterConfig {
        blocked_status_code: 451,
        blocked_message: "not from there".into(),
        ..ip_filter()
    };
    let server = Whole::with(|builder| builder.ip_filter(config));
    let answer = server
        .ask(&Method::GET, "/pocketping/presence", BLOCKED[0], &[])
        .await;
    assert_eq!(answer.status.as_u16(), 451);
}

#[tokio::test]
async fn without_an_address_an_allowlist_lets_nobody_in() {
    let config = IpFilterConfig {
        mode: pocketping_core::ua::FilterMode::Allowlist,
        allowlist: vec!["0.0.0.0/0".parse().unwrap()],
        ..ip_filter()
    };
    let server = Whole::with(|builder| builder.ip_filter(config));
    let request = Request::builder()
        .uri("/pocketping/presence")
        .body(Body::empty())
        .unwrap();
    let response = server.app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_blocked_is_logged_with_its_reason_unless_that_is_switched_off() {
    for log_blocked in [true, false] {
        let logged = crate::test_log::Log::capture();
        let (ip, ua) = (ip_filter(), ua_filter());
        let server = Whole::with(|builder| {
            builder
                .ip_filter(IpFilterConfig { log_blocked, ..ip })
                .ua_filter(UaFilterConfig { log_blocked, ..ua })
        });
        let path = "/pocketping/presence";
        server.ask(&Method::GET, path, BLOCKED[0], &[]).await;
        server
            .ask(&Method::GET, path, WELCOME, &[("user-agent", BOT)])
            .await;
        let text = logged.text();
        for part in [
            "address blocked",
            "blocklist",
            "203.0.113.9",
            "user agent blocked",
            "default_bot",
            "googlebot",
        ] {
            assert_eq!(text.contains(part), log_blocked, "{part} in {text}");
        }
    }
}
