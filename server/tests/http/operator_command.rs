//! `pocketping operator`, while a server runs on the database.

use crate::support::process::{Running, folder, pocketping, refused};
use serde_json::Value;
use std::time::Duration;

fn run(arguments: &[&str]) -> String {
    let output = pocketping(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Status and body of `GET me`.
async fn me(address: &str, token: &str) -> (u16, Value) {
    let request = reqwest::Client::new()
        .get(format!("{address}/pocketping/operator/v1/me"))
        .bearer_auth(token);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn operators_come_and_go_while_the_server_runs() {
    let folder = folder("operators");
    let file = folder.join("chat.db");
    let database = format!("sqlite://{}", file.display());
    let on = ["--database", database.as_str()];
    // Before the first start: it makes the database.
    run(&[&["operator", "add", "--name", "Zoe", "--role", "admin"][..], &on].concat());
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let server = Running::start(&mut pocketping(&[&serve[..], &on].concat()), "operator token");
    let address = server.address.clone();
    let text = run(&[&["operator", "add", "--name", "Ada"][..], &on].concat());
    let token = text.lines().nth(1).unwrap();
    let (status, who) = me(&address, token).await;
    assert_eq!((status, who["name"].as_str()), (200, Some("Ada")));
    let id = who["id"].as_str().unwrap();

    let stream = reqwest::Client::new()
        .get(format!("{address}/pocketping/operator/v1/stream"))
        .bearer_auth(token);
    let mut stream = stream.send().await.unwrap();
    let text = run(&[&["operator", "token", id][..], &on].concat());
    let renewed = text.lines().nth(1).unwrap();
    assert_eq!(me(&address, token).await.0, 401, "with its next request");
    assert_eq!(me(&address, renewed).await.0, 200);
    let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(5), ended)
        .await
        .expect("the stream of the old token ends");

    run(&[&["operator", "remove", id][..], &on].concat());
    assert_eq!(me(&address, renewed).await.0, 401);
    let list = run(&[&["operator", "list"][..], &on].concat());
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].contains("\tZoe\tadmin\tnever seen"), "{list}");
    assert!(
        lines[1].starts_with(id) && lines[1].contains("\tremoved "),
        "{list}"
    );
    let again = pocketping(&[&["operator", "remove", id][..], &on].concat());
    refused(&{ again }.output().unwrap(), "operator not found");
    drop(server);
    for ending in ["", "-wal"] {
        let stored = std::fs::read(format!("{}{ending}", file.display())).unwrap_or_default();
        let stored = String::from_utf8_lossy(&stored).into_owned();
        for secret in [token, renewed] {
            assert!(!stored.contains(&secret[4..]), "only hashes are stored");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_restore_names_those_whose_old_tokens_are_good_again() {
    let folder = folder("restored-operators");
    let database = format!("sqlite://{}", folder.join("chat.db").display());
    let backup = folder.join("backup.db").display().to_string();
    let on = ["--database", database.as_str()];
    let id_of = |name: &str| {
        let list = run(&[&["operator", "list"][..], &on].concat());
        let line = list.lines().find(|line| line.contains(name)).unwrap();
        line.split('\t').next().unwrap().to_owned()
    };
    for name in ["Ada", "Bob", "Zoe"] {
        run(&[&["operator", "add", "--name", name][..], &on].concat());
    }
    run(&[&["backup", &backup][..], &on].concat());
    let nothing = run(&[&["restore", &backup][..], &on].concat());
    assert!(!nothing.contains("sign in"), "nobody was changed: {nothing}");
    run(&[&["operator", "remove", &id_of("Ada")][..], &on].concat());
    run(&[&["operator", "token", &id_of("Bob")][..], &on].concat());
    run(&[&["operator", "add", "--name", "Eve"][..], &on].concat());
    let (ada, bob) = (id_of("Ada"), id_of("Bob"));
    // The names of what is kept aside have seconds in them.
    std::fs::rename(
        std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.display().to_string().contains("before-restore"))
            .unwrap(),
        folder.join("aside"),
    )
    .unwrap();
    let told = run(&[&["restore", &backup][..], &on].concat());
    let expected = format!("who can sign in again, with the token of then: Ada ({ada}), Bob ({bob}); ");
    assert!(told.contains(&expected), "{told}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let memory = ["--database", "memory:"];
    let list = pocketping(&[&["operator", "list"][..], &memory].concat()).output();
    refused(&list.unwrap(), "--database");
    let folder = folder("mistyped");
    let mistyped = format!("sqlite://{}", folder.join("caht.db").display());
    for what in [&["list"][..], &["token", "op_1"], &["remove", "op_1"]] {
        let command = [&["operator"][..], what, &["--database", &mistyped]].concat();
        refused(&pocketping(&command).output().unwrap(), "there is no file");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing is made");
    std::fs::remove_dir_all(folder).unwrap();
    let role = ["operator", "add", "--name", "Ada", "--role", "king"];
    refused(&pocketping(&role).output().unwrap(), "--role");
}
