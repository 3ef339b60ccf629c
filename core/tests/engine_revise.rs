//! Editing and deleting messages of the visitor's.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;

fn edit(world: &mut World, key: &EntryKey, content: &str) {
    let (key, content) = (key.clone(), content.to_owned());
    world.command(Command::Edit { key, content });
}

/// How the edits and deletions ended, in order.
fn outcomes(world: &World) -> Vec<Result<(), FailureReason>> {
    let changes = world.changes.iter();
    let outcomes = changes.filter_map(|change| match change {
        Change::Settled { outcome, .. } => Some(*outcome),
        _ => None,
    });
    outcomes.collect()
}

#[test]
fn an_edit_reaches_the_server_and_the_list() {
    let mut world = World::connected(Server::ours());
    let key = world.send("teh lamp");
    world.run(1_000);
    edit(&mut world, &key, "the lamp");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["the lamp"]);
    assert_eq!(world.texts(), ["the lamp"]);
    assert!(world.message(&key).edited_at.is_some());
    assert_eq!(outcomes(&world), [Ok(())]);
    let told = world
        .changes
        .iter()
        .filter(|change| **change == Change::Edited(key.clone()));
    assert_eq!(told.count(), 1);
}

#[test]
fn a_deletion_reaches_the_server_and_leaves_a_mark_without_text() {
    let mut world = World::connected(Server::ours());
    let key = world.send("a secret");
    world.run(1_000);
    world.command(Command::Delete(key.clone()));
    world.run(1_000);
    assert_eq!(world.server.texts(), [""]);
    assert!(world.message(&key).deleted_at.is_some());
    assert_eq!(world.message(&key).content, "");
    assert_eq!(outcomes(&world), [Ok(())]);
    edit(&mut world, &key, "back");
    world.run(1_000);
    assert_eq!(
        outcomes(&world)[1],
        Err(FailureReason::NotFound),
        "what is deleted stays so"
    );
}

#[test]
fn what_has_not_left_the_outbox_is_changed_there() {
    let mut server = Server::ours();
    server.up = false;
    let mut world = World::new(server);
    let (first, second) = (world.send("one"), world.send("two"));
    edit(&mut world, &first, "1");
    world.command(Command::Delete(second));
    world.run(100);
    assert_eq!(world.texts(), ["1"]);
    assert_eq!(outcomes(&world), [Ok(()), Ok(())]);
    let mut world = world.reload();
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["1"]);
    assert_eq!(
        world.requests("/message/").len(),
        0,
        "there was nothing to change"
    );
}

#[test]
fn an_edit_of_what_may_be_stored_goes_behind_it() {
    let mut world = World::connected(Server::ours());
    world.lose_responses = vec![("/message".to_owned(), 1)];
    world.server.echo = false;
    let key = world.send("one");
    world.run(100);
    assert_eq!(world.server.texts(), ["one"], "stored, and we do not know");
    edit(&mut world, &key, "two");
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
    assert_eq!(world.texts(), ["two"]);
    assert_eq!(outcomes(&world), [Ok(())]);
}

#[test]
fn an_edit_survives_an_outage_and_a_reload() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world.kill_server();
    edit(&mut world, &key, "two");
    world.run(5_000);
    let mut world = world.reload();
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
    assert_eq!(world.texts(), ["two"]);
}

#[test]
fn edits_that_cannot_be_are_refused_at_once() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    let now = world.now;
    let theirs = world.server.say(now, "theirs");
    world.deliver_envelopes();
    world.run(1_000);
    edit(&mut world, &key, " \n");
    edit(&mut world, &key, &"y".repeat(4_001));
    edit(&mut world, &EntryKey(theirs.as_str().into()), "mine");
    edit(&mut world, &EntryKey("nobody".into()), "x");
    world.run(1_000);
    assert_eq!(
        outcomes(&world),
        [
            Err(FailureReason::Blank),
            Err(FailureReason::TooLong),
            Err(FailureReason::NotFound),
            Err(FailureReason::NotFound)
        ]
    );
    assert_eq!(world.server.texts(), ["one", "theirs"]);
}

#[test]
fn a_server_with_the_other_routes_is_asked_by_those() {
    let mut server = Server::foreign();
    server.node_routes = true;
    let mut world = World::connected(server);
    let key = world.send("one");
    world.run(1_000);
    edit(&mut world, &key, "two");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["two"]);
    world.command(Command::Delete(key));
    world.run(1_000);
    assert_eq!(world.server.texts(), [""]);
    assert_eq!(world.requests("/message/").len(), 1, "the first try tells");
    assert_eq!(outcomes(&world), [Ok(()), Ok(())]);
}

#[test]
fn a_server_without_any_such_route_refuses_and_sending_goes_on() {
    let mut world = World::connected(Server::foreign());
    let key = world.send("one");
    world.run(1_000);
    edit(&mut world, &key, "two");
    world.send("three");
    world.run(5_000);
    assert_eq!(outcomes(&world), [Err(FailureReason::Refused { status: 404 })]);
    assert_eq!(world.texts(), ["one", "three"]);
    assert_eq!(world.server.texts(), ["one", "three"]);
}
