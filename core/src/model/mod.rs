//! The models of PROTOCOL §3.

mod attachment;
mod choice;
mod csat;
mod event;
mod identity;
mod message;
mod metadata;
mod operator;
mod person;
mod prechat;
mod role;
mod session;
mod stats;
mod version;

pub use attachment::{Attachment, AttachmentStatus, UploadSource};
pub use csat::Csat;
pub use event::{CustomEvent, ElementEvent, PageView, TrackedElement, TriggerOptions};
pub use identity::Identity;
pub use message::{Message, MessageOperator, MessageStatus, ReplyQuote, ReplyTo, Sender};
pub use metadata::SessionMetadata;
pub use operator::{Operator, OperatorProfile, OperatorSession, SessionState};
pub use person::{ExportedSession, Person, PersonExport};
pub use prechat::{PreChatFields, PreChatForm, PreChatTiming};
pub use role::{OperatorRole, Permission};
pub use session::{BridgeMessageIds, BridgeThreads, Session};
pub use stats::{CsatStats, Stats};
pub use version::{VersionCheck, VersionSeverity, VersionStatus, VersionWarning};
