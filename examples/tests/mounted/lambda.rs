//! The function on AWS Lambda: what gateways and function URLs send, and what they are given back.

use crate::program::TOKEN;
use crate::runtime_api::Function;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};

const PATH: &str = env!("CARGO_BIN_EXE_lambda");
const CALLER: &str = "203.0.113.7";

/// How requests come, after AWS's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gateway {
    /// API Gateway's REST API (payload 1.0), with its stage.
    Rest,
    /// API Gateway's HTTP API (payload 2.0).
    Http,
    /// A function URL (payload 2.0).
    FunctionUrl,
}

/// A request.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    token: Option<&'a str>,
    body: Option<Value>,
    encoded: bool,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Asked {
            method: "GET",
            path: "/",
            query: &[],
            token: None,
            body: None,
            encoded: false,
        }
    }
}

impl Gateway {
    fn event(self, asked: &Asked<'_>) -> Value {
        let mut headers = json!({
            "accept": "*/*",
            "content-type": "application/json",
            "host": self.host(),
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "x-forwarded-for": "198.51.100.1, 203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        });
        if let Some(token) = asked.token {
            headers["authorization"] = json!(format!("Bearer {token}"));
        }
        let body = asked.body.as_ref().map(|body| match asked.encoded {
            true => BASE64.encode(body.to_string()),
            false => body.to_string(),
        });
        let mut event = match self {
            Gateway::Rest => rest(asked, &headers),
            Gateway::Http | Gateway::FunctionUrl => self.second(asked, &headers),
        };
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(asked.encoded);
        event
    }

    fn host(self) -> &'static str {
        match self {
            Gateway::Rest | Gateway::Http => "abcdef1234.execute-api.eu-west-2.amazonaws.com",
            Gateway::FunctionUrl => "abcdef1234.lambda-url.eu-west-2.on.aws",
        }
    }

    /// Payload 2.0.
    fn second(self, asked: &Asked<'_>, headers: &Value) -> Value {
        let query: Vec<String> = asked
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": asked.path,
            "rawQueryString": query.join("&"),
            "headers": headers,
            "queryStringParameters": asked.query.iter().copied().collect::<std::collections::HashMap<_, _>>(),
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abcdef1234",
                "domainName": self.host(),
                "domainPrefix": "abcdef1234",
                "http": {
                    "method": asked.method,
                    "path": asked.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": CALLER,
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
                },
                "requestId": "MIZRNhJtIAMEMDw=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "11/Jan/2026:11:45:34 +0000",
                "timeEpoch": 1_768_131_934_837_u64,
            },
        })
    }
}

/// Payload 1.0.
fn rest(asked: &Asked<'_>, headers: &Value) -> Value {
    let many = |object: &Value| -> Value {
        let pairs = object.as_object().unwrap().iter();
        pairs
            .map(|(name, value)| (name.clone(), json!([value])))
            .collect()
    };
    let query: Value = asked
        .query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    json!({
        "resource": "/{proxy+}",
        "path": asked.path,
        "httpMethod": asked.method,
        "headers": headers,
        "multiValueHeaders": many(headers),
        "queryStringParameters": query,
        "multiValueQueryStringParameters": many(&query),
        "pathParameters": { "proxy": asked.path.trim_start_matches('/') },
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": "abcdef1234.execute-api.eu-west-2.amazonaws.com",
            "httpMethod": asked.method,
            "identity": { "sourceIp": CALLER, "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" },
            "path": format!("/prod{}", asked.path),
            "protocol": "HTTP/1.1",
            "requestId": "41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9",
            "requestTimeEpoch": 1_768_131_934_837_u64,
            "resourceId": "us4z18",
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
    })
}

/// Asks, and gives status and body.
async fn ask(function: &Function, gateway: Gateway, asked: Asked<'_>) -> (u64, Value) {
    let answer = function.invoke(gateway.event(&asked)).await;
    let body = answer["body"].as_str().unwrap_or_default();
    let said = format!("{gateway:?} {} {answer}", asked.path);
    assert_eq!(answer["isBase64Encoded"], false, "JSON is text: {said}");
    let of_one = &answer["headers"]["content-type"];
    let kind = if of_one.is_null() {
        &answer["multiValueHeaders"]["content-type"][0]
    } else {
        of_one
    };
    assert_eq!(kind, "application/json", "{said}");
    (
        answer["statusCode"].as_u64().unwrap(),
        serde_json::from_str(body).unwrap(),
    )
}

async fn post(function: &Function, gateway: Gateway, path: &str, body: Value, encoded: bool) -> Value {
    let asked = Asked {
        method: "POST",
        path,
        body: Some(body),
        encoded,
        ..Asked::default()
    };
    let (status, body) = ask(function, gateway, asked).await;
    assert_eq!(status, 200, "{gateway:?} {path} {body}");
    body
}

async fn holds_a_polled_conversation(gateway: Gateway) {
    let function = Function::start(PATH, &[("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true")]).await;
    let connected = post(
        &function,
        gateway,
        "/pocketping/connect",
        json!({ "visitorId": "ada" }),
        false,
    )
    .await;
    let session = connected["sessionId"].as_str().unwrap();
    let said = json!({ "sessionId": session, "content": "grüße", "sender": "visitor" });
    post(&function, gateway, "/pocketping/message", said, true).await;

    let path = format!("/pocketping/operator/v1/sessions/{session}/messages");
    let answer = Asked {
        method: "POST",
        path: &path,
        token: Some(TOKEN),
        body: Some(json!({ "content": "yes" })),
        ..Asked::default()
    };
    assert_eq!(ask(&function, gateway, answer).await.0, 200);
    let cursor = connected["cursor"].as_str().unwrap();
    let query = [("sessionId", session), ("after", cursor)];
    let poll = Asked {
        path: "/pocketping/messages",
        query: &query,
        ..Asked::default()
    };
    let (status, polled) = ask(&function, gateway, poll).await;
    assert_eq!(status, 200);
    let contents = polled["messages"].as_array().unwrap().iter();
    let contents: Vec<_> = contents.map(|message| message["content"].clone()).collect();
    assert_eq!(contents, ["grüße", "yes"]);

    let path = format!("/pocketping/operator/v1/sessions/{session}");
    let about = Asked {
        path: &path,
        token: Some(TOKEN),
        ..Asked::default()
    };
    let (_, about) = ask(&function, gateway, about).await;
    assert_eq!(
        about["metadata"]["ip"], CALLER,
        "who is calling is the gateway's word"
    );
}

#[tokio::test]
async fn a_rest_api_holds_a_polled_conversation() {
    holds_a_polled_conversation(Gateway::Rest).await;
}

#[tokio::test]
async fn an_http_api_holds_a_polled_conversation() {
    holds_a_polled_conversation(Gateway::Http).await;
}

#[tokio::test]
async fn a_function_url_holds_a_polled_conversation() {
    holds_a_polled_conversation(Gateway::FunctionUrl).await;
}

#[tokio::test]
async fn streams_are_refused_at_once_and_not_waited_for() {
    let function = Function::start(PATH, &[]).await;
    let gateway = Gateway::FunctionUrl;
    let connected = post(
        &function,
        gateway,
        "/pocketping/connect",
        json!({ "visitorId": "v" }),
        false,
    )
    .await;
    let query = [("sessionId", connected["sessionId"].as_str().unwrap())];
    let stream = Asked {
        path: "/pocketping/stream",
        query: &query,
        ..Asked::default()
    };
    let (status, body) = ask(&function, gateway, stream).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("not_found")));
}
