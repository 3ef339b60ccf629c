//! Files beside the reply and those of answers on their way: sent at once, kept until the server has the answer.

use super::Store;
use crate::api::{self, ApiError};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pocketping_core::model::{Attachment, AttachmentStatus};
use pocketping_core::{AttachmentId, SessionId};
use std::collections::HashMap;
use web_sys::File;

/// Names a file of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileKey(u32);

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FileState {
    /// On its way.
    Sending,
    /// The server has it.
    Sent(AttachmentId),
    /// It cannot be sent, for this reason.
    Failed(&'static str),
}

/// A file that was picked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picked {
    /// Its name here.
    pub(crate) key: FileKey,
    session: SessionId,
    /// The name it has.
    pub(crate) name: String,
    kind: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// How far it has come.
    pub(crate) state: FileState,
    /// Whether an answer has it; it stands beside the reply until then.
    taken: bool,
}

impl Picked {
    /// What is shown of it until the server has the answer.
    pub(super) fn placeholder(&self) -> Attachment {
        Attachment {
            id: AttachmentId::from(["file-", &self.key.0.to_string()].concat()),
            message_id: None,
            filename: self.name.clone(),
            mime_type: self.kind.clone(),
            size: self.size,
            url: String::new(),
            thumbnail_url: None,
            status: AttachmentStatus::Uploading,
            created_at: None,
            uploaded_from: None,
            bridge_file_id: None,
        }
    }
}

/// All files that were picked and whose answers the server does not have.
#[derive(Clone, Copy)]
pub(crate) struct Files {
    picked: RwSignal<Vec<Picked>>,
    bytes: StoredValue<HashMap<FileKey, File>, LocalStorage>,
    count: StoredValue<u32>,
}

impl Files {
    pub(super) fn new() -> Self {
        Files {
            picked: RwSignal::default(),
            bytes: StoredValue::new_local(HashMap::new()),
            count: StoredValue::new(0),
        }
    }

    /// Whether a reply of a conversation has files to go with it, followed.
    pub(crate) fn any_beside(&self, session: &SessionId) -> bool {
        let goes = |file: &Picked| !file.taken && !matches!(file.state, FileState::Failed(_));
        self.picked
            .with(|picked| picked.iter().any(|file| file.session == *session && goes(file)))
    }

    /// Those beside the reply of a conversation, followed.
    pub(crate) fn beside(&self, session: &SessionId) -> Vec<Picked> {
        self.picked.with(|picked| {
            let beside = picked
                .iter()
                .filter(|file| !file.taken && file.session == *session);
            beside.cloned().collect()
        })
    }

    pub(super) fn forget(&self) {
        self.picked.set(Vec::new());
        self.bytes.set_value(HashMap::new());
    }

    fn set(&self, key: FileKey, state: FileState) {
        self.picked.update(|picked| {
            if let Some(file) = picked.iter_mut().find(|file| file.key == key) {
                file.state = state;
            }
        });
    }

    fn state(&self, key: FileKey) -> Option<FileState> {
        self.picked.with_untracked(|picked| {
            let file = picked.iter().find(|file| file.key == key)?;
            Some(file.state.clone())
        })
    }
}

impl Store {
    /// Puts files beside the chosen conversation's reply and begins to send them.
    pub(crate) fn pick(self, files: Vec<File>) {
        let Some(session) = self.sessions.selected.get_untracked() else {
            return;
        };
        // A note has no files.
        self.noting.set(false);
        for file in files {
            self.files.count.update_value(|count| *count += 1);
            let key = FileKey(self.files.count.get_value());
            self.files.picked.update(|picked| {
                picked.push(Picked {
                    key,
                    session: session.clone(),
                    name: file.name(),
                    kind: file.type_(),
                    size: file.size() as u64,
                    state: FileState::Sending,
                    taken: false,
                });
            });
            self.files.bytes.update_value(|bytes| {
                bytes.insert(key, file);
            });
            self.upload(key);
        }
    }

    /// Takes a file away from beside the reply.
    pub(crate) fn unpick(self, key: FileKey) {
        self.forget_files(&[key]);
    }

    /// Those beside the reply that can be sent; they are the answer's then.
    pub(super) fn take_staged(self) -> Vec<Picked> {
        let Some(session) = self.sessions.selected.get_untracked() else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        self.files.picked.update(|picked| {
            for file in picked.iter_mut() {
                let fails = matches!(file.state, FileState::Failed(_));
                if !file.taken && !fails && file.session == session {
                    file.taken = true;
                    taken.push(file.clone());
                }
            }
        });
        taken
    }

    pub(super) fn is_uploaded(self, key: FileKey) -> bool {
        matches!(self.files.state(key), Some(FileState::Sent(_)))
    }

    pub(super) fn attachment_ids(self, keys: &[FileKey]) -> Vec<AttachmentId> {
        let id = |key: &FileKey| match self.files.state(*key) {
            Some(FileState::Sent(id)) => Some(id),
            _ => None,
        };
        keys.iter().filter_map(id).collect()
    }

    /// Sends those again that could not be sent.
    pub(super) fn resend_files(self, keys: &[FileKey]) {
        for key in keys {
            if matches!(self.files.state(*key), Some(FileState::Failed(_))) {
                self.upload(*key);
            }
        }
    }

    pub(super) fn forget_files(self, keys: &[FileKey]) {
        self.files
            .picked
            .update(|picked| picked.retain(|file| !keys.contains(&file.key)));
        self.files
            .bytes
            .update_value(|bytes| bytes.retain(|key, _| !keys.contains(key)));
    }

    fn upload(self, key: FileKey) {
        let file = self.files.bytes.with_value(|bytes| bytes.get(&key).cloned());
        let session = self.files.picked.with_untracked(|picked| {
            let picked = picked.iter().find(|file| file.key == key);
            picked.map(|file| file.session.clone())
        });
        let (Some(file), Some(session)) = (file, session) else {
            return;
        };
        self.files.set(key, FileState::Sending);
        spawn_local(async move {
            match api::upload(&session, &file).await {
                Ok(attachment) => {
                    self.files.set(key, FileState::Sent(attachment.id));
                    self.send_waiting();
                }
                Err(ApiError::SignedOut) => self.shut(),
                Err(error) => {
                    self.files.set(key, FileState::Failed(reason(error)));
                    let status = match error {
                        ApiError::Refused(status) => status,
                        _ => 503,
                    };
                    self.fail_with_file(key, status);
                }
            }
        });
    }
}

fn reason(error: ApiError) -> &'static str {
    match error {
        ApiError::Refused(413) => words::FILE_TOO_LARGE,
        ApiError::Refused(415 | 422) => words::FILE_TYPE_REFUSED,
        _ => words::FILE_NOT_SENT,
    }
}
