//! Signed identities over HTTP: status, body, nothing changed.

use crate::support::Server;
use serde_json::json;

const SECRET: &str = "the-sites-identity-secret";
/// `printf %s ada | openssl dgst -sha256 -hmac the-sites-identity-secret`
const ADA: &str = "d70dfbbbd01f71ea09cf76b5fa957c31a0f1344387c5a3df9be8e8a9c4b74ce1";

async fn server() -> Server {
    Server::with(|builder| builder.identity_secrets([SECRET])).await
}

#[tokio::test]
async fn what_is_not_signed_is_401_and_changes_nothing() {
    let server = server().await;
    let session = server.connect("v").await;
    let wrong = [
        json!({ "id": "ada" }),
        json!({ "id": "bob", "userHash": ADA }),
        json!({ "id": "ada", "userHash": "", "token": null }),
        json!({ "id": "ada", "token": "a.b.c" }),
    ];
    for identity in wrong {
        let connect = server
            .post("/connect", json!({ "visitorId": "other", "identity": identity }))
            .await;
        let body = connect.refused(401, "identity_not_verified");
        assert_eq!(body["error"]["details"][0]["field"], "identity");
        let identify = json!({ "sessionId": session, "identity": identity });
        server
            .post("/identify", identify)
            .await
            .refused(401, "identity_not_verified");
    }
    let stored = server.pp.get_sessions(Default::default()).await.unwrap().sessions;
    assert_eq!((stored.len(), &stored[0].identity), (1, &None));
}

#[tokio::test]
async fn what_is_signed_is_verified_and_known_in_another_browser() {
    let server = server().await;
    let session = server.connect("at-home").await;
    let identity = json!({ "id": "ada", "name": "Ada", "userHash": ADA });
    let identify = json!({ "sessionId": session, "identity": identity });
    assert_eq!(server.post("/identify", identify).await.status, 200);
    server.say(&session, "hello").await;
    let answer = server
        .post(
            "/connect",
            json!({ "visitorId": "at-work", "identity": identity }),
        )
        .await
        .json();
    assert_eq!(
        (&answer["sessionId"], &answer["visitorId"]),
        (&json!(session), &json!("at-work"))
    );
    assert_eq!(answer["messages"][0]["content"], "hello");
    assert_eq!(answer["identity"]["verified"], true);
    assert_eq!(answer["identity"].get("userHash"), None, "the proof is not kept");
    assert!(
        answer["features"]
            .as_array()
            .unwrap()
            .contains(&json!("signed-identity"))
    );
}
