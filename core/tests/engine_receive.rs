//! Receiving: cursors, resync, edits and deletions, custom events.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialled, Server};
use pocketping_core::engine::*;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::CustomEvent;
use pocketping_core::{Object, Timestamp};

fn say(world: &mut World, text: &str) -> pocketping_core::MessageId {
    let now = world.now;
    let id = world.server.say(now, text);
    world.deliver_envelopes();
    id
}

fn tell(world: &mut World, event: ServerEvent) {
    world.server.broadcast(event);
    world.deliver_envelopes();
    world.run(100);
}

fn custom(name: &str) -> ServerEvent {
    ServerEvent::Custom(CustomEvent {
        name: name.into(),
        data: Object::new().with("discount", 20).into(),
        timestamp: Timestamp::from_millis(0),
        session_id: None,
        event_id: None,
    })
}

fn events(world: &World) -> Vec<String> {
    let changes = world.changes.iter();
    let names = changes.filter_map(|change| match change {
        Change::Event(event) => Some(event.name.clone()),
        _ => None,
    });
    names.collect()
}

#[test]
fn a_reconnect_brings_exactly_what_was_missed() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    tell(&mut world, custom("first"));
    world.kill_server();
    world.run(500);
    say(&mut world, "two");
    world.server.broadcast(custom("second"));
    world.server.start();
    world.run(20_000);
    assert_eq!(world.texts(), ["one", "two"]);
    assert_eq!(events(&world), ["first", "second"], "no event twice, none lost");
    assert_eq!(
        world.requests("/messages").len(),
        0,
        "nothing had to be read again"
    );
}

#[test]
fn polling_by_cursor_misses_no_event_and_doubles_none() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    world.run(5_000);
    for at in 0..250 {
        world.server.broadcast(custom(&format!("e{at}")));
    }
    world.run(3_000);
    world.server.web_socket = Dialled::Open;
    world.run(60_000);
    let expected: Vec<String> = (0..250).map(|at| format!("e{at}")).collect();
    assert_eq!(events(&world), expected);
}

#[test]
fn what_poll_and_stream_both_bring_is_told_once_however_much_it_is() {
    for latency in [0, 10, 30, 70] {
        let mut server = Server::ours();
        server.web_socket = Dialled::Refused;
        server.event_source = Dialled::Refused;
        let mut world = World::connected(server);
        world.run(10_000);
        world.server.web_socket = Dialled::Open;
        let expected: Vec<String> = (0..900).map(|at| format!("e{at}")).collect();
        for name in &expected {
            world.server.broadcast(custom(name));
        }
        // Polls, and looks for a stream.
        world.input(Input::Surroundings(Surroundings::Online));
        world.run(latency);
        world.input(Input::Surroundings(Surroundings::Online));
        world.run(60_000);
        assert_eq!(events(&world), expected, "after {latency} ms");
        tell(&mut world, custom("last"));
        assert_eq!(events(&world).len(), 901);
    }
}

#[test]
fn after_a_resync_the_list_is_the_servers() {
    let mut world = World::connected(Server::ours());
    say(&mut world, "one");
    let gone = say(&mut world, "two");
    world.run(100);
    world.kill_server();
    world.run(100);
    say(&mut world, "three");
    world
        .server
        .session()
        .messages
        .retain(|message| message.id != gone);
    world.server.oldest_cursor = 1_000;
    world.server.start();
    let key = world.send("mine");
    world.run(20_000);
    assert_eq!(world.texts(), ["one", "three", "mine"]);
    assert_eq!(world.delivery(&key), Delivery::Sent);
}

/// A page of the list goes further back than what `/connect` has told.
#[test]
fn older_messages_that_a_resync_brings_have_not_arrived() {
    let mut world = World::connected(Server::ours());
    for at in 0..120 {
        say(&mut world, &format!("long ago {at}"));
        world.run(10);
    }
    let mut world = world.reload();
    world.disk.stores.clear();
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.texts().len(), 50);
    world.kill_server();
    world.run(100);
    say(&mut world, "new");
    world.server.oldest_cursor = 1_000;
    world.server.start();
    world.run(60_000);
    assert!(world.texts().len() > 50, "read again");
    assert_eq!(world.arrived(), ["new"]);
}

#[test]
fn edits_and_deletions_may_overtake_their_message() {
    let mut world = World::connected(Server::ours());
    let edited = say(&mut world, "first version");
    let deleted = say(&mut world, "secret");
    world.server.edit(&edited, "second version");
    world.server.delete(&deleted);
    // Everything arrives, the messages last.
    let mut sent = std::mem::take(&mut world.server.sent);
    sent.rotate_left(2);
    world.server.sent = sent;
    world.deliver_envelopes();
    world.run(1_000);
    assert_eq!(world.texts(), ["second version", ""]);
    assert!(world.engine.entries()[1].message.deleted_at.is_some());
}

#[test]
fn custom_events_go_both_ways_and_survive_an_outage() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.command(Command::Trigger {
        name: "clicked_pricing".into(),
        data: Object::new().with("plan", "pro").into(),
    });
    world.run(3_000);
    let mut world = world.reload();
    world.server.start();
    world.run(20_000);
    let names: Vec<_> = world
        .server
        .events
        .iter()
        .map(|event| event.get("name").unwrap().as_str().unwrap())
        .collect();
    assert_eq!(names, ["clicked_pricing"]);
    tell(&mut world, custom("show_offer"));
    assert_eq!(events(&world), ["show_offer"]);
}
