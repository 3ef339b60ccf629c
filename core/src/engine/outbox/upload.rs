//! Delivering a file: announce it, put its bytes, say that they are complete (PROTOCOL §1.3).
//!
//! The steps are only in memory. Whatever goes wrong, it is begun anew with a new announcement: servers
//! remove uploads that no message takes, and an address for bytes is good for a short time only.

use super::answer::Doubt;
use super::item::Item;
use super::outcome::Outcome;
use super::{Outbox, Queued};
use crate::engine::outputs::Purpose;
use crate::engine::{Connection, Conversation, FailureReason, FileInfo, Method, NetworkFailure};
use crate::model::Attachment;
use crate::route::Feature;
use crate::value::Fields;
use crate::{AttachmentId, ClientMessageId, Object, SessionId, Value, Wire};
use std::sync::Arc;

/// When the failures of a file weigh so much together, it is given up.
const ENOUGH: u8 = 60;
/// Its address or its announcement was not known any more: four times.
const EXPIRED: u8 = ENOUGH / 4;
/// Its bytes have not arrived where a server that has said nothing of storing bytes wants them: five times, as the existing
/// servers' default is an address that does not exist.
const UNREACHABLE: u8 = ENOUGH / 5;
/// The same on a server that stores files, while all else works: a bucket that browsers may not put to, say.
const UNREACHABLE_TRUSTED: u8 = ENOUGH / 15;
/// The status for that, as a gateway would have it.
const BAD_GATEWAY: u16 = 502;
/// How many finished uploads are remembered for messages that name them late.
const REMEMBERED: usize = 100;

/// Uploads, as far as they are not entries.
#[derive(Default)]
pub(in crate::engine) struct Uploads {
    under_way: Option<UnderWay>,
    finished: Vec<(Arc<str>, Attachment)>,
}

/// The upload that was last worked on.
struct UnderWay {
    id: Arc<str>,
    session_id: SessionId,
    /// Once it is announced.
    attachment_id: Option<String>,
    /// Where its bytes go, until they are there.
    url: Option<String>,
}

impl Uploads {
    /// The upload of this entry, where it stands or at the beginning.
    fn enter(&mut self, id: &Arc<str>, session_id: &SessionId) -> &mut UnderWay {
        let known = self.under_way.take();
        let known = known.filter(|known| known.id == *id && known.session_id == *session_id);
        self.under_way.insert(known.unwrap_or_else(|| UnderWay {
            id: id.clone(),
            session_id: session_id.clone(),
            attachment_id: None,
            url: None,
        }))
    }

    /// Whether the bytes of this entry are what is sent.
    pub(in crate::engine) fn puts(&self, id: &str) -> bool {
        self.under_way
            .as_ref()
            .is_some_and(|upload| *upload.id == *id && upload.url.is_some())
    }

    /// Begins this upload anew the next time.
    pub(in crate::engine) fn forget(&mut self, id: &str) {
        self.under_way = self.under_way.take().filter(|upload| *upload.id != *id);
    }

    /// Remembers an upload that is done.
    pub(in crate::engine) fn finish(&mut self, id: &str, attachment: &Attachment) {
        if self.finished.len() >= REMEMBERED {
            self.finished.remove(0);
        }
        self.finished.push((id.into(), attachment.clone()));
    }

    /// The attachment of an upload that is done.
    pub(in crate::engine) fn finished(&self, id: &str) -> Option<&Attachment> {
        let finished = self.finished.iter().rfind(|(known, _)| **known == *id);
        finished.map(|(_, attachment)| attachment)
    }

    /// The upload of a file, and what the server has said of that, as far as it is remembered.
    pub(in crate::engine) fn known(&self, id: &AttachmentId) -> Option<&(Arc<str>, Attachment)> {
        self.finished.iter().find(|(_, attachment)| attachment.id == *id)
    }
}

impl Outbox {
    /// Whether a file is to be given up, as it has failed so once more.
    fn has_failed_enough(&mut self, id: &str, weight: u8) -> bool {
        self.get_mut(id).is_some_and(|queued| {
            queued.weight += weight;
            queued.weight >= ENOUGH
        })
    }
}

impl Queued {
    /// All tries are still to be had.
    pub(in crate::engine) fn begin_anew(&mut self) {
        self.lost_sessions = 0;
        self.weight = 0;
    }
}

impl Conversation {
    /// Takes the next step of an upload.
    pub(super) fn send_upload(&mut self, item: &Item, file: &FileInfo, session_id: SessionId) {
        let upload = self.outbox.uploads.enter(&item.id, &session_id);
        let (attachment_id, url) = (upload.attachment_id.clone(), upload.url.clone());
        self.outbox.in_flight = Some(item.id.clone());
        if let Some(url) = url {
            let key = ClientMessageId::new(item.id.clone());
            return self.out.put_file(key, url, file.mime_type.clone());
        }
        // `UploadRequest` and `UploadCompleteRequest`, whose readers and writers pages would have to load.
        let mut body = Object::new();
        body.push("sessionId", session_id.write());
        let path = match attachment_id {
            Some(id) => {
                body.push("attachmentId", Value::String(id));
                "/upload/complete"
            }
            None => {
                body.push("filename", Value::from(file.name.as_str()));
                body.push("mimeType", Value::from(file.mime_type.as_str()));
                body.push("size", file.size.write());
                "/upload"
            }
        };
        let body = Some(Value::Object(body));
        self.out
            .request(Purpose::Deliver, Method::Post, path.to_owned(), body);
    }

    /// The answer to the last step.
    pub(super) fn upload_answered(
        &mut self,
        id: &Arc<str>,
        outcome: Outcome,
        status: Result<u16, NetworkFailure>,
    ) {
        if status == Err(NetworkFailure::FileGone) {
            return self.upload_refused(id, FailureReason::FILE_GONE);
        }
        let status = status.unwrap_or(BAD_GATEWAY);
        let weight = if self.connection_now() != Connection::Live {
            0
        } else if self.session.has(Feature::Uploads) {
            UNREACHABLE_TRUSTED
        } else {
            UNREACHABLE
        };
        let Some(upload) = self.outbox.uploads.under_way.as_mut() else {
            return;
        };
        let (id_there, url) = (upload.attachment_id.take(), upload.url.take());
        let step = match (&id_there, &url) {
            (None, _) => Step::Announce,
            (_, Some(_)) => Step::Put,
            _ => Step::Complete,
        };
        match (outcome, step) {
            (Outcome::Taken(body), Step::Announce) => {
                let read = |key| {
                    Fields::of(&body)
                        .and_then(|fields| fields.get::<String>(key))
                        .ok()
                };
                (upload.attachment_id, upload.url) = (read("attachmentId"), read("uploadUrl"));
                if upload.attachment_id.is_none() || upload.url.is_none() {
                    // Not from a PocketPing server, or not from one that takes files.
                    upload.attachment_id = None;
                    if self.outbox.has_failed_enough(id, weight) {
                        return self.refused(id, BAD_GATEWAY);
                    }
                    self.try_later(id, None, Doubt::MayBeStored);
                    self.outbox.pass_over(id);
                }
            }
            (Outcome::Taken(_), Step::Put) => upload.attachment_id = id_there,
            (Outcome::Taken(body), Step::Complete) => match Attachment::read(&body) {
                Ok(attachment) => {
                    let session_id = upload.session_id.clone();
                    self.uploaded(id, session_id, attachment);
                }
                Err(_) => self.try_later(id, None, Doubt::MayBeStored),
            },
            (Outcome::Unknown(after), step) => {
                if step == Step::Put && self.outbox.has_failed_enough(id, weight) {
                    return self.refused(id, status);
                }
                self.try_later(id, after, Doubt::MayBeStored);
                // What needs no file is not to wait for it.
                self.outbox.pass_over(id);
            }
            (Outcome::Later(after), _) => self.try_later(id, after, Doubt::None),
            (Outcome::SessionGone, _) => self.session_gone(id),
            (Outcome::NoRoute | Outcome::Refused(_), Step::Announce)
            | (Outcome::Refused(413 | 415 | 422), _) => self.refused(id, status),
            (Outcome::NoRoute | Outcome::Refused(_) | Outcome::TooOld, _) => {
                if self.outbox.has_failed_enough(id, EXPIRED) {
                    return self.refused(id, status);
                }
                self.try_later(id, None, Doubt::None);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Announce,
    Put,
    Complete,
}
