//! The binary's file and environment, and `pocketping check-config`.

use crate::support::process::{Running, folder, pocketping};
use serde_json::{Value, json};
use std::process::Output;

fn text(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

async fn connect(address: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = reqwest::Client::new()
        .post(format!("{address}/pocketping/connect"))
        .json(&json!({ "visitorId": "v" }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

const FILE: &str = r##"
listen = "127.0.0.1:0"
database = "sqlite://chat.db"
files = "kept"
demo = true
welcome_message = "Hello from the file"
latest_widget_version = "9.0.0"
header_timeout = 5

[ua_filter]
enabled = true
blocklist = ["BadBot"]

[appearance]
operator_name = "Ada"

[[tracked_elements]]
selector = "#buy"
name = "clicked_buy"
"##;

#[tokio::test]
async fn the_file_in_the_working_folder_configures_the_server_and_the_environment_wins() {
    let folder = folder("file");
    std::fs::write(folder.join("pocketping.toml"), FILE).unwrap();
    let mut command = pocketping(&["serve"]);
    command
        .current_dir(&folder)
        .env("POCKETPING_APPEARANCE_OPERATOR_NAME", "Grace");
    let server = Running::start(&mut command, "operator token");
    let (status, body) = connect(&server.address, &[]).await;
    assert_eq!(status, 200);
    assert_eq!(body["welcomeMessage"], "Hello from the file");
    assert_eq!(body["operatorName"], "Grace");
    assert_eq!(body["trackedElements"][0]["name"], "clicked_buy");
    assert!(
        server.lines[1].starts_with("demo:  http://127.0.0.1:"),
        "{:?}",
        server.lines
    );
    assert!(folder.join("chat.db").exists() && folder.join("kept").is_dir());
    let (status, body) = connect(&server.address, &[("user-agent", "badbot/1")]).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (403, &json!("user_agent_blocked"))
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn check_config_shows_what_takes_effect_and_where_it_comes_from() {
    let folder = folder("check");
    let file = folder.join("named.toml");
    std::fs::write(&file, FILE).unwrap();
    let token = "a-token-given-by-the-operator";
    let output = pocketping(&[
        "check-config",
        "--config",
        file.to_str().unwrap(),
        "--files",
        "elsewhere",
    ])
    .env("POCKETPING_OPERATOR_TOKEN", token)
    .env("POCKETPING_MAX_FILE_BYTES", "7")
    .output()
    .unwrap();
    let (shown, errors) = text(&output);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let name = file.display();
    for line in [
        &format!("welcome_message = \"Hello from the file\"  # file {name}"),
        "max_file_bytes = 7  # variable POCKETPING_MAX_FILE_BYTES",
        "files = \"elsewhere\"  # flag --files",
        &format!("demo = true  # file {name}"),
        "max_body_bytes = 262144  # default",
        "# operator_token is set and not shown  # variable POCKETPING_OPERATOR_TOKEN",
        "# upgrade_url is not set",
        "[ua_filter]",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    assert!(!shown.contains(token));
    assert!(
        !std::path::Path::new("elsewhere").exists(),
        "a check changes nothing"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn serve_and_check_config_name_all_problems_at_once() {
    for command in ["serve", "check-config"] {
        let output = pocketping(&[
            command,
            "--set",
            "csat=often",
            "--public-url",
            "chat",
            "--set",
            "max_fil_bytes=1",
        ])
        .env("POCKETPING_DATABASE", "memory:")
        .env("POCKETPING_IP_FILTER_BLOCKLIST", "10.0.0.0/99")
        .output()
        .unwrap();
        let (shown, errors) = text(&output);
        assert_eq!((output.status.code(), shown.as_str()), (Some(2), ""));
        let expected = [
            "pocketping: --set max_fil_bytes: there is no such option; did you mean max_file_bytes?",
            "pocketping: --set csat: `often` is not what it takes; write off, or manual",
            "pocketping: POCKETPING_IP_FILTER_BLOCKLIST (ip_filter.blocklist): `10.0.0.0/99` is not",
            "pocketping: --public-url: `chat` is neither a path nor an address; write",
        ];
        for start in expected {
            assert!(
                errors.lines().any(|line| line.starts_with(start)),
                "{start}\n{errors}"
            );
        }
        assert_eq!(errors.lines().count(), expected.len(), "{errors}");
    }
}
