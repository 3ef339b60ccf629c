//! Files that are to be uploaded, and the messages that wait for them.
//!
//! The engine never holds bytes. The adapter keeps them under a key, which is the id of the upload's entry
//! ([`super::Store::Files`]), and gives [`super::Command::Upload`] only then: bytes without an entry are
//! deleted by a later page, an entry without bytes would be a file that is lost.
//!
//! A message names the uploads that it needs and stands behind them in the outbox. When one is done, its entry says so
//! and stays, with the bytes, until the message is delivered: where the session is lost before, all of it is uploaded
//! again into the next one. They leave with the message, in one transaction. So does one whose message is still to be
//! written; when none comes, it goes when it is removed, when its room is needed, or when a page begins an hour later. When one
//! will never be done, the message is failed, and keeps what it has: a message is never sent without a file of its own.

use super::ids::uuid_v7;
use super::outbox::Queued;
use super::outbox::item::{Draft, Item, Kind, Uploaded};
use super::{Change, Conversation, FailureReason, Moment, PersistFailure, Store, StoreWrite};
use crate::model::{Attachment, AttachmentStatus};
use crate::value::wire_object;
use crate::{AttachmentId, ClientMessageId, SessionId, Timestamp};
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
        let (mut gone, mut uploads) = (None, Vec::new());
        // Pages may name what is uploaded as the server does.
        for id in std::mem::take(&mut draft.attachment_ids) {
            let is_it = |queued: &Queued| {
                let uploaded = queued.item.uploaded.as_ref();
                uploaded.is_some_and(|uploaded| uploaded.attachment_id == id)
            };
            let known = self.outbox.uploads.known(&id).map(|(upload, _)| upload.clone());
            match known.or_else(|| self.outbox.ids_of(&is_it).pop()) {
                Some(upload) => uploads.push(ClientMessageId::new(upload)),
                None => draft.attachment_ids.push(id),
            }
        }
        uploads.append(&mut draft.uploads);
        for id in uploads {
            let queued = self.outbox.get(id.as_str()).map(|queued| &queued.item);
            let waits =
                queued.is_some_and(|item| item.refused.is_none() && matches!(item.kind, Kind::Upload(_)));
            // Of others the leader knows, or the database.
            if !waits && self.tabs.leads() && self.link.restored {
                if let Some(attachment) = self.outbox.uploads.finished(id.as_str()) {
                    draft.attachment_ids.push(attachment.id.clone());
                    continue;
                }
                gone = Some(FailureReason::FileGone);
            }
            draft.uploads.push(id);
        }
        gone
    }

    /// The files of a message that is not sent, as they are shown with it. Each is there, also where nothing is known of it:
    /// another page may have to send the message as it is shown here.
    pub(super) fn shown_files(&self, draft: &Draft) -> Vec<Attachment> {
        let mut files = Vec::new();
        for id in &draft.attachment_ids {
            let known = self.outbox.uploads.known(id).map(|(_, file)| file);
            files.push(self.shown_file(id.as_str(), known, AttachmentStatus::Ready));
        }
        for id in &draft.uploads {
            let known = self.outbox.uploads.finished(id.as_str());
            files.push(self.shown_file(id.as_str(), known, AttachmentStatus::Pending));
        }
        files
    }

    fn shown_file(&self, id: &str, known: Option<&Attachment>, status: AttachmentStatus) -> Attachment {
        if let Some(known) = known {
            return known.clone();
        }
        let mut file = Attachment {
            id: AttachmentId::new(id),
            message_id: None,
            filename: String::new(),
            mime_type: String::new(),
            size: 0,
            url: String::new(),
            thumbnail_url: None,
            status,
            created_at: None,
            uploaded_from: None,
            bridge_file_id: None,
        };
        if let Some(waits) = self.file(id) {
            file.filename.clone_from(&waits.name);
            file.mime_type.clone_from(&waits.mime_type);
            file.size = waits.size;
        }
        file
    }

    /// What the server has of an entry's file, in the session that there is now.
    pub(super) fn attachment_of<'a>(&self, item: &'a Item) -> Option<&'a AttachmentId> {
        let uploaded = item.uploaded.as_ref()?;
        let is_here = Some(&uploaded.session_id) == self.session.id.as_ref();
        is_here.then_some(&uploaded.attachment_id)
    }

    /// The attachments of a message; `None` when the server does not have one of its files.
    pub(super) fn attachments_of(&self, draft: &Draft) -> Option<Vec<AttachmentId>> {
        let mut ids = draft.attachment_ids.clone();
        for upload in &draft.uploads {
            let item = &self.outbox.get(upload.as_str())?.item;
            ids.push(self.attachment_of(item)?.clone());
        }
        Some(ids)
    }

    /// The server has all of a file. It stays until its message is delivered, which may still have to be written: the
    /// session may be lost before, and the file with it.
    pub(super) fn uploaded(&mut self, id: &Arc<str>, session_id: SessionId, attachment: Attachment) {
        let was_told = self.was_uploaded(id);
        // Whether the session lasts is shown by the message.
        self.change_item(id, &mut |item| {
            item.uploaded = Some(Uploaded {
                session_id: session_id.clone(),
                attachment_id: attachment.id.clone(),
            });
        });
        self.outbox.uploads.finish(id, &attachment);
        self.outbox.backoff.succeed();
        if !was_told {
            self.out.change(Change::Uploaded {
                id: ClientMessageId::new(id.clone()),
                attachment: Box::new(attachment),
            });
        }
    }

    /// Whether an upload has been done, be it in a session that is lost.
    fn was_uploaded(&self, id: &str) -> bool {
        let queued = self.outbox.get(id);
        queued.is_some_and(|queued| queued.item.uploaded.is_some())
    }

    /// Lets files go that no message needs, and whose ids are less: theirs have been delivered by a page that has ended since,
    /// or never came.
    pub(super) fn forget_unneeded_files(&mut self, before: &str) {
        let is_it = |queued: &Queued| queued.item.uploaded.is_some() && *queued.item.id < *before;
        for id in self.outbox.ids_of(&is_it) {
            self.drop_unneeded(&id);
            // Not remembered as done: after a crash it is better uploaded twice than missing in its message.
            self.outbox.removed(&id);
        }
    }

    /// The file will not be uploaded. Where a message needs it, it is kept with that, to be tried again.
    pub(super) fn upload_refused(&mut self, id: &Arc<str>, status: u16) {
        let waiting = self.messages_with(id);
        self.outbox.uploads.forget(id);
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

    /// Tries the files of a failed message again, which the server may not have kept so long; false when one is not there
    /// any more.
    pub(super) fn retry_files(&mut self, message: &Item) -> bool {
        let all = needed(message);
        let are_there = all.iter().all(|id| self.file(id.as_str()).is_some());
        for id in all.iter().filter(|_| are_there) {
            self.change_item(id.as_str(), &mut |item| {
                item.refused = None;
                item.uploaded = None;
            });
        }
        are_there
    }

    /// Gives up the files that only this message needs, which is about to be removed.
    pub(super) fn give_up_files_of(&mut self, message: &Item) {
        for id in needed(message) {
            let is_alone = self.messages_with(id.as_str()).len() == 1;
            if is_alone && self.file(id.as_str()).is_some() {
                let was_told = self.was_uploaded(id.as_str());
                self.drop_item(id.as_str());
                if !was_told {
                    self.settle(id.as_str(), Err(FailureReason::FileGone));
                }
            }
        }
    }

    /// Lets a file go, unless a message needs it.
    pub(super) fn drop_unneeded(&mut self, id: &str) {
        if self.messages_with(id).is_empty() {
            self.drop_item(id);
        }
    }

    /// Gives an upload up; messages that need it are failed where it is not done.
    pub(super) fn remove_upload(&mut self, id: &str) {
        if self.was_uploaded(id) {
            self.drop_unneeded(id);
        } else if self.file(id).is_some() {
            let waiting = self.messages_with(id);
            self.drop_item(id);
            self.fail_upload(id, waiting, FailureReason::FILE_GONE);
        }
    }

    /// Deletes bytes that no entry names, of those that the adapter has found: old ones, and those of before a reset that
    /// the database has not heard of.
    pub(super) fn delete_strays(&mut self, files: &[String]) {
        // Numbers are not less than the clock was.
        let reset_at = i64::try_from(self.outbox.void_seq()).unwrap_or(i64::MAX);
        let oldest = self.long_ago(reset_at.min(self.now.wall.as_millis()));
        for key in files {
            let is_old = *key < oldest;
            if is_old && self.file(key).is_none() {
                self.out.writes.push(delete_bytes(key));
            }
        }
    }

    /// The least id of what is not so old that its page would have come by now, or is of after this time.
    pub(super) fn long_ago(&self, reset_at: i64) -> String {
        let long_ago = self.now.wall.as_millis() - STRAY_MILLIS;
        let wall = Timestamp::from_millis(reset_at.max(long_ago));
        // Ids are ordered by time.
        uuid_v7(Moment { wall, ..self.now }, &[0; 16])
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
    pub(super) fn change_item(&mut self, id: &str, change: &mut dyn FnMut(&mut Item)) {
        let Some(queued) = self.outbox.get_mut(id) else {
            return;
        };
        queued.begin_anew();
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
pub(super) fn needed(item: &Item) -> &[ClientMessageId] {
    match &item.kind {
        Kind::Message(draft) => &draft.uploads,
        _ => &[],
    }
}
