//! Every promise of a storage.

use crate::cluster::{database, open};

pocketping_server::storage_conformance!(open(&database().await).await);
