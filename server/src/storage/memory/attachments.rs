//! The uploads of all sessions in memory.

use crate::storage::{AttachmentQuery, AttachmentRecord, UploadStage};
use pocketping_core::{AttachmentId, SessionId, Timestamp};
use std::collections::{BTreeSet, HashMap};

#[derive(Default)]
pub(super) struct Attachments {
    by_id: HashMap<AttachmentId, AttachmentRecord>,
    of_session: HashMap<SessionId, Vec<AttachmentId>>,
    /// Those that no message carries, oldest first.
    loose: BTreeSet<(Timestamp, AttachmentId)>,
}

impl Attachments {
    pub(super) fn get(&self, id: &AttachmentId) -> Option<&AttachmentRecord> {
        self.by_id.get(id)
    }

    pub(super) fn put(&mut self, record: AttachmentRecord) {
        let place = (record.created_at, record.id.clone());
        if record.stage.is_loose() {
            self.loose.insert(place);
        } else {
            self.loose.remove(&place);
        }
        let (id, session) = (record.id.clone(), record.session_id.clone());
        if self.by_id.insert(id.clone(), record).is_none() {
            self.of_session.entry(session).or_default().push(id);
        }
    }

    /// What a write of this session asks for.
    pub(super) fn wanted(&self, session: &SessionId, query: &AttachmentQuery) -> Vec<AttachmentRecord> {
        let own = self.of_session.get(session).into_iter().flatten();
        let own = own.filter_map(|id| self.by_id.get(id));
        match query {
            AttachmentQuery::None => Vec::new(),
            AttachmentQuery::These(ids) => own.filter(|record| ids.contains(&record.id)).cloned().collect(),
            AttachmentQuery::Loose => own.filter(|record| record.stage.is_loose()).cloned().collect(),
        }
    }

    pub(super) fn loose(&self, before: Timestamp, limit: usize) -> Vec<AttachmentRecord> {
        let records = self.loose.iter().filter_map(|(_, id)| self.by_id.get(id));
        let old =
            |record: &&AttachmentRecord| record.created_at < before || record.stage == UploadStage::Discarded;
        records.filter(old).take(limit).cloned().collect()
    }

    /// Drops those of the ids that are discarded.
    pub(super) fn forget(&mut self, ids: &[AttachmentId]) {
        for id in ids {
            if self
                .by_id
                .get(id)
                .is_some_and(|record| record.stage == UploadStage::Discarded)
                && let Some(record) = self.by_id.remove(id)
            {
                self.loose.remove(&(record.created_at, record.id));
                if let Some(own) = self.of_session.get_mut(&record.session_id) {
                    own.retain(|other| other != id);
                    if own.is_empty() {
                        self.of_session.remove(&record.session_id);
                    }
                }
            }
        }
    }

    /// The session is gone. What has a file is discarded, and stays until that is removed.
    pub(super) fn drop_session(&mut self, session: &SessionId) {
        for id in self.of_session.remove(session).into_iter().flatten() {
            let Some(record) = self.by_id.remove(&id) else {
                continue;
            };
            self.loose.remove(&(record.created_at, id.clone()));
            if record.file.is_some() {
                self.loose.insert((record.created_at, id.clone()));
                let discarded = AttachmentRecord {
                    stage: UploadStage::Discarded,
                    message_id: None,
                    ..record
                };
                self.by_id.insert(id, discarded);
            }
        }
    }
}
