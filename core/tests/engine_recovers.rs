//! What a conversation comes out of again: holes in its list, doubles, dead ends, servers without capacity; and details of
//! what it promises that a reader found broken.
#![allow(clippy::unwrap_used)]

mod driver;
mod pages;

use driver::server::{Dialled, Server};
use driver::{Database, World};
use pages::{Page, connected, request};
use pocketping_core::engine::*;
use pocketping_core::envelope::{ServerEnvelope, ServerEvent};
use pocketping_core::model::{Identity, Message, Sender};
use pocketping_core::{Object, Timestamp, Value, Wire};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn posts(world: &World) -> Vec<u64> {
    let posts = world.requests("/message").into_iter();
    let posts = posts.filter(|(_, request)| request.path == "/message");
    posts.map(|(at, _)| at).collect()
}

fn frame(value: &ServerEvent) -> Value {
    ServerEnvelope::from(value.clone()).write()
}

fn settled(world: &World) -> Vec<Result<(), FailureReason>> {
    let changes = world.changes.iter();
    let settled = changes.filter_map(|change| match change {
        Change::Settled { outcome, .. } => Some(*outcome),
        _ => None,
    });
    settled.collect()
}

// ---------------------------------------------------------------------------------------------------------------------
// Lost, and holes

/// `resync`, then the stream ends while the snapshot is on its way. A stream that opened before that had come would know no
/// place to go on from: what the server stores between the two would be in neither.
#[test]
fn a_stream_that_ends_while_the_list_is_read_anew_goes_on_where_the_list_ends() {
    let mut page = Page::of(Some("v"), "");
    let ok = |body: Object| {
        Ok(HttpAnswer {
            status: 200,
            body: body.into(),
            retry_after: None,
            version: None,
        })
    };
    let stream = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::OpenStream { id, path, .. } => Some((*id, path.clone())),
            _ => None,
        })
    };
    page.input(Input::Restored(Restored::default()));
    page.input(Input::Command(Command::SetOpen(true)));
    let effects = page.input(Input::Command(Command::Connect));
    let features = ["idempotent-send", "event-route", "resume", "heartbeat"].map(Value::from);
    let answer = Object::new()
        .with("sessionId", "s")
        .with("visitorId", "v")
        .with("messages", Vec::new())
        .with("hasMore", false)
        .with("cursor", "c1.10")
        .with("features", features.to_vec());
    let effects = page.input(Input::Response {
        id: request(&effects, "/connect").unwrap(),
        outcome: ok(answer),
    });
    let (first, path) = stream(&effects).unwrap();
    assert!(path.contains("after=c1.10"));
    let event = StreamEvent::Opened;
    page.input(Input::Stream { id: first, event });
    page.now += 30;
    let event = StreamEvent::Frame(frame(&ServerEvent::Resync));
    let effects = page.input(Input::Stream { id: first, event });
    let snapshot = request(&effects, "/messages").unwrap();
    let event = StreamEvent::Closed { code: Some(1006) };
    page.input(Input::Stream { id: first, event });
    page.now += 10_000;
    let waiting = page.input(Input::Tick);
    assert_eq!(stream(&waiting), None);
    assert!(
        page.engine.poll_timeout().is_none_or(|at| at > page.now),
        "it does not spin meanwhile"
    );
    let answer = Object::new()
        .with("messages", Vec::new())
        .with("hasMore", false)
        .with("cursor", "c1.20");
    let mut effects = page.input(Input::Response {
        id: snapshot,
        outcome: ok(answer),
    });
    effects.extend(page.input(Input::Tick));
    let (_, path) = stream(&effects).unwrap();
    assert!(path.contains("after=c1.20"), "{path}");
}

/// The page asked for with [`Command::ReadOlder`] comes after a `resync` has dropped the part of the list that it was to
/// be joined to.
#[test]
fn an_older_page_leaves_no_hole() {
    let mut world = World::connected(Server::ours());
    for number in 0..1_000 {
        let now = world.now + number;
        world.server.say(now, &number.to_string());
    }
    world.server.sent.clear();
    world.run(1_001);
    let mut world = world.reload();
    world.disk.stores.clear();
    world.command(Command::Connect);
    world.run(1_000);
    while world.texts().len() < 600 {
        world.command(Command::ReadOlder);
        world.run(100);
    }
    let before = world.requests("/messages").len();
    let id = world.server.streams[0].id;
    let event = StreamEvent::Frame(frame(&ServerEvent::Resync));
    world.server.sent.push((id, event));
    world.deliver_envelopes();
    // While the fourth page back is on its way, the visitor scrolls up.
    while world.requests("/messages").len() < before + 4 {
        world.run(1);
    }
    world.command(Command::ReadOlder);
    world.run(1_000);
    let (shown, stored) = (world.texts(), world.server.texts());
    let holes: Vec<_> = shown
        .windows(2)
        .filter(|pair| pair[1].parse::<u32>() != pair[0].parse::<u32>().map(|number| number + 1))
        .collect();
    assert!(holes.is_empty(), "{holes:?}");
    assert!(stored.ends_with(&shown));
}

// ---------------------------------------------------------------------------------------------------------------------
// Twice

/// `js/database.js` gives a write up after 2 s as `unavailable`, without undoing it: it may be committed later.
#[test]
fn a_write_that_was_given_up_and_came_through_does_not_double_its_message() {
    let mut world = World::connected(Server::foreign());
    world.database = Database::Hangs;
    world.send("once");
    let (id, writes) = world
        .effects
        .iter()
        .find_map(|(_, effect)| match effect {
            Effect::Persist { id, writes, .. } => Some((*id, writes.clone())),
            _ => None,
        })
        .unwrap();
    world.run(2_000);
    let outcome = Err(PersistFailure::Unavailable);
    world.input(Input::Persisted { id, outcome });
    // What is given up is committed all the same.
    for write in writes {
        if let StoreWrite::Put { store, key, value } = write {
            world.disk.stores.entry(store).or_default().insert(key, value);
        }
    }
    world.database = Database::Works;
    world.run(5_000);
    assert_eq!(world.server.texts(), ["once"]);
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(MINUTE);
    assert_eq!(world.server.texts(), ["once"]);
    assert_eq!(world.texts(), ["once"]);
}

/// A gateway's 408 (or 429) after the server has stored the message and its echo has come.
#[test]
fn what_has_come_back_is_not_sent_again_whatever_the_answer_says() {
    for status in [408, 429] {
        let mut world = World::connected(Server::foreign());
        world.server.script("/message", status, Object::new());
        let key = world.send("once");
        world.run(driver::WRITE + driver::LATENCY);
        // The server has stored it, and says so to all streams before the gateway answers.
        let at = Timestamp::from_millis(driver::server::EPOCH + world.now as i64);
        let session = world.server.session();
        let stored = Message::new(
            "m1".into(),
            session.id.clone(),
            Sender::Visitor,
            "once".to_owned(),
            at,
        );
        session.messages.push(stored.clone());
        let id = world.server.streams[0].id;
        let event = StreamEvent::Frame(frame(&ServerEvent::Message(Box::new(stored))));
        world.input(Input::Stream { id, event });
        assert_eq!(world.delivery(&key), Delivery::Sent, "it is shown as stored");
        world.run(MINUTE);
        assert_eq!(posts(&world).len(), 1, "{status}");
        assert_eq!(world.server.texts(), ["once"], "{status}");
        assert_eq!(world.texts(), ["once"], "{status}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Stuck

/// Its list cannot be read (a host that has not written that route): one lost request, and nothing is ever sent again.
#[test]
fn a_message_in_doubt_is_not_stuck_for_ever_where_the_list_cannot_be_read() {
    for gone in [true, false] {
        let mut world = World::connected(Server::foreign());
        if gone {
            world.server.missing_routes.push("/messages");
        }
        world.server.script("/message", 502, Object::new());
        world.send("first");
        world.send("second");
        if !gone {
            for _ in 0..100_000 {
                world.server.script("/messages", 500, Object::new());
            }
        }
        world.run(HOUR);
        assert_eq!(world.server.texts(), ["first", "second"], "gone: {gone}");
    }
}

/// A bucket without CORS: the bytes of a file that no message needs never arrive.
#[test]
fn a_file_whose_bytes_never_arrive_does_not_keep_messages_without_it_back_for_ever() {
    let mut world = World::connected(Server::ours());
    world.lose_responses.push(("PUT".to_owned(), usize::MAX));
    world.upload("a.txt", "aaa");
    world.send("help");
    world.run(HOUR);
    assert_eq!(world.server.texts(), ["help"]);
}

/// A foreign server takes custom events by socket only. Where there never is one (a proxy, a serverless host), they are
/// kept over all reloads and never sent; 160 large ones are all the room that there is.
#[test]
fn events_that_this_server_can_never_take_do_not_shut_the_visitor_out() {
    let mut server = Server::foreign();
    server.web_socket = Dialled::Refused;
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(2_000);
    for _ in 0..165 {
        world.command(Command::Trigger {
            name: "cart".to_owned(),
            data: Object::new().with("items", "x".repeat(32 * 1024 - 20)).into(),
        });
        world.run(100);
    }
    // What room is left.
    for _ in 0..300 {
        let (name, data) = ("click".to_owned(), Value::from(1));
        world.command(Command::Trigger { name, data });
    }
    world.run(1_000);
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(24 * HOUR);
    world.command(Command::Send {
        content: "help, my order is lost".to_owned(),
        reply_to: None,
        attachment_ids: Vec::new(),
        uploads: Vec::new(),
    });
    world.run(MINUTE);
    assert_eq!(world.server.texts(), ["help, my order is lost"]);
}

/// Tries are counted over the visitor's retry.
#[test]
fn a_file_that_is_tried_again_has_all_its_tries_again() {
    let mut world = World::connected(Server::ours());
    world.server.features.retain(|feature| *feature != "uploads");
    world.command(Command::Disconnect);
    world.command(Command::Connect);
    world.run(1_000);
    world.lose_responses.push(("PUT".to_owned(), 5));
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(5 * MINUTE);
    assert!(matches!(world.delivery(&key), Delivery::Failed(_)));
    world.lose_responses.push(("PUT".to_owned(), 1));
    world.command(Command::Retry(key.clone()));
    world.run(5 * MINUTE);
    assert_eq!(world.delivery(&key), Delivery::Sent);
}

// ---------------------------------------------------------------------------------------------------------------------
// Backoff

/// Each frame of the stream is "good news", on which the entry that the server has no capacity for is tried at once.
#[test]
fn what_comes_over_the_stream_does_not_undo_the_backoff_of_an_overloaded_server() {
    let mut world = World::connected(Server::ours());
    for _ in 0..10_000 {
        world.server.script("/message", 503, Object::new());
    }
    world.send("hello");
    let id = world.server.streams[0].id;
    for _ in 0..240 {
        world.run(500);
        let event = StreamEvent::Frame(frame(&ServerEvent::Presence(
            Wire::read(&Object::new().with("online", true).into()).unwrap(),
        )));
        world.server.sent.push((id, event));
        world.deliver_envelopes();
    }
    let tries = posts(&world).len();
    assert!(tries <= 20, "{tries} tries in two minutes");
}

/// The same by polls.
#[test]
fn polls_do_not_undo_the_backoff_of_an_overloaded_server() {
    let mut server = Server::ours();
    (server.web_socket, server.event_source) = (Dialled::Refused, Dialled::Refused);
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(2_000);
    world.server.script("/event", 503, Object::new());
    for _ in 0..1_000 {
        world.server.script("/event", 503, Object::new());
    }
    world.command(Command::Trigger {
        name: "bought".to_owned(),
        data: Value::Null,
    });
    world.run(5 * MINUTE);
    let tries = world.requests("/event").len();
    assert!(tries <= 25, "{tries} tries in five minutes");
}

// ---------------------------------------------------------------------------------------------------------------------
// Requirements

#[test]
fn reset_leaves_no_unreadable_identity_behind() {
    let mut world = World::connected(Server::ours());
    // As another version has written it: no `id` of text.
    let unreadable = Object::new().with("id", 7).with("email", "a@example.org");
    world
        .disk
        .local
        .insert("pocketping_user_identity", unreadable.into());
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(1_000);
    world.command(Command::Reset { new_session: true });
    world.run(1_000);
    assert_eq!(world.disk.local.get("pocketping_user_identity"), None);
}

/// Our server answers `/connect` with the session's identity: a page that is reloaded after `reset()` has it again.
#[test]
fn a_reset_identity_does_not_come_back_with_the_next_connection() {
    let mut world = World::connected(Server::ours());
    let identity = Object::new().with("id", "u1").with("name", "Ann");
    let identity = Identity::read(&identity.into()).unwrap();
    world.command(Command::Identify(identity.clone()));
    world.run(1_000);
    world.command(Command::Reset { new_session: false });
    world.run(1_000);
    assert_eq!(world.engine.identity(), None);
    let mut world = world.reload();
    let session = world.server.session().id.clone();
    let features: Vec<Value> = world
        .server
        .features
        .iter()
        .map(|name| Value::from(*name))
        .collect();
    let answer = Object::new()
        .with("sessionId", session.as_str())
        .with("visitorId", "v")
        .with("messages", Vec::new())
        .with("hasMore", false)
        .with("cursor", "c1.0")
        .with("features", features)
        .with("identity", identity.write());
    world.server.script("/connect", 200, answer);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.engine.identity(), None);
}

/// Nothing can have been sent before there was a session.
#[test]
fn a_first_message_that_was_never_tried_can_be_deleted_offline_after_a_reload() {
    let mut world = World::new(Server::ours());
    world.kill_server();
    let key = world.send("secret");
    world.run(1_000);
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(world.texts(), ["secret"]);
    world.command(Command::Delete(key));
    world.run(1_000);
    assert_eq!(settled(&world), [Ok(())]);
    assert!(world.texts().is_empty());
}

/// The second try of a deletion, after the first one's answer was lost: our server answers 409 `message_deleted`.
#[test]
fn a_deletion_whose_answer_was_lost_is_told_as_done() {
    let mut world = World::connected(Server::ours());
    let key = world.send("oops");
    world.run(1_000);
    world.lose_responses.push(("/message/".to_owned(), 1));
    world.command(Command::Delete(key.clone()));
    world.run(driver::WRITE + 2 * driver::LATENCY + 1);
    let refusal = Object::new().with("code", "message_deleted");
    let refusal = Object::new().with("error", refusal);
    world.server.script("/message/", 409, refusal);
    world.run(10_000);
    assert!(world.message(&key).deleted_at.is_some(), "it is deleted");
    assert_eq!(settled(&world), [Ok(())]);
}

/// `read` after 1 s visible and open.
#[test]
fn a_message_counts_as_read_only_after_it_was_in_view_for_a_second() {
    let mut world = World::connected(Server::ours());
    world.command(Command::SetOpen(true));
    let now = world.now;
    world.server.say(now, "first");
    world.deliver_envelopes();
    world.run(950);
    let now = world.now;
    let late = world.server.say(now, "late");
    world.deliver_envelopes();
    world.run(500);
    let reads = world.requests("/read").into_iter();
    let reads = reads.filter(|(_, request)| {
        let body = request.body.as_ref().unwrap();
        body.get("status").and_then(Value::as_str) == Some("read")
            && body
                .get("messageIds")
                .unwrap()
                .as_list()
                .unwrap()
                .contains(&Value::from(late.as_str()))
    });
    let early: Vec<u64> = reads
        .map(|(at, _)| at - now)
        .filter(|after| *after < 1_000)
        .collect();
    assert!(early.is_empty(), "told as read {early:?} ms after it was written");
}

/// The server's word that a version is unsupported, without a 426 (PROTOCOL §4.7: unsupported ⇒ disconnect).
#[test]
fn an_unsupported_version_disconnects_also_when_only_the_header_says_so() {
    let mut server = Server::ours();
    server.version = Some(
        Object::new()
            .with("status", "unsupported")
            .with("minVersion", "9.0.0"),
    );
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.engine.connection(), Connection::Refused);
}

/// A firewall's 403 on `/connect`.
#[test]
fn who_was_refused_may_ask_again() {
    let mut world = World::new(Server::ours());
    world.server.script("/connect", 403, Object::new());
    world.command(Command::Connect);
    world.run(HOUR);
    assert_eq!(world.engine.connection(), Connection::Refused);
    assert_eq!(world.requests("/connect").len(), 1, "nothing is tried by itself");
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.engine.connection(), Connection::Live);
}

/// A page whose database answers each write after two seconds: none of the answers says that it leads now.
#[test]
fn a_slow_database_does_not_keep_messages_back_for_ever() {
    let mut page = Page::new("a");
    page.lead(1);
    let mut effects = page.say("hello");
    let is = |effect: &Effect, path: &str| matches!(effect, Effect::Request { request, .. } if request.path == path);
    let mut sent = false;
    for _ in 0..10 {
        sent |= effects.iter().any(|effect| is(effect, "/message"));
        let connect = request(&effects, "/connect");
        let written: Vec<Effect> = effects.clone();
        // What comes due before the database answers.
        let answers_at = page.now + 2_000;
        effects = match connect {
            Some(id) => page.input(Input::Response {
                id,
                outcome: connected(),
            }),
            None => Vec::new(),
        };
        while let Some(at) = page.engine.poll_timeout().filter(|at| *at < answers_at) {
            page.now = page.now.max(at);
            effects.extend(page.input(Input::Tick));
        }
        page.now = answers_at;
        effects.extend(page.written(&written, Ok(())));
    }
    assert!(sent, "not within 20 seconds");
}
