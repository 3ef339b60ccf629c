//! Every promise of a file store.

use crate::service::Service;

pocketping_server::file_store_conformance!(Box::new(Service::shared().files().await));
