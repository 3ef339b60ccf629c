//! Screenshot requests: told once each, asked for while polling, and never in the way.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialled, Server};
use pocketping_core::engine::*;
use pocketping_core::envelope::ServerEvent;
use pocketping_core::route::ScreenshotWish;
use pocketping_core::{Object, Value, Wire};

const ROUTE: &str = "/screenshot/requests";

fn wish(id: &str) -> Object {
    Object::new()
        .with("requestId", id)
        .with("requestedBy", "Ada")
        .with("silent", true)
}

fn wishes(ids: &[&str]) -> Object {
    let wishes = ids.iter().map(|id| wish(id).into());
    Object::new().with("requests", wishes.collect::<Vec<Value>>())
}

fn told(world: &World) -> Vec<&str> {
    let changes = world.changes.iter();
    let told = changes.filter_map(|change| match change {
        Change::ScreenshotRequest(wish) => Some(wish.request_id.as_str()),
        _ => None,
    });
    told.collect()
}

/// A server that can only be polled.
fn polled(mut server: Server) -> Server {
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    server
}

#[test]
fn a_request_over_a_stream_is_told_once() {
    let mut world = World::connected(Server::ours());
    for id in ["a", "b", "a"] {
        let wish = ScreenshotWish::read(&wish(id).into()).unwrap();
        world.server.broadcast(ServerEvent::ScreenshotRequest(wish));
    }
    world.deliver_envelopes();
    world.run(1_000);
    assert_eq!(told(&world), ["a", "b"]);
    let silent = world.changes.iter().any(|change| {
        matches!(change, Change::ScreenshotRequest(wish)
            if wish.silent == Some(true) && wish.requested_by.as_deref() == Some("Ada"))
    });
    assert!(silent, "with all that the server says");
    assert_eq!(world.requests(ROUTE).len(), 0, "streams bring them unasked");
}

#[test]
fn polling_asks_after_each_poll_and_tells_each_request_once() {
    let mut server = polled(Server::foreign());
    server.script(ROUTE, 200, wishes(&["a", "b"]));
    server.script(ROUTE, 200, wishes(&["b", "c"]));
    let mut world = World::connected(server);
    world.run(20_000);
    assert_eq!(told(&world), ["a", "b", "c"]);
    let polls = world.requests("/messages").len();
    let asked = world.requests(ROUTE);
    assert!(
        asked.len() > 5 && asked.len() + 1 >= polls,
        "{} of {polls}",
        asked.len()
    );
    let session = world.engine.session_id().unwrap();
    assert_eq!(asked[0].1.path, format!("{ROUTE}?sessionId={session}"));
}

#[test]
fn a_server_without_the_route_is_asked_once_a_session() {
    for status in [404, 405] {
        let mut server = polled(Server::foreign());
        server.script(ROUTE, status, Object::new());
        let mut world = World::connected(server);
        world.run(60_000);
        assert_eq!(world.requests(ROUTE).len(), 1);
        world.command(Command::Reset { new_session: true });
        world.run(10_000);
        assert!(world.requests(ROUTE).len() > 1, "another session, asked anew");
    }
}

#[test]
fn errors_of_it_are_no_trouble() {
    let mut server = polled(Server::foreign());
    server.script(ROUTE, 500, Object::new());
    server.script(ROUTE, 503, "no json");
    server.script(ROUTE, 200, "no json");
    let mut world = World::connected(server);
    world.changes.clear();
    world.lose_responses = vec![(ROUTE.to_owned(), 3)];
    world.run(30_000);
    let troubles = world.changes.iter();
    let troubles = troubles.filter(|change| matches!(change, Change::Connection(_)));
    assert_eq!(troubles.count(), 0, "the connection is as it was");
    assert!(world.requests(ROUTE).len() > 10, "and it is asked again");
}

#[test]
fn hidden_pages_do_not_ask() {
    let mut world = World::connected(polled(Server::foreign()));
    world.run(10_000);
    world.input(Input::Surroundings(Surroundings::Hidden));
    world.run(5_000);
    let before = world.requests(ROUTE).len();
    world.send("looked after until it is stored");
    world.run(60_000);
    assert_eq!(world.requests(ROUTE).len(), before);
    world.input(Input::Surroundings(Surroundings::Visible));
    world.run(10_000);
    assert!(world.requests(ROUTE).len() > before);
}

#[test]
fn a_server_whose_polls_bring_them_is_not_asked() {
    let mut world = World::connected(polled(Server::ours()));
    world.run(10_000);
    let wish = ScreenshotWish::read(&wish("a").into()).unwrap();
    world.server.broadcast(ServerEvent::ScreenshotRequest(wish));
    world.run(10_000);
    assert_eq!(told(&world), ["a"]);
    assert_eq!(world.requests(ROUTE).len(), 0);
}
