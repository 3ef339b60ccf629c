//! Files: announcing, receiving and completing them.

use super::Server;
use pocketping_core::engine::{HttpAnswer, NetworkFailure};
use pocketping_core::{Object, Value};

#[derive(Clone, Debug)]
pub struct Upload {
    pub session: String,
    pub filename: String,
    pub size: u64,
    pub bytes: Option<Value>,
    pub complete: bool,
    pub expires: u64,
}

impl Server {
    pub(super) fn announce(&mut self, body: &Value) -> HttpAnswer {
        let session = body.get("sessionId").and_then(Value::as_str).unwrap();
        if !self.sessions.iter().any(|known| known.id.as_str() == session) {
            return self.http(404, Object::new().with("detail", "Session not found"));
        }
        let upload = Upload {
            session: session.to_owned(),
            filename: body.get("filename").and_then(Value::as_str).unwrap().to_owned(),
            size: body.get("size").and_then(Value::as_int).unwrap() as u64,
            bytes: None,
            complete: false,
            expires: self.now + self.link_millis,
        };
        let id = self.make_id("file-");
        let answer = Object::new()
            .with("attachmentId", id.as_str())
            .with("uploadUrl", format!("/pocketping/upload/{id}"))
            .with("expiresAt", self.timestamp().to_string());
        self.uploads.insert(id, upload);
        self.http(200, answer)
    }

    /// Bytes arrive at an address for them.
    pub fn put(&mut self, now: u64, url: &str, bytes: Value) -> Result<HttpAnswer, NetworkFailure> {
        self.now = now;
        if !self.up {
            return Err(NetworkFailure::Unreachable);
        }
        if let Some(at) = self.scripts.iter().position(|(path, ..)| path == "PUT") {
            let (_, status, body) = self.scripts.remove(at);
            return Ok(self.http(status, body));
        }
        let id = url.strip_prefix("/pocketping/upload/").unwrap();
        let Some(upload) = self.uploads.get_mut(id).filter(|upload| now < upload.expires) else {
            return Ok(self.http(403, Object::new()));
        };
        upload.bytes = Some(bytes);
        Ok(self.http(204, Value::Null))
    }

    pub(super) fn complete(&mut self, body: &Value) -> HttpAnswer {
        let id = body.get("attachmentId").and_then(Value::as_str).unwrap();
        let Some(upload) = self.uploads.get_mut(id) else {
            return self.http(404, Object::new().with("detail", "Attachment not found"));
        };
        if upload.bytes.is_none() {
            return self.http(409, Object::new());
        }
        upload.complete = true;
        let answer = view(id, upload);
        self.http(200, answer)
    }

    /// Names and bytes of the files of the session's messages, in order.
    pub fn files(&self) -> Vec<(String, String)> {
        let messages = &self.sessions.last().unwrap().messages;
        let files = messages.iter().flat_map(|message| &message.attachments);
        files
            .map(|file| {
                let bytes = self.uploads[file.id.as_str()].bytes.as_ref();
                let bytes = bytes.and_then(Value::as_str).unwrap();
                (file.filename.clone(), bytes.to_owned())
            })
            .collect()
    }
}

pub(super) fn view(id: &str, upload: &Upload) -> Object {
    Object::new()
        .with("id", id)
        .with("filename", upload.filename.as_str())
        .with("mimeType", "text/plain")
        .with("size", upload.size as i64)
        .with("url", format!("/pocketping/files/{id}"))
        .with("status", "ready")
}
