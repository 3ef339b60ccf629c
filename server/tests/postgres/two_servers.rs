//! Two servers, the real binary, on one database.

use crate::cluster::database;
use crate::server::{Folder, Server};
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test]
async fn a_visitor_on_one_server_and_an_operator_on_the_other_talk() {
    let (url, files) = (database().await, Folder::new("two-talk"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let mut visitor = a.visitor(&session, None).await;
    let mut operators = b.operators().await;
    a.say(&session, "c1", "is anybody there?").await;
    let heard = operators.next_of("message").await;
    assert_eq!(heard["sessionId"], session.as_str());
    assert_eq!(heard["data"]["content"], "is anybody there?");
    b.answer(&session, "yes").await;
    assert_eq!(visitor.contents(2).await, ["is anybody there?", "yes"]);
    let path = format!("/operator/v1/sessions/{session}/state");
    b.put(&path, json!({ "state": "resolved" })).await;
    assert_eq!(visitor.next_of("session").await["data"]["state"], "resolved");
    // Longer than a note between servers can be: what it says is read from the tables.
    let long = "ж".repeat(4_000);
    b.answer(&session, &long).await;
    assert_eq!(visitor.contents(1).await, [long]);
    b.put("/operator/v1/presence", json!({ "online": true })).await;
    assert_eq!(visitor.next_of("presence").await["data"]["online"], true);
    assert_eq!(a.get("/presence").await["online"], true);
}

#[tokio::test]
async fn edits_deletions_and_events_of_one_server_reach_the_others_streams() {
    let (url, files) = (database().await, Folder::new("two-edits"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let mut visitor = a.visitor(&session, None).await;
    let mut operators = a.operators().await;
    let (kept, gone) = (
        b.answer(&session, "tpyo").await,
        b.answer(&session, "a secret").await,
    );
    assert_eq!(visitor.contents(2).await, ["tpyo", "a secret"]);
    let path = format!("/operator/v1/sessions/{session}/messages");
    b.patch(&format!("{path}/{kept}"), json!({ "content": "typo" }))
        .await;
    let edited = visitor.next_of("message_edited").await;
    assert_eq!(
        (&edited["data"]["content"], &edited["data"]["messageId"]),
        (&json!("typo"), &json!(kept))
    );
    b.delete(&format!("{path}/{gone}")).await;
    assert_eq!(
        visitor.next_of("message_deleted").await["data"]["messageId"],
        gone
    );
    assert_eq!(
        operators.next_of("message_deleted").await["sessionId"],
        session.as_str()
    );
    b.post(
        &format!("/operator/v1/sessions/{session}/notes"),
        json!({ "content": "a note" }),
    )
    .await;
    assert_eq!(operators.next_of("message").await["data"]["private"], true);
    let event = json!({ "name": "offer", "data": { "discount": 20 } });
    b.post(&format!("/operator/v1/sessions/{session}/events"), event.clone())
        .await;
    let heard = visitor.next().await.unwrap();
    assert_eq!(heard["type"], "event", "no note before it: {heard}");
    b.post(
        "/operator/v1/events",
        json!({ "name": "everybody", "data": null }),
    )
    .await;
    assert_eq!(visitor.next_of("event").await["data"]["name"], "everybody");
    let found = a.get("/operator/v1/sessions?q=typo").await;
    assert_eq!(found["sessions"][0]["id"], session.as_str());
}

#[tokio::test]
async fn a_message_that_is_sent_to_both_servers_at_once_is_stored_once() {
    let (url, files) = (database().await, Folder::new("two-once"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    for round in 0..20 {
        let client_id = format!("c{round}");
        let sends = (0..6).map(|number| {
            let server = if number % 2 == 0 { &a } else { &b };
            server.say(&session, &client_id, "hello")
        });
        let ids = join_all(sends).await;
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
    let messages = b.get(&format!("/messages?sessionId={session}")).await;
    assert_eq!(messages["messages"].as_array().unwrap().len(), 20);
    let other = b.connect("ada").await;
    assert_eq!(other, session, "a visitor has one session on both");
}

#[tokio::test]
async fn both_servers_streams_have_everything_in_one_order() {
    const EACH: usize = 60;
    let (url, files) = (database().await, Folder::new("two-order"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let (mut on_a, mut on_b) = (a.visitor(&session, None).await, b.visitor(&session, None).await);
    let mut operators = b.operators().await;
    let visitor = join_all((0..EACH).map(|number| {
        let client_id = format!("a{number}");
        let (a, session) = (&a, &session);
        async move { a.say(session, &client_id, &client_id).await }
    }));
    let operator = join_all((0..EACH).map(|number| {
        let text = format!("b{number}");
        let (b, session) = (&b, &session);
        async move { b.answer(session, &text).await }
    }));
    tokio::join!(visitor, operator);
    let heard = on_a.contents(2 * EACH).await;
    assert_eq!(on_b.contents(2 * EACH).await, heard);
    assert_eq!(operators.contents(2 * EACH).await, heard);
    let mut stored = Vec::new();
    let mut page = a.get(&format!("/messages?sessionId={session}&limit=100")).await;
    loop {
        let messages = page["messages"].as_array().unwrap();
        stored.extend(
            messages
                .iter()
                .map(|message| message["content"].as_str().unwrap().to_owned()),
        );
        if page["hasMore"] == false {
            break;
        }
        let last = messages.last().unwrap()["id"].as_str().unwrap();
        page = a
            .get(&format!("/messages?sessionId={session}&limit=100&after={last}"))
            .await;
    }
    assert_eq!(stored, heard);
}

#[tokio::test]
async fn a_server_that_is_killed_loses_nothing_and_its_visitor_goes_on_at_the_other() {
    let (url, files) = (database().await, Folder::new("two-kill"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let mut visitor = a.visitor(&session, None).await;
    let mut operators = b.operators().await;
    let mut sent = Vec::new();
    for number in 0..10 {
        let text = format!("before {number}");
        a.say(&session, &text, &text).await;
        sent.push(text);
    }
    assert_eq!(visitor.contents(4).await, sent[..4]);
    let cursor = visitor.cursor.clone().unwrap();
    // Some are under way when it dies: answered or not, they are repeated as a client does.
    let under_way = (0..10).map(|number| {
        let text = format!("meanwhile {number}");
        let request = reqwest::Client::new()
            .post(format!("{}/pocketping/message", a.address))
            .json(&json!({
                "sessionId": session, "content": text, "sender": "visitor", "clientMessageId": text,
            }));
        tokio::spawn(request.send())
    });
    let under_way: Vec<_> = under_way.collect();
    tokio::task::yield_now().await;
    a.kill();
    assert!(visitor_ended(&mut visitor).await);
    // Whatever became of the requests: the repeats decide.
    join_all(under_way).await;
    for number in 0..10 {
        let text = format!("meanwhile {number}");
        b.say(&session, &text, &text).await;
    }
    b.answer(&session, "after").await;
    let mut resumed = b.visitor(&session, Some(&cursor)).await;
    let heard = resumed.contents(6 + 10 + 1).await;
    assert_eq!(heard[..6], sent[4..]);
    assert_eq!(heard.last().unwrap(), "after");
    let mut meanwhile = heard[6..16].to_vec();
    meanwhile.sort();
    let expected: Vec<_> = (0..10).map(|number| format!("meanwhile {number}")).collect();
    assert_eq!(meanwhile, expected);
    assert_eq!(operators.contents(21).await, [&sent[..], &heard[6..]].concat());
}

async fn visitor_ended(stream: &mut crate::stream::Stream) -> bool {
    while stream.next().await.is_some() {}
    true
}

#[tokio::test]
async fn a_visitor_who_is_blocked_at_one_server_loses_the_stream_at_the_other() {
    let (url, files) = (database().await, Folder::new("two-blocked"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let session = a.connect("ada").await;
    let mut visitor = a.visitor(&session, None).await;
    b.put(
        &format!("/operator/v1/sessions/{session}/blocked"),
        json!({ "blocked": true }),
    )
    .await;
    while visitor.next().await.is_some() {}
    b.put(
        &format!("/operator/v1/sessions/{session}/blocked"),
        json!({ "blocked": false }),
    )
    .await;
    let mut visitor = a.visitor(&session, None).await;
    b.answer(&session, "welcome back").await;
    assert_eq!(visitor.contents(1).await, ["welcome back"]);
}

#[tokio::test]
async fn an_operator_of_one_server_signs_in_on_the_other_until_they_are_removed() {
    let (url, files) = (database().await, Folder::new("two-staff"));
    let (a, b) = (Server::start(&url, &files.0), Server::start(&url, &files.0));
    let added = a.post("/operator/v1/operators", json!({ "name": "Ada" })).await;
    let me = async |server: &Server| {
        let request = reqwest::Client::new()
            .get(format!("{}/pocketping/operator/v1/me", server.address))
            .bearer_auth(added["token"].as_str().unwrap());
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!((me(&a).await, me(&b).await), (200, 200));
    let id = added["operator"]["id"].as_str().unwrap();
    b.delete(&format!("/operator/v1/operators/{id}")).await;
    assert_eq!((me(&a).await, me(&b).await), (401, 401));
}
