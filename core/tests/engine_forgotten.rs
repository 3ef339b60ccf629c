//! What was forgotten does not come back, and does not reach the next visitor.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::Value;
use pocketping_core::engine::*;

/// The texts that the server has, each with its visitor.
fn delivered(world: &World) -> Vec<(&str, &str)> {
    let sessions = world.server.sessions.iter();
    let texts = sessions.flat_map(|session| {
        let messages = session.messages.iter();
        messages.map(|message| (session.visitor.as_str(), message.content.as_str()))
    });
    texts.collect()
}

/// A page whose visitor has written this, which the database has and the server has not.
fn unsent(text: &str) -> World {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.run(100);
    world.send(text);
    world.run(100);
    assert_eq!(world.stored(Store::Outbox), 1);
    world
}

#[test]
fn what_waits_when_a_site_empties_local_storage_does_not_reach_the_next_visitor() {
    let mut world = unsent("secret");
    world.disk.local.clear();
    let mut world = world.reload();
    world.server.start();
    world.send("next");
    world.run(60_000);
    let visitor = world.engine.visitor_id().unwrap();
    assert_eq!(delivered(&world), [(visitor.as_str(), "next")]);
    assert_eq!(world.texts(), ["next"]);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn what_the_first_visitor_writes_before_anything_is_known_is_not_the_next_ones() {
    let mut world = World::new(Server::ours());
    // Before the database has answered, and the visitor has a name.
    world.send("secret");
    world.run(driver::WRITE + 1);
    world.server.up = false;
    world.run(100);
    assert_eq!(world.stored(Store::Outbox), 1);
    world.disk.local.clear();
    let mut world = world.reload();
    world.server.up = true;
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(delivered(&world), []);
}

#[test]
fn an_unreadable_entry_of_the_visitor_before_is_not_set_aside() {
    let mut world = unsent("secret");
    let outbox = world.disk.stores.get_mut(&Store::Outbox).unwrap();
    for value in outbox.values_mut() {
        let Value::Object(item) = value else {
            panic!("{value:?}")
        };
        item.set("kind", "unheard of");
    }
    world.disk.local.clear();
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(
        (world.stored(Store::Outbox), world.stored(Store::Quarantine)),
        (0, 0)
    );
}

#[test]
fn a_visitor_of_a_browser_without_local_storage_loses_no_message() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.run(100);
    world.send("first");
    world.input(Input::JournalRefused);
    world.send("second");
    world.run(100);
    world.disk.local.clear();
    let mut world = world.reload();
    world.server.start();
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(world.server.texts(), ["first", "second"]);
}

#[test]
fn the_visitor_who_comes_back_finds_what_waits() {
    let mut world = unsent("mine").reload();
    world.server.start();
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(world.server.texts(), ["mine"]);
}
