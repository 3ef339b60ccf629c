//! The functions themselves. Wrong arguments are named in the console and have no other effect; promises
//! are rejected with an `Error` that has a `code`.

use super::app::App;
use super::files;
use super::filter;
use super::outcome::{self, Settle, rejected};
use super::report;
use super::subscriptions::Topic;
use crate::browser::{clock, console, value};
use crate::options::given;
use js_sys::{Array, Function, Reflect};
use pocketping_core::content::{self, MAX_EVENT_DATA_BYTES, MAX_EVENT_NAME_CHARS};
use pocketping_core::engine::{Command, EntryKey};
use pocketping_core::model::{CustomEvent, Identity};
use pocketping_core::route::Score;
use pocketping_core::{AttachmentId, Value, Wire};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Up to three arguments; missing ones are `undefined`.
type Arguments = [JsValue; 3];
type Run = fn(&Rc<App>, Arguments) -> JsValue;

/// What a function gives when there is no widget.
#[derive(Clone, Copy)]
enum Without {
    Nothing,
    Null,
    False,
    List,
    /// A function that does nothing.
    Function,
    /// A promise that is rejected.
    Promise,
}

const FUNCTIONS: [(&str, Without, Run); 29] = [
    ("open", Without::Nothing, |app, _| set_open(app, true)),
    ("close", Without::Nothing, |app, _| set_open(app, false)),
    ("toggle", Without::Nothing, toggle),
    ("toggleOpen", Without::Nothing, toggle),
    ("setOpen", Without::Nothing, |app, [open, ..]| {
        set_open(app, open.is_truthy())
    }),
    ("sendMessage", Without::Promise, send_message),
    ("uploadFile", Without::Promise, upload_file),
    ("uploadFiles", Without::Promise, upload_files),
    ("trigger", Without::Nothing, trigger),
    ("on", Without::Function, |app, arguments| {
        subscribe(app, Topic::Own, "on", arguments)
    }),
    ("onEvent", Without::Function, |app, arguments| {
        subscribe(app, Topic::Custom, "onEvent", arguments)
    }),
    ("offEvent", Without::Nothing, off_event),
    ("identify", Without::Promise, identify),
    ("reset", Without::Promise, reset),
    ("getIdentity", Without::Null, |app, _| {
        let identity = app.driver.conversation().identity().map(Identity::write);
        value::write(&identity.unwrap_or(Value::Null))
    }),
    ("destroy", Without::Nothing, |app, _| {
        app.destroy();
        JsValue::UNDEFINED
    }),
    ("connect", Without::Promise, connect),
    ("disconnect", Without::Nothing, |app, _| {
        app.driver.command(Command::Disconnect);
        JsValue::UNDEFINED
    }),
    ("sendTyping", Without::Nothing, |app, [typing, ..]| {
        app.driver
            .command(Command::Compose(typing.is_undefined() || typing.is_truthy()));
        JsValue::UNDEFINED
    }),
    ("editMessage", Without::Promise, edit_message),
    ("deleteMessage", Without::Promise, delete_message),
    ("submitCsat", Without::Promise, submit_csat),
    ("submitPreChat", Without::Promise, submit_pre_chat),
    ("getPresence", Without::Null, |app, _| {
        let online = app.driver.conversation().operator_online();
        value::write_object(&pocketping_core::Object::new().with("online", online))
    }),
    ("getSession", Without::Null, |app, _| {
        report::session(&app.driver.conversation())
    }),
    ("getMessages", Without::List, |app, _| {
        let conversation = app.driver.conversation();
        conversation
            .entries()
            .iter()
            .map(report::message)
            .collect::<Array>()
            .into()
    }),
    ("isConnected", Without::False, |app, _| {
        app.driver.conversation().is_connected().into()
    }),
    ("isWidgetOpen", Without::False, |app, _| {
        app.driver.conversation().is_open().into()
    }),
    ("getConfig", Without::Null, |app, _| app.config.clone()),
];

/// The functions of a widget, as members of a plain object: the loader copies them one by one.
pub(super) fn of(app: &Rc<App>) -> JsValue {
    let functions = js_sys::Object::new();
    for (name, _, run) in &FUNCTIONS {
        let app = app.clone();
        set(&functions, name, Box::new(move |arguments| run(&app, arguments)));
    }
    checks(functions)
}

/// The functions where there is no widget.
pub(super) fn inert() -> JsValue {
    let functions = js_sys::Object::new();
    for (name, without, _) in &FUNCTIONS {
        let run = |_| match without {
            Without::Nothing => JsValue::UNDEFINED,
            Without::Null => JsValue::NULL,
            Without::False => JsValue::FALSE,
            Without::List => Array::new().into(),
            Without::Function => function(Box::new(|_| JsValue::UNDEFINED)),
            Without::Promise => rejected(&outcome::error("blocked", "uaFilter blocks this browser")),
        };
        set(&functions, name, Box::new(run));
    }
    checks(functions)
}

/// Adds the user-agent checks: promises, as they are before the app is there.
fn checks(functions: js_sys::Object) -> JsValue {
    let promise = |value: JsValue| js_sys::Promise::resolve(&value).into();
    set(
        &functions,
        "isBot",
        Box::new(move |[ua, ..]| promise(filter::is_bot(ua).into())),
    );
    set(
        &functions,
        "checkUaFilter",
        Box::new(move |[ua, config, _]| promise(filter::check_ua_filter(ua, config))),
    );
    functions.into()
}

fn set(object: &js_sys::Object, name: &str, run: Box<dyn Fn(Arguments) -> JsValue>) {
    // A plain object takes every member.
    drop(Reflect::set(object, &JsValue::from_str(name), &function(run)));
}

/// A function for the page; the browser frees it with its last reference.
fn function(run: Box<dyn Fn(Arguments) -> JsValue>) -> JsValue {
    let run: Closure<dyn Fn(JsValue, JsValue, JsValue) -> JsValue> =
        Closure::new(move |a, b, c| run([a, b, c]));
    run.into_js_value()
}

fn set_open(app: &Rc<App>, open: bool) -> JsValue {
    app.command(Command::SetOpen(open));
    JsValue::UNDEFINED
}

fn toggle(app: &Rc<App>, _: Arguments) -> JsValue {
    let open = app.driver.conversation().is_open();
    set_open(app, !open)
}

fn send_message(app: &Rc<App>, [content, attachments, _]: Arguments) -> JsValue {
    let Some(text) = content.as_string() else {
        return invalid("sendMessage: content must be a string");
    };
    let (mut attachment_ids, mut uploads) = (Vec::new(), Vec::new());
    let attachments = if attachments.is_undefined() || attachments.is_null() {
        Array::new()
    } else {
        Array::from(&attachments)
    };
    for entry in attachments {
        match entry.as_string() {
            Some(id) => attachment_ids.push(AttachmentId::from(id)),
            None if files::is_file(&entry) => uploads.push(entry),
            None => return invalid("sendMessage: attachmentIds must be strings or files"),
        }
    }
    let is_plain = uploads.is_empty();
    let is_allowed = content::check(&text, attachment_ids.len() + uploads.len()).is_ok();
    // The engine says why what is not allowed is not; files are handed in only with what is.
    if is_plain || !is_allowed {
        return app.send(Command::Send {
            content: text,
            reply_to: None,
            attachment_ids,
            uploads: Vec::new(),
        });
    }
    app.send_with(text, attachment_ids, uploads)
}

fn upload_file(app: &Rc<App>, [file, told, _]: Arguments) -> JsValue {
    if !files::is_file(&file) {
        return invalid("uploadFile: file must be a File or a Blob");
    }
    app.upload(vec![file], told.dyn_into().ok()).get(0)
}

fn upload_files(app: &Rc<App>, [list, told, _]: Arguments) -> JsValue {
    let list: Vec<JsValue> = match list.is_object() {
        true => Array::from(&list).iter().collect(),
        false => Vec::new(),
    };
    if !list.iter().all(files::is_file) {
        return invalid("uploadFiles: files must be a list of Files or Blobs");
    }
    js_sys::Promise::all(&app.upload(list, told.dyn_into().ok())).into()
}

fn edit_message(app: &Rc<App>, [id, content, _]: Arguments) -> JsValue {
    let (Some(id), Some(content)) = (id.as_string(), content.as_string()) else {
        return invalid("editMessage: messageId and content must be strings");
    };
    let key = EntryKey(id.into());
    app.run(Command::Edit { key, content }, None)
}

fn delete_message(app: &Rc<App>, [id, ..]: Arguments) -> JsValue {
    match id.as_string() {
        Some(id) => app.run(Command::Delete(EntryKey(id.into())), None),
        None => invalid("deleteMessage: messageId must be a string"),
    }
}

fn submit_csat(app: &Rc<App>, [score, comment, _]: Arguments) -> JsValue {
    match Score::read(&value::read(&score)) {
        Ok(score) => {
            let comment = comment.as_string();
            app.run(Command::Rate { score, comment }, Some("csatSubmitted"))
        }
        Err(_) => invalid("submitCsat: score must be a whole number from 1 to 5"),
    }
}

fn submit_pre_chat(app: &Rc<App>, [form, ..]: Arguments) -> JsValue {
    let field = |name| given(&form, name).and_then(|text| text.as_string());
    let command = Command::SubmitPreChat {
        email: field("email"),
        phone: field("phone"),
        phone_country: field("phoneCountry"),
    };
    app.run(command, Some("preChatCompleted"))
}

fn trigger(app: &Rc<App>, [name, data, options]: Arguments) -> JsValue {
    match read_event(&name, &data) {
        Ok(event) => {
            let message = given(&options, "widgetMessage").and_then(|text| text.as_string());
            app.command(Command::Trigger {
                name: event.name.clone(),
                data: event.data.clone(),
            });
            let topic = ["event:", event.name.as_str()].concat();
            app.emit(&topic, &value::write(&event.write()));
            if let Some(message) = message {
                set_open(app, true);
                let told = pocketping_core::Object::new()
                    .with("message", message)
                    .with("eventName", event.name);
                app.emit("triggerMessage", &value::write_object(&told));
            }
        }
        Err(problem) => console::warn(&["trigger: ", problem, "; nothing was sent"].concat()),
    }
    JsValue::UNDEFINED
}

fn read_event(name: &JsValue, data: &JsValue) -> Result<CustomEvent, &'static str> {
    let name = name.as_string().ok_or("name must be a string")?;
    if name.is_empty() || name.chars().count() > MAX_EVENT_NAME_CHARS {
        return Err("name must have 1 to 128 characters");
    }
    let data = if data.is_undefined() || data.is_null() {
        Value::Null
    } else {
        match value::from_page(data) {
            Some((_, length)) if length > MAX_EVENT_DATA_BYTES => return Err("data is over 32 KiB"),
            Some((data @ Value::Object(_), _)) => data,
            Some(_) => return Err("data must be an object"),
            None => return Err("data must be an object that JSON can hold"),
        }
    };
    Ok(CustomEvent {
        name,
        data,
        timestamp: clock::now().wall,
        session_id: None,
        event_id: None,
    })
}

fn subscribe(app: &Rc<App>, topic: Topic, name: &str, [event, handler, _]: Arguments) -> JsValue {
    let (event, handler) = (event.as_string(), handler.dyn_into::<Function>());
    let (Some(event), Ok(handler)) = (event, handler) else {
        console::warn(&[name, ": the event must be a string and the handler a function"].concat());
        return function(Box::new(|_| JsValue::UNDEFINED));
    };
    let id = app.subscriptions.add(topic, event, handler);
    let app = Rc::downgrade(app);
    function(Box::new(move |_| {
        if let Some(app) = app.upgrade() {
            app.subscriptions.end(id);
        }
        JsValue::UNDEFINED
    }))
}

fn off_event(app: &Rc<App>, [event, handler, _]: Arguments) -> JsValue {
    match event.as_string() {
        Some(event) => app.subscriptions.remove(Topic::Custom, &event, &handler),
        None => console::warn("offEvent: the event must be a string"),
    }
    JsValue::UNDEFINED
}

fn identify(app: &Rc<App>, [identity, ..]: Arguments) -> JsValue {
    let read = value::from_page(&identity).and_then(|(identity, _)| Identity::read(&identity).ok());
    match read {
        Some(identity) if !identity.id.is_empty() => {
            let (promise, settle) = Settle::new();
            app.pending.borrow_mut().identifies.push(settle);
            app.command(Command::Identify(identity));
            promise
        }
        _ => invalid("identify: identity must be an object whose id is a string that is not empty"),
    }
}

fn reset(app: &Rc<App>, [options, ..]: Arguments) -> JsValue {
    let new_session = given(&options, "newSession").is_some_and(|flag| flag.is_truthy());
    app.command(Command::Reset { new_session });
    if new_session {
        app.reject_sends("reset", "the conversation was reset before this was sent");
    }
    js_sys::Promise::resolve(&JsValue::UNDEFINED).into()
}

fn connect(app: &Rc<App>, _: Arguments) -> JsValue {
    let (promise, settle) = Settle::new();
    let session = {
        let conversation = app.driver.conversation();
        conversation
            .is_connected()
            .then(|| report::session(&conversation))
    };
    match session {
        Some(session) => settle.resolve(&session),
        None => {
            app.pending.borrow_mut().connects.push(settle);
            app.connect();
        }
    }
    promise
}

fn invalid(problem: &str) -> JsValue {
    rejected(&outcome::error("invalid_argument", problem))
}
