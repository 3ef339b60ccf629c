//! Files that do not get through, and what waits for them: others, their messages, and what is done to these meanwhile.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::Object;
use pocketping_core::engine::*;

#[test]
fn several_files_for_an_address_that_does_not_exist_are_given_up_too() {
    let mut world = World::connected(Server::foreign());
    world.lose_responses.push(("PUT".to_owned(), usize::MAX));
    let files = ["a.txt", "b.txt", "c.txt"].map(|name| world.upload(name, "aaa"));
    let key = world.send_with("look", &files.each_ref());
    world.send("other");
    world.run(600_000);
    let failed = Delivery::Failed(FailureReason::Refused { status: 502 });
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(world.server.texts(), ["other"]);
}

#[test]
fn a_file_that_is_never_announced_is_given_up_and_holds_no_message_back_for_ever() {
    let mut world = World::connected(Server::foreign());
    for _ in 0..100 {
        world
            .server
            .script("/upload", 200, Object::new().with("ok", true));
    }
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.send("other");
    world.run(120_000);
    let failed = Delivery::Failed(FailureReason::Refused { status: 502 });
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(world.server.texts(), ["other"]);
}

/// A page that was loaded again while a message waits with its file, which the server fails at first.
fn waiting_for_its_file() -> (World, EntryKey) {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(1_000);
    let mut world = world.reload();
    world.run(100);
    world.server.script("/upload", 500, Object::new());
    (world, key)
}

#[test]
fn an_edit_of_a_message_that_waits_for_its_file_is_not_lost() {
    let (mut world, key) = waiting_for_its_file();
    world.edit(&key, "edited");
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["edited"]);
    assert_eq!(world.texts(), ["edited"]);
    assert_eq!(world.outcomes(), [Ok(())]);
}

#[test]
fn a_deletion_of_a_message_that_waits_for_its_file_is_not_lost() {
    let (mut world, key) = waiting_for_its_file();
    world.command(Command::Delete(key));
    world.server.start();
    world.run(60_000);
    assert_eq!(world.outcomes(), [Ok(())]);
    assert_eq!(world.server.texts(), [""], "deleted there");
}

#[test]
fn a_message_that_failed_with_its_file_can_be_edited_and_deleted_on_the_next_page() {
    let (mut world, key) = waiting_for_its_file();
    world.server.scripts.clear();
    world.server.script("/upload", 413, Object::new());
    world.server.start();
    world.run(60_000);
    assert!(matches!(world.delivery(&key), Delivery::Failed(_)));
    world.changes.clear();
    world.edit(&key, "edited");
    world.run(1_000);
    assert_eq!(world.texts(), ["edited"]);
    world.command(Command::Delete(key));
    world.run(1_000);
    let gone = Err(FailureReason::FileGone);
    assert_eq!(world.outcomes(), [Ok(()), gone, Ok(())], "and its file with it");
    assert!(world.texts().is_empty());
}
