//! What is done is not sent again, however long the database keeps it, and what is remembered of it is bounded.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::Server;
use driver::{Database, World};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

/// How many entries the journal says are done.
fn remembered(world: &World) -> usize {
    let journal = world.disk.local.get("pocketping_outbox");
    let done = journal.and_then(|journal| journal.get("done")?.as_list());
    done.map_or(0, <[Value]>::len)
}

fn refusals(world: &World) -> usize {
    let full = FailureReason::OutboxFull;
    let is_full =
        |change: &&Change| matches!(change, Change::Undeliverable { reason, .. } if *reason == full);
    world.changes.iter().filter(is_full).count()
}

/// How often an event has reached the server. Our server would notice repeats, others would not.
fn told(world: &World) -> usize {
    let heard = world.server.heard.iter();
    heard.filter(|(_, path, _)| path == "/event").count()
}

#[test]
fn six_hundred_entries_done_while_the_database_hangs_are_not_sent_again() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    for _ in 0..600 {
        world.command(Command::Trigger {
            name: "clicked".to_owned(),
            data: Value::Null,
        });
    }
    world.run(100);
    assert_eq!(world.stored(Store::Outbox), 600);
    world.database = Database::Hangs;
    world.server.start();
    world.run(300_000);
    assert_eq!((told(&world), world.engine.unsent()), (600, 0));
    assert_eq!(world.stored(Store::Outbox), 600, "the database still has all");
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(60_000);
    assert_eq!(told(&world), 600);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(remembered(&world), 0);
}

#[test]
fn what_the_database_has_never_had_need_not_be_remembered() {
    let mut world = World::connected(Server::ours());
    world.database = Database::Fails(PersistFailure::Unavailable);
    for at in 0..20 {
        world.send(&at.to_string());
        world.run(1_000);
    }
    assert_eq!(world.server.texts().len(), 20);
    assert!(remembered(&world) <= 1, "only the first one was on its way there");
}

#[test]
fn more_than_can_be_remembered_is_refused() {
    let mut world = World::new(Server::ours());
    let done: Vec<Value> = (0..9_999).map(|at| Value::from(format!("{at:05}"))).collect();
    let journal = Object::new().with("v", 1).with("done", done);
    world.disk.local.insert("pocketping_outbox", journal.into());
    let mut world = world.reload();
    world.database = Database::Hangs;
    world.delay_database(u64::from(u32::MAX));
    world.command(Command::Connect);
    world.send("the last one that can be taken");
    assert_eq!(refusals(&world), 0);
    world.send("one too many");
    assert_eq!(refusals(&world), 1);
    world.run(60_000);
    assert_eq!(world.server.texts().len(), 1);
    world.send("it is done, and may be in the database");
    assert_eq!(refusals(&world), 2);

    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(remembered(&world), 0, "the database has answered");
    world.send("there is room again");
    world.run(1_000);
    assert_eq!(world.server.texts().len(), 2);
    assert_eq!(refusals(&world), 0);
}
