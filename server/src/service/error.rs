//! Why a call of the service is refused.

use crate::files::FileError;
use crate::storage::StorageError;
use pocketping_core::ErrorDetail;
use pocketping_core::content::{ContentError, MAX_CONTENT_CHARS, MAX_EVENT_DATA_BYTES};
use pocketping_core::model::Sender;
use std::borrow::Cow;

/// Why a call of the service is refused.
///
/// [`code`](Self::code) is the name on the wire (EXTENSIONS, Errors); the message is fit for the wire too:
/// it holds no internals and no ids.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// No session has this id.
    #[error("session not found")]
    SessionNotFound,
    /// The session has no message with this id, also when another session has.
    #[error("message not found")]
    MessageNotFound,
    /// No session names this person.
    #[error("person not found")]
    PersonNotFound,
    /// No operator has this id, or they were removed.
    #[error("operator not found")]
    OperatorNotFound,
    /// A visitor's route was called in somebody else's name.
    #[error("visitors cannot send as {}", sender.as_str())]
    SenderNotAllowed {
        /// In whose name.
        sender: Sender,
    },
    /// The caller may not do this, such as changing somebody else's message.
    #[error("not allowed: {what}")]
    NotAllowed {
        /// What was attempted, as a clause.
        what: &'static str,
    },
    /// Identities have to be signed here, and this one is not, or not by a live secret.
    #[error("the identity is not signed, or not by this site")]
    IdentityNotVerified,
    /// The visitor looks like a program, and those are refused.
    #[error("this visitor looks like a program")]
    BotRefused,
    /// An operator has blocked this visitor.
    #[error("this conversation is closed to its visitor")]
    Blocked,
    /// Nothing but white space, and no attachment.
    #[error("a message needs text or an attachment")]
    ContentBlank,
    /// More code points than a message may have.
    #[error("a message has at most {limit} characters, this one has {chars}")]
    ContentTooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A `clientMessageId` or `eventId` that already stands for something else.
    #[error("this id was already used for another content")]
    ClientMessageIdReused,
    /// The message was deleted before.
    #[error("the message is deleted")]
    MessageDeleted,
    /// A field breaks a rule.
    #[error("{field} {problem}")]
    InvalidField {
        /// Path of the field, such as `identity.id`.
        field: &'static str,
        /// What is wrong with it, as a clause.
        problem: Cow<'static, str>,
    },
    /// A custom event's data is too large.
    #[error("an event's data has at most {limit} bytes, this one has {bytes}")]
    EventTooLarge {
        /// How many bytes of JSON it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The server has no file store.
    #[error("this server takes no files")]
    UploadsOff,
    /// No upload has this id, or another session has it, or its file was deleted.
    #[error("attachment not found")]
    AttachmentNotFound,
    /// A file is larger than this server takes.
    #[error("a file has at most {limit} bytes, this one has {bytes}")]
    FileTooLarge {
        /// How many bytes it has.
        bytes: u64,
        /// How many it may have.
        limit: u64,
    },
    /// An address for bytes was not made by this server, or is too old.
    #[error("this address is not valid any more: announce the file again")]
    UploadLinkInvalid,
    /// The bytes are not what was announced.
    #[error("{problem}")]
    UploadMismatch {
        /// What differs, as a clause.
        problem: &'static str,
    },
    /// The bytes of a file did not arrive whole; the same request may be sent again.
    #[error("the bytes did not arrive whole")]
    UploadInterrupted,
    /// An upload is said to be complete whose bytes have not all arrived.
    #[error("the bytes of this upload have not arrived")]
    UploadIncomplete,
    /// An upload is complete, or another attempt of it is under way.
    #[error("this upload is complete or under way elsewhere")]
    UploadConflict,
    /// No wish for a screenshot has this id, or it was fulfilled or is too old.
    #[error("screenshot request not found")]
    ScreenshotNotFound,
    /// No dead letter of the webhook has this id.
    #[error("dead letter not found")]
    DeadLetterNotFound,
    /// The file store failed; trying again is safe.
    #[error("the file store is not available")]
    Files(#[from] FileError),
    /// The storage failed; nothing was stored, trying again is safe.
    #[error("the storage is not available")]
    Storage(#[from] StorageError),
}

impl ServiceError {
    /// The stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ServiceError::SessionNotFound => "session_not_found",
            ServiceError::MessageNotFound => "message_not_found",
            ServiceError::ScreenshotNotFound => "screenshot_not_found",
            ServiceError::PersonNotFound => "person_not_found",
            ServiceError::OperatorNotFound => "operator_not_found",
            ServiceError::DeadLetterNotFound => "dead_letter_not_found",
            ServiceError::SenderNotAllowed { .. } => "sender_not_allowed",
            ServiceError::NotAllowed { .. } => "not_allowed",
            ServiceError::IdentityNotVerified => "identity_not_verified",
            ServiceError::BotRefused => "bot_refused",
            ServiceError::Blocked => "visitor_blocked",
            ServiceError::ContentBlank => "content_blank",
            ServiceError::ContentTooLong { .. } => "content_too_long",
            ServiceError::ClientMessageIdReused => "client_message_id_reused",
            ServiceError::MessageDeleted => "message_deleted",
            ServiceError::InvalidField { .. } => "invalid_field",
            ServiceError::EventTooLarge { .. } => "event_too_large",
            ServiceError::UploadsOff => "uploads_off",
            ServiceError::AttachmentNotFound => "attachment_not_found",
            ServiceError::FileTooLarge { .. } => "file_too_large",
            ServiceError::UploadLinkInvalid => "upload_url_invalid",
            ServiceError::UploadMismatch { .. } => "upload_mismatch",
            ServiceError::UploadInterrupted => "upload_interrupted",
            ServiceError::UploadIncomplete => "upload_incomplete",
            ServiceError::UploadConflict => "upload_conflict",
            ServiceError::Files(_) => "files_unavailable",
            ServiceError::Storage(_) => "storage_unavailable",
        }
    }

    /// Whether the same call may succeed later. Everything else has to be changed or given up.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            ServiceError::Storage(_) | ServiceError::Files(_) | ServiceError::UploadInterrupted
        )
    }

    /// The bad fields, for the wire; empty when no field is to blame.
    pub fn details(&self) -> Vec<ErrorDetail> {
        let (field, problem) = match self {
            ServiceError::InvalidField { field, problem } => (*field, problem.clone().into_owned()),
            ServiceError::IdentityNotVerified => ("identity", "must be signed".to_owned()),
            ServiceError::ContentBlank => ("content", "is blank".to_owned()),
            ServiceError::ContentTooLong { limit, .. } => {
                ("content", format!("must have at most {limit} characters"))
            }
            ServiceError::FileTooLarge { limit, .. } => ("size", format!("must be at most {limit}")),
            _ => return Vec::new(),
        };
        let field = field.to_owned();
        vec![ErrorDetail { field, problem }]
    }

    /// A field that breaks a rule.
    pub(crate) fn field(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        ServiceError::InvalidField {
            field,
            problem: problem.into(),
        }
    }

    pub(crate) fn event_too_large(bytes: usize) -> Self {
        ServiceError::EventTooLarge {
            bytes,
            limit: MAX_EVENT_DATA_BYTES,
        }
    }
}

impl From<ContentError> for ServiceError {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::TooLong { chars } => ServiceError::ContentTooLong {
                chars,
                limit: MAX_CONTENT_CHARS,
            },
            // The error type may grow; a text that is refused for a reason we do not know is no text.
            _ => ServiceError::ContentBlank,
        }
    }
}
