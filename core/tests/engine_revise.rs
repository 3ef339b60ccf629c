//! Editing and deleting messages of the visitor's.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::Timestamp;
use pocketping_core::engine::*;

#[test]
fn an_edit_reaches_the_server_and_the_list() {
    let mut world = World::connected(Server::ours());
    let key = world.send("teh lamp");
    world.run(1_000);
    world.edit(&key, "the lamp");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["the lamp"]);
    assert_eq!(world.texts(), ["the lamp"]);
    assert!(world.message(&key).edited_at.is_some());
    assert_eq!(world.outcomes(), [Ok(())]);
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
    assert_eq!(world.outcomes(), [Ok(())]);
    // The stream tells of it as well, by the server's clock, which is behind.
    let deleted = world.message(&key);
    let (id, at) = (deleted.id.clone(), deleted.deleted_at.unwrap());
    let earlier = Timestamp::from_millis(at.as_millis() - 500);
    world.server.delete_at(&id, earlier);
    world.deliver_envelopes();
    let told = world
        .changes
        .iter()
        .filter(|change| **change == Change::Deleted(key.clone()));
    assert_eq!(told.count(), 1, "told once");
    world.edit(&key, "back");
    world.run(1_000);
    assert_eq!(
        world.outcomes()[1],
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
    world.edit(&first, "1");
    world.command(Command::Delete(second));
    world.run(100);
    assert_eq!(world.texts(), ["1"]);
    assert_eq!(world.outcomes(), [Ok(()), Ok(())]);
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

/// The journal has the edit, the database what was before it.
#[test]
fn an_edit_in_a_pages_last_moment_survives_two_more_pages() {
    let mut server = Server::ours();
    server.up = false;
    let mut world = World::new(server);
    let key = world.send("one");
    world.run(100);
    world.edit(&key, "two");
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(world.texts(), ["two"]);
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(world.texts(), ["two"]);
    world.server.start();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
}

#[test]
fn an_edit_of_what_may_be_stored_goes_behind_it() {
    let mut world = World::connected(Server::ours());
    world.lose_responses = vec![("/message".to_owned(), 1)];
    world.server.echo = false;
    let key = world.send("one");
    world.run(100);
    assert_eq!(world.server.texts(), ["one"], "stored, and we do not know");
    world.edit(&key, "two");
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
    assert_eq!(world.texts(), ["two"]);
    assert_eq!(world.outcomes(), [Ok(())]);
}

#[test]
fn an_edit_goes_with_its_message_into_the_next_session() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(10);
    world.edit(&key, "two");
    world.server.sessions.clear();
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
    assert_eq!(world.texts(), ["two"]);
    assert_eq!(world.outcomes(), [Ok(())]);
}

#[test]
fn an_edit_survives_an_outage_and_a_reload() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world.kill_server();
    world.edit(&key, "two");
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
    world.edit(&key, " \n");
    world.edit(&key, &"y".repeat(4_001));
    world.edit(&EntryKey(theirs.as_str().into()), "mine");
    world.edit(&EntryKey("nobody".into()), "x");
    world.run(1_000);
    assert_eq!(
        world.outcomes(),
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
    world.edit(&key, "two");
    world.run(1_000);
    assert_eq!(world.server.texts(), ["two"]);
    world.command(Command::Delete(key));
    world.run(1_000);
    assert_eq!(world.server.texts(), [""]);
    assert_eq!(world.requests("/message/").len(), 1, "the first try tells");
    assert_eq!(world.outcomes(), [Ok(()), Ok(())]);
}

#[test]
fn a_server_without_any_such_route_refuses_and_sending_goes_on() {
    let mut world = World::connected(Server::foreign());
    let key = world.send("one");
    world.run(1_000);
    world.edit(&key, "two");
    world.send("three");
    world.run(5_000);
    assert_eq!(world.outcomes(), [Err(FailureReason::Refused { status: 404 })]);
    assert_eq!(world.texts(), ["one", "three"]);
    assert_eq!(world.server.texts(), ["one", "three"]);
}

/// What is shown of a message: its text, or nothing when it is deleted.
fn shown(world: &World, key: &EntryKey) -> Option<String> {
    let message = world.engine.entry(key).unwrap().shown();
    message.deleted_at.is_none().then(|| message.content.clone())
}

fn updates(world: &World, key: &EntryKey) -> usize {
    let changes = world.changes.iter();
    changes
        .filter(|change| **change == Change::Updated(key.clone()))
        .count()
}

fn is_pending(world: &World, key: &EntryKey) -> bool {
    world.engine.entry(key).unwrap().is_pending()
}

#[test]
fn an_edit_shows_at_once_and_is_marked_until_the_server_has_it() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world.changes.clear();
    world.edit(&key, "two");
    assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    assert!(is_pending(&world, &key));
    assert!(world.engine.entry(&key).unwrap().shown().edited_at.is_some());
    assert_eq!(world.texts(), ["one"], "what the server has is as it was");
    assert_eq!(updates(&world, &key), 1);
    world.changes.clear();
    world.run(1_000);
    assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    assert!(!is_pending(&world, &key));
    assert_eq!(world.texts(), ["two"]);
}

#[test]
fn a_deletion_shows_at_once() {
    let mut world = World::connected(Server::ours());
    let key = world.send("a secret");
    world.run(1_000);
    world.kill_server();
    world.command(Command::Delete(key.clone()));
    assert_eq!(shown(&world, &key), None);
    let message = world.engine.entry(&key).unwrap().shown();
    assert_eq!(message.content, "", "its text is nowhere to be seen");
    world.edit(&key, "back");
    assert_eq!(world.outcomes(), [Err(FailureReason::NotFound)]);
    assert_eq!(shown(&world, &key), None);
    world.server.start();
    world.run(60_000);
    assert!(world.message(&key).deleted_at.is_some());
    assert!(!is_pending(&world, &key));
}

#[test]
fn of_several_edits_the_last_one_shows_until_all_are_taken() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    for text in ["two", "three", "four"] {
        world.edit(&key, text);
    }
    assert_eq!(shown(&world, &key).as_deref(), Some("four"));
    let mut pending = Vec::new();
    while is_pending(&world, &key) {
        world.run(1);
        pending.push(shown(&world, &key).unwrap());
    }
    assert!(pending.iter().all(|text| text == "four"), "{pending:?}");
    assert_eq!(world.server.texts(), ["four"]);
    assert_eq!(world.outcomes(), [Ok(()); 3]);
}

#[test]
fn a_refused_edit_shows_what_the_server_has_again() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world
        .server
        .script("/message/", 403, pocketping_core::Object::new());
    world.edit(&key, "two");
    assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    world.changes.clear();
    world.run(1_000);
    assert_eq!(world.outcomes(), [Err(FailureReason::Refused { status: 403 })]);
    assert_eq!(shown(&world, &key).as_deref(), Some("one"));
    assert!(!is_pending(&world, &key));
    assert_eq!(updates(&world, &key), 1, "the view is told");

    world
        .server
        .script("/message/", 403, pocketping_core::Object::new());
    world.command(Command::Delete(key.clone()));
    assert_eq!(shown(&world, &key), None);
    world.run(1_000);
    assert_eq!(shown(&world, &key).as_deref(), Some("one"));
}

#[test]
fn a_refused_edit_leaves_the_later_one_shown() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world
        .server
        .script("/message/", 403, pocketping_core::Object::new());
    world.edit(&key, "two");
    world.edit(&key, "three");
    while world.outcomes().is_empty() {
        world.run(1);
    }
    assert_eq!(shown(&world, &key).as_deref(), Some("three"));
    assert!(is_pending(&world, &key));
    world.run(1_000);
    assert_eq!(world.server.texts(), ["three"]);
}

#[test]
fn a_pending_edit_survives_reloads_and_what_the_server_tells_meanwhile() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    let other = world.send("other");
    world.run(1_000);
    world
        .server
        .script("/message/", 503, pocketping_core::Object::new());
    world.edit(&key, "two");
    // Only the journal has it: the database had no time to write.
    let mut world = world.reload();
    world.server.up = false;
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(shown(&world, &key).as_deref(), Some("two"), "from the journal");
    let mut world = world.reload();
    world.run(1_000);
    assert_eq!(shown(&world, &key).as_deref(), Some("two"), "from the database");
    assert_eq!(world.texts(), ["one", "other"]);

    // Edited elsewhere, while our edit waits: ours comes later, so it stays shown.
    world.server.start();
    world.server.scripts = (0..3)
        .map(|_| ("/message/".to_owned(), 503, pocketping_core::Object::new().into()))
        .collect();
    let (id, other_id) = (world.message(&key).id.clone(), world.message(&other).id.clone());
    world.server.edit(&id, "elsewhere");
    world.server.edit(&other_id, "changed");
    world.run(1_500);
    assert_eq!(world.texts(), ["elsewhere", "changed"]);
    assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    assert_eq!(shown(&world, &other).as_deref(), Some("changed"));
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two", "changed"]);
    assert!(!is_pending(&world, &key));
}

#[test]
fn what_the_server_has_deleted_shows_no_pending_text() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    world.server.scripts = (0..3)
        .map(|_| ("/message/".to_owned(), 503, pocketping_core::Object::new().into()))
        .collect();
    world.edit(&key, "two");
    let id = world.message(&key).id.clone();
    world.server.delete(&id);
    world.deliver_envelopes();
    world.run(100);
    assert_eq!(shown(&world, &key), None);
    assert!(!is_pending(&world, &key));
}

#[test]
fn an_edit_of_what_may_be_stored_shows_before_that_is_known() {
    let mut world = World::connected(Server::ours());
    world.lose_responses = vec![("/message".to_owned(), 1)];
    world.server.echo = false;
    let key = world.send("one");
    world.run(100);
    world.edit(&key, "two");
    assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    while world.delivery(&key) == Delivery::Sending {
        world.run(1);
        assert_eq!(shown(&world, &key).as_deref(), Some("two"));
    }
    world.run(60_000);
    assert_eq!(world.server.texts(), ["two"]);
}

#[test]
fn a_message_is_edited_under_any_of_its_names() {
    let mut world = World::connected(Server::ours());
    let key = world.send("one");
    world.run(1_000);
    let id = EntryKey(world.message(&key).id.as_str().into());
    world.edit(&key, "two");
    world.edit(&id, "three");
    assert_eq!(shown(&world, &key).as_deref(), Some("three"));
    world.edit(&key, "four");
    assert_eq!(shown(&world, &key).as_deref(), Some("four"));
    world.run(1_000);
    assert_eq!(world.server.texts(), ["four"]);
    assert!(!is_pending(&world, &key));
}

/// A world whose message is under way to a server that is going to refuse it.
fn about_to_be_refused() -> (World, EntryKey) {
    let mut world = World::connected(Server::ours());
    world
        .server
        .script("/message", 413, pocketping_core::Object::new());
    let key = world.send("far too long");
    while world.requests("/message").is_empty() {
        world.run(1);
    }
    (world, key)
}

#[test]
fn an_edit_of_a_message_that_is_then_refused_is_what_the_retry_sends() {
    let (mut world, key) = about_to_be_refused();
    world.edit(&key, "short");
    world.run(1_000);
    assert_eq!(world.outcomes(), [Ok(())]);
    assert_eq!(world.texts(), ["short"]);
    assert!(matches!(world.delivery(&key), Delivery::Failed(_)));
    world.command(Command::Retry(key));
    world.run(1_000);
    assert_eq!(world.server.texts(), ["short"]);
    assert_eq!(
        world.requests("/message/").len(),
        0,
        "there was nothing to change"
    );
}

#[test]
fn a_deletion_of_a_message_that_is_then_refused_removes_it() {
    let (mut world, key) = about_to_be_refused();
    world.command(Command::Delete(key));
    world.run(1_000);
    assert_eq!(world.outcomes(), [Ok(())]);
    assert!(world.texts().is_empty() && world.server.texts().is_empty());
}
