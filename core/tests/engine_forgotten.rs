//! What was forgotten does not come back, and does not reach the next visitor.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::Server;
use driver::{Database, World};
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

/// As written by versions that did not name the visitor.
fn unnamed(mut world: World) -> World {
    for value in world.disk.stores.get_mut(&Store::Outbox).unwrap().values_mut() {
        let Value::Object(item) = value else {
            panic!("{value:?}")
        };
        assert!(item.remove("visitor").is_some());
    }
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

/// A page that has reloaded with something unsent; nothing says where the numbers stand, and the clock is set back.
fn without_numbers() -> World {
    let mut world = unnamed(unsent("secret"));
    world.disk.local.remove("pocketping_outbox");
    let mut world = world.reload();
    world.clock_skew = -86_400_000;
    world
}

#[test]
fn a_reset_before_the_database_has_answered_drops_what_it_held_whatever_its_number() {
    let mut world = without_numbers();
    world.server.start();
    world.command(Command::Reset { new_session: true });
    world.send("next");
    world.run(60_000);
    assert_eq!(world.server.texts(), ["next"]);
    assert_eq!(delivered(&world).len(), 1);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn what_such_a_reset_dropped_stays_dropped_when_the_database_fails_at_it() {
    let mut world = without_numbers();
    world.database = Database::Fails(PersistFailure::Broken);
    world.command(Command::Reset { new_session: true });
    world.run(1_000);
    let mut world = world.reload();
    world.server.start();
    world.send("next");
    world.run(60_000);
    assert_eq!(world.server.texts(), ["next"]);
    assert_eq!(delivered(&world).len(), 1);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn what_is_written_after_such_a_reset_is_kept() {
    let mut world = unnamed(unsent("secret")).reload();
    // The answer of the database comes long after it was asked.
    world.delay_database(200);
    world.command(Command::Reset { new_session: true });
    world.send("next");
    world.run(1_000);
    assert_eq!(world.stored(Store::Outbox), 1);
    let mut world = world.reload();
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["next"]);
}

#[test]
fn a_reset_before_the_database_has_answered_leaves_nothing_in_quarantine() {
    let mut world = World::connected(Server::ours());
    for store in [Store::Outbox, Store::History] {
        let store = world.disk.stores.entry(store).or_default();
        store.insert("0-x".into(), Value::from("secret"));
    }
    let mut world = world.reload();
    world.command(Command::Reset { new_session: true });
    world.run(5_000);
    let left = [Store::Outbox, Store::History, Store::Quarantine].map(|store| world.stored(store));
    assert_eq!(left, [0; 3]);
}

#[test]
fn a_reset_that_the_database_failed_at_is_done_by_the_next_page_in_all_stores() {
    let mut world = unsent("secret");
    world.upload("secret.txt", "bytes");
    for store in [Store::Outbox, Store::History, Store::Quarantine] {
        let store = world.disk.stores.entry(store).or_default();
        store.insert("0-x".into(), Value::from("secret"));
    }
    // Its entry never came.
    let stray = client_message_id(world.moment(), &[7; 16]).to_string();
    let files = world.disk.stores.entry(Store::Files).or_default();
    files.insert(stray, Value::from("secret"));
    world.run(100);
    world.database = Database::Fails(PersistFailure::Broken);
    world.command(Command::Reset { new_session: true });
    world.run(3_000);
    let mut world = world.reload();
    world.run(5_000);
    let all = [Store::Outbox, Store::History, Store::Quarantine, Store::Files];
    assert_eq!(all.map(|store| world.stored(store)), [0; 4]);
    assert!(!world.disk.local.contains_key("pocketping_outbox"), "all is done");
}

#[test]
fn a_database_that_goes_on_failing_at_a_reset_is_not_asked_without_end() {
    let mut world = unsent("secret");
    world.database = Database::Fails(PersistFailure::Broken);
    world.command(Command::Reset { new_session: true });
    world.run(1_000);
    let mut world = world.reload();
    world.database = Database::Fails(PersistFailure::Broken);
    world.run(60_000);
    let writes = world.effects.iter();
    let writes = writes.filter(|(_, effect)| matches!(effect, Effect::Persist { .. }));
    assert!(writes.count() < 10);
}
