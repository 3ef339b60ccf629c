//! Tracked elements: one set, and who spoke last has replaced all of it.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::Server;
use pocketping_core::engine::*;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::model::TrackedElement;
use pocketping_core::{Object, Value, Wire};

fn elements(selectors: &[&str]) -> Vec<TrackedElement> {
    let element = |selector: &&str| {
        let object = Object::new().with("selector", *selector).with("name", "used");
        TrackedElement::read(&object.into()).unwrap()
    };
    selectors.iter().map(element).collect()
}

fn selectors(world: &World) -> Vec<&str> {
    let elements = world.engine.tracked_elements().iter();
    elements.map(|element| element.selector.as_str()).collect()
}

fn told(world: &World) -> usize {
    let changes = world.changes.iter();
    changes
        .filter(|change| **change == Change::TrackedElements)
        .count()
}

fn set(world: &mut World, selectors: &[&str]) {
    world.command(Command::SetTrackedElements(elements(selectors)));
}

/// The next `/connect` names these elements.
fn connect_names(server: &mut Server, selectors: &[&str]) {
    let features = ["idempotent-send", "resume", "heartbeat"].map(Value::from);
    let answer = Object::new()
        .with("sessionId", "s-1")
        .with("visitorId", "v-1")
        .with("operatorOnline", true)
        .with("messages", Vec::new())
        .with("features", features.to_vec())
        .with("trackedElements", elements(selectors).write());
    server.script("/connect", 200, answer);
}

#[test]
fn the_pages_set_is_there_before_any_act_and_is_none_itself() {
    let mut world = World::new(Server::ours());
    set(&mut world, &["#buy", ".plan"]);
    set(&mut world, &["#buy", ".plan"]);
    world.run(60_000);
    assert_eq!(selectors(&world), ["#buy", ".plan"]);
    assert_eq!(told(&world), 1, "the same again is no change");
    assert_eq!(world.engine.connection(), Connection::Idle);
    assert_eq!(world.effects, [], "nothing is stored, nothing is asked for");
    set(&mut world, &[".plan"]);
    assert_eq!(selectors(&world), [".plan"], "all is replaced");
    set(&mut world, &[]);
    assert_eq!(selectors(&world), [""; 0]);
}

#[test]
fn what_a_server_without_a_set_says_leaves_the_pages() {
    let mut world = World::new(Server::foreign());
    set(&mut world, &["#buy"]);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.engine.connection(), Connection::Live);
    assert_eq!(selectors(&world), ["#buy"]);
}

#[test]
fn the_servers_set_replaces_the_pages_and_is_not_said_anew_by_reconnecting() {
    let mut server = Server::ours();
    connect_names(&mut server, &["#theirs"]);
    let mut world = World::new(server);
    set(&mut world, &["#ours"]);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(selectors(&world), ["#theirs"]);

    set(&mut world, &["#ours"]);
    connect_names(&mut world.server, &["#theirs"]);
    world.command(Command::Disconnect);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(selectors(&world), ["#ours"], "the page spoke after it");

    connect_names(&mut world.server, &["#other"]);
    world.command(Command::Disconnect);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(selectors(&world), ["#other"]);
}

#[test]
fn a_config_update_replaces_the_set_only_when_it_has_one() {
    let mut world = World::connected(Server::ours());
    set(&mut world, &["#ours"]);
    let mut update = |elements: Option<&[&str]>| {
        let mut data = Object::new().with("primaryColor", "#123456");
        if let Some(selectors) = elements {
            data.push("trackedElements", self::elements(selectors).write());
        }
        let update = pocketping_core::envelope::ConfigUpdate::read(&data.into()).unwrap();
        world.server.broadcast(ServerEvent::ConfigUpdate(update));
        world.deliver_envelopes();
        world.run(1_000);
        selectors(&world).join(" ")
    };
    assert_eq!(update(None), "#ours");
    assert_eq!(update(Some(&["#theirs", "a"])), "#theirs a");
    assert_eq!(update(Some(&[])), "");
}
