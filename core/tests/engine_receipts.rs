//! Receipts, unread and typing.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;
use pocketping_core::envelope::{ServerEvent, Typing};
use pocketping_core::model::{MessageStatus, Sender};
use pocketping_core::{Object, Value};

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
fn a_quick_writer_is_told_of_at_most_every_three_seconds() {
    let mut world = World::connected(Server::foreign());
    for _ in 0..20 {
        world.command(Command::Compose(true));
        world.run(50);
        world.send("ok");
        world.command(Command::Compose(true));
        world.command(Command::Compose(false));
        world.run(150);
    }
    let typing = world.requests("/typing").into_iter();
    let is_start = |body: &Value| body.get("isTyping") == Some(&Value::Bool(true));
    let starts = typing.filter(|(_, request)| request.body.as_ref().is_some_and(is_start));
    let starts: Vec<u64> = starts.map(|(at, _)| at).collect();
    assert_eq!(starts.len(), 2, "in four seconds");
    assert!(starts[1] - starts[0] >= 3_000);
}

#[test]
fn a_server_that_fails_at_receipts_gets_messages_all_the_same() {
    let mut world = World::connected(Server::ours());
    for _ in 0..8 {
        world.server.script("/read", 500, Object::new());
    }
    say(&mut world, "hello");
    world.run(1_000);
    world.send("help");
    world.run(5_000);
    assert_eq!(world.server.texts(), ["hello", "help"]);
    world.run(300_000);
    let hello = world.server.session().messages[0].status;
    assert_eq!(hello, Some(MessageStatus::Delivered), "nor is the receipt lost");
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn receipts_of_very_many_messages_are_told_in_parts() {
    let mut world = World::connected(Server::ours());
    for number in 0..450 {
        say(&mut world, &number.to_string());
    }
    world.command(Command::SetOpen(true));
    world.run(5_000);
    let reads = world.requests("/read").into_iter();
    let count = |body: &Value| {
        body.get("messageIds")
            .and_then(Value::as_list)
            .map(<[Value]>::len)
    };
    let counts = reads.filter_map(|(_, request)| request.body.as_ref().and_then(count));
    assert!(counts.max() <= Some(200));
    let mut messages = world.server.session().messages.iter();
    assert!(messages.all(|message| message.status == Some(MessageStatus::Read)));
}
