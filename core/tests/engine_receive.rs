//! Receiving: cursors, resync, edits and deletions, receipts, unread, typing, events, history.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::{Dialled, Server};
use driver::{Database, World};
use pocketping_core::engine::*;
use pocketping_core::envelope::{ServerEvent, Typing};
use pocketping_core::model::{CustomEvent, MessageStatus, Sender};
use pocketping_core::{Object, Timestamp, Value};

fn say(world: &mut World, text: &str) -> pocketping_core::MessageId {
    let now = world.now;
    let id = world.server.say(now, text);
    world.deliver_envelopes();
    id
}

fn tell(world: &mut World, event: ServerEvent) {
    world.server.broadcast(event);
    world.deliver_envelopes();
    world.run(100);
}

fn custom(name: &str) -> ServerEvent {
    ServerEvent::Custom(CustomEvent {
        name: name.into(),
        data: Object::new().with("discount", 20).into(),
        timestamp: Timestamp::from_millis(0),
        session_id: None,
        event_id: None,
    })
}

fn events(world: &World) -> Vec<String> {
    let changes = world.changes.iter();
    let names = changes.filter_map(|change| match change {
        Change::Event(event) => Some(event.name.clone()),
        _ => None,
    });
    names.collect()
}

#[test]
fn a_reconnect_brings_exactly_what_was_missed() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    tell(&mut world, custom("first"));
    world.kill_server();
    world.run(500);
    say(&mut world, "two");
    world.server.broadcast(custom("second"));
    world.server.start();
    world.run(20_000);
    assert_eq!(world.texts(), ["one", "two"]);
    assert_eq!(events(&world), ["first", "second"], "no event twice, none lost");
    assert_eq!(
        world.requests("/messages").len(),
        0,
        "nothing had to be read again"
    );
}

#[test]
fn polling_by_cursor_misses_no_event_and_doubles_none() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    world.run(5_000);
    for at in 0..250 {
        world.server.broadcast(custom(&format!("e{at}")));
    }
    world.run(3_000);
    world.server.web_socket = Dialled::Open;
    world.run(60_000);
    let expected: Vec<String> = (0..250).map(|at| format!("e{at}")).collect();
    assert_eq!(events(&world), expected);
}

#[test]
fn after_a_resync_the_list_is_the_servers() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    let gone = say(&mut world, "two");
    world.run(100);
    world.kill_server();
    world.run(100);
    say(&mut world, "three");
    world
        .server
        .session()
        .messages
        .retain(|message| message.id != gone);
    world.server.oldest_cursor = 1_000;
    world.server.start();
    let key = world.send("mine");
    world.run(20_000);
    assert_eq!(world.texts(), ["one", "three", "mine"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
}

#[test]
fn edits_and_deletions_may_overtake_their_message() {
    let mut world = World::connected(Server::ours());
    let edited = say(&mut world, "first version");
    let deleted = say(&mut world, "secret");
    world.server.edit(&edited, "second version");
    world.server.delete(&deleted);
    // Everything arrives, the messages last.
    let mut sent = std::mem::take(&mut world.server.sent);
    sent.rotate_left(2);
    world.server.sent = sent;
    world.deliver_envelopes();
    world.run(1_000);
    assert_eq!(world.texts(), ["second version", ""]);
    assert!(world.engine.entries()[1].message.deleted_at.is_some());
}

#[test]
fn what_is_seen_for_a_second_is_told_as_read_in_one_batch() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    say(&mut world, "two");
    world.run(500);
    assert_eq!(world.engine.unread(), 2);
    assert!(world.changes.contains(&Change::Unread(2)));
    let statuses = |world: &World| -> Vec<String> {
        let reads = world.requests("/read").into_iter();
        reads
            .map(|(_, request)| {
                request
                    .body
                    .as_ref()
                    .unwrap()
                    .get("status")
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    assert!(statuses(&world).iter().all(|status| status == "delivered"));
    world.command(Command::SetOpen(true));
    assert_eq!(world.engine.unread(), 0);
    world.run(900);
    world.input(Input::Surroundings(Surroundings::Hidden));
    world.run(5_000);
    assert!(
        !statuses(&world).contains(&"read".to_owned()),
        "not long enough in view"
    );
    world.input(Input::Surroundings(Surroundings::Visible));
    world.run(2_000);
    assert_eq!(
        statuses(&world).iter().filter(|status| *status == "read").count(),
        1
    );
    assert!(
        world
            .server
            .session()
            .messages
            .iter()
            .all(|message| message.status == Some(MessageStatus::Read))
    );
    world.command(Command::SetOpen(false));
    assert_eq!(world.engine.unread(), 0);
}

#[test]
fn receipts_survive_an_outage_and_a_reload() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    world.run(500);
    world.kill_server();
    world.command(Command::SetOpen(true));
    world.run(200);
    world.input(Input::Surroundings(Surroundings::Visible));
    world.run(5_000);
    let mut world = world.reload();
    world.server.start();
    world.run(20_000);
    assert_eq!(
        world.server.session().messages[0].status,
        Some(MessageStatus::Read)
    );
    assert_eq!(world.engine.unread(), 0);
}

#[test]
fn statuses_of_own_messages_go_up_to_read() {
    let mut world = World::connected(Server::ours());
    let key = world.send("hello");
    world.run(1_000);
    let id = world.message(&key).id.clone();
    for (status, delivery) in [
        (MessageStatus::Read, Delivery::Read),
        // Late news takes nothing back.
        (MessageStatus::Delivered, Delivery::Read),
    ] {
        tell(
            &mut world,
            ServerEvent::Read(pocketping_core::envelope::ReadReceipt {
                session_id: None,
                message_ids: vec![id.clone()],
                status,
                delivered_at: None,
                read_at: None,
            }),
        );
        assert_eq!(world.delivery(&key), delivery);
    }
}

#[test]
fn the_other_sides_typing_ends_by_a_message_or_by_itself() {
    let mut world = World::connected(Server::ours());
    let typing = |sender| {
        ServerEvent::Typing(Typing {
            session_id: None,
            sender,
            is_typing: true,
        })
    };
    tell(&mut world, typing(Sender::Visitor));
    assert!(!world.engine.operator_typing());
    tell(&mut world, typing(Sender::Operator));
    assert!(world.engine.operator_typing());
    say(&mut world, "done");
    world.run(100);
    assert!(!world.engine.operator_typing());
    tell(&mut world, typing(Sender::Operator));
    world.run(5_800);
    assert!(world.engine.operator_typing());
    world.run(200);
    assert!(!world.engine.operator_typing());
    let told: Vec<bool> = world
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Typing(typing) => Some(*typing),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false, true, false]);
}

#[test]
fn own_typing_is_told_at_most_every_three_seconds() {
    let mut world = World::connected(Server::ours());
    for _ in 0..50 {
        world.command(Command::Compose(true));
        world.run(100);
    }
    world.run(10_000);
    let typing: Vec<Value> = world
        .server
        .frames
        .iter()
        .filter(|frame| frame.get("type").and_then(Value::as_str) == Some("typing"))
        .map(|frame| frame.get("isTyping").unwrap().clone())
        .collect();
    assert_eq!(typing, [Value::Bool(true), Value::Bool(true), Value::Bool(false)]);

    let mut world = World::connected(Server::foreign());
    world.command(Command::Compose(true));
    world.run(100);
    world.command(Command::Compose(false));
    world.run(100);
    assert_eq!(world.requests("/typing").len(), 2);
}

#[test]
fn custom_events_go_both_ways_and_survive_an_outage() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.command(Command::Trigger {
        name: "clicked_pricing".into(),
        data: Object::new().with("plan", "pro").into(),
    });
    world.run(3_000);
    let mut world = world.reload();
    world.server.start();
    world.run(20_000);
    let names: Vec<_> = world
        .server
        .events
        .iter()
        .map(|event| event.get("name").unwrap().as_str().unwrap())
        .collect();
    assert_eq!(names, ["clicked_pricing"]);
    tell(&mut world, custom("show_offer"));
    assert_eq!(events(&world), ["show_offer"]);
}

#[test]
fn history_is_shown_at_once_and_then_joined_with_the_servers() {
    let mut world = World::connected(Server::ours());
    let mine = world.send("mine");
    world.run(1_000);
    say(&mut world, "answer");
    world.run(1_000);
    let gone = say(&mut world, "to be erased");
    world.run(1_000);
    let mut world = world.reload();
    world.server.up = false;
    world.run(10);
    assert_eq!(world.texts(), ["mine", "answer", "to be erased"]);
    assert_eq!(world.engine.entries()[0].key, mine);
    world.server.up = true;
    world
        .server
        .session()
        .messages
        .retain(|message| message.id != gone);
    say(&mut world, "new");
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.texts(), ["mine", "answer", "new"]);
    assert!(
        world.arrived().is_empty(),
        "what is found on opening has not arrived"
    );
    assert_eq!(world.stored(Store::History), 3);
}

#[test]
fn the_history_keeps_the_newest() {
    let mut world = World::connected(Server::ours());
    for at in 0..400 {
        say(&mut world, &format!("m{at}"));
        world.run(10);
    }
    world.run(1_000);
    let kept = world.stored(Store::History);
    assert!((200..=250).contains(&kept), "{kept}");
    let world = {
        let mut world = world.reload();
        world.run(10);
        world
    };
    assert_eq!(world.texts().last().unwrap(), "m399");
}

#[test]
fn reset_leaves_nothing_behind() {
    let mut world = World::connected(Server::ours());
    world.send("old");
    world.run(1_000);
    world.kill_server();
    world.send("unsent");
    let (visitor, session) = (
        world.engine.visitor_id().cloned(),
        world.engine.session_id().cloned(),
    );
    world.command(Command::Reset { new_session: true });
    assert!(world.texts().is_empty());
    assert_ne!(world.engine.visitor_id().cloned(), visitor);
    assert_eq!(world.engine.session_id(), None);
    world.run(100);
    assert_eq!(world.stored(Store::Outbox) + world.stored(Store::History), 0);
    world.server.start();
    world.run(30_000);
    assert_ne!(world.engine.visitor_id().cloned(), visitor);
    assert_ne!(world.engine.session_id().cloned(), session);
    assert_eq!(world.server.sessions.len(), 2);
    assert!(world.server.texts().is_empty());
    world.send("fresh");
    world.run(1_000);
    assert_eq!(world.texts(), ["fresh"]);
}

#[test]
fn a_database_that_fails_blocks_nothing_and_is_told_once() {
    for failure in [
        PersistFailure::Unavailable,
        PersistFailure::Full,
        PersistFailure::Broken,
    ] {
        let mut world = World::connected(Server::ours());
        world.database = Database::Fails(failure);
        world.send("a");
        world.run(1_000);
        world.send("b");
        world.run(1_000);
        assert_eq!(world.server.texts(), ["a", "b"]);
        let notices: Vec<_> = world
            .changes
            .iter()
            .filter(|change| matches!(change, Change::Notice(_)))
            .collect();
        assert_eq!(notices, [&Change::Notice(Notice::StorageDegraded(failure))]);
    }
    let mut world = World::connected(Server::ours());
    world.database = Database::Hangs;
    world.send("a");
    world.run(6_000);
    assert_eq!(world.server.texts(), ["a"]);
}

#[test]
fn without_a_database_the_journal_carries_over_a_reload() {
    let mut world = World::connected(Server::ours());
    world.database = Database::Fails(PersistFailure::Broken);
    world.kill_server();
    world.send("kept");
    world.run(5_000);
    let mut world = world.reload();
    world.server.start();
    world.run(10_000);
    assert_eq!(world.server.texts(), ["kept"]);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn unreadable_entries_are_counted_and_kept_out() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.send("good");
    world.run(100);
    let outbox = world.disk.stores.entry(Store::Outbox).or_default();
    outbox.insert("0".into(), Value::from("junk"));
    outbox.insert("1".into(), Object::new().with("v", 99).into());
    world
        .disk
        .local
        .insert("pocketping_outbox", Value::from("not a journal"));
    let mut world = world.reload();
    world.server.start();
    world.run(10_000);
    assert!(
        world
            .changes
            .contains(&Change::Notice(Notice::StorageCorrupt { entries: 3 }))
    );
    assert_eq!(world.server.texts(), ["good"]);
}

#[test]
fn a_server_that_refuses_is_left_alone() {
    let mut server = Server::ours();
    server.script("/connect", 403, Object::new());
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(600_000);
    assert_eq!(world.engine.connection(), Connection::Refused);
    assert_eq!(world.requests("/").len(), 1);
}

#[test]
fn a_version_that_is_too_old_is_told_and_refused() {
    let mut server = Server::ours();
    server.script(
        "/connect",
        426,
        Object::new().with(
            "detail",
            Object::new()
                .with("message", "too old")
                .with("minVersion", "9.0.0"),
        ),
    );
    let mut world = World::new(server);
    world.send("kept");
    world.run(60_000);
    assert_eq!(world.engine.connection(), Connection::Refused);
    let warning = world.changes.iter().find_map(|change| match change {
        Change::VersionWarning(warning) => Some(warning.clone()),
        _ => None,
    });
    let warning = warning.unwrap();
    assert_eq!(warning.min_version.as_deref(), Some("9.0.0"));
    assert!(!warning.can_continue);
    assert_eq!(world.texts(), ["kept"]);
    assert_eq!(world.stored(Store::Outbox), 1);
}

#[test]
fn a_wrong_address_is_tried_slowly() {
    let mut server = Server::ours();
    server.missing_routes = vec!["/connect"];
    let mut world = World::new(server);
    world.command(Command::Connect);
    world.run(300_000);
    let tries = world.requests("/connect").len();
    assert!((9..=25).contains(&tries), "{tries}");
}

#[test]
fn a_server_that_is_down_at_first_is_found() {
    let mut server = Server::ours();
    server.up = false;
    let mut world = World::new(server);
    world.send("hello");
    world.run(200);
    assert_eq!(world.engine.connection(), Connection::Retrying);
    world.run(200_000);
    let tries = world.requests("/connect").len();
    assert!((8..=20).contains(&tries), "{tries}");
    world.server.start();
    world.run(31_000);
    assert_eq!(world.server.texts(), ["hello"]);
}

#[test]
fn nothing_is_asked_of_the_network_before_somebody_acts() {
    let mut world = World::new(Server::ours());
    world.command(Command::SetOpen(false));
    world.run(600_000);
    assert!(world.effects.is_empty(), "{:?}", world.effects);
}
