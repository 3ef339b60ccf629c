//! Files that are to be uploaded, and the messages that wait for them.
//!
//! The engine never holds bytes. The adapter keeps them under a key, which is the id of the upload's entry
//! ([`super::Store::Files`]), and gives [`super::Command::Upload`] only then: bytes without an entry are
//! deleted by a later page, an entry without bytes would be a file that is lost.
//!
//! A message names the uploads that it needs and stands behind them in the outbox. When one is done, its
//! entry and its bytes go, and its attachment's id comes into the message, in one transaction. When one
//! will never be done, the message is failed, and keeps what it has: a message is never sent without a file
//! of its own.

use super::ids::uuid_v7;
use super::outbox::item::{Draft, Item, Kind};
use super::{Change, Conversation, FailureReason, Moment, PersistFailure, Store, StoreWrite};
use crate::model::{Attachment, AttachmentStatus};
use crate::value::wire_object;
use crate::{AttachmentId, ClientMessageId, Timestamp};
use std::sync::Arc;

/// How old bytes without an entry have to be before they are deleted: another tab may be about to hand its
/// entry in.
const STRAY_MILLIS: i64 = 3_600_000;

wire_object! {
    /// What is known of a file that is to be uploaded.
    pub struct FileInfo {
        /// Its name.
        pub name: String => "name";
        /// Its MIME type.
        pub mime_type: String => "mimeType";
        /// Its size in bytes.
        pub size: u64 => "size";
    }
}

impl Conversation {
    pub(super) fn upload(&mut self, file: FileInfo, kept: Result<(), PersistFailure>) {
        let id = self.dice.id(self.now);
        if let Err(failure) = kept {
            self.storage_failed(failure);
        }
        let upload = Kind::Upload(file);
        if self.admits(&id, &upload) {
            self.link.want(self.now.mono);
            self.enqueue(id, upload);
        }
    }

    /// Puts the files in that are uploaded already; why the message cannot be taken, if one is nowhere.
    pub(super) fn find_files(&self, draft: &mut Draft) -> Option<FailureReason> {
        if !self.tabs.leads() {
            // The leader knows.
            return None;
        }
        for id in std::mem::take(&mut draft.uploads) {
            let queued = self.outbox.get(id.as_str()).map(|queued| &queued.item);
            if queued.is_some_and(|item| item.refused.is_none() && matches!(item.kind, Kind::Upload(_))) {
                draft.uploads.push(id);
            } else if let Some(attachment) = self.outbox.uploads.finished(id.as_str()) {
                draft.attachment_ids.push(attachment.clone());
            } else {
                return Some(FailureReason::FileGone);
            }
        }
        None
    }

    /// The files of a message that wait, as they are shown with it.
    pub(super) fn shown_files(&self, draft: &Draft) -> Vec<Attachment> {
        let files = draft.uploads.iter().filter_map(|id| {
            let file = self.file(id.as_str())?;
            Some(Attachment {
                id: AttachmentId::new(id.as_str()),
                message_id: None,
                filename: file.name.clone(),
                mime_type: file.mime_type.clone(),
                size: file.size,
                url: String::new(),
                thumbnail_url: None,
                status: AttachmentStatus::Pending,
                created_at: None,
                uploaded_from: None,
                bridge_file_id: None,
            })
        });
        files.collect()
    }

    /// The server has all of a file: messages that wait for it name it by its id now.
    pub(super) fn uploaded(&mut self, id: &Arc<str>, attachment: Attachment) {
        let waiting = self.messages_with(id);
        self.finish(id);
        // Not remembered as done: after a crash it is better uploaded twice than missing in its message.
        self.outbox.removed(id);
        for message in waiting {
            self.change_item(&message, &mut |item| {
                if let Kind::Message(draft) = &mut item.kind {
                    draft.uploads.retain(|upload| *upload.as_str() != **id);
                    draft.attachment_ids.push(attachment.id.clone());
                }
            });
        }
        self.outbox.uploads.finish(id.clone(), attachment.id.clone());
        self.out.change(Change::Uploaded {
            id: ClientMessageId::new(id.clone()),
            attachment: Box::new(attachment),
        });
    }

    /// The file will not be uploaded. Where a message needs it, it is kept with that, to be tried again.
    pub(super) fn upload_refused(&mut self, id: &Arc<str>, status: u16) {
        let waiting = self.messages_with(id);
        if waiting.is_empty() {
            self.finish(id);
        } else {
            self.change_item(id, &mut |item| item.refused = Some(status));
        }
        self.fail_upload(id, waiting, status);
    }

    /// Tells that a file will not be uploaded, and fails the messages that need it.
    fn fail_upload(&mut self, id: &str, waiting: Vec<Arc<str>>, status: u16) {
        for message in waiting {
            self.message_refused(&message, status);
        }
        self.settle(id, Err(FailureReason::of_status(status)));
    }

    /// Tries the files of a failed message again; false when one is not there any more.
    pub(super) fn retry_files(&mut self, message: &Item) -> bool {
        let all = needed(message);
        let are_there = all.iter().all(|id| self.file(id.as_str()).is_some());
        for id in all.iter().filter(|_| are_there) {
            self.change_item(id.as_str(), &mut |item| item.refused = None);
        }
        are_there
    }

    /// Removes the files that nothing but this message, which is removed already, needs.
    pub(super) fn remove_files_of(&mut self, message: &Item) {
        for id in needed(message) {
            if self.messages_with(id.as_str()).is_empty() {
                self.remove_upload(id.as_str());
            }
        }
    }

    /// Gives an upload up; messages that need it are failed.
    pub(super) fn remove_upload(&mut self, id: &str) {
        if self.file(id).is_some() {
            let waiting = self.messages_with(id);
            self.drop_item(id);
            self.fail_upload(id, waiting, FailureReason::FILE_GONE);
        }
    }

    /// Deletes bytes that no entry names, of those that the adapter has found: old ones, and those of before a reset that
    /// the database has not heard of.
    pub(super) fn delete_strays(&mut self, files: &[String]) {
        let now = self.now.wall.as_millis();
        // Numbers are not less than the clock was.
        let reset_at = i64::try_from(self.outbox.void_seq()).unwrap_or(i64::MAX).min(now);
        let wall = Timestamp::from_millis(reset_at.max(now - STRAY_MILLIS));
        // Ids are ordered by time.
        let oldest = uuid_v7(Moment { wall, ..self.now }, &[0; 16]);
        for key in files {
            let is_old = *key < oldest;
            if is_old && self.file(key).is_none() {
                self.out.writes.push(delete_bytes(key));
            }
        }
    }

    /// What an entry wants to upload.
    fn file(&self, id: &str) -> Option<&FileInfo> {
        match &self.outbox.get(id)?.item.kind {
            Kind::Upload(file) => Some(file),
            _ => None,
        }
    }

    /// The messages that need an upload.
    fn messages_with(&self, id: &str) -> Vec<Arc<str>> {
        let is_it = |upload: &ClientMessageId| upload.as_str() == id;
        self.outbox
            .ids_of(&|queued| needed(&queued.item).iter().any(is_it))
    }

    /// Changes an entry, and writes that.
    fn change_item(&mut self, id: &str, change: &mut dyn FnMut(&mut Item)) {
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        queued.lost_sessions = 0;
        change(&mut queued.item);
        let item = queued.item.clone();
        let kept = self.write_item(&item);
        self.outbox.written(id, kept);
    }
}

/// The write that deletes a file's bytes.
pub(super) fn delete_bytes(key: &str) -> StoreWrite {
    StoreWrite::Delete {
        store: Store::Files,
        key: key.to_owned(),
    }
}

/// The uploads that an entry needs before it can be sent.
fn needed(item: &Item) -> &[ClientMessageId] {
    match &item.kind {
        Kind::Message(draft) => &draft.uploads,
        _ => &[],
    }
}
