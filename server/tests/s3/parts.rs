//! Files that go in parts: nothing of one that was not finished stays, whatever ends its server.

use crate::service::{Contents, Service, prefix};
use bytes::Bytes;
use futures_util::TryStreamExt;
use pocketping_server::files::conformance::{key, read};
use pocketping_server::files::{FileStore, FileWriter, S3Files};
use std::time::Duration;

/// A part, as the store makes them.
const PART: usize = 5 * 1024 * 1024;

/// A store that the test looks into.
struct Bucket {
    service: &'static Service,
    prefix: String,
    files: S3Files,
}

impl Bucket {
    async fn new() -> Self {
        let service = Service::shared();
        let prefix = prefix();
        let files = S3Files::connect(service.config("key", &prefix)).await.unwrap();
        Bucket {
            service,
            prefix,
            files,
        }
    }

    fn contents(&self) -> Contents {
        self.service.contents(&self.prefix)
    }

    /// A writer that has written so many bytes, each telling its place.
    async fn writing(&self, name: &str, bytes: usize) -> Box<dyn FileWriter> {
        let mut writer = self.files.create(&key(name)).await.unwrap();
        for piece in pattern(bytes).chunks(300_000) {
            writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        writer
    }
}

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at / 1000) as u8).collect()
}

fn objects(names: &[&str]) -> Contents {
    let objects = names.iter().map(|name| (*name).to_owned()).collect();
    Contents { objects, uploads: 0 }
}

#[tokio::test]
async fn a_file_of_any_size_is_one_object_and_nothing_else() {
    let bucket = Bucket::new().await;
    for (name, bytes) in [
        ("part", PART),
        ("more", PART + 1),
        ("two", 2 * PART),
        ("large", 2 * PART + 77),
    ] {
        bucket.writing(name, bytes).await.finish().await.unwrap();
        let whole = read(&bucket.files, name, 0..bytes as u64).await.unwrap();
        assert!(whole == pattern(bytes), "{name}");
    }
    assert_eq!(bucket.contents(), objects(&["large", "more", "part", "two"]));
    let over_the_seam = PART as u64 - 3..PART as u64 + 3;
    let part = read(&bucket.files, "large", over_the_seam).await.unwrap();
    assert_eq!(part, &pattern(2 * PART)[PART - 3..PART + 3]);
    bucket.files.delete(&key("large")).await.unwrap();
    assert_eq!(bucket.contents(), objects(&["more", "part", "two"]));
}

#[tokio::test]
async fn a_writer_that_is_dropped_takes_its_parts_along() {
    let bucket = Bucket::new().await;
    let writer = bucket.writing("a", 2 * PART + 1).await;
    let begun = bucket.contents();
    assert_eq!((begun.objects, begun.uploads), (vec!["a.parts".to_owned()], 1));
    drop(writer);
    // The end of it goes on in the background.
    let gone = async {
        while bucket.contents() != Contents::default() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test]
async fn what_a_killed_server_left_goes_with_the_deletion_of_the_key() {
    let bucket = Bucket::new().await;
    // Like the end of a process: no destructor runs.
    std::mem::forget(bucket.writing("a", 2 * PART + 1).await);
    assert_eq!(bucket.contents().uploads, 1);
    let later = S3Files::connect(bucket.service.config("key", &bucket.prefix))
        .await
        .unwrap();
    later.delete(&key("a")).await.unwrap();
    assert_eq!(bucket.contents(), Contents::default());
    later.delete(&key("a")).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_shorter_than_was_asked_for_is_an_error_and_no_short_answer() {
    let bucket = Bucket::new().await;
    bucket.writing("a", 4).await.finish().await.unwrap();
    assert!(bucket.files.read(&key("a"), 0..5).await.is_err());
    let whole = bucket.files.read(&key("a"), 0..4).await.unwrap().unwrap();
    assert_eq!(whole.try_collect::<Vec<_>>().await.unwrap().concat(), pattern(4));
}
