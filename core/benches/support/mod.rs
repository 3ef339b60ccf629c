//! A conversation with a database and a server that answer at once: what is left is the engine's own time.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use pocketping_core::engine::{
    Command, Conversation, Effect, EngineOptions, HttpAnswer, HttpRequest, Input, Moment, Output, Restored,
    StreamEvent, StreamId,
};
use pocketping_core::envelope::{MessageEdited, ServerEnvelope, ServerEvent};
use pocketping_core::model::{Message, Sender};
use pocketping_core::{Cursor, Object, SessionId, Timestamp, Value, Wire};
use std::collections::VecDeque;

const SESSION: &str = "session-0123456789abcdef";
const EPOCH: i64 = 1_790_000_000_000;

/// The engine and what surrounds it.
pub struct Desk {
    pub engine: Conversation,
    now: u64,
    draws: u64,
    stream: Option<StreamId>,
    inputs: VecDeque<Input>,
    /// Messages that the server has stored.
    pub stored: u64,
    /// Requests wait for [`Desk::answer`].
    pub holds: bool,
    held: VecDeque<Input>,
}

impl Desk {
    /// A connected conversation with an open WebSocket.
    pub fn connected() -> Self {
        let mut desk = Self::new(options());
        desk.input(Input::Restored(Restored::default()));
        desk.input(Input::Command(Command::Connect));
        assert!(desk.engine.is_connected());
        desk
    }

    /// The same with so many messages, half of them the visitor's.
    pub fn with_messages(count: u64) -> Self {
        let mut desk = Self::connected();
        for number in 0..count {
            desk.frame(message(number));
        }
        assert_eq!(desk.engine.entries().len() as u64, count);
        desk
    }

    pub fn new(options: EngineOptions) -> Self {
        Desk {
            engine: Conversation::new(options),
            now: 0,
            draws: 0,
            stream: None,
            inputs: VecDeque::new(),
            stored: 0,
            holds: false,
            held: VecDeque::new(),
        }
    }

    /// An envelope comes over the stream.
    pub fn frame(&mut self, frame: Value) {
        let id = self.stream.unwrap();
        let event = StreamEvent::Frame(frame);
        self.input(Input::Stream { id, event });
    }

    pub fn send(&mut self) {
        self.input(Input::Command(Command::Send {
            content: "Do you ship to Lyon?".to_owned(),
            reply_to: None,
            attachment_ids: Vec::new(),
            uploads: Vec::new(),
        }));
    }

    /// Lets the server answer what it has held back, one after the other.
    pub fn answer(&mut self) {
        self.holds = false;
        while let Some(input) = self.held.pop_front() {
            self.input(input);
        }
    }

    /// One input, and all that follows from it.
    pub fn input(&mut self, input: Input) {
        self.now += 20;
        self.inputs.push_back(input);
        while let Some(input) = self.inputs.pop_front() {
            self.turn(input);
        }
        while self.engine.poll_timeout().is_some_and(|at| at <= self.now) {
            self.turn(Input::Tick);
        }
    }

    fn turn(&mut self, input: Input) {
        self.draws += 1;
        let mut entropy = [0x5a; 16];
        entropy[..8].copy_from_slice(&self.draws.to_be_bytes());
        let moment = Moment {
            wall: Timestamp::from_millis(EPOCH + self.now as i64),
            mono: self.now,
        };
        self.engine.handle(input, moment, entropy);
        while let Some(output) = self.engine.poll_output() {
            if let Output::Effect(effect) = output {
                self.perform(effect);
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Request { id, request } => {
                let outcome = Ok(self.serve(&request));
                let input = Input::Response { id, outcome };
                if self.holds {
                    self.held.push_back(input);
                } else {
                    self.inputs.push_back(input);
                }
            }
            Effect::OpenStream { id, .. } => {
                self.stream = Some(id);
                let event = StreamEvent::Opened;
                self.inputs.push_back(Input::Stream { id, event });
            }
            Effect::Persist { id, .. } => self.inputs.push_back(Input::Persisted { id, outcome: Ok(()) }),
            _ => {}
        }
    }

    fn serve(&mut self, request: &HttpRequest) -> HttpAnswer {
        let body = match request.path.as_str() {
            "/connect" => Object::new()
                .with("sessionId", SESSION)
                .with("visitorId", "v")
                .with("operatorOnline", true)
                .with("messages", Vec::new())
                .with("cursor", "c1.0")
                .with(
                    "features",
                    ["idempotent-send", "event-route", "resume"]
                        .map(Value::from)
                        .to_vec(),
                ),
            "/message" => {
                self.stored += 1;
                Object::new()
                    .with("messageId", format!("own-{:08}", self.stored))
                    .with(
                        "timestamp",
                        Timestamp::from_millis(EPOCH + self.now as i64).to_string(),
                    )
            }
            _ => Object::new().with("ok", true),
        };
        HttpAnswer {
            status: 200,
            body: body.into(),
            retry_after: None,
            version: None,
        }
    }
}

/// What a returning visitor's page knows.
pub fn options() -> EngineOptions {
    let mut options = EngineOptions::default();
    options.session_id = Some(SESSION.into());
    options.visitor_id = Some("v".into());
    (options.streams, options.visible, options.online) = (true, true, true);
    options
}

/// The envelope of a message of 20 characters.
pub fn message(number: u64) -> Value {
    envelope(number, ServerEvent::Message(Box::new(stored(number))))
}

/// An edit of that message.
pub fn edit(number: u64, at: u64) -> Value {
    let edited = MessageEdited {
        message_id: id(number).into(),
        content: "Do you ship to Nice?".to_owned(),
        edited_at: Timestamp::from_millis(EPOCH + at as i64),
    };
    envelope(at, ServerEvent::MessageEdited(edited))
}

pub fn stored(number: u64) -> Message {
    let sender = if number.is_multiple_of(2) {
        Sender::Visitor
    } else {
        Sender::Operator
    };
    let at = Timestamp::from_millis(EPOCH - 1_000_000_000 + number as i64 * 10);
    let session = SessionId::from(SESSION);
    Message::new(
        id(number).into(),
        session,
        sender,
        "Do you ship to Lyon?".to_owned(),
        at,
    )
}

fn id(number: u64) -> String {
    // In the order of time, as our server's are.
    format!("0199d0c0-0000-7000-{number:08}-0123456789abcdef")
}

fn envelope(place: u64, event: ServerEvent) -> Value {
    let mut envelope = ServerEnvelope::from(event);
    envelope.cursor = Some(Cursor::new(format!("c1.{place}")));
    envelope.write()
}
