//! What outlives a page, and going on without storage.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::Server;
use driver::{Database, World};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value};

fn say(world: &mut World, text: &str) -> pocketping_core::MessageId {
    let now = world.now;
    let id = world.server.say(now, text);
    world.deliver_envelopes();
    id
}

#[test]
fn history_is_shown_at_once_and_then_joined_with_the_servers() {
    let mut world = World::connected(Server::ours());
    let mine = world.send("mine");
    world.run(1_000);
    say(&mut world, "answer");
    world.run(1_000);
    let gone = say(&mut world, "to be erased");
    world.run(1_000);
    let mut world = world.reload();
    world.server.up = false;
    world.run(10);
    assert_eq!(world.texts(), ["mine", "answer", "to be erased"]);
    assert_eq!(world.engine.entries()[0].key, mine);
    world.server.up = true;
    world
        .server
        .session()
        .messages
        .retain(|message| message.id != gone);
    say(&mut world, "new");
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.texts(), ["mine", "answer", "new"]);
    assert!(
        world.arrived().is_empty(),
        "what is found on opening has not arrived"
    );
    assert_eq!(world.stored(Store::History), 3);
}

#[test]
fn the_history_keeps_the_newest() {
    let mut world = World::connected(Server::ours());
    for at in 0..400 {
        say(&mut world, &format!("m{at}"));
        world.run(10);
    }
    world.run(1_000);
    let kept = world.stored(Store::History);
    assert!((200..=250).contains(&kept), "{kept}");
    let world = {
        let mut world = world.reload();
        world.run(10);
        world
    };
    assert_eq!(world.texts().last().unwrap(), "m399");
}

#[test]
fn reset_leaves_nothing_behind() {
    let mut world = World::connected(Server::ours());
    world.send("old");
    world.run(1_000);
    world.kill_server();
    world.send("unsent");
    let (visitor, session) = (
        world.engine.visitor_id().cloned(),
        world.engine.session_id().cloned(),
    );
    world.command(Command::Reset { new_session: true });
    assert!(world.texts().is_empty());
    assert_ne!(world.engine.visitor_id().cloned(), visitor);
    assert_eq!(world.engine.session_id(), None);
    world.run(100);
    assert_eq!(world.stored(Store::Outbox) + world.stored(Store::History), 0);
    world.server.start();
    world.run(30_000);
    assert_ne!(world.engine.visitor_id().cloned(), visitor);
    assert_ne!(world.engine.session_id().cloned(), session);
    assert_eq!(world.server.sessions.len(), 2);
    assert!(world.server.texts().is_empty());
    world.send("fresh");
    world.run(1_000);
    assert_eq!(world.texts(), ["fresh"]);
}

#[test]
fn a_database_that_fails_blocks_nothing_and_is_told_once() {
    for failure in [
        PersistFailure::Unavailable,
        PersistFailure::Full,
        PersistFailure::Broken,
    ] {
        let mut world = World::connected(Server::ours());
        world.database = Database::Fails(failure);
        world.send("a");
        world.run(1_000);
        world.send("b");
        world.run(1_000);
        assert_eq!(world.server.texts(), ["a", "b"]);
        let notices: Vec<_> = world
            .changes
            .iter()
            .filter(|change| matches!(change, Change::Notice(_)))
            .collect();
        assert_eq!(notices, [&Change::Notice(Notice::StorageDegraded(failure))]);
    }
    let mut world = World::connected(Server::ours());
    world.database = Database::Hangs;
    world.send("a");
    world.run(6_000);
    assert_eq!(world.server.texts(), ["a"]);
}

#[test]
fn without_a_database_the_journal_carries_over_a_reload() {
    let mut world = World::connected(Server::ours());
    world.database = Database::Fails(PersistFailure::Broken);
    world.kill_server();
    world.send("kept");
    world.run(5_000);
    let mut world = world.reload();
    world.server.start();
    world.run(10_000);
    assert_eq!(world.server.texts(), ["kept"]);
    assert_eq!(world.stored(Store::Outbox), 0);
}

#[test]
fn unreadable_entries_are_told_of_once_and_set_aside() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.send("good");
    world.run(100);
    let outbox = world.disk.stores.entry(Store::Outbox).or_default();
    outbox.insert("0".into(), Value::from("junk"));
    outbox.insert("1".into(), Object::new().with("v", 99).into());
    world
        .disk
        .local
        .insert("pocketping_outbox", Value::from("not a journal"));
    let mut world = world.reload();
    world.server.start();
    world.run(10_000);
    assert!(
        world
            .changes
            .contains(&Change::Notice(Notice::StorageCorrupt { entries: 3 }))
    );
    assert_eq!(world.server.texts(), ["good"]);
    assert_eq!(world.stored(Store::Outbox), 0);
    let kept: Vec<_> = world.disk.stores[&Store::Quarantine].values().cloned().collect();
    assert!(kept.contains(&Value::from("junk")) && kept.contains(&Value::from("not a journal")));
    assert_eq!(kept.len(), 3);
    let mut world = world.reload();
    world.run(1_000);
    let corrupt = |change: &Change| matches!(change, Change::Notice(Notice::StorageCorrupt { .. }));
    assert!(!world.changes.iter().any(corrupt));
}

#[test]
fn a_removal_that_the_quota_stopped_is_done_without_the_history() {
    let mut world = World::connected(Server::ours());
    world.send("a");
    world.run(driver::WRITE);
    world.database = Database::Fails(PersistFailure::Full);
    world.run(2 * driver::LATENCY + driver::WRITE);
    assert_eq!(
        world.stored(Store::Outbox),
        1,
        "the removal came with a message to be kept"
    );
    world.database = Database::Works;
    world.run(100);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

#[test]
fn a_removal_that_failed_is_done_when_the_database_works_again() {
    let mut world = World::connected(Server::ours());
    world.send("a");
    world.run(driver::WRITE);
    world.database = Database::Fails(PersistFailure::Broken);
    world.run(10_000);
    assert_eq!(world.stored(Store::Outbox), 1);
    world.database = Database::Works;
    world.send("b");
    world.run(1_000);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

#[test]
fn the_journal_forgets_what_the_page_before_had_removed() {
    let world = World::connected(Server::ours());
    let mut world = world.reload();
    let journal = Object::new()
        .with("v", 1)
        .with("done", vec![Value::from("an entry that is gone")]);
    world.disk.local.insert("pocketping_outbox", journal.into());
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

/// The operator writes many messages, a millisecond each.
fn say_many(world: &mut World, name: &str, count: u64) -> Vec<pocketping_core::MessageId> {
    let from = world.now;
    let said = (0..count).map(|at| world.server.say(from + at, &format!("{name}{at}")));
    let said = said.collect();
    world.deliver_envelopes();
    world.run(count);
    said
}

#[test]
fn what_changed_in_the_kept_history_while_the_page_was_away_is_seen() {
    for late in [0, 8_000] {
        let mut world = World::connected(Server::ours());
        let ids = say_many(&mut world, "m", 150);
        world.run(1_000);
        let mut world = world.reload();
        if late > 0 {
            world.delay_database(late);
        }
        world.server.delete(&ids[3]);
        world.server.edit(&ids[60], "edited");
        let from = world.now;
        for at in 0..120 {
            world.server.say(from + at, &format!("n{at}"));
        }
        world.command(Command::Connect);
        world.run(20_000);
        assert_eq!(
            world.texts(),
            world.server.texts(),
            "the newest 50 are not all that is shown"
        );
        assert_eq!(world.texts().len(), 270);
        assert!(!world.engine.has_more());
    }
}

#[test]
fn a_history_too_far_back_makes_room_instead_of_hiding_a_gap() {
    let mut world = World::connected(Server::ours());
    say_many(&mut world, "m", 30);
    world.run(1_000);
    let mut world = world.reload();
    let from = world.now;
    for at in 0..500 {
        world.server.say(from + at, &format!("n{at}"));
    }
    world.command(Command::Connect);
    world.run(20_000);
    let (shown, stored) = (world.texts(), world.server.texts());
    assert_eq!(shown, stored[stored.len() - shown.len()..]);
    assert!(shown.len() < stored.len() && world.engine.has_more());
}

#[test]
fn local_storage_that_was_emptied_learns_again_who_the_visitor_is() {
    let mut world = World::connected(Server::ours());
    let before = world.disk.local.clone();
    world.disk.local.clear();
    world.command(Command::Disconnect);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.disk.local, before);
}

#[test]
fn a_page_that_stood_still_does_not_give_its_database_up() {
    let mut world = World::connected(Server::ours()).reload();
    world.command(Command::Connect);
    world.now += 10_000;
    // What waited meanwhile comes in some order.
    world.input(Input::Surroundings(Surroundings::Visible));
    world.run(1_000);
    let degraded = |change: &Change| matches!(change, Change::Notice(Notice::StorageDegraded(_)));
    assert!(!world.changes.iter().any(degraded));
}

#[test]
fn a_reset_that_the_database_has_not_heard_of_is_not_undone_by_the_next_page() {
    let mut world = World::connected(Server::ours());
    world.send("stored");
    world.run(1_000);
    world.kill_server();
    world.send("somebody else's");
    world.run(1_000);
    assert_eq!(world.stored(Store::Outbox), 1);
    world.command(Command::Reset { new_session: true });
    // The page dies before the database has cleared anything, and the clock is set back.
    let mut world = world.reload();
    world.clock_skew = -3_600_000;
    world.server.start();
    world.command(Command::Connect);
    world.send("mine");
    world.run(20_000);
    assert_eq!(world.server.texts(), ["mine"]);
    assert_eq!(world.texts(), ["mine"]);
    assert_eq!(world.stored(Store::Outbox), 0);
    assert_eq!(world.stored(Store::History), 1, "nothing of the visitor before");
    assert_eq!(world.disk.local.get("pocketping_outbox"), None);
}

/// Found by fuzzing: without a reset no entry is void, whatever its number.
#[test]
fn an_entry_with_the_number_0_is_kept() {
    let mut world = World::connected(Server::ours());
    let item = Object::new()
        .with("v", 1)
        .with("seq", 0)
        .with("id", "a")
        .with("created", "2026-11-21T07:20:27.509Z")
        .with("kind", "message")
        .with("data", Object::new().with("content", "kept"));
    let outbox = world.disk.stores.entry(Store::Outbox).or_default();
    outbox.insert("0000000000000000-a".to_owned(), item.into());
    let mut world = world.reload();
    world.run(10_000);
    assert_eq!(world.server.texts(), ["kept"]);
}

/// Tabs number their entries by the clock, each for itself. Found by fuzzing.
#[test]
fn entries_of_two_tabs_with_one_number_are_told_apart() {
    let mut world = World::connected(Server::ours());
    let outbox = world.disk.stores.entry(Store::Outbox).or_default();
    for id in ["a", "b"] {
        let item = Object::new()
            .with("v", 1)
            .with("seq", 7)
            .with("id", id)
            .with("created", "2026-11-21T07:20:27.509Z")
            .with("kind", "message")
            .with("data", Object::new().with("content", format!("from {id}")));
        outbox.insert(format!("0000000000000007-{id}"), item.into());
    }
    let mut world = world.reload();
    world.run(10);
    for id in ["a", "b"] {
        let key = EntryKey(id.into());
        assert_eq!(world.message(&key).content, format!("from {id}"));
    }
    world.run(10_000);
    assert_eq!(world.server.texts(), ["from a", "from b"]);
    assert_eq!(world.texts(), ["from a", "from b"]);
}
