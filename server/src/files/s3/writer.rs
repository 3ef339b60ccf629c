//! A file on its way into a bucket.

use super::Place;
use crate::files::{FileError, FileFuture, FileWriter};
use bytes::{Bytes, BytesMut};
use object_store::multipart::{MultipartStore, PartId};
use object_store::{ObjectStoreExt, PutPayload};

/// Bytes of a part: as few as the protocol allows, and all the same, which some services want.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Gathers bytes until there is more than a part of them.
pub(super) struct Writing {
    place: Place,
    gathered: BytesMut,
    /// Once there was more than a part.
    upload: Option<Upload>,
}

/// An upload in parts, which the service knows by its id.
struct Upload {
    id: String,
    parts: Vec<PartId>,
}

impl Writing {
    pub(super) fn new(place: Place) -> Self {
        Writing {
            place,
            gathered: BytesMut::new(),
            upload: None,
        }
    }

    async fn send_part(&mut self, bytes: Bytes) -> object_store::Result<()> {
        let Place { bucket, object, .. } = &self.place;
        let service = &bucket.service;
        let upload = match &mut self.upload {
            Some(upload) => upload,
            None => {
                let id = service.create_multipart(object).await?;
                let recorded = PutPayload::from(id.clone());
                // From here on it is ended when this is dropped.
                let upload = self.upload.insert(Upload {
                    id,
                    parts: Vec::new(),
                });
                service.put(&self.place.parts, recorded).await?;
                upload
            }
        };
        let number = upload.parts.len();
        let part = service.put_part(object, &upload.id, number, bytes.into());
        upload.parts.push(part.await?);
        Ok(())
    }

    async fn send_rest(&mut self) -> object_store::Result<()> {
        let rest = self.gathered.split().freeze();
        if self.upload.is_none() {
            let service = &self.place.bucket.service;
            service.put(&self.place.object, rest.into()).await?;
            return Ok(());
        }
        if !rest.is_empty() {
            self.send_part(rest).await?;
        }
        if let Some(upload) = &mut self.upload {
            let parts = std::mem::take(&mut upload.parts);
            let service = &self.place.bucket.service;
            service
                .complete_multipart(&self.place.object, &upload.id, parts)
                .await?;
        }
        self.upload = None;
        if let Err(error) = self.place.bucket.remove(&self.place.parts).await {
            // The file is there. Its deletion takes this along.
            tracing::warn!(%error, "a record of a finished upload stays");
        }
        Ok(())
    }
}

impl FileWriter for Writing {
    fn write(&mut self, bytes: Bytes) -> FileFuture<'_, ()> {
        self.gathered.extend_from_slice(&bytes);
        Box::pin(async move {
            while self.gathered.len() > PART_BYTES {
                let part = self.gathered.split_to(PART_BYTES).freeze();
                let sent = self.send_part(part).await;
                sent.map_err(|error| FileError::new("writing a file", error))?;
            }
            Ok(())
        })
    }

    fn finish(mut self: Box<Self>) -> FileFuture<'static, ()> {
        Box::pin(async move {
            let sent = self.send_rest().await;
            sent.map_err(|error| FileError::new("finishing a file", error))
        })
    }
}

/// Ends an upload that is not finished. Where there is no runtime any more, the file's deletion does.
impl Drop for Writing {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let place = self.place.clone();
        runtime.spawn(async move {
            if let Err(error) = place.abandon(&upload.id).await {
                tracing::warn!(%error, "parts of a file that was not finished are removed later");
            }
        });
    }
}
