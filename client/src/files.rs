//! [`Files`]: the bytes of files that wait to be uploaded.

use crate::storage::Keeper;
use pocketping_core::ClientMessageId;
use pocketping_core::engine::{PersistFailure, StoreWrite};
use std::collections::HashMap;
use std::sync::Arc;

/// In the storage, and in memory what that has not taken.
#[derive(Default)]
pub(crate) struct Files {
    held: HashMap<String, Arc<[u8]>>,
}

impl Files {
    /// Keeps the bytes of a file, before the engine hears of it; whether they outlive this program, or need not.
    pub(crate) async fn keep(
        &mut self,
        keeper: &Keeper,
        id: &ClientMessageId,
        bytes: Arc<[u8]>,
    ) -> Result<(), PersistFailure> {
        let kept = match keeper.keep_file(id.as_str(), &bytes).await {
            Some(Ok(())) => return Ok(()),
            Some(Err(failure)) => Err(failure),
            None => Ok(()),
        };
        self.held.insert(id.to_string(), bytes);
        kept
    }

    /// The bytes of a file, if they are anywhere.
    ///
    /// # Errors
    /// When they may be there and cannot be read now.
    pub(crate) async fn read(
        &self,
        keeper: &Keeper,
        id: &ClientMessageId,
    ) -> Result<Option<Arc<[u8]>>, PersistFailure> {
        match self.held.get(id.as_str()) {
            Some(bytes) => Ok(Some(Arc::clone(bytes))),
            None => keeper.read_file(id.as_str()).await,
        }
    }

    /// Lets go in memory what is deleted in the storage.
    pub(crate) fn forget(&mut self, writes: &[StoreWrite]) {
        self.held
            .retain(|key, _| !writes.iter().any(|write| write.deletes_file(key)));
    }
}
