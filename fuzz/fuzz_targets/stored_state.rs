//! Stored state: whatever journal, outbox and history hold, a conversation starts with it, loses nothing of
//! what can be read, and sends it once.
//!
//! The input is a JSON object: `journal`, `outbox` and `history` as stored, `foreign` for a server without our
//! additions, and the names of `steps` to go through before all comes to rest.
#![no_main]

#[path = "../../core/tests/driver/mod.rs"]
mod driver;

use driver::server::{Dialect, Server, Session};
use driver::{Database, World};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use pocketping_core::engine::{Command, EntryKey, PersistFailure, Store, Surroundings};
use pocketping_core::engine::{Delivery, Input};
use pocketping_core::{Timestamp, Value};

const SESSION: &str = "s";
/// Enough for every back-off, settling and time-out of a short outbox.
const REST_MILLIS: u64 = 600_000;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    pocketping_fuzz::mutate_json(data, size, max_size, seed)
});

fuzz_target!(|text: &str| {
    let Ok(state) = serde_json::from_str::<Value>(text) else {
        return;
    };
    // An id of ours is never of the form that we give to messages which are not stored.
    if text.contains("temp-") {
        return;
    }
    let list = |key: &str| state.get(key).and_then(Value::as_list).unwrap_or_default();
    // A long outbox shows nothing that a short one does not, and takes long.
    if list("outbox").len() > 20 || list("history").len() > 60 || list("steps").len() > 40 {
        return;
    }
    let server = if state.get("foreign") == Some(&Value::Bool(true)) {
        Server::foreign()
    } else {
        Server::ours()
    };
    let mut world = load(server, &state);
    let expected = Readable::all(&state);
    for readable in &expected {
        assert!(
            world.engine.entry(&readable.key()).is_some() || !readable.in_journal,
            "{readable:?} of the journal does not show at once"
        );
    }
    world.run(10);
    for readable in &expected {
        assert!(
            world.engine.entry(&readable.key()).is_some(),
            "{readable:?} does not show"
        );
    }
    for step in list("steps").iter().filter_map(Value::as_str) {
        world = take(world, step);
    }
    world.server.start();
    world.database = Database::Works;
    world.lose_responses.clear();
    world.input(Input::Surroundings(Surroundings::Online));
    world.input(Input::Surroundings(Surroundings::Visible));
    world.command(Command::Connect);
    world.run(REST_MILLIS);
    for readable in &expected {
        readable.check(&world);
    }
});

/// A page that finds this state.
fn load(mut server: Server, state: &Value) -> World {
    server.sessions.push(Session {
        id: SESSION.into(),
        visitor: "v".to_owned(),
        messages: Vec::new(),
        log: Vec::new(),
    });
    let mut world = World::new(server);
    for (store, key) in [(Store::Outbox, "outbox"), (Store::History, "history")] {
        let values = state.get(key).and_then(Value::as_list).unwrap_or_default();
        let rows = values
            .iter()
            .enumerate()
            .map(|(at, value)| (store_key(at, value), value.clone()));
        world.disk.stores.insert(store, rows.collect());
    }
    if let Some(journal) = state.get("journal") {
        world.disk.local.insert("pocketping_outbox", journal.clone());
    }
    for (key, value) in [("pocketping_session_id", SESSION), ("pocketping_visitor_id", "v")] {
        world.disk.local.insert(key, Value::from(value));
    }
    world.reload()
}

/// The key under which the engine keeps an entry or a message.
fn store_key(at: usize, value: &Value) -> String {
    let id = value.get("id").or_else(|| value.get("message")?.get("id"));
    let id = id.and_then(Value::as_str);
    match (value.get("seq").and_then(Value::as_int), id) {
        (Some(seq), Some(id)) => format!("{seq:016}-{id}"),
        (None, Some(id)) => id.to_owned(),
        _ => format!("unreadable-{at}"),
    }
}

fn take(mut world: World, step: &str) -> World {
    match step {
        "send" => drop(world.send("another")),
        "say" => {
            let now = world.now;
            world.server.say(now, "an answer");
            world.deliver_envelopes();
        }
        "run" => world.run(20_000),
        "kill" => world.kill_server(),
        "start" => world.server.start(),
        "reload" => return world.reload(),
        "lose" => world.lose_responses.push(("/message".to_owned(), 1)),
        "full" => world.database = Database::Fails(PersistFailure::Full),
        "broken" => world.database = Database::Fails(PersistFailure::Broken),
        "hang" => world.database = Database::Hangs,
        "open" => world.command(Command::SetOpen(true)),
        "type" => world.command(Command::Compose(true)),
        "online" => world.input(Input::Surroundings(Surroundings::Online)),
        "hide" => world.input(Input::Surroundings(Surroundings::Hidden)),
        "show" => world.input(Input::Surroundings(Surroundings::Visible)),
        _ => world.run(50),
    }
    world
}

/// A message of the stored outbox that nobody could call unreadable, and that nothing else stored is about.
#[derive(Debug)]
struct Readable {
    id: String,
    content: String,
    refused: bool,
    in_journal: bool,
}

impl Readable {
    fn all(state: &Value) -> Vec<Self> {
        let everything = serde_json::to_string(state).unwrap_or_default();
        let journal = state.get("journal");
        let is_journal = journal.and_then(|journal| journal.get("v")) == Some(&Value::Int(1));
        let journal = journal
            .and_then(|journal| journal.get("items"))
            .and_then(Value::as_list);
        let journal = journal.filter(|_| is_journal).unwrap_or_default();
        let outbox = state.get("outbox").and_then(Value::as_list).unwrap_or_default();
        let stored = journal.iter().map(|item| (item, true));
        let stored = stored.chain(outbox.iter().map(|item| (item, false)));
        let readable = stored.filter_map(|(item, in_journal)| Self::read(item, in_journal));
        readable
            .filter(|readable| {
                let id = serde_json::to_string(&readable.id).unwrap_or_default();
                everything.matches(&id).count() == 1
            })
            .collect()
    }

    fn read(item: &Value, in_journal: bool) -> Option<Self> {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let plain = |object: &Value, known: &[&str]| {
            let object = object.as_object()?;
            object.iter().all(|(key, _)| known.contains(&key)).then_some(())
        };
        plain(item, &["v", "seq", "id", "created", "kind", "data", "refused"])?;
        let data = item.get("data")?;
        plain(data, &["content"])?;
        let refused = match item.get("refused") {
            None | Some(Value::Null) => false,
            Some(Value::Int(400..=499)) => true,
            Some(_) => return None,
        };
        let is_message = text(item, "kind")? == "message" && item.get("v") == Some(&Value::Int(1));
        let is_ordered = matches!(item.get("seq"), Some(Value::Int(0..)));
        Timestamp::parse(&text(item, "created")?)?;
        // The fake server's messages have ids of this form.
        let is_servers = |id: &String| id.len() == 5 && id.starts_with('m');
        let id = text(item, "id").filter(|id| !is_servers(id));
        let id = id.filter(|id| !id.is_empty() && !id.starts_with("temp-"))?;
        (is_message && is_ordered).then_some(Readable {
            id,
            content: text(data, "content")?,
            refused,
            in_journal,
        })
    }

    fn key(&self) -> EntryKey {
        EntryKey(self.id.as_str().into())
    }

    /// At rest it is on the server once, or waits for the visitor as it did before.
    fn check(&self, world: &World) {
        let entries = world.engine.entries().iter();
        // A server without our additions does not say after a reload which message it was.
        let same = entries
            .filter(|entry| entry.message.content == self.content)
            .find(|_| world.server.dialect == Dialect::Foreign);
        let Some(entry) = world.engine.entry(&self.key()).or(same) else {
            panic!("{self:?} is not shown any more");
        };
        if self.refused {
            assert!(
                matches!(entry.delivery, Delivery::Failed(_)),
                "{self:?}: {entry:?}"
            );
            assert_eq!(entry.message.content, self.content);
            return;
        }
        let messages = world.server.sessions.iter().flat_map(|session| &session.messages);
        let stored = messages.filter(|message| message.id == entry.message.id).count();
        assert_eq!(stored, 1, "{self:?}: {entry:?}");
    }
}
