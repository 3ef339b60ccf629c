//! Files: as a visitor picks them, and as an operator sends them.

use crate::{Server, Widget};
use anyhow::{Context, Result};
use serde_json::json;

/// Scripts have `text(name, content, type)` and `picture(name, width, height)`, which give files, the latter a promise of
/// one; `pick(...files)` hands them to the picker, `bring(event, files, more)` drags, drops or pastes them.
pub const FILES: &str = "const widget = () => document.getElementById('pocketping-container').shadowRoot;
    const text = (name, content, type = 'text/plain') => new File([content], name, { type });
    const picture = (name, width, height, colour = '#e07a5f') => {
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width, height });
        const paint = canvas.getContext('2d');
        const sky = paint.createLinearGradient(0, 0, width, height);
        sky.addColorStop(0, colour); sky.addColorStop(1, '#3d405b');
        paint.fillStyle = sky; paint.fillRect(0, 0, width, height);
        paint.fillStyle = '#f2cc8f'; paint.beginPath(); paint.arc(width / 2, height / 2, height / 5, 0, 7); paint.fill();
        return new Promise((done) => canvas.toBlob((blob) => done(new File([blob], name, { type: 'image/png' }))));
    };
    const carry = (files, more = {}) => {
        const data = new DataTransfer();
        for (const file of files) data.items.add(file);
        for (const type in more) data.setData(type, more[type]);
        return data;
    };
    const pick = (...files) => {
        const picker = widget().querySelector('.pp-file-input');
        picker.files = carry(files).files;
        picker.dispatchEvent(new Event('change'));
    };
    const bring = (type, files, more) => {
        const options = { bubbles: true, cancelable: true, composed: true };
        const data = carry(files, more);
        const event = type == 'paste' ? new ClipboardEvent(type, options)
            : new DragEvent(type, { ...options, dataTransfer: data });
        // Firefox makes none with files.
        if (type == 'paste') Object.defineProperty(event, 'clipboardData', { value: data });
        widget().querySelector('.pp-input').dispatchEvent(event);
        return event.defaultPrevented;
    };";

impl Widget {
    /// Runs a script's body that may wait, with [`FILES`] at hand.
    ///
    /// # Errors
    /// When it throws.
    pub async fn with_files(&self, body: &str) -> Result<serde_json::Value> {
        let script = format!(
            "const done = arguments[0]; {FILES}
             (async () => {{ {body} }})().then((result) => done({{ result }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.browser.async_script(&script).await?;
        anyhow::ensure!(answer["error"].is_null(), "{}", answer["error"]);
        Ok(answer["result"].clone())
    }
}

impl Server {
    /// The operator sends files, each a name, a type and what is in it, with a text.
    ///
    /// # Errors
    /// When the server does not take them.
    pub async fn send_files(&self, session: &str, text: &str, files: &[(&str, &str, &[u8])]) -> Result<()> {
        let mut ids = Vec::new();
        for (name, kind, bytes) in files {
            let about = json!({ "filename": name, "mimeType": kind, "size": bytes.len() });
            let begun = self
                .operator(&format!("sessions/{session}/upload"), Some(about))
                .await?;
            let url = begun["uploadUrl"].as_str().context("no address")?;
            let address = match url.starts_with('/') {
                true => self.address() + url,
                false => url.to_owned(),
            };
            let put = reqwest::Client::new()
                .put(address)
                .header("Content-Type", *kind)
                .body(bytes.to_vec());
            put.send().await?.error_for_status()?;
            let id = json!({ "attachmentId": begun["attachmentId"] });
            self.operator(&format!("sessions/{session}/upload/complete"), Some(id))
                .await?;
            ids.push(begun["attachmentId"].clone());
        }
        let message = json!({ "content": text, "attachmentIds": ids });
        self.operator(&format!("sessions/{session}/messages"), Some(message))
            .await?;
        Ok(())
    }

    /// What the operator API says of a session.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn session(&self, session: &str) -> Result<serde_json::Value> {
        self.operator(&format!("sessions/{session}"), None).await
    }
}
