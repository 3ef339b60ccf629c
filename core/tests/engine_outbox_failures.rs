//! What a server fails at, or refuses, keeps nothing else back, and is neither lost nor passed over in silence.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

fn trigger(world: &mut World, name: &str) {
    world.command(Command::Trigger {
        name: name.to_owned(),
        data: Value::Null,
    });
}

/// The server answers so often with a failure of its own.
fn fail(world: &mut World, path: &'static str, times: usize) {
    for _ in 0..times {
        world.server.script(path, 500, Object::new());
    }
}

/// The names of the events that were sent, in order.
fn sent_events(world: &World) -> Vec<String> {
    let sent = world.requests("/event").into_iter();
    let names =
        sent.filter_map(|(_, request)| request.body.as_ref()?.get("name")?.as_str().map(str::to_owned));
    names.collect()
}

#[test]
fn a_server_that_fails_at_events_gets_messages_at_once() {
    let mut world = World::connected(Server::ours());
    fail(&mut world, "/event", 1_000);
    trigger(&mut world, "bought");
    // The waits have grown meanwhile.
    world.run(120_000);
    world.send("help");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["help"]);
    world.send("please");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["help", "please"]);
}

#[test]
fn events_that_the_server_failed_at_are_told_once_and_in_their_order() {
    let mut world = World::connected(Server::ours());
    fail(&mut world, "/event", 3);
    for name in ["1", "2", "3"] {
        trigger(&mut world, name);
        world.send(name);
    }
    world.run(60_000);
    assert_eq!(world.server.texts(), ["1", "2", "3"]);
    assert_eq!(sent_events(&world), ["1", "1", "1", "1", "2", "3"]);
    assert_eq!(world.server.events.len(), 3);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn a_server_that_fails_at_a_form_gets_messages_and_events() {
    let mut world = World::connected(Server::ours());
    fail(&mut world, "/prechat", 1_000);
    world.command(Command::SubmitPreChat {
        email: Some("a@example.com".to_owned()),
        phone: None,
        phone_country: None,
    });
    world.run(1_000);
    world.send("help");
    trigger(&mut world, "bought");
    world.run(2_000);
    assert_eq!(world.server.texts(), ["help"]);
    assert_eq!(world.server.events.len(), 1);
}

#[test]
fn edits_of_a_message_are_told_in_their_order_when_the_server_fails_at_one() {
    let mut world = World::connected(Server::ours());
    let key = world.send("0");
    world.run(1_000);
    fail(&mut world, "/message/", 2);
    for content in ["1", "2"] {
        world.command(Command::Edit {
            key: key.clone(),
            content: content.to_owned(),
        });
    }
    world.run(60_000);
    assert_eq!(world.server.texts(), ["2"]);
}

#[test]
fn a_server_that_fails_at_everything_is_asked_ever_more_rarely() {
    let mut world = World::connected(Server::ours());
    fail(&mut world, "/event", 1_000);
    fail(&mut world, "/message", 1_000);
    trigger(&mut world, "bought");
    world.send("help");
    world.run(60_000);
    let tries = world.requests("/event").len() + world.requests("/message").len();
    assert!(tries < 15, "{tries} in a minute");
}

#[test]
fn retry_after_is_waited_for_by_what_goes_ahead_too() {
    let mut world = World::connected(Server::ours());
    world.server.retry_after = Some(30);
    world.server.script("/event", 503, Object::new());
    trigger(&mut world, "bought");
    world.run(1_000);
    world.send("help");
    world.run(20_000);
    assert_eq!(world.server.texts(), Vec::<String>::new());
    world.run(20_000);
    assert_eq!(world.server.texts(), ["help"]);
}

#[test]
fn an_event_that_the_server_refuses_is_told() {
    let mut world = World::connected(Server::ours());
    world.server.script("/event", 413, Object::new());
    trigger(&mut world, "bought");
    trigger(&mut world, "left");
    world.run(1_000);
    let told = world.changes.iter().filter_map(|change| match change {
        Change::Undeliverable { reason, .. } => Some(*reason),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [FailureReason::Refused { status: 413 }]);
    assert_eq!(sent_events(&world), ["bought", "left"]);
}
