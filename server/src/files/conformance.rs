//! What every [`FileStore`] promises, as tests.
//!
//! Each function takes an empty store and panics when a promise is broken.
//! [`file_store_conformance!`](crate::file_store_conformance) makes a test of each.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used)]

use super::{FileError, FileKey, FileStore};
use bytes::Bytes;
use futures_util::TryStreamExt;
use std::ops::Range;

/// Makes a test of each promise. The argument is an expression that opens an empty store, in a
/// `Box` or whatever dereferences to it.
#[macro_export]
macro_rules! file_store_conformance {
    ($open:expr) => {
        $crate::file_store_conformance! { @tests $open;
            a_finished_file_is_read_back_whole_and_in_part
            nothing_is_there_before_a_file_is_finished
            a_deleted_file_is_gone_and_deleting_again_is_no_error
            files_do_not_mix
        }
    };
    (@tests $open:expr; $($name:ident)*) => { $(
        #[tokio::test]
        async fn $name() {
            let store = $open;
            $crate::files::conformance::$name(&*store).await;
        }
    )* };
}

/// The key of this text.
///
/// # Panics
/// When it is none.
pub fn key(text: &str) -> FileKey {
    FileKey::parse(text).unwrap()
}

/// Writes a file in one piece.
///
/// # Errors
/// When the store fails.
pub async fn put(store: &dyn FileStore, name: &str, bytes: &'static [u8]) -> Result<(), FileError> {
    let mut writer = store.create(&key(name)).await?;
    writer.write(Bytes::from_static(bytes)).await?;
    writer.finish().await
}

/// Reads bytes of a file; `None` when there is none.
///
/// # Panics
/// When the store fails.
pub async fn read(store: &dyn FileStore, name: &str, range: Range<u64>) -> Option<Vec<u8>> {
    let pieces = store.read(&key(name), range).await.unwrap()?;
    let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
    Some(pieces.concat())
}

/// All bytes come back in order, and any part of them.
pub async fn a_finished_file_is_read_back_whole_and_in_part(store: &dyn FileStore) {
    let pieces: Vec<Bytes> = (0..40).map(|number: u8| vec![number; 10_000].into()).collect();
    let mut writer = store.create(&key("large")).await.unwrap();
    for piece in &pieces {
        writer.write(piece.clone()).await.unwrap();
    }
    writer.finish().await.unwrap();
    let whole = pieces.concat();
    assert_eq!(read(store, "large", 0..400_000).await.unwrap(), whole);
    for range in [0..1, 399_999..400_000, 65_535..65_537, 9_999..270_001, 5..5] {
        let part = &whole[range.start..range.end];
        let wanted = range.start as u64..range.end as u64;
        assert_eq!(read(store, "large", wanted).await.unwrap(), part, "{range:?}");
    }
}

/// Readers find a file whole or not at all.
pub async fn nothing_is_there_before_a_file_is_finished(store: &dyn FileStore) {
    assert_eq!(read(store, "a", 0..1).await, None);
    let mut writer = store.create(&key("a")).await.unwrap();
    writer.write(Bytes::from_static(b"half")).await.unwrap();
    assert_eq!(read(store, "a", 0..1).await, None);
    drop(writer);
    assert_eq!(read(store, "a", 0..1).await, None);
    put(store, "a", b"whole").await.unwrap();
    assert_eq!(
        read(store, "a", 0..5).await.unwrap(),
        b"whole",
        "a second attempt"
    );
}

/// A deletion takes the bytes along.
pub async fn a_deleted_file_is_gone_and_deleting_again_is_no_error(store: &dyn FileStore) {
    put(store, "a", b"bytes").await.unwrap();
    store.delete(&key("a")).await.unwrap();
    assert_eq!(read(store, "a", 0..5).await, None);
    store.delete(&key("a")).await.unwrap();
}

/// Each key has its own bytes, also while several are written.
pub async fn files_do_not_mix(store: &dyn FileStore) {
    let mut one = store.create(&key("one")).await.unwrap();
    let mut two = store.create(&key("two")).await.unwrap();
    for _ in 0..3 {
        one.write(Bytes::from_static(b"1")).await.unwrap();
        two.write(Bytes::from_static(b"22")).await.unwrap();
    }
    two.finish().await.unwrap();
    one.finish().await.unwrap();
    assert_eq!(read(store, "one", 0..3).await.unwrap(), b"111");
    assert_eq!(read(store, "two", 0..6).await.unwrap(), b"222222");
}
