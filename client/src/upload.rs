//! Sending files.

use crate::answer::Answer;
use crate::call::Call;
use crate::{Client, SendError};
use pocketping_core::ClientMessageId;
use pocketping_core::engine::FileInfo;
use pocketping_core::model::Attachment;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// A file on its way. It is uploaded whether this is waited for or dropped.
///
/// As a future it resolves when the server has all of it, however long that takes. To send a message with the
/// file that need not be waited for: [`Draft::file`](crate::Draft::file).
#[derive(Debug)]
pub struct Upload {
    id: ClientMessageId,
    uploaded: Answer<Attachment>,
}

impl Upload {
    /// The upload's id. [`Client::remove`] gives it up, as an [`EntryKey`](crate::EntryKey) of this text.
    pub fn id(&self) -> &ClientMessageId {
        &self.id
    }
}

impl Future for Upload {
    type Output = Result<Attachment, SendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        pin!(&mut self.uploaded).poll(context)
    }
}

impl Client {
    /// Uploads a file, in order with all else that is sent. It is handed over by this call, and kept in the
    /// storage until the server has it; the future resolves with the attachment then. At most 50 MB may wait.
    ///
    /// ```no_run
    /// # async fn example(client: pocketping_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use pocketping_client::Draft;
    ///
    /// let bytes = std::fs::read("invoice.pdf")?;
    /// let invoice = client.upload("invoice.pdf", "application/pdf", bytes);
    /// // Sent behind the file, and never without it.
    /// let message = client.send(Draft::new("Here it is.").file(&invoice)).await?;
    /// println!("read it at {}", message.attachments[0].url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The future's: when too much waits, the server refuses the file for good or has no uploads, or the bytes
    /// are gone from the storage.
    pub fn upload(
        &self,
        name: impl Into<String>,
        mime_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Upload {
        let bytes: Vec<u8> = bytes.into();
        let file = FileInfo {
            name: name.into(),
            mime_type: mime_type.into(),
            size: bytes.len() as u64,
        };
        let (stamp, id) = self.stamp();
        let (settle, uploaded) = Answer::new();
        let call = Call::Upload {
            file,
            bytes: bytes.into(),
            stamp,
            id: id.clone(),
            settle,
        };
        let uploaded = self.answer(call, uploaded);
        Upload { id, uploaded }
    }
}
