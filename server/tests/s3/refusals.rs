//! What does not work is said at the start and not at the first upload.

use crate::service::{Contents, Service, prefix};
use pocketping_server::files::{S3Config, S3Files};
use std::error::Error;

/// Why a bucket cannot be used.
async fn refused(config: S3Config) -> String {
    let error = S3Files::connect(config).await.err().expect("it is refused");
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[tokio::test]
async fn a_wrong_secret_a_missing_bucket_and_a_key_that_may_only_read_are_refused() {
    let service = Service::shared();
    let (id, endpoint) = (service.said("/key/id"), service.said("/endpoint"));
    let wrong = S3Config::new(service.said("/bucket"), id, "wrong").endpoint(endpoint);
    let text = refused(wrong).await;
    assert!(text.contains("SignatureDoesNotMatch"), "{text}");

    let missing = S3Config::new("no-such-bucket", id, service.said("/key/secret")).endpoint(endpoint);
    refused(missing).await;

    let prefix = prefix();
    let text = refused(service.config("reader", &prefix)).await;
    assert!(text.contains("AccessDenied"), "{text}");
    assert_eq!(service.contents(&prefix), Contents::default());
}

#[tokio::test]
async fn a_service_that_is_not_there_is_refused_and_not_waited_for_long() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let begin = std::time::Instant::now();
    refused(S3Config::new("chat", "id", "secret").endpoint(format!("http://{free}"))).await;
    assert!(begin.elapsed().as_secs() < 30);
}
