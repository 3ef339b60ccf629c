//! The `pocketping` binary: its options, its start and its end.

use crate::support::process::{Running, folder, pocketping, refused};
use serde_json::json;
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_wrong_option_is_named_in_one_line() {
    let cases: [(&[&str], &str); 14] = [
        (&["serve", "--nonsense"], "--nonsense"),
        (&["serve", "--listen", "nowhere"], "--listen"),
        (&["serve", "--listen"], "--listen"),
        (&["serve", "--rate-limit", "perhaps"], "--rate-limit"),
        (&["serve", "--database", "mysql://x"], "--database"),
        (
            &["serve", "--database", "sqlite:///nowhere/at/all/x.db"],
            "--database",
        ),
        (
            &["serve", "--database", "memory:", "--operator-token", "short"],
            "--operator-token",
        ),
        (
            &[
                "serve",
                "--database",
                "memory:",
                "--allowed-origins",
                "shop.example",
            ],
            "--allowed-origins",
        ),
        (&["serve", "--trusted-proxies", "everyone"], "--trusted-proxies"),
        (&["serve", "--retention-days", "0"], "--retention-days"),
        (
            &["serve", "--database", "memory:", "--files", "somewhere"],
            "--files",
        ),
        (
            &["serve", "--database", "memory:", "--public-url", "chat.example"],
            "--public-url",
        ),
        (&["serve", "--demo", "extra"], "extra"),
        (&["nonsense"], "nonsense"),
    ];
    for (arguments, option) in cases {
        refused(&pocketping(arguments).output().unwrap(), option);
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_said_with_its_reason() {
    let folder = folder("garbage");
    let file = folder.join("x.db");
    std::fs::write(&file, "no database".repeat(500)).unwrap();
    let database = format!("sqlite://{}", file.display());
    let text = refused(
        &pocketping(&["serve", "--database", &database]).output().unwrap(),
        "--database",
    );
    assert!(text.contains("not a database"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_postgresql_that_cannot_be_used_is_said_without_its_password() {
    let database = "postgres://somebody:hunter2@localhost:no-port/chat";
    let output = pocketping(&["serve", "--database", database]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("--database") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_folder_for_files_that_cannot_be_used_is_said_with_its_reason() {
    let folder = folder("no-files");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let arguments = ["serve", "--database", &database, "--files", "/dev/null/files"];
    let text = refused(&pocketping(&arguments).output().unwrap(), "--files");
    assert!(text.contains("Not a directory"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn options_come_from_the_environment_too() {
    let output = pocketping(&["serve"])
        .env("POCKETPING_RATE_LIMIT", "perhaps")
        .output()
        .unwrap();
    refused(&output, "POCKETPING_RATE_LIMIT (rate_limit)");
    let output = pocketping(&["serve"])
        .env("POCKETPING_OPERATOR_TOKEN", "hunter2")
        .env("POCKETPING_DATABASE", "memory:")
        .output()
        .unwrap();
    let text = refused(&output, "POCKETPING_OPERATOR_TOKEN (operator_token)");
    assert!(!text.contains("hunter2"), "a secret is not repeated: {text}");
}

#[tokio::test]
async fn it_says_where_it_listens_serves_and_ends_at_sigterm() {
    let folder = folder("start");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &database,
        "--demo",
    ];
    let server = Running::start(&mut pocketping(&arguments), "operator token");
    assert!(
        server.lines[1].starts_with("demo:  http://127.0.0.1:"),
        "{:?}",
        server.lines
    );
    assert!(server.lines[2].contains("/inbox#token="), "{:?}", server.lines);
    let token = server.token().to_owned();

    let http = reqwest::Client::new();
    let connect = http
        .post(format!("{}/pocketping/connect", server.address))
        .json(&json!({ "visitorId": "v" }));
    let session = connect
        .send()
        .await
        .unwrap()
        .json::<serde_json::Value>()
        .await
        .unwrap();
    let stream = format!(
        "{}/pocketping/stream?sessionId={}",
        server.address,
        session["sessionId"].as_str().unwrap()
    );
    let (mut socket, _) = tokio_tungstenite::connect_async(stream.replace("http://", "ws://"))
        .await
        .unwrap();
    let (code, took) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    let last = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert!(
        matches!(last, tokio_tungstenite::tungstenite::Message::Close(Some(frame)) if u16::from(frame.code) == 1012)
    );

    let again = Running::start(&mut pocketping(&arguments), "operator token");
    assert_eq!(again.token(), token, "made once and kept");
    let sessions = http
        .get(format!("{}/pocketping/operator/v1/sessions", again.address))
        .bearer_auth(&token);
    let sessions = sessions
        .send()
        .await
        .unwrap()
        .json::<serde_json::Value>()
        .await
        .unwrap();
    assert_eq!(
        sessions["sessions"][0]["id"], session["sessionId"],
        "kept in the file"
    );
    drop(again);
    std::fs::remove_dir_all(folder).unwrap();
}

/// Sends a file through to a message; the address of the file.
async fn send_a_file(server: &Running) -> String {
    let http = reqwest::Client::new();
    let post = async |path: &str, body: serde_json::Value| {
        let request = http
            .post(format!("{}/pocketping{path}", server.address))
            .json(&body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<serde_json::Value>().await.unwrap()
    };
    let session = &post("/connect", json!({ "visitorId": "v" })).await["sessionId"];
    let file = json!({ "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": 5 });
    let upload = post("/upload", file).await;
    let address = format!("{}{}", server.address, upload["uploadUrl"].as_str().unwrap());
    assert_eq!(
        http.put(address).body("hello").send().await.unwrap().status(),
        204
    );
    let id = &upload["attachmentId"];
    let file = post("/upload/complete", json!({ "attachmentId": id })).await;
    let message = json!({ "sessionId": session, "content": "", "sender": "visitor", "attachmentIds": [id] });
    post("/message", message).await;
    file["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn files_are_beside_the_database_or_where_the_option_says_and_outlive_a_restart() {
    let folder = folder("files");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let elsewhere = folder.join("elsewhere").display().to_string();
    let basic = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
    let with_folder = [&basic[..], &["--files", &elsewhere]].concat();
    for (arguments, place) in [(&basic[..], "chat.db.files"), (&with_folder, "elsewhere")] {
        let server = Running::start(&mut pocketping(arguments), "operator token");
        let path = send_a_file(&server).await;
        let (code, _) = tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
        assert_eq!(code, Some(0));
        assert_eq!(std::fs::read_dir(folder.join(place)).unwrap().count(), 1);
        let again = Running::start(&mut pocketping(arguments), "operator token");
        let read = reqwest::get(format!("{}{path}", again.address)).await.unwrap();
        assert_eq!(read.text().await.unwrap(), "hello");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn with_a_database_in_memory_files_are_there_too() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", "memory:"];
    let server = Running::start(&mut pocketping(&arguments), "operator token");
    let path = send_a_file(&server).await;
    let read = reqwest::get(format!("{}{path}", server.address)).await.unwrap();
    assert_eq!(read.text().await.unwrap(), "hello");
}

#[tokio::test]
async fn the_demo_answers_interest_in_prices_with_an_offer() {
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        "memory:",
        "--demo",
        "--rate-limit",
        "off",
    ];
    let server = Running::start(&mut pocketping(&arguments), "operator token");
    let http = reqwest::Client::new();
    let url = |path: &str| format!("{}/pocketping{path}", server.address);
    let connect = http
        .post(url("/connect"))
        .json(&json!({ "visitorId": "v" }))
        .send()
        .await
        .unwrap();
    let id = connect.json::<serde_json::Value>().await.unwrap()["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let stream = url(&format!("/stream?sessionId={id}")).replace("http://", "ws://");
    let (mut socket, _) = tokio_tungstenite::connect_async(stream).await.unwrap();
    let event = json!({ "sessionId": id, "name": "clicked_pricing", "data": { "plan": "pro" } });
    assert_eq!(
        http.post(url("/event"))
            .json(&event)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    loop {
        let frame = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
        let envelope: serde_json::Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        if envelope["data"]["name"] == "show_offer" {
            assert_eq!(envelope["data"]["data"]["discount"], 20);
            break;
        }
    }
}

#[test]
fn a_token_that_was_given_is_not_printed() {
    let token = "a-token-given-by-the-operator";
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        "memory:",
        "--operator-token",
        token,
    ];
    let server = Running::start(&mut pocketping(&arguments), "inbox");
    assert!(
        server.lines.iter().all(|line| !line.contains(token)),
        "{:?}",
        server.lines
    );
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own_where_one_is_given() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", "memory:"];
    let own = [&arguments[..], &["--metrics-listen", "127.0.0.1:0"]].concat();
    let server = Running::start(&mut pocketping(&own), "operator token");
    let address = server.lines[1]
        .strip_prefix("metrics: ")
        .expect("the second line");
    let text = reqwest::get(address).await.unwrap().text().await.unwrap();
    assert!(text.contains("pocketping_build_info"), "{text}");
    let public = format!("{}/metrics", server.address);
    assert_eq!(reqwest::get(&public).await.unwrap().status(), 401);
    let asked = reqwest::Client::new().get(&public).bearer_auth(server.token());
    assert_eq!(asked.send().await.unwrap().status(), 200);
}

#[test]
fn an_address_that_is_taken_is_said_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut child = pocketping(&["serve", "--listen", &address, "--database", "memory:"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(text.lines().count() == 1 && text.contains(&address), "{text}");
}

#[test]
fn help_is_no_error() {
    let output = pocketping(&["serve", "--help"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--database",
        "--files",
        "--retention-days",
        "--public-url",
        "--operator-token",
        "--rate-limit",
        "--allowed-origins",
        "--demo",
    ] {
        assert!(text.contains(option), "{text}");
    }
    assert!(text.contains("POCKETPING_DATABASE"), "{text}");
}
