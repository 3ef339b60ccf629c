//! [`S3Config`]: which bucket, and how it is reached.

use std::fmt;

/// Which bucket of which S3-speaking service, and with whose key.
///
/// ```
/// # use pocketping_server::files::S3Config;
/// let config = S3Config::new("chat-files", "AKIA…", "the secret key").endpoint("https://minio.example:9000");
/// # assert!(!format!("{config:?}").contains("secret key"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct S3Config {
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) endpoint: Option<String>,
    pub(super) region: String,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
}

impl S3Config {
    /// The region unless said otherwise.
    pub const DEFAULT_REGION: &str = "us-east-1";

    /// A bucket of Amazon's in `us-east-1`, and a key that may read, write and delete its objects.
    pub fn new(
        bucket: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        S3Config {
            bucket: bucket.into(),
            prefix: String::new(),
            endpoint: None,
            region: Self::DEFAULT_REGION.to_owned(),
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
        }
    }

    /// What the names of all objects begin with, such as `chat/files`. Default nothing.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The service's address, such as `https://minio.example:9000`; buckets are named in its path. With `http://` files and
    /// requests can be read on the way, but not the secret key. Default Amazon's, of the region.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The region that requests are signed for. Default `us-east-1`, which services other than Amazon's mostly take.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }
}

/// Shows everything but the keys.
impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
