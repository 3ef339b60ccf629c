//! The numbers that stand for choices in tables. They are never given another meaning: files and databases hold them.

use crate::storage::UploadStage;
use pocketping_core::model::{MessageStatus, Sender, SessionState, UploadSource};

pub(in crate::storage) fn sender_code(sender: Sender) -> i16 {
    match sender {
        Sender::Operator => 1,
        Sender::Ai => 2,
        _ => 0,
    }
}

pub(in crate::storage) fn sender_of(code: i16) -> Sender {
    match code {
        1 => Sender::Operator,
        2 => Sender::Ai,
        _ => Sender::Visitor,
    }
}

pub(in crate::storage) fn status_code(status: MessageStatus) -> i16 {
    match status {
        MessageStatus::Sending => 0,
        MessageStatus::Delivered => 2,
        MessageStatus::Read => 3,
        _ => 1,
    }
}

pub(in crate::storage) fn status_of(code: i16) -> MessageStatus {
    match code {
        0 => MessageStatus::Sending,
        2 => MessageStatus::Delivered,
        3 => MessageStatus::Read,
        _ => MessageStatus::Sent,
    }
}

pub(in crate::storage) fn state_code(state: SessionState) -> i16 {
    match state {
        SessionState::Pending => 1,
        SessionState::Resolved => 2,
        _ => 0,
    }
}

pub(in crate::storage) fn state_of(code: i16) -> SessionState {
    match code {
        1 => SessionState::Pending,
        2 => SessionState::Resolved,
        _ => SessionState::Open,
    }
}

/// The queries and the schema's indexes have some of these numbers in them.
pub(in crate::storage) fn stage_code(stage: UploadStage) -> i16 {
    match stage {
        UploadStage::Declared => 0,
        UploadStage::Arriving => 1,
        UploadStage::Arrived => 2,
        UploadStage::Ready => 3,
        UploadStage::Attached => 4,
        UploadStage::Discarded => 5,
    }
}

pub(in crate::storage) fn stage_of(code: i16) -> UploadStage {
    match code {
        0 => UploadStage::Declared,
        1 => UploadStage::Arriving,
        2 => UploadStage::Arrived,
        3 => UploadStage::Ready,
        4 => UploadStage::Attached,
        _ => UploadStage::Discarded,
    }
}

pub(in crate::storage) fn source_code(source: UploadSource) -> i16 {
    match source {
        UploadSource::Widget => 0,
        UploadSource::Telegram => 1,
        UploadSource::Discord => 2,
        UploadSource::Slack => 3,
        _ => 4,
    }
}

pub(in crate::storage) fn source_of(code: i16) -> UploadSource {
    match code {
        0 => UploadSource::Widget,
        1 => UploadSource::Telegram,
        2 => UploadSource::Discord,
        3 => UploadSource::Slack,
        _ => UploadSource::Api,
    }
}
