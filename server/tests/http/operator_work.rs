//! The operator API beyond the conversation itself: who works on what, people, figures, shutting visitors out.

use crate::support::socket::Socket;
use crate::support::{Answer, Server};
use pocketping_core::Timestamp;
use pocketping_server::Clock;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that goes on by a second whenever it is looked at: no two things happen at once.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1_000, Ordering::SeqCst))
    }
}

async fn ticking() -> Server {
    Server::with(|builder| builder.clock(Ticking(AtomicI64::new(1_790_000_000_000)))).await
}

async fn get(server: &Server, path: &str) -> Value {
    let answer = server.operator("GET", path, Value::Null).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn put(server: &Server, session: &str, what: &str, body: Value) -> Value {
    let path = format!("/sessions/{session}/{what}");
    let answer = server.operator("PUT", &path, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn identify(server: &Server, session: &str, id: &str, name: &str) {
    let body = json!({ "sessionId": session, "identity": { "id": id, "name": name } });
    assert_eq!(server.post("/identify", body).await.status, 200);
}

fn ids(sessions: &Value) -> Vec<&str> {
    let sessions = sessions["sessions"].as_array().unwrap();
    sessions
        .iter()
        .map(|session| session["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn custom_events_of_a_session_are_read_by_operators_alone() {
    let server = ticking().await;
    let (session, other) = (server.connect("v").await, server.connect("w").await);
    for (session, name) in [(&session, "one"), (&other, "elsewhere"), (&session, "two")] {
        let body = json!({ "sessionId": session, "name": name, "data": { "n": name } });
        assert_eq!(server.post("/event", body).await.status, 200);
    }
    let path = format!("/sessions/{session}/events");
    let emitted = server.operator("POST", &path, json!({ "name": "offer" })).await;
    assert_eq!(emitted.status, 200, "{emitted:?}");
    let names = |answer: &Value| -> Vec<String> {
        let events = answer["events"].as_array().unwrap();
        events
            .iter()
            .map(|event| event["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = get(&server, &path).await;
    assert_eq!(names(&all), ["one", "two", "offer"]);
    assert_eq!(all["events"][0]["data"], json!({ "n": "one" }));
    let newest = get(&server, &format!("{path}?limit=2")).await;
    assert_eq!(names(&newest), ["two", "offer"]);
    let (nope, wrong) = ("/sessions/nope/events", format!("{path}?limit=x"));
    let asked = async |path: &str| server.operator("GET", path, Value::Null).await;
    asked(nope).await.refused(404, "session_not_found");
    asked(&wrong).await.refused(422, "invalid_field");
    let visitor = format!("/operator/v1{path}");
    server.get(&visitor).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn what_is_set_on_a_session_is_seen_and_found_by() {
    let server = Server::start().await;
    let (session, other) = (server.connect("v").await, server.connect("w").await);
    let mut operators = {
        let login = server
            .post("/operator/v1/login", json!({ "token": crate::support::TOKEN }))
            .await;
        let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
        let origin = format!("http://{}", server.address);
        let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
        Socket::try_open(&server, "/operator/v1/stream", &headers)
            .await
            .unwrap()
    };
    assert_eq!(
        put(&server, &session, "assignee", json!({ "operatorId": "owner" })).await["assignee"],
        "owner"
    );
    assert_eq!(
        put(&server, &session, "tags", json!({ "tags": ["vip", " vip"] })).await["tags"],
        json!(["vip"])
    );
    let data = json!({ "data": { "order": 7 } });
    assert_eq!(
        put(&server, &session, "data", data.clone()).await["data"],
        data["data"]
    );
    for (key, value) in [
        ("assignee", json!("owner")),
        ("tags", json!(["vip"])),
        ("data", json!({ "order": 7 })),
    ] {
        let envelope = operators.next_of("session").await;
        assert_eq!(
            (&envelope["sessionId"], &envelope["data"][key]),
            (&json!(session), &value)
        );
    }
    for filter in ["assignee=owner", "tag=vip", "assignee=owner&tag=vip&state=open"] {
        assert_eq!(
            ids(&get(&server, &format!("/sessions?{filter}")).await),
            [session.as_str()],
            "{filter}"
        );
    }
    for filter in ["assignee=bob", "tag=vi", "assignee=owner&state=resolved"] {
        assert!(
            ids(&get(&server, &format!("/sessions?{filter}")).await).is_empty(),
            "{filter}"
        );
    }
    let nobody = put(&server, &session, "assignee", json!({ "operatorId": null })).await;
    assert_eq!(nobody.get("assignee"), None);
    assert_eq!(
        get(&server, &format!("/sessions/{other}")).await["tags"],
        json!([])
    );
}

#[tokio::test]
async fn sessions_come_in_pages_until_next_is_null() {
    let server = ticking().await;
    let mut all = Vec::new();
    for number in 0..5 {
        all.push(server.connect(&format!("visitor {number}")).await);
    }
    let mut found: Vec<String> = Vec::new();
    let mut path = "/sessions?limit=2".to_owned();
    loop {
        let page = get(&server, &path).await;
        found.extend(ids(&page).into_iter().map(str::to_owned));
        match &page["next"] {
            Value::Null => break,
            next => path = format!("/sessions?limit=2&before={}", next.as_str().unwrap()),
        }
    }
    all.reverse();
    assert_eq!(found, all);
}

#[tokio::test]
async fn a_visitor_who_is_shut_out_hears_it_and_is_left_alone() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let mut page = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    assert_eq!(
        put(&server, &session, "blocked", json!({ "blocked": true })).await["blocked"],
        true
    );
    assert_eq!(page.closed().await.code, 1012);
    let message = json!({ "sessionId": session, "content": "hi", "sender": "visitor" });
    server
        .post("/message", message.clone())
        .await
        .refused(403, "visitor_blocked");
    server
        .post("/connect", json!({ "visitorId": "v" }))
        .await
        .refused(403, "visitor_blocked");
    server
        .get(&format!("/messages?sessionId={session}"))
        .await
        .refused(403, "visitor_blocked");
    let refused = Socket::try_open(&server, &format!("/stream?sessionId={session}"), &[]).await;
    assert_eq!(refused.err().unwrap().0, 403);
    put(&server, &session, "blocked", json!({ "blocked": false })).await;
    assert_eq!(server.post("/message", message).await.status, 200);
}

#[tokio::test]
async fn a_rating_is_asked_for() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    let mut page = Socket::open(&server, &format!("/stream?sessionId={session}")).await;
    let path = format!("/sessions/{session}/csat");
    let asked: Answer = server.operator("POST", &path, json!({})).await;
    assert_eq!(asked.json(), json!({ "ok": true }));
    page.next_of("csat_request").await;
    assert_eq!(
        get(&server, &format!("/sessions/{session}")).await["csat"]["pending"],
        true
    );
    let off = Server::with(|builder| builder.csat(pocketping_server::CsatPolicy::Off)).await;
    let session = off.connect("v").await;
    let path = format!("/sessions/{session}/csat");
    off.operator("POST", &path, json!({}))
        .await
        .refused(403, "not_allowed");
}

#[tokio::test]
async fn a_person_is_seen_noted_exported_and_erased() {
    let server = ticking().await;
    let (laptop, phone) = (server.connect("laptop").await, server.connect("phone").await);
    server.say(&laptop, "from my laptop").await;
    identify(&server, &laptop, "user 1", "Ada").await;
    identify(&server, &phone, "user 1", "Ada L.").await;
    let other = server.connect("other").await;
    identify(&server, &other, "user 2", "Bob").await;

    let people = get(&server, "/people").await;
    assert_eq!(people["next"], Value::Null);
    let names: Vec<_> = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| &person["name"])
        .collect();
    assert_eq!(names, ["Bob", "Ada L."]);
    let first = get(&server, "/people?limit=1").await;
    let next = first["next"].as_str().unwrap();
    let ada = &get(&server, &format!("/people?before={next}")).await["people"][0];
    assert_eq!(
        (&ada["identityId"], &ada["verified"], &ada["sessions"]),
        (&json!("user 1"), &json!(false), &json!(2))
    );

    let path = format!("/people/{}", ada["id"].as_str().unwrap());
    let of_ada = format!("/sessions?person={}", ada["id"].as_str().unwrap());
    assert_eq!(
        ids(&get(&server, &of_ada).await),
        [phone.as_str(), laptop.as_str()]
    );
    assert_eq!(
        get(&server, &format!("/sessions/{phone}")).await["personId"],
        ada["id"]
    );
    let noted = server
        .operator("PATCH", &path, json!({ "attributes": { "plan": "pro" } }))
        .await;
    assert_eq!(noted.json()["attributes"], json!({ "plan": "pro" }));
    assert_eq!(get(&server, &path).await, noted.json());

    let export = get(&server, &format!("{path}/export")).await;
    assert_eq!(export["person"], noted.json());
    assert_eq!(export["sessions"][1]["session"]["id"], laptop.as_str());
    assert_eq!(export["sessions"][1]["messages"][0]["content"], "from my laptop");

    let erased = server.operator("DELETE", &path, Value::Null).await;
    assert_eq!(erased.json(), json!({ "deleted": true }));
    for (method, path) in [
        ("GET", &path),
        ("DELETE", &path),
        ("GET", &format!("{path}/export")),
    ] {
        server
            .operator(method, path, Value::Null)
            .await
            .refused(404, "person_not_found");
    }
    for session in [&laptop, &phone] {
        let path = format!("/sessions/{session}");
        server
            .operator("GET", &path, Value::Null)
            .await
            .refused(404, "session_not_found");
    }
    assert!(server.contents(&laptop).await.is_empty());
    assert_eq!(ids(&get(&server, "/sessions").await), [other.as_str()]);
}

#[tokio::test]
async fn figures_are_of_a_span() {
    let server = Server::start().await;
    let session = server.connect("v").await;
    server.say(&session, "hello?").await;
    let stats = get(&server, "/stats").await;
    assert_eq!(
        (&stats["conversations"], &stats["messages"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(stats["conversationsSparkline"], json!([0, 0, 0, 0, 0, 0, 1]));
    assert_eq!(stats["medianFirstResponseSeconds"], Value::Null);
    assert_eq!(
        stats["csat"],
        json!({ "percent": null, "average": null, "responses": 0 })
    );
    let old = get(&server, "/stats?from=2020-01-01&to=2020-01-03T00:00:00+00:00").await;
    assert_eq!(
        (&old["conversations"], &old["conversationsSparkline"]),
        (&json!(0), &json!([0, 0]))
    );
    for query in [
        "from=yesterday",
        "to=2020-01-32",
        "from=2020-01-02&to=2020-01-01",
        "from=1990-01-01",
    ] {
        let answer = server
            .operator("GET", &format!("/stats?{query}"), Value::Null)
            .await;
        answer.refused(422, "invalid_field");
    }
}

#[tokio::test]
async fn messages_are_found_by_their_words_page_by_page() {
    let server = ticking().await;
    let (session, other) = (server.connect("v").await, server.connect("w").await);
    for (session, text) in [(&session, "a lamp"), (&other, "Lamps?"), (&session, "a shelf")] {
        let body = json!({ "sessionId": session, "content": text, "sender": "visitor" });
        assert_eq!(server.post("/message", body).await.status, 200);
    }
    let note = json!({ "content": "likes lamps" });
    let path = format!("/sessions/{session}/notes");
    assert_eq!(server.operator("POST", &path, note).await.status, 200);
    let contents = |page: &Value| -> Vec<String> {
        let messages = page["messages"].as_array().unwrap().iter();
        messages
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = get(&server, "/search?q=lamp&limit=2").await;
    assert_eq!(contents(&first), ["likes lamps", "Lamps?"]);
    let next = format!(
        "/search?q=lamp&limit=2&before={}",
        first["next"].as_str().unwrap()
    );
    let second = get(&server, &next).await;
    assert_eq!(
        (contents(&second), &second["next"]),
        (vec!["a lamp".to_owned()], &Value::Null)
    );
    let of_one = get(&server, &format!("/search?q=lamp&session={other}")).await;
    assert_eq!(contents(&of_one), ["Lamps?"]);
    assert!(contents(&get(&server, "/search").await).is_empty());

    let long = format!("/search?q={}", "x".repeat(201));
    for path in [&long, "/search?q=x&before=yesterday"] {
        let answer = server.operator("GET", path, Value::Null).await;
        assert_eq!(answer.status, 422, "{path}: {answer:?}");
    }
}
