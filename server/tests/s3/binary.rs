//! The binary with its files in a bucket.

use crate::service::{Contents, Service, prefix};
use reqwest::Response;
use serde_json::{Value, json};
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;

/// A server with a database of its own, and the bucket.
struct Server {
    folder: PathBuf,
    prefix: String,
    service: &'static Service,
    address: String,
    http: reqwest::Client,
    _child: Child,
}

/// A text of more than one part.
fn text() -> Vec<u8> {
    b"hello, this is a line\n".repeat(300_000)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pocketping"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POCKETPING_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Server {
    async fn start() -> Self {
        let (service, prefix) = (Service::shared(), prefix());
        let name = format!(
            "pocketping-s3-{}-{}",
            prefix.replace('/', "-"),
            std::process::id()
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut child = Self::command(&folder, service, &prefix, &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next_line().await.unwrap().expect("the server ended");
        Server {
            address: first.strip_prefix("listening on ").unwrap().to_owned(),
            http: reqwest::Client::new(),
            folder,
            prefix,
            service,
            _child: child,
        }
    }

    fn command(folder: &PathBuf, service: &Service, prefix: &str, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command
            .args(["--database", "sqlite://chat.db"])
            .args(["--files", &format!("s3://{}/{prefix}", service.said("/bucket"))])
            .args(["--set", &format!("s3.endpoint={}", service.said("/endpoint"))])
            .env("POCKETPING_S3_ACCESS_KEY_ID", service.said("/key/id"))
            .env("POCKETPING_S3_SECRET_ACCESS_KEY", service.said("/key/secret"))
            .current_dir(folder);
        command
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/pocketping{path}", self.address);
        let answer = self.http.post(&url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str, range: Option<&str>) -> Response {
        let mut request = self.http.get(format!("{}{path}", self.address));
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.unwrap()
    }

    fn contents(&self) -> Contents {
        self.service.contents(&self.prefix)
    }

    /// Waits until the bucket is so: the server goes on after its answer.
    async fn until(&self, wanted: impl Fn(&Contents) -> bool) {
        let seen = async {
            while !wanted(&self.contents()) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(20), seen)
            .await
            .expect("the bucket is not so");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

#[tokio::test]
async fn a_file_goes_through_the_server_into_the_bucket_and_back() {
    let server = Server::start().await;
    let connected = server.post("/connect", json!({ "visitorId": "v" })).await;
    let session = &connected["sessionId"];
    let size = text().len();
    let file =
        json!({ "sessionId": session, "filename": "x\";é.txt", "mimeType": "text/plain", "size": size });
    let upload = server.post("/upload", file).await;
    let url = format!("{}{}", server.address, upload["uploadUrl"].as_str().unwrap());
    let put = server
        .http
        .put(url)
        .header("content-type", "text/plain")
        .body(text());
    assert_eq!(put.send().await.unwrap().status(), 204);
    let id = json!({ "sessionId": session, "attachmentId": upload["attachmentId"] });
    let done = server.post("/upload/complete", id.clone()).await;

    let names = server.contents().objects;
    assert_eq!(names.len(), 1, "{names:?}");
    let public = upload["attachmentId"].as_str().unwrap();
    assert!(
        names[0].len() >= 26 && !names[0].contains(public),
        "a name tells nothing: {names:?}"
    );

    let place = done["url"].as_str().unwrap();
    let whole = server.get(place, None).await;
    let header = |name: &str| whole.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"x_;_.txt\"; filename*=UTF-8''x%22%3B%C3%A9.txt"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(whole.bytes().await.unwrap() == text());
    let part = server.get(place, Some("bytes=5242870-5242889")).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), text()[5_242_870..5_242_890]);

    let given_up = server.post("/upload-failed", id).await;
    assert_eq!(given_up["status"], "failed");
    assert_eq!(server.contents(), Contents::default());
}

#[tokio::test]
async fn what_broke_off_leaves_nothing_and_is_sent_anew() {
    let server = Server::start().await;
    let connected = server.post("/connect", json!({ "visitorId": "v" })).await;
    let session = &connected["sessionId"];
    let file =
        json!({ "sessionId": session, "filename": "a.txt", "mimeType": "text/plain", "size": text().len() });
    let upload = server.post("/upload", file).await;
    let url = format!("{}{}", server.address, upload["uploadUrl"].as_str().unwrap());
    // More than a part arrives; then the client is gone.
    let (sender, pieces) = mpsc::channel::<io::Result<Vec<u8>>>(1);
    let body = reqwest::Body::wrap_stream(ReceiverStream::new(pieces));
    let broken = server
        .http
        .put(&url)
        .header("content-type", "text/plain")
        .body(body);
    let broken = tokio::spawn(broken.send());
    for piece in text()[..6_000_000].chunks(500_000) {
        sender.send(Ok(piece.to_vec())).await.unwrap();
    }
    server.until(|contents| contents.uploads == 1).await;
    broken.abort();
    drop(sender);
    server.until(|contents| *contents == Contents::default()).await;

    let put = server
        .http
        .put(url)
        .header("content-type", "text/plain")
        .body(text());
    assert_eq!(put.send().await.unwrap().status(), 204);
    let contents = server.contents();
    assert_eq!((contents.objects.len(), contents.uploads), (1, 0), "{contents:?}");
}

#[tokio::test]
async fn a_backup_leaves_files_in_the_bucket() {
    let server = Server::start().await;
    server.post("/connect", json!({ "visitorId": "v" })).await;
    let backup = |verb: &'static str| {
        Server::command(&server.folder, server.service, &server.prefix, &[verb, "copy.db"]).output()
    };
    let output = backup("backup").await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "copy.db: 1 conversations, 0 messages, 0 files stay in the bucket\n"
    );
    assert!(server.folder.join("copy.db").is_file() && !server.folder.join("copy.db.files").exists());
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_ends_the_server_at_once() {
    let service = Service::shared();
    let mut command = Server::command(
        &std::env::temp_dir(),
        service,
        "x",
        &["serve", "--listen", "127.0.0.1:0"],
    );
    command.env("POCKETPING_S3_SECRET_ACCESS_KEY", "hunter2-hunter2");
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("--files: cannot use the bucket") && said.contains("SignatureDoesNotMatch"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
