//! Several operators: tokens, logins, streams, roles, and in whose name they write.

use crate::support::socket::Socket;
use crate::support::{Answer, Server, TOKEN};
use serde_json::{Value, json};

pub(crate) const PREFIX: &str = "/operator/v1";

/// An operator who was just added.
pub(crate) struct Added {
    pub(crate) id: String,
    pub(crate) token: String,
}

pub(crate) async fn add(server: &Server, name: &str, role: &str) -> Added {
    let avatar = "https://shop.example/a.png";
    let body = json!({ "name": name, "role": role, "avatar": avatar });
    let answer = server.operator("POST", "/operators", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let made = answer.json();
    assert_eq!(made["operator"]["name"], name);
    Added {
        id: made["operator"]["id"].as_str().unwrap().to_owned(),
        token: made["token"].as_str().unwrap().to_owned(),
    }
}

impl Added {
    pub(crate) async fn ask(&self, server: &Server, method: &str, path: &str, body: Value) -> Answer {
        server.operator_with(&self.token, method, path, body).await
    }

    /// The cookie of a login.
    pub(crate) async fn log_in(&self, server: &Server) -> String {
        let login = server
            .post(&format!("{PREFIX}/login"), json!({ "token": self.token }))
            .await;
        assert_eq!(login.status, 200, "{login:?}");
        login.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn stream(&self, server: &Server) -> Socket {
        let bearer = format!("Bearer {}", self.token);
        Socket::try_open(server, &format!("{PREFIX}/stream"), &[("authorization", &bearer)])
            .await
            .unwrap()
    }
}

pub(crate) async fn with_cookie(server: &Server, cookie: &str) -> Answer {
    server
        .send("GET", &format!("{PREFIX}/me"), &[("cookie", cookie)], "")
        .await
}

async fn person(server: &Server, session: &str) -> String {
    let body = json!({ "sessionId": session, "identity": { "id": "u" } });
    assert_eq!(server.post("/identify", body).await.status, 200);
    let people = server.operator("GET", "/people", Value::Null).await.json();
    people["people"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_operator_writes_in_their_own_name_and_in_no_other() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let ada = add(&server, "Ada", "agent").await;
    let path = format!("/sessions/{session}/messages");
    let sent = ada
        .ask(&server, "POST", &path, json!({ "content": "hi" }))
        .await
        .json();
    let author = json!({ "id": ada.id, "name": "Ada", "avatar": "https://shop.example/a.png" });
    assert_eq!(sent["operator"], author);
    let other = json!({ "content": "hi", "operator": { "name": "Bob" } });
    ada.ask(&server, "POST", &path, other.clone())
        .await
        .refused(403, "not_allowed");
    assert_eq!(server.contents(&session).await, ["hi"]);
    let named = server.operator("POST", &path, other).await.json();
    assert_eq!(named["operator"]["name"], "Bob", "the configured token may");
    let note = format!("/sessions/{session}/notes");
    let note = ada
        .ask(&server, "POST", &note, json!({ "content": "psst" }))
        .await
        .json();
    assert_eq!(note["operator"], author);
}

#[tokio::test]
async fn a_new_token_ends_the_old_one_with_its_logins_and_streams() {
    let server = Server::start().await;
    let (mut ada, bob) = (
        add(&server, "Ada", "agent").await,
        add(&server, "Bob", "agent").await,
    );
    let (cookie, bobs) = (ada.log_in(&server).await, bob.log_in(&server).await);
    let me = with_cookie(&server, &cookie).await.json();
    assert_eq!((&me["id"], &me["role"]), (&json!(ada.id), &json!("agent")));
    let mut stream = ada.stream(&server).await;
    let path = format!("/operators/{}/token", ada.id);
    let renewed = server.operator("POST", &path, Value::Null).await.json();
    ada.ask(&server, "GET", "/me", Value::Null)
        .await
        .refused(401, "unauthorized");
    with_cookie(&server, &cookie).await.refused(401, "unauthorized");
    stream.closed().await;
    ada.token = renewed["token"].as_str().unwrap().to_owned();
    assert_eq!(ada.ask(&server, "GET", "/me", Value::Null).await.status, 200);
    assert_eq!(with_cookie(&server, &bobs).await.status, 200, "others stay");
}

#[tokio::test]
async fn a_removed_operator_is_out_and_keeps_their_name() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let ada = add(&server, "Ada", "admin").await;
    let assign = format!("/sessions/{session}/assignee");
    let body = json!({ "operatorId": ada.id });
    let assigned = server.operator("PUT", &assign, body.clone()).await;
    assert_eq!(assigned.json()["assignee"], ada.id.as_str());
    let (cookie, mut stream) = (ada.log_in(&server).await, ada.stream(&server).await);
    let path = format!("/operators/{}", ada.id);
    assert_eq!(server.operator("DELETE", &path, Value::Null).await.status, 200);
    ada.ask(&server, "GET", "/me", Value::Null)
        .await
        .refused(401, "unauthorized");
    with_cookie(&server, &cookie).await.refused(401, "unauthorized");
    stream.closed().await;
    let login = json!({ "token": ada.token });
    server
        .post(&format!("{PREFIX}/login"), login)
        .await
        .refused(401, "unauthorized");
    server
        .operator("DELETE", &path, Value::Null)
        .await
        .refused(404, "operator_not_found");
    let seen = server
        .operator("GET", &format!("/sessions/{session}"), Value::Null)
        .await
        .json();
    assert_eq!(seen["assignee"], ada.id.as_str(), "until somebody takes over");
    server
        .operator("PUT", &assign, body)
        .await
        .refused(422, "invalid_field");
    let names = async |query: &str| {
        let answer = server
            .operator("GET", &format!("/operators{query}"), Value::Null)
            .await
            .json();
        let operators = answer["operators"].as_array().unwrap().clone();
        operators
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Owner"]);
    assert_eq!(names("?all=true").await, ["Owner", "Ada"]);
}

#[tokio::test]
async fn a_conversation_is_assigned_to_operators_only() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let ada = add(&server, "Ada", "agent").await;
    let assign = format!("/sessions/{session}/assignee");
    let refused = server
        .operator("PUT", &assign, json!({ "operatorId": "nobody" }))
        .await
        .refused(422, "invalid_field");
    assert_eq!(refused["error"]["details"][0]["field"], "operatorId");
    for id in [json!(ada.id), json!("owner"), Value::Null] {
        let answer = ada
            .ask(&server, "PUT", &assign, json!({ "operatorId": id }))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn an_agent_works_in_conversations_and_nowhere_else() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let person = person(&server, &session).await;
    let (ada, bob) = (
        add(&server, "Ada", "agent").await,
        add(&server, "Bob", "agent").await,
    );
    let none = Value::Null;
    let of_bob = format!("/operators/{}", bob.id);
    let forbidden = [
        ("GET", format!("/people/{person}/export"), none.clone()),
        ("DELETE", format!("/people/{person}"), none.clone()),
        ("POST", "/operators".to_owned(), json!({ "name": "Eve" })),
        ("PATCH", of_bob.clone(), json!({ "name": "Eve" })),
        (
            "PATCH",
            format!("/operators/{}", ada.id),
            json!({ "role": "owner" }),
        ),
        ("POST", format!("{of_bob}/token"), none.clone()),
        ("DELETE", of_bob, none.clone()),
        ("POST", "/events".to_owned(), json!({ "name": "x" })),
        ("GET", "/webhooks".to_owned(), none.clone()),
        ("GET", "/webhooks/dead".to_owned(), none.clone()),
        ("POST", "/webhooks/dead/retry".to_owned(), none.clone()),
        ("POST", "/webhooks/dead/x/retry".to_owned(), none.clone()),
        ("DELETE", "/webhooks/dead/x".to_owned(), none.clone()),
    ];
    for (method, path, body) in forbidden {
        ada.ask(&server, method, &path, body)
            .await
            .refused(403, "not_allowed");
    }
    assert_eq!(
        server
            .operator("GET", &format!("/people/{person}"), none.clone())
            .await
            .status,
        200
    );
    let allowed = [
        ("GET", "/me".to_owned(), none.clone()),
        ("GET", "/operators".to_owned(), none.clone()),
        ("GET", "/sessions".to_owned(), none.clone()),
        ("GET", format!("/people/{person}"), none.clone()),
        (
            "PUT",
            format!("/sessions/{session}/tags"),
            json!({ "tags": ["vip"] }),
        ),
        (
            "PATCH",
            format!("/operators/{}", ada.id),
            json!({ "name": "Ada L." }),
        ),
        ("PUT", "/presence".to_owned(), json!({ "online": true })),
        ("POST", format!("/operators/{}/token", ada.id), none),
    ];
    for (method, path, body) in allowed {
        let answer = ada.ask(&server, method, &path, body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn an_admin_manages_all_but_owners() {
    let server = Server::start().await;
    let (admin, chief) = (
        add(&server, "Ada", "admin").await,
        add(&server, "Chief", "owner").await,
    );
    let of_chief = format!("/operators/{}", chief.id);
    let forbidden = [
        (
            "POST",
            "/operators".to_owned(),
            json!({ "name": "Eve", "role": "owner" }),
        ),
        (
            "PATCH",
            format!("/operators/{}", admin.id),
            json!({ "role": "owner" }),
        ),
        ("PATCH", of_chief.clone(), json!({ "role": "agent" })),
        ("POST", format!("{of_chief}/token"), Value::Null),
        ("DELETE", of_chief, Value::Null),
    ];
    for (method, path, body) in forbidden {
        admin
            .ask(&server, method, &path, body)
            .await
            .refused(403, "not_allowed");
    }
    let body = json!({ "name": "Bob" });
    let bob = admin.ask(&server, "POST", "/operators", body).await.json();
    assert_eq!(bob["operator"]["role"], "agent");
    let path = format!("/operators/{}", admin.id);
    assert_eq!(chief.ask(&server, "DELETE", &path, Value::Null).await.status, 200);
}

#[tokio::test]
async fn each_says_for_themselves_whether_they_are_there() {
    let server = Server::start().await;
    let (ada, bob) = (
        add(&server, "Ada", "agent").await,
        add(&server, "Bob", "agent").await,
    );
    let online = async |id: &str| {
        let answer = server.operator("GET", "/operators", Value::Null).await.json();
        let operators = answer["operators"].as_array().unwrap().clone();
        let one = operators.iter().find(|one| one["id"] == id).unwrap();
        (
            one["online"].as_bool().unwrap(),
            answer["online"].as_bool().unwrap(),
        )
    };
    let say = async |who: &Added, online: bool| {
        let answer = who
            .ask(&server, "PUT", "/presence", json!({ "online": online }))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    assert_eq!(online(&ada.id).await, (false, false));
    ada.ask(&server, "GET", "/me", Value::Null).await;
    assert_eq!(online(&ada.id).await, (true, false), "what they do is a sign");
    say(&bob, true).await;
    say(&ada, false).await;
    assert_eq!(online(&ada.id).await, (false, true), "Bob is there");
    say(&bob, false).await;
    assert_eq!(online(&bob.id).await, (false, false));
}

#[tokio::test]
async fn nobody_signs_in_with_what_is_no_token() {
    let server = Server::start().await;
    let ada = add(&server, "Ada", "agent").await;
    assert!(ada.token.len() > 64 && ada.token != TOKEN);
    let all = server.operator("GET", "/operators?all=true", Value::Null).await;
    assert!(!all.text.contains(&ada.token) && !all.text.contains("token"));
    for wrong in ["", "ppo_", &ada.token[1..], &ada.token.to_uppercase(), &ada.id] {
        let body = json!({ "token": wrong });
        server
            .post(&format!("{PREFIX}/login"), body)
            .await
            .refused(401, "unauthorized");
    }
}
