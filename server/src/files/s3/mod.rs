//! [`S3Files`].

mod config;
pub use config::S3Config;
mod writer;

use super::{FileBytes, FileError, FileFuture, FileKey, FileStore, FileWriter};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{ClientOptions, Error, GetOptions, GetRange, ObjectStoreExt, PutPayload, RetryConfig};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use writer::Writing;

/// How long the service may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may say nothing while we wait for it; a part is sent within that time, which takes 100 KB/s.
const SILENCE: Duration = Duration::from_secs(60);
/// How often what failed on the way is tried again, and for how long.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(90);
/// The object that is written and removed to see whether that can be done.
const PROBE: &str = "probe";

/// Keeps files in a bucket of an S3-speaking service, one object for each, named by its key; several servers may use one
/// bucket. What was finished survives what the service promises to survive.
///
/// A file of up to 5 MiB is one request. A larger one goes in parts of 5 MiB, of which one is in memory, and is an object
/// only when the last has arrived. The service keeps parts of an upload that is never ended, so that a server that is killed
/// in the middle would leave them there for ever, unseen: before the first part an object with `.parts` behind the key
/// records what the service calls the upload, and [`delete`](FileStore::delete) of the key ends it.
pub struct S3Files {
    bucket: Bucket,
}

impl S3Files {
    /// Opens a bucket, in which a small object is written and removed to see that it can be used. The bucket has to be there.
    ///
    /// # Errors
    /// When an option makes no sense, the service cannot be reached, or the key may not write or delete.
    pub async fn connect(config: S3Config) -> Result<Self, FileError> {
        let failed = |error| FileError::new("opening the bucket of files", error);
        let bucket = Bucket::new(config).map_err(failed)?;
        let probe = bucket.path(PROBE);
        bucket
            .service
            .put(&probe, PutPayload::from_static(b"PocketPing"))
            .await
            .map_err(failed)?;
        bucket.remove(&probe).await.map_err(failed)?;
        Ok(S3Files { bucket })
    }
}

/// The objects of one bucket under one prefix.
#[derive(Clone)]
struct Bucket {
    service: Arc<AmazonS3>,
    prefix: Path,
}

impl Bucket {
    fn new(config: S3Config) -> object_store::Result<Self> {
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT)
            .with_read_timeout(SILENCE)
            // Of the whole: a reader on a slow network takes its time.
            .with_timeout_disabled();
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_FOR,
            ..RetryConfig::default()
        };
        let prefix = Path::parse(&config.prefix)?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(config.bucket)
            .with_region(config.region)
            .with_access_key_id(config.access_key_id)
            .with_secret_access_key(config.secret_access_key)
            .with_client_options(client)
            .with_retry(retry)
            // One request for one object, which every service knows.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = config.endpoint {
            builder = builder
                .with_allow_http(endpoint.starts_with("http://"))
                .with_endpoint(endpoint);
        }
        Ok(Bucket {
            service: Arc::new(builder.build()?),
            prefix,
        })
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.clone().join(name)
    }

    fn place(&self, key: &FileKey) -> Place {
        Place {
            bucket: self.clone(),
            object: self.path(key.as_str()),
            // Keys have no dots.
            parts: self.path(&format!("{}.parts", key.as_str())),
        }
    }

    async fn remove(&self, path: &Path) -> object_store::Result<()> {
        done_or_gone(self.service.delete(path).await)
    }
}

/// Where a file is or will be.
#[derive(Clone)]
struct Place {
    bucket: Bucket,
    object: Path,
    /// Where the id of an upload in parts is recorded while it lasts.
    parts: Path,
}

impl Place {
    /// Ends an upload in parts that was not finished; its parts go.
    async fn abandon(&self, upload: &String) -> object_store::Result<()> {
        let service = &self.bucket.service;
        done_or_gone(service.abort_multipart(&self.object, upload).await)?;
        self.bucket.remove(&self.parts).await
    }

    /// The upload in parts that is recorded.
    async fn recorded(&self) -> object_store::Result<Option<String>> {
        match self.bucket.service.get(&self.parts).await {
            Ok(found) => {
                let id = found.bytes().await?;
                Ok(Some(String::from_utf8_lossy(&id).into_owned()))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What is to go may have gone before.
fn done_or_gone(result: object_store::Result<()>) -> object_store::Result<()> {
    match result {
        Err(Error::NotFound { .. }) => Ok(()),
        other => other,
    }
}

impl FileStore for S3Files {
    fn create(&self, key: &FileKey) -> FileFuture<'_, Box<dyn FileWriter>> {
        let writing = Writing::new(self.bucket.place(key));
        Box::pin(async move { Ok(Box::new(writing) as Box<dyn FileWriter>) })
    }

    fn read(&self, key: &FileKey, range: Range<u64>) -> FileFuture<'_, Option<FileBytes>> {
        let object = self.bucket.path(key.as_str());
        let service = Arc::clone(&self.bucket.service);
        Box::pin(async move {
            let failed = |error: Error| FileError::new("reading a file", error);
            // The protocol has no range of nothing.
            let options = match range.is_empty() {
                true => GetOptions::new().with_head(true),
                false => GetOptions::new().with_range(Some(GetRange::Bounded(range.clone()))),
            };
            let found = match object_store::ObjectStore::get_opts(&*service, &object, options).await {
                Ok(found) => found,
                Err(Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(failed(error)),
            };
            if range.is_empty() {
                return Ok(Some(stream::empty().boxed()));
            }
            if found.range != range {
                return Err(FileError::new(
                    "reading a file",
                    "it is shorter than was recorded",
                ));
            }
            Ok(Some(found.into_stream().map_err(failed).boxed()))
        })
    }

    fn delete(&self, key: &FileKey) -> FileFuture<'_, ()> {
        let place = self.bucket.place(key);
        Box::pin(async move {
            let failed = |error| FileError::new("removing a file", error);
            if let Some(upload) = place.recorded().await.map_err(failed)? {
                place.abandon(&upload).await.map_err(failed)?;
            }
            place.bucket.remove(&place.object).await.map_err(failed)
        })
    }
}
