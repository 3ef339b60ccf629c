//! What was recorded beside what came back.

use super::differences::{ABSENT, OTHER};
use super::replay::Replay;
use serde_json::Value;

impl Replay {
    /// Every recorded value is in ours: the same one, or, where each server makes its own, one of the same type.
    pub(super) fn compare(&mut self, path: &str, recorded: &Value, ours: &Value) {
        match (recorded, ours) {
            _ if OTHER.iter().any(|known| path.ends_with(known.0)) => {}
            (Value::Null, _) => {}
            (_, Value::Null) if ABSENT.iter().any(|known| path.ends_with(known.0)) => {}
            (Value::Object(recorded), Value::Object(own)) => {
                for (key, value) in recorded {
                    let own = own.get(key).unwrap_or(&Value::Null);
                    self.compare(&format!("{path}.{key}"), value, own);
                }
            }
            (Value::Array(recorded), Value::Array(own)) => {
                let recorded: Vec<_> = recorded.iter().filter_map(as_we_show).collect();
                let unrecorded = |item: &Value| self.unrecorded.iter().any(|id| item["id"] == **id);
                let own: Vec<_> = own.iter().filter(|item| !unrecorded(item)).collect();
                if recorded.len() != own.len() {
                    let (theirs, own) = (recorded.len(), own.len());
                    self.problems
                        .push(format!("{path}: {theirs} were recorded, ours are {own}"));
                }
                for (value, own) in recorded.iter().zip(own) {
                    self.compare(&format!("{path}[]"), value, own);
                }
            }
            (recorded, own) if recorded == own => {}
            (Value::Number(_), Value::Number(_)) | (Value::String(_), Value::String(_)) if is_own(path) => {}
            _ => self
                .problems
                .push(format!("{path}: {recorded} was recorded, ours is {ours}")),
        }
    }
}

/// An item of a list as ours has it: `None` for a message without text and files, which is refused here; without its text
/// for a deleted one.
fn as_we_show(item: &Value) -> Option<Value> {
    let mut item = item.clone();
    if item["deletedAt"].is_string() {
        item["content"] = Value::from("");
    } else if item["content"] == "" && item["attachments"].is_null() {
        return None;
    }
    Some(item)
}

/// Whether each server makes its own: ids, times, addresses of files.
fn is_own(path: &str) -> bool {
    const KEYS: [&str; 20] = [
        "attachmentId",
        "createdAt",
        "deletedAt",
        "deliveredAt",
        "editedAt",
        "expiresAt",
        "from",
        "id",
        "lastActivity",
        "medianFirstResponseSeconds",
        "messageId",
        "messageIds[]",
        "readAt",
        "replyTo",
        "requestedAt",
        "respondedAt",
        "sessionId",
        "timestamp",
        "to",
        "uploadUrl",
    ];
    let key = path.rsplit('.').next().unwrap_or_default();
    KEYS.contains(&key)
        || path.starts_with("attachments/") && key == "url"
        || path.ends_with("attachments[].url")
}
