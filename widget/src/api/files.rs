//! Uploads: `uploadFile`, `uploadFiles`, and messages with files (PROTOCOL §4.3, §4.5).
//!
//! Bytes are kept first, then the engine hears of the file. Files and their message are handed in together, so
//! that no file is on its way before it is known who waits for it; what is sent meanwhile waits for its turn.

use super::app::App;
use super::outcome::{self, Settle};
use super::subscriptions::call;
use crate::browser::{clock, task, value};
use crate::options::given;
use js_sys::{Array, Function};
use pocketping_core::engine::{Command, Entropy, FailureReason, FileInfo, Input, Moment, client_message_id};
use pocketping_core::model::Attachment;
use pocketping_core::{ClientMessageId, Object, Wire};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// A file that the page has handed in, until it is uploaded or not.
pub(super) struct Upload {
    id: ClientMessageId,
    name: String,
    told: Option<Function>,
    /// Which of how many that are told of together.
    place: (usize, usize),
    /// None where only a message waits for it.
    pub(super) settle: Option<Settle>,
}

/// What is handed in together, in the order of the calls.
#[derive(Default)]
pub(super) struct Queue {
    waiting: RefCell<VecDeque<Batch>>,
    busy: Cell<bool>,
}

/// A command with the stamp that names it.
type Stamped = (Command, Moment, Entropy);
/// Files, and the message that goes with them.
type Batch = (Vec<(JsValue, Stamped)>, Option<Stamped>);

/// Whether the page has handed in a file.
pub(super) fn is_file(file: &JsValue) -> bool {
    file.is_instance_of::<Blob>()
}

impl App {
    /// Uploads files one after the other; a promise for each. `told` hears the progress of all, in percent.
    pub(super) fn upload(self: &Rc<Self>, files: Vec<JsValue>, told: Option<Function>) -> Array {
        let count = files.len();
        let promises = Array::new();
        let mut stamped = Vec::new();
        for (at, file) in files.into_iter().enumerate() {
            let (promise, settle) = Settle::new();
            promises.push(&promise);
            let upload = self.begin(&file, told.clone(), (at, count), Some(settle));
            stamped.push((file, upload));
        }
        self.hand_in(stamped, None);
        promises
    }

    /// Sends a message with files; gives the promise of the message.
    pub(super) fn send_with(
        self: &Rc<Self>,
        content: String,
        attachment_ids: Vec<pocketping_core::AttachmentId>,
        files: Vec<JsValue>,
    ) -> JsValue {
        let count = files.len();
        let begin = |(at, file): (usize, JsValue)| {
            let upload = self.begin(&file, None, (at, count), None);
            (file, upload)
        };
        let stamped: Vec<_> = files.into_iter().enumerate().map(begin).collect();
        let uploads = stamped
            .iter()
            .map(|(_, (_, now, entropy))| client_message_id(*now, entropy));
        let command = Command::Send {
            content,
            reply_to: None,
            attachment_ids,
            uploads: uploads.collect(),
        };
        self.send_behind(stamped, command)
    }

    /// Sends a message; gives the promise of it.
    pub(super) fn send(self: &Rc<Self>, command: Command) -> JsValue {
        self.send_behind(Vec::new(), command)
    }

    fn send_behind(self: &Rc<Self>, files: Vec<(JsValue, Stamped)>, command: Command) -> JsValue {
        let (now, entropy) = (clock::now(), clock::entropy());
        let (promise, settle) = Settle::new();
        let id = client_message_id(now, &entropy);
        self.pending.borrow_mut().messages.push((id, settle));
        if files.is_empty() && !self.queue.busy.get() {
            self.prepare(&command);
            self.driver.dispatch_at(Input::Command(command), now, entropy);
        } else {
            self.hand_in(files, Some((command, now, entropy)));
        }
        promise
    }

    /// Notes a file and says that it begins; gives its command, for the case that its bytes are kept.
    fn begin(
        &self,
        file: &JsValue,
        told: Option<Function>,
        place: (usize, usize),
        settle: Option<Settle>,
    ) -> Stamped {
        let (now, entropy) = (clock::now(), clock::entropy());
        let text = |key| given(file, key).and_then(|text| text.as_string());
        let blob: &Blob = file.unchecked_ref();
        let info = FileInfo {
            name: text("name").unwrap_or_else(|| "file".to_owned()),
            mime_type: text("type")
                .filter(|kind| !kind.is_empty())
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            size: blob.size() as u64,
        };
        let start = Object::new()
            .with("filename", info.name.as_str())
            .with("size", blob.size() as i64);
        self.emit("uploadStart", &value::write_object(&start));
        self.pending.borrow_mut().uploads.push(Upload {
            id: client_message_id(now, &entropy),
            name: info.name.clone(),
            told,
            place,
            settle,
        });
        let command = Command::Upload {
            file: info,
            kept: Ok(()),
        };
        (command, now, entropy)
    }

    /// Keeps the bytes of all, then gives the commands; after what was handed in before.
    fn hand_in(self: &Rc<Self>, files: Vec<(JsValue, Stamped)>, message: Option<Stamped>) {
        self.queue.waiting.borrow_mut().push_back((files, message));
        if self.queue.busy.replace(true) {
            return;
        }
        let app = self.clone();
        task::spawn(Box::pin(async move {
            while let Some((files, message)) = app.next_in_queue() {
                let mut commands = Vec::new();
                for (file, (mut command, now, entropy)) in files {
                    let id = client_message_id(now, &entropy);
                    if let Command::Upload { kept, .. } = &mut command {
                        *kept = app.driver.keep_file(&id, &file).await;
                    }
                    commands.push((command, now, entropy));
                }
                commands.extend(message);
                for (command, now, entropy) in commands {
                    // Nobody knows of those any more that a reset came before.
                    if app.waits_for(&client_message_id(now, &entropy)) {
                        app.prepare(&command);
                        app.driver.dispatch_at(Input::Command(command), now, entropy);
                    }
                }
            }
            app.queue.busy.set(false);
        }));
    }

    // A function of its own, so that nothing is borrowed meanwhile.
    fn next_in_queue(&self) -> Option<Batch> {
        self.queue.waiting.borrow_mut().pop_front()
    }

    fn waits_for(&self, id: &ClientMessageId) -> bool {
        let pending = self.pending.borrow();
        pending.uploads.iter().any(|upload| upload.id == *id)
            || pending.messages.iter().any(|(message, _)| message == id)
    }

    /// So much of a file's bytes has been sent. The announcement before and the end after it are 10 % each.
    pub(super) fn report_sent(&self, id: &ClientMessageId, percent: f64) {
        // Not borrowed any more when the page is told.
        let found = {
            let pending = self.pending.borrow();
            let upload = pending.uploads.iter().find(|upload| upload.id == *id);
            upload.map(|upload| (upload.name.clone(), upload.told.clone(), upload.place))
        };
        if let Some((name, told, place)) = found {
            self.tell_progress(name, told, place, 10.0 + 0.8 * percent);
        }
    }

    fn tell_progress(&self, name: String, told: Option<Function>, place: (usize, usize), percent: f64) {
        let percent = percent.round();
        let progress = Object::new()
            .with("filename", name)
            .with("progress", percent as i64);
        self.emit("uploadProgress", &value::write_object(&progress));
        if let Some(told) = told {
            let (at, count) = place;
            let all = ((at * 100) as f64 + percent) / count as f64;
            call(&told, &[&all.round().into()]);
        }
    }

    /// A file is uploaded.
    pub(super) fn report_uploaded(&self, id: &ClientMessageId, attachment: &Attachment) {
        let Some(upload) = self.take_upload(id) else {
            return;
        };
        self.tell_progress(upload.name, upload.told, upload.place, 100.0);
        let attachment = value::write(&attachment.write());
        self.emit("uploadComplete", &attachment);
        if let Some(settle) = upload.settle {
            settle.resolve(&attachment);
        }
    }

    /// A file will not be uploaded.
    pub(super) fn report_lost(&self, id: &ClientMessageId, reason: FailureReason) {
        let Some(upload) = self.take_upload(id) else {
            return;
        };
        let error = outcome::failure(reason);
        let text = given(&error, "message").and_then(|text| text.as_string());
        let told = Object::new()
            .with("filename", upload.name)
            .with("error", text.unwrap_or_default());
        self.emit("uploadError", &value::write_object(&told));
        if let Some(settle) = upload.settle {
            settle.reject(&error);
        }
    }

    fn take_upload(&self, id: &ClientMessageId) -> Option<Upload> {
        let uploads = &mut self.pending.borrow_mut().uploads;
        let at = uploads.iter().position(|upload| upload.id == *id)?;
        Some(uploads.remove(at))
    }
}
