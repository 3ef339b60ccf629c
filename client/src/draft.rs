//! [`Draft`]: a message that is to be sent.

use crate::Upload;
use pocketping_core::engine::Command;
use pocketping_core::{AttachmentId, ClientMessageId, MessageId};

/// A message that is to be sent. A text alone is one: `client.send("hello")`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    content: String,
    reply_to: Option<MessageId>,
    attachment_ids: Vec<AttachmentId>,
    uploads: Vec<ClientMessageId>,
}

impl Draft {
    /// A message with this text: 1–4000 code points, or none when it has an attachment.
    pub fn new(content: impl Into<String>) -> Self {
        Draft {
            content: content.into(),
            ..Draft::default()
        }
    }

    /// The message that it answers. Default none.
    #[must_use]
    pub fn reply_to(mut self, id: MessageId) -> Self {
        self.reply_to = Some(id);
        self
    }

    /// One more file, which has been uploaded. Default none.
    #[must_use]
    pub fn attachment(mut self, id: AttachmentId) -> Self {
        self.attachment_ids.push(id);
        self
    }

    /// One more file, which need not be uploaded yet: the message waits for it, and fails with it. It comes
    /// after those of [`attachment`](Self::attachment). Default none.
    #[must_use]
    pub fn file(mut self, upload: &Upload) -> Self {
        self.uploads.push(upload.id().clone());
        self
    }
}

impl From<&str> for Draft {
    fn from(content: &str) -> Self {
        Draft::new(content)
    }
}

impl From<String> for Draft {
    fn from(content: String) -> Self {
        Draft::new(content)
    }
}

impl From<Draft> for Command {
    fn from(draft: Draft) -> Self {
        Command::Send {
            content: draft.content,
            reply_to: draft.reply_to,
            attachment_ids: draft.attachment_ids,
            uploads: draft.uploads,
        }
    }
}
