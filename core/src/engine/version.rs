//! What the server thinks of our version (PROTOCOL §1.5).

use super::{Change, Conversation, HttpAnswer};
use crate::model::{VersionSeverity, VersionWarning};
use crate::{Object, PROTOCOL_VERSION, Value};

impl Conversation {
    /// The server does not serve this version any more.
    pub(super) fn too_old(&mut self, answer: &HttpAnswer) {
        // Python wraps the fields in `detail` (PROTOCOL §1.5).
        let body = answer
            .body
            .get("detail")
            .filter(|detail| detail.as_object().is_some());
        let body = body.unwrap_or(&answer.body);
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        self.out.change(Change::VersionWarning(VersionWarning {
            severity: VersionSeverity::Error,
            message: text("message").unwrap_or_default(),
            current_version: PROTOCOL_VERSION.to_owned(),
            min_version: text("minVersion"),
            latest_version: text("latestVersion"),
            can_continue: false,
            upgrade_url: text("upgradeUrl"),
        }));
        self.link.version_told = Some("unsupported".to_owned());
        self.refuse();
    }

    /// Tells once of each version status that is not `ok` (PROTOCOL §4.7 has it on every answer).
    pub(super) fn version_headers(&mut self, headers: &Object) {
        let text = |key: &str| headers.get(key).and_then(Value::as_str).map(str::to_owned);
        let Some(status) = text("status") else { return };
        if status == "ok" || self.link.version_told.as_ref() == Some(&status) {
            return;
        }
        let severity = match status.as_str() {
            "outdated" => VersionSeverity::Info,
            "deprecated" => VersionSeverity::Warning,
            _ => VersionSeverity::Error,
        };
        self.out.change(Change::VersionWarning(VersionWarning {
            severity,
            message: text("message").unwrap_or_default(),
            current_version: PROTOCOL_VERSION.to_owned(),
            min_version: text("minVersion"),
            latest_version: text("latestVersion"),
            can_continue: status != "unsupported",
            upgrade_url: None,
        }));
        let is_unsupported = status == "unsupported";
        self.link.version_told = Some(status);
        if is_unsupported {
            self.refuse();
        }
    }
}
