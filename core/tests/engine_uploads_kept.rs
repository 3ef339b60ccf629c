//! A file's bytes stay until the message that needs them is delivered, whatever becomes of session and server meanwhile,
//! and no longer.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;
use pocketping_core::model::Attachment;
use pocketping_core::{ClientMessageId, Object, Value};

/// A world whose message has all of its file on the server, and is about to be sent itself.
fn uploaded() -> (World, EntryKey) {
    let mut world = World::connected(Server::ours());
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    while !is_uploaded(&world) {
        world.run(1);
    }
    assert!(world.server.texts().is_empty());
    (world, key)
}

fn is_uploaded(world: &World) -> bool {
    let mut changes = world.changes.iter();
    changes.any(|change| matches!(change, Change::Uploaded { .. }))
}

/// The first file that the page was told to be uploaded.
fn told(world: &World) -> Attachment {
    let told = world.changes.iter().find_map(|change| match change {
        Change::Uploaded { attachment, .. } => Some(Attachment::clone(attachment)),
        _ => None,
    });
    told.unwrap()
}

/// Nothing waits and nothing is left behind.
fn assert_done(world: &World) {
    assert_eq!(world.engine.unsent(), 0);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.stored(Store::Files), 0, "the bytes are deleted");
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

fn assert_delivered(world: &World, key: &EntryKey) {
    assert_eq!(world.server.texts(), ["look"]);
    let file = ("a.txt".to_owned(), "aaa".to_owned());
    assert_eq!(world.server.files(), [file]);
    assert_eq!(world.delivery(key), Delivery::Sent);
    assert_done(world);
}

#[test]
fn a_session_lost_after_the_upload_takes_the_file_along_to_the_next_one() {
    let (mut world, key) = uploaded();
    assert_eq!(
        world.stored(Store::Files),
        1,
        "kept until the message is delivered"
    );
    assert_eq!(world.engine.unsent(), 1, "the file itself is not waited for");
    world.server.sessions.clear();
    world.run(10_000);
    assert_delivered(&world, &key);
    let told = world.changes.iter();
    let told = told.filter(|change| matches!(change, Change::Uploaded { .. }));
    assert_eq!(told.count(), 1, "whoever waited for the upload has been told");
}

#[test]
fn the_next_page_still_has_the_file_of_a_message_whose_session_is_lost() {
    let (mut world, key) = uploaded();
    world.kill_server();
    world.run(100);
    let mut world = world.reload();
    world.run(100);
    assert_eq!(world.message(&key).attachments[0].filename, "a.txt");
    world.server.sessions.clear();
    world.server.uploads.clear();
    world.server.start();
    world.run(60_000);
    assert_delivered(&world, &key);
}

#[test]
fn a_session_that_lasts_has_the_file_once() {
    let (mut world, key) = uploaded();
    world.kill_server();
    world.run(100);
    let mut world = world.reload();
    world.server.start();
    world.run(60_000);
    assert_delivered(&world, &key);
    assert_eq!(world.server.uploads.len(), 1, "what is there is not sent again");
}

#[test]
fn a_file_that_two_messages_need_stays_until_both_are_delivered() {
    let mut world = World::connected(Server::ours());
    let id = world.upload("a.txt", "aaa");
    world.send_with("look", &[&id]);
    let again = world.send_with("again", &[&id]);
    while world.server.texts().is_empty() {
        world.run(1);
    }
    world.run(2 * driver::LATENCY - 1);
    world.server.sessions.clear();
    world.run(10_000);
    assert_eq!(
        world.server.texts(),
        ["again"],
        "the other one went with its session"
    );
    assert_eq!(world.server.files().len(), 1);
    assert_eq!(world.delivery(&again), Delivery::Sent);
    assert_done(&world);
}

#[test]
fn a_retry_does_not_rely_on_what_the_server_had_of_the_file() {
    let (mut world, key) = uploaded();
    world.server.script("/message", 422, Object::new());
    world.run(1_000);
    let refused = FailureReason::Refused { status: 422 };
    assert_eq!(world.delivery(&key), Delivery::Failed(refused));
    assert_eq!(world.stored(Store::Files), 1);
    // Servers remove what no message takes.
    world.server.uploads.clear();
    world.command(Command::Retry(key.clone()));
    world.run(2_000);
    assert_delivered(&world, &key);
}

#[test]
fn removing_a_message_removes_its_uploaded_file_and_fails_nothing() {
    let (mut world, key) = uploaded();
    world.kill_server();
    world.run(100);
    world.command(Command::Remove(key));
    world.run(100);
    assert_done(&world);
    let is_failed = |change: &&Change| matches!(change, Change::Settled { outcome: Err(_), .. });
    let failed = world.changes.iter().filter(is_failed);
    assert_eq!(failed.count(), 0, "the upload was done");
}

#[test]
fn an_uploaded_file_whose_message_is_gone_is_not_kept_for_ever() {
    let (mut world, key) = uploaded();
    world.kill_server();
    world.run(100);
    // As if another page had delivered the message and died.
    let outbox = world.disk.stores.get_mut(&Store::Outbox).unwrap();
    outbox.retain(|_, item| item.get("id").and_then(Value::as_str) != Some(&*key.0));
    world.disk.local.remove("pocketping_outbox");
    assert_eq!(world.stored(Store::Files), 1);
    // It looks like one whose message is still to be written.
    world.run(3_600_000);
    let mut world = world.reload();
    world.run(1_000);
    assert_done(&world);
}

#[test]
fn a_session_lost_before_the_message_is_written_takes_the_file_along_too() {
    let by_upload = |id: &ClientMessageId, _: &Attachment| (Vec::new(), vec![id.clone()]);
    let by_attachment = |_: &ClientMessageId, file: &Attachment| (vec![file.id.clone()], Vec::new());
    for named in [&by_upload as &dyn Fn(&_, &_) -> _, &by_attachment] {
        let mut world = World::connected(Server::ours());
        let id = world.upload("a.txt", "aaa");
        world.run(1_000);
        let uploaded = told(&world);
        world.server.sessions.clear();
        let (attachment_ids, uploads) = named(&id, &uploaded);
        world.command(Command::Send {
            content: "look".to_owned(),
            reply_to: None,
            attachment_ids,
            uploads,
        });
        let key = world.engine.entries()[0].key.clone();
        assert_eq!(world.message(&key).attachments.len(), 1, "shown at once");
        world.run(20_000);
        assert_delivered(&world, &key);
    }
}

#[test]
fn files_stay_in_the_order_in_which_they_are_named() {
    let mut world = World::connected(Server::ours());
    world.upload("one.txt", "1");
    world.run(1_000);
    let one = told(&world).id;
    let two = world.upload("two.txt", "2");
    world.command(Command::Send {
        content: "look".to_owned(),
        reply_to: None,
        attachment_ids: vec![one],
        uploads: vec![two],
    });
    world.run(1_000);
    let names: Vec<_> = world.server.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["one.txt", "two.txt"]);
}
