//! Reading further back than the newest page.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;

/// A conversation whose server got `count` messages while the visitor was away, and whose browser has kept its
/// history or not.
fn with_missed(count: usize, has_history: bool) -> World {
    let mut world = World::connected(Server::ours());
    world.send("first");
    world.run(1_000);
    if !has_history {
        world.disk.stores.remove(&Store::History);
    }
    let mut world = world.reload();
    for number in 0..count {
        let now = world.now + number as u64;
        world.server.say(now, &number.to_string());
    }
    world.server.sent.clear();
    world.run(10 + count as u64);
    world.command(Command::Connect);
    world.run(2_000);
    world
}

#[test]
fn older_pages_come_when_they_are_asked_for() {
    let mut world = with_missed(120, false);
    assert_eq!(world.texts().len(), 50);
    assert!(world.changes.contains(&Change::HasMore(true)));
    let arrived = world.arrived().len();
    world.command(Command::ReadOlder);
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(world.texts().len(), 100, "one page at a time");
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(world.texts(), world.server.texts());
    assert_eq!(world.changes.last(), Some(&Change::HasMore(false)));
    assert_eq!(world.arrived().len(), arrived, "nothing of it is news");
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(
        world.requests("/messages").len(),
        2,
        "there is nothing before the first"
    );
}

#[test]
fn a_list_has_no_hole_when_more_was_missed_than_a_page_holds() {
    let world = with_missed(120, true);
    assert_eq!(world.texts(), world.server.texts(), "what lies between is read");
    let world = with_missed(5_000, true);
    let (shown, stored) = (world.texts(), world.server.texts());
    assert!(
        stored.ends_with(&shown),
        "what is too far back waits to be asked for"
    );
    assert!(shown.len() < stored.len());
}

#[test]
fn a_failed_page_can_be_asked_for_again() {
    let mut world = with_missed(120, false);
    world
        .server
        .script("/messages", 503, pocketping_core::Value::Null);
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(world.texts().len(), 50);
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(world.texts().len(), 100);
}

/// Tabs write the history each in its own time, and a page may go away in between. Found by a burst from five
/// tabs that were then reloaded.
#[test]
fn a_kept_history_with_holes_hides_nothing() {
    let mut world = World::connected(Server::ours());
    world.send("first");
    world.run(1_000);
    for number in 0..120 {
        let now = world.now;
        world.server.say(now, &number.to_string());
        world.deliver_envelopes();
        world.run(50);
    }
    let history = world.disk.stores.get_mut(&Store::History).unwrap();
    assert_eq!(history.len(), 121);
    let is_kept = |content: &str| content.parse::<u32>().is_ok_and(|number| number % 3 == 1);
    history.retain(|_, value| {
        let message = value.get("message").unwrap();
        is_kept(
            message
                .get("content")
                .and_then(pocketping_core::Value::as_str)
                .unwrap(),
        )
    });
    let mut world = world.reload();
    world.run(10);
    assert_eq!(world.texts().len(), 40, "what is kept shows at once");
    world.command(Command::Connect);
    world.run(1_000);
    // As far back as the history reaches all is read again; what is older waits to be asked for.
    let kept_from = world.server.texts().len() - world.texts().len();
    assert_eq!(world.texts(), world.server.texts()[kept_from..]);
    assert!(kept_from <= 2, "the oldest that was kept is the third");
    world.command(Command::ReadOlder);
    world.run(500);
    assert_eq!(world.texts(), world.server.texts());
}

#[test]
fn an_older_page_of_a_session_that_is_gone_is_not_shown() {
    let mut world = with_missed(120, false);
    let gone = world.engine.session_id().cloned();
    world.command(Command::ReadOlder);
    let (_, asked) = world.effects.last().unwrap().clone();
    let Effect::Request { id, request } = asked else {
        panic!("the older page is asked for")
    };
    let outcome = world.server.answer(world.now, &request);
    // Its answer is slow, and meanwhile the server has forgotten the session.
    world.server.silent = true;
    world.run(100);
    world.server.silent = false;
    world.server.sessions.clear();
    world.send("new");
    world.run(2_000);
    assert_ne!(world.engine.session_id().cloned(), gone);
    world.input(Input::Response { id, outcome });
    assert_eq!(world.texts(), ["new"]);
}
