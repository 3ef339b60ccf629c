//! Files: uploaded before the message that needs them, kept until then, and a message is never sent without.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::Server;
use driver::{Database, World};
use pocketping_core::engine::*;
use pocketping_core::model::AttachmentStatus;
use pocketping_core::{ClientMessageId, Object};

/// How uploads have failed, in order.
fn failures(world: &World) -> Vec<FailureReason> {
    let changes = world.changes.iter();
    let failures = changes.filter_map(|change| match change {
        Change::Settled {
            outcome: Err(reason), ..
        } => Some(*reason),
        _ => None,
    });
    failures.collect()
}

fn uploaded(world: &World) -> Vec<ClientMessageId> {
    let changes = world.changes.iter();
    let uploaded = changes.filter_map(|change| match change {
        Change::Uploaded { id, .. } => Some(id.clone()),
        _ => None,
    });
    uploaded.collect()
}

fn puts(world: &World) -> usize {
    let is_put = |effect: &Effect| matches!(effect, Effect::PutFile { .. });
    world.effects.iter().filter(|(_, effect)| is_put(effect)).count()
}

fn file(name: &str, bytes: &str) -> (String, String) {
    (name.to_owned(), bytes.to_owned())
}

/// Nothing waits and nothing is left behind.
fn assert_done(world: &World) {
    assert_eq!(world.engine.unsent(), 0);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.stored(Store::Files), 0, "the bytes are deleted");
    assert!(world.held.is_empty());
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

#[test]
fn a_message_waits_for_its_files_and_then_names_them() {
    let mut world = World::connected(Server::ours());
    let (one, two) = (world.upload("a.txt", "aaa"), world.upload("b.txt", "bb"));
    let key = world.send_with("look", &[&one, &two]);
    let shown: Vec<_> = world.message(&key).attachments.iter().collect();
    assert_eq!(shown[0].filename, "a.txt", "the bubble shows what will come");
    assert_eq!(shown[1].status, AttachmentStatus::Pending);
    let after = world.send("and?");
    world.run(2_000);
    assert_eq!(world.server.texts(), ["look", "and?"], "in the order of sending");
    assert_eq!(world.server.files(), [file("a.txt", "aaa"), file("b.txt", "bb")]);
    assert_eq!(uploaded(&world), [one, two]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_eq!(world.message(&key).attachments[0].status, AttachmentStatus::Ready);
    assert_eq!(world.delivery(&after), Delivery::Sent);
    assert_done(&world);
}

#[test]
fn a_file_needs_no_text_and_an_upload_no_message() {
    let mut world = World::connected(Server::ours());
    let id = world.upload("a.txt", "aaa");
    world.run(1_000);
    assert_eq!(uploaded(&world), std::slice::from_ref(&id));
    // It names an upload that is done already.
    world.send_with("", &[&id]);
    world.run(1_000);
    assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
    assert_done(&world);
}

#[test]
fn a_file_whose_message_never_comes_goes_when_it_is_removed_or_a_page_begins_long_after() {
    let mut world = World::connected(Server::ours());
    let id = world.upload("a.txt", "aaa");
    world.run(1_000);
    assert_eq!(world.engine.unsent(), 0, "nothing is to be waited for");
    world.command(Command::Remove(EntryKey(id.as_str().into())));
    world.run(100);
    assert_done(&world);
    assert_eq!(failures(&world), []);

    world.upload("b.txt", "bbb");
    world.run(1_000);
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(
        world.stored(Store::Files),
        1,
        "another tab may be about to send it"
    );
    world.run(3_600_000);
    let mut world = world.reload();
    world.run(1_000);
    assert_done(&world);
}

#[test]
fn a_lost_answer_at_any_step_begins_anew_and_the_message_has_one_file() {
    for step in ["/upload", "PUT", "/upload/complete"] {
        let mut world = World::connected(Server::ours());
        // `/upload` is the beginning of the other one.
        if step == "/upload" {
            world.lose_responses.push((step.to_owned(), 1));
        }
        let id = world.upload("a.txt", "aaa");
        let key = world.send_with("look", &[&id]);
        if step != "/upload" {
            world.lose_responses.push((step.to_owned(), 2));
        }
        world.run(60_000);
        assert_eq!(world.server.texts(), ["look"], "{step}");
        assert_eq!(world.server.files(), [file("a.txt", "aaa")], "{step}");
        assert_eq!(world.delivery(&key), Delivery::Sent);
        assert!(world.server.uploads.len() > 1, "{step}: announced again");
        assert_done(&world);
    }
}

#[test]
fn a_refused_file_fails_its_message_and_a_retry_tries_both() {
    let mut world = World::connected(Server::ours());
    world.server.script("/upload", 413, Object::new());
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.send("other");
    world.run(2_000);
    assert_eq!(failures(&world), [FailureReason::Refused { status: 413 }]);
    let failed = Delivery::Failed(FailureReason::Refused { status: 413 });
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(world.server.texts(), ["other"], "nothing goes without its file");
    assert_eq!(world.stored(Store::Files), 1, "and nothing is lost");

    let mut world = world.reload();
    world.run(2_000);
    assert_eq!(world.delivery(&key), failed, "also on the next page");
    world.command(Command::Retry(key.clone()));
    world.run(2_000);
    assert_eq!(world.server.texts(), ["other", "look"]);
    assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
    assert_done(&world);
}

#[test]
fn a_file_without_a_message_that_is_refused_is_forgotten() {
    for (path, status) in [("/upload", 400), ("PUT", 415), ("PUT", 422)] {
        let mut world = World::connected(Server::ours());
        world.server.script(path, status, Object::new());
        world.upload("a.txt", "aaa");
        world.run(1_000);
        assert_eq!(failures(&world), [FailureReason::Refused { status }]);
        assert_done(&world);
    }
}

#[test]
fn an_address_that_has_expired_is_asked_for_again() {
    let mut world = World::connected(Server::ours());
    world.server.link_millis = 10;
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(300);
    assert!(world.server.uploads.values().all(|upload| upload.bytes.is_none()));
    world.server.link_millis = 60_000;
    world.run(10_000);
    assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
    assert_done(&world);

    // One that is never good is no reason to stop for ever.
    world.server.link_millis = 0;
    let id = world.upload("b.txt", "bb");
    let other = world.send_with("and", &[&id]);
    world.send("last");
    world.run(60_000);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    let failed = Delivery::Failed(FailureReason::Refused { status: 403 });
    assert_eq!(world.delivery(&other), failed);
    assert_eq!(world.server.texts(), ["look", "last"]);
}

#[test]
fn a_reload_goes_on_with_the_file_and_then_the_message() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(100);
    let mut world = world.reload();
    world.run(100);
    assert_eq!(world.message(&key).attachments[0].filename, "a.txt");
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["look"]);
    assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
    assert_done(&world);
}

#[test]
fn a_page_may_go_at_any_moment_of_an_upload() {
    for at in 0..260 {
        let mut world = World::connected(Server::ours());
        let id = world.upload("a.txt", "aaa");
        let key = world.send_with("look", &[&id]);
        world.run(at);
        let mut world = if at % 2 == 0 {
            world.reload()
        } else {
            world.reload_after_requests_arrive()
        };
        world.command(Command::Connect);
        world.run(30_000);
        assert_eq!(world.server.texts(), ["look"], "reload after {at} ms");
        assert_eq!(
            world.server.files(),
            [file("a.txt", "aaa")],
            "reload after {at} ms"
        );
        assert_eq!(world.delivery(&key), Delivery::Sent);
        assert_eq!(world.engine.unsent(), 0);
        assert_eq!(world.stored(Store::Outbox), 0, "reload after {at} ms");
        assert_eq!(world.stored(Store::Files), 0, "reload after {at} ms");
    }
}

#[test]
fn bytes_that_are_gone_fail_visibly() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(100);
    world.disk.stores.get_mut(&Store::Files).unwrap().clear();
    let mut world = world.reload();
    world.server.start();
    world.command(Command::Connect);
    world.run(60_000);
    let failed = Delivery::Failed(FailureReason::FileGone);
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(failures(&world), [FailureReason::FileGone]);
    assert_eq!(
        world.engine.connection(),
        Connection::Live,
        "that is no trouble of the network's"
    );
    assert!(world.server.texts().is_empty());
    world.command(Command::Retry(key.clone()));
    world.run(1_000);
    assert_eq!(world.delivery(&key), failed, "a retry does not find them either");
    world.command(Command::Remove(key));
    world.run(1_000);
    assert_done(&world);
}

#[test]
fn fifty_megabytes_may_wait_and_what_waits_is_not_dropped() {
    const MEGABYTES: u64 = 1024 * 1024;
    let mut world = World::connected(Server::ours());
    world.kill_server();
    for at in 0..5 {
        world.upload_sized(&format!("{at}.txt"), "x", 10 * MEGABYTES);
    }
    assert_eq!(failures(&world), []);
    let one_more = world.upload_sized("more.txt", "x", 1);
    assert_eq!(failures(&world), [FailureReason::OutboxFull]);
    world.send_with("look", &[&one_more]);
    assert!(
        world.texts().is_empty(),
        "a message without its file is not taken"
    );
    world.run(100);
    assert_eq!(
        world.stored(Store::Files),
        5,
        "the bytes of the refused one are deleted"
    );
    world.server.start();
    world.run(60_000);
    assert_eq!(uploaded(&world).len(), 5);
    world.upload_sized("again.txt", "x", 50 * MEGABYTES);
    world.run(1_000);
    assert_eq!(uploaded(&world).len(), 6, "there is room again");
    assert_eq!(world.stored(Store::Files), 1);
}

#[test]
fn removing_a_message_removes_its_files() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(100);
    world.command(Command::Remove(key));
    world.run(100);
    assert_eq!(
        failures(&world),
        [FailureReason::FileGone],
        "who waits for it is told"
    );
    assert_eq!(world.stored(Store::Files), 0);
    world.server.start();
    world.run(60_000);
    assert!(world.server.uploads.is_empty());
    assert_done(&world);
}

#[test]
fn removing_an_upload_under_way_fails_its_message() {
    let mut world = World::connected(Server::ours());
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.send("other");
    world.run(50);
    world.command(Command::Remove(EntryKey(id.as_str().into())));
    world.run(2_000);
    assert_eq!(world.delivery(&key), Delivery::Failed(FailureReason::FileGone));
    assert_eq!(world.server.texts(), ["other"]);
    assert_eq!(world.stored(Store::Files), 0);
}

#[test]
fn a_server_without_uploads_refuses_visibly_and_messages_go_on() {
    let mut server = Server::foreign();
    server.missing_routes.push("/upload");
    let mut world = World::connected(server);
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.send("other");
    world.run(2_000);
    let failed = Delivery::Failed(FailureReason::Refused { status: 404 });
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(world.server.texts(), ["other"]);
}

#[test]
fn an_address_that_does_not_exist_is_given_up_on_servers_that_do_not_store_bytes() {
    let mut world = World::connected(Server::foreign());
    world.lose_responses.push(("PUT".to_owned(), usize::MAX));
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.send("other");
    world.run(120_000);
    assert_eq!(puts(&world), 5);
    let failed = Delivery::Failed(FailureReason::Refused { status: 502 });
    assert_eq!(world.delivery(&key), failed);
    assert_eq!(world.server.texts(), ["other"]);
}

#[test]
fn a_lost_session_takes_the_file_to_the_new_one() {
    let mut world = World::connected(Server::ours());
    world.server.sessions.clear();
    let id = world.upload("a.txt", "aaa");
    let key = world.send_with("look", &[&id]);
    world.run(10_000);
    assert_eq!(world.server.texts(), ["look"]);
    assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
    assert_done(&world);
}

#[test]
fn without_a_database_files_are_sent_from_memory_and_the_visitor_is_told() {
    for failure in [PersistFailure::Full, PersistFailure::Unavailable] {
        let mut world = World::connected(Server::ours());
        world.database = Database::Fails(failure);
        let id = world.upload("a.txt", "aaa");
        world.send_with("look", &[&id]);
        let told = Change::Notice(Notice::StorageDegraded(failure));
        assert!(world.changes.contains(&told));
        world.run(5_000);
        assert_eq!(world.server.files(), [file("a.txt", "aaa")]);
        assert!(world.held.is_empty(), "the memory is free again");
    }
}

#[test]
fn bytes_that_no_entry_names_are_deleted_after_an_hour() {
    let mut world = World::connected(Server::ours());
    let stray = world.upload("a.txt", "aaa");
    world.run(1_000);
    world.command(Command::Remove(EntryKey(stray.as_str().into())));
    world.run(100);
    // As if the page had gone between the bytes and the entry.
    let files = world.disk.stores.entry(Store::Files).or_default();
    files.insert(stray.to_string(), "aaa".into());
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(
        world.stored(Store::Files),
        1,
        "another tab may be about to use them"
    );
    world.run(3_600_000);
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(world.stored(Store::Files), 0);
}

#[test]
fn a_message_that_names_a_file_which_is_nowhere_is_not_taken() {
    let mut world = World::connected(Server::ours());
    let message = world.send("no file");
    for nowhere in ["never-handed-in", &*message.0] {
        world.send_with("look", &[&nowhere.into()]);
    }
    let refused = world.changes.iter().filter(|change| {
        matches!(
            change,
            Change::Undeliverable {
                reason: FailureReason::FileGone,
                ..
            }
        )
    });
    assert_eq!(refused.count(), 2);
    world.run(1_000);
    assert_eq!(world.server.texts(), ["no file"]);
}

#[test]
fn a_reset_forgets_files_too() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    let id = world.upload("a.txt", "aaa");
    world.send_with("look", &[&id]);
    world.run(100);
    world.command(Command::Reset { new_session: true });
    world.run(100);
    assert_eq!(world.stored(Store::Files), 0);
    world.server.start();
    world.run(60_000);
    assert!(world.server.uploads.is_empty());
    assert_done(&world);
}
