//! Commands and questions of the page, by name.

use super::app::App;
use super::report;
use crate::browser::database::failure;
use crate::browser::{clock, console};
use js_sys::Function;
use pocketping_core::engine::{
    Command, Connection, Entropy, EntryKey, FileInfo, Input, Moment, client_message_id,
};
use pocketping_core::model::{Identity, TrackedElement};
use pocketping_core::route::Score;
use pocketping_core::{ClientMessageId, Value, Wire};
use wasm_bindgen::JsValue;

/// When a command was given, and the engine's id of it.
pub(super) struct Stamp {
    id: ClientMessageId,
    now: Moment,
    entropy: Entropy,
}

impl Stamp {
    fn new() -> Self {
        let (now, entropy) = (clock::now(), clock::entropy());
        Stamp {
            id: client_message_id(now, &entropy),
            now,
            entropy,
        }
    }
}

impl App {
    /// Answers a question or gives a command; `None` when the value has another form than the command needs. `begun` is
    /// called with the engine's id of the command, before anything comes of that; it is `stamp`, where that was given out
    /// before.
    pub(super) fn act(
        &self,
        name: &str,
        value: &Value,
        begun: &Function,
        stamp: Option<String>,
    ) -> Option<Value> {
        let item = |at: usize| value.as_list()?.get(at);
        let text = |at| Some(item(at)?.as_str()?.to_owned());
        let key = |at| Some(EntryKey(item(at)?.as_str()?.into()));
        let flag = value.as_bool();
        let command = match name {
            "setOpen" => Command::SetOpen(flag?),
            "sendMessage" => Command::Send {
                content: text(0)?,
                reply_to: None,
                attachment_ids: Vec::read(item(1)?).ok()?,
                uploads: Vec::read(item(2)?).ok()?,
            },
            "upload" => Command::Upload {
                file: FileInfo::read(item(0)?).ok()?,
                kept: match text(1) {
                    Some(word) => Err(failure(Some(&word))),
                    None => Ok(()),
                },
            },
            "trigger" => Command::Trigger {
                name: text(0)?,
                data: item(1)?.clone(),
            },
            "identify" => {
                let identity = Identity::read(value).ok()?;
                if identity.id.is_empty() {
                    return None;
                }
                Command::Identify(identity)
            }
            "reset" => Command::Reset { new_session: flag? },
            "editMessage" => Command::Edit {
                key: key(0)?,
                content: text(1)?,
            },
            "deleteMessage" => Command::Delete(key(0)?),
            "submitCsat" => Command::Rate {
                score: Score::read(item(0)?).ok()?,
                comment: text(1),
            },
            "submitPreChat" => Command::SubmitPreChat {
                email: text(0),
                phone: text(1),
                phone_country: text(2),
            },
            "getMessage" => {
                let conversation = self.driver.conversation();
                return conversation.entry(&key(0)?).map(report::message);
            }
            "stamp" => {
                let stamp = Stamp::new();
                let id = stamp.id.write();
                self.stamps.borrow_mut().push(stamp);
                return Some(id);
            }
            "attach" => {
                self.state.files.set(Vec::read(value).ok()?);
                return Some(Value::Null);
            }
            "removeUpload" => return self.tell(Command::Remove(key(0)?)),
            "disconnect" => return self.tell(Command::Disconnect),
            "sendTyping" => return self.tell(Command::Compose(flag?)),
            "setTrackedElements" => return self.tell(Command::SetTrackedElements(readable(value))),
            "connect" => {
                self.connect();
                return Some(Value::Null);
            }
            "destroy" => {
                self.destroy();
                return Some(Value::Null);
            }
            _ => return self.answer(name),
        };
        self.prepare(&command);
        let Stamp { id, now, entropy } = self.stamp(stamp);
        // It only takes a note.
        drop(begun.call1(&JsValue::UNDEFINED, &id.as_str().into()));
        self.driver.dispatch_at(Input::Command(command), now, entropy);
        Some(Value::Null)
    }

    /// The stamp of this id, or a new one.
    fn stamp(&self, id: Option<String>) -> Stamp {
        let mut stamps = self.stamps.borrow_mut();
        let known = stamps
            .iter()
            .position(|stamp| Some(stamp.id.as_str()) == id.as_deref());
        known.map_or_else(Stamp::new, |at| stamps.remove(at))
    }

    fn tell(&self, command: Command) -> Option<Value> {
        self.driver.command(command);
        Some(Value::Null)
    }

    fn answer(&self, question: &str) -> Option<Value> {
        let conversation = self.driver.conversation();
        Some(match question {
            "getIdentity" => conversation.identity().map_or(Value::Null, Identity::write),
            "getSession" => report::session(&conversation),
            "getMessages" => Value::List(conversation.entries().iter().map(report::message).collect()),
            "getTrackedElements" => {
                let elements = conversation.tracked_elements().iter().map(Wire::write);
                Value::List(elements.collect())
            }
            "attached" => self.state.files.with_untracked(Wire::write),
            "isConnected" => conversation.is_connected().into(),
            "isRefused" => (conversation.connection() == Connection::Refused).into(),
            "isWidgetOpen" => conversation.is_open().into(),
            "isMuted" => crate::browser::mute::is_muted().into(),
            "isOnline" => conversation.operator_online().into(),
            _ => return None,
        })
    }
}

/// The tracked elements that can be read; the others are named in the console.
fn readable(list: &Value) -> Vec<TrackedElement> {
    let items = list.as_list().unwrap_or_default().iter();
    let read = items.filter_map(|item| {
        let element = TrackedElement::read(item);
        if element.is_err() {
            console::warn("a tracked element is passed over: the value cannot be read");
        }
        element.ok()
    });
    read.collect()
}
