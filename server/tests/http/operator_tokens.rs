//! Operators' tokens and logins: who learns a token, and what ends with one.

use crate::operators::{Added, PREFIX, add, with_cookie};
use crate::support::socket::Socket;
use crate::support::{Answer, Server};
use serde_json::{Value, json};

/// Changes an operator with the configured token.
async fn change(server: &Server, who: &Added, patch: Value) -> Answer {
    let answer = server
        .operator("PATCH", &format!("/operators/{}", who.id), patch)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// A stream as a page has one that is signed in.
async fn page(server: &Server, cookie: &str) -> Socket {
    let origin = format!("http://{}", server.address);
    let headers = [("cookie", cookie), ("origin", origin.as_str())];
    Socket::try_open(server, &format!("{PREFIX}/stream"), &headers)
        .await
        .unwrap()
}

/// A request that a page makes with its cookie.
async fn from_page(server: &Server, cookie: &str, path: &str) -> Answer {
    let origin = format!("http://{}", server.address);
    let headers = [("cookie", cookie), ("origin", origin.as_str())];
    server
        .send("POST", &format!("{PREFIX}{path}"), &headers, "")
        .await
}

#[tokio::test]
async fn a_role_that_rises_comes_with_a_token_that_only_whoever_raises_it_sees() {
    let server = Server::start().await;
    let admin = add(&server, "Ada", "admin").await;
    let made = admin
        .ask(&server, "POST", "/operators", json!({ "name": "Bob" }))
        .await
        .json();
    // Ada knows this one.
    let mut bob = Added {
        id: made["operator"]["id"].as_str().unwrap().to_owned(),
        token: made["token"].as_str().unwrap().to_owned(),
    };
    for role in ["admin", "owner"] {
        let (cookie, mut stream) = (bob.log_in(&server).await, bob.stream(&server).await);
        let raised = change(&server, &bob, json!({ "role": role })).await.json();
        assert_eq!((&raised["role"], &raised["name"]), (&json!(role), &json!("Bob")));
        let before = std::mem::replace(&mut bob.token, raised["token"].as_str().unwrap().to_owned());
        server
            .operator_with(&before, "GET", "/me", Value::Null)
            .await
            .refused(401, "unauthorized");
        with_cookie(&server, &cookie).await.refused(401, "unauthorized");
        stream.closed().await;
        let me = bob.ask(&server, "GET", "/me", Value::Null).await.json();
        assert_eq!(me["role"], role);
    }
    for patch in [
        json!({ "role": "owner" }),
        json!({ "name": "Bob B." }),
        json!({ "role": "agent" }),
    ] {
        let changed = change(&server, &bob, patch.clone()).await;
        assert!(!changed.text.contains("token"), "{patch} is no rise: {changed:?}");
        assert_eq!(bob.ask(&server, "GET", "/me", Value::Null).await.status, 200);
    }
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_login_and_no_others() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let ada = add(&server, "Ada", "agent").await;
    let (one, other) = (ada.log_in(&server).await, ada.log_in(&server).await);
    let (mut first, mut second) = (page(&server, &one).await, page(&server, &one).await);
    let (mut elsewhere, mut program) = (page(&server, &other).await, ada.stream(&server).await);
    assert_eq!(from_page(&server, &one, "/logout").await.status, 200);
    first.closed().await;
    second.closed().await;
    with_cookie(&server, &one).await.refused(401, "unauthorized");
    server.say(&session, "still there?").await;
    for open in [&mut elsewhere, &mut program] {
        let told = open.next_of("message").await;
        assert_eq!(told["data"]["content"], "still there?");
    }
}

#[tokio::test]
async fn the_owners_streams_end_with_their_login_too() {
    let server = Server::start().await;
    let owner = Added {
        id: "owner".to_owned(),
        token: crate::support::TOKEN.to_owned(),
    };
    let cookie = owner.log_in(&server).await;
    let mut socket = page(&server, &cookie).await;
    let events = server.http.get(server.url(&format!("{PREFIX}/stream")));
    let mut events = events.header("cookie", &cookie).send().await.unwrap();
    assert_eq!(from_page(&server, &cookie, "/logout").await.status, 200);
    socket.closed().await;
    let ended = async { while let Ok(Some(_)) = events.chunk().await {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), ended)
        .await
        .expect("server-sent events end too");
}

#[tokio::test]
async fn a_page_that_renews_its_own_token_stays_signed_in() {
    let server = Server::start().await;
    let ada = add(&server, "Ada", "agent").await;
    let (here, elsewhere) = (ada.log_in(&server).await, ada.log_in(&server).await);
    let path = format!("/operators/{}/token", ada.id);
    let renewed = from_page(&server, &here, &path).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    let cookie = renewed.header("set-cookie").split(';').next().unwrap();
    let me = with_cookie(&server, cookie).await;
    assert_eq!((me.status, &me.json()["id"]), (200, &json!(ada.id)));
    for old in [&here, &elsewhere] {
        with_cookie(&server, old).await.refused(401, "unauthorized");
    }
    let by_token = server.operator("POST", &path, Value::Null).await;
    assert_eq!(by_token.header("set-cookie"), "", "others get no login of hers");
}
