//! Receiving: WebSocket, SSE, polling, and the way back up.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialled, Server};
use pocketping_core::engine::*;

fn polls(world: &World) -> Vec<u64> {
    world.requests("/messages").iter().map(|(at, _)| *at).collect()
}

#[test]
fn without_streams_it_polls_every_two_seconds() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    let now = world.now;
    world.server.say(now, "hello");
    world.run(3_000);
    assert_eq!(world.texts(), ["hello"]);
    world.run(20_000);
    let polls = polls(&world);
    assert!((9..=13).contains(&polls.len()), "{polls:?}");
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn a_socket_that_never_opens_is_given_up_after_5_seconds_and_sse_after_15() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Nothing;
    server.event_source = Dialled::Nothing;
    let mut world = World::connected(server);
    world.run(60_000);
    let socket = world.opened(Transport::WebSocket)[0];
    let source = world.opened(Transport::EventSource)[0];
    assert_eq!(source - socket, 5_000);
    let first_poll = polls(&world)[0];
    assert_eq!(first_poll - source, 15_500);
}

#[test]
fn sse_takes_over_when_sockets_are_blocked() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    let mut world = World::connected(server);
    let now = world.now;
    world.server.say(now, "over sse");
    world.deliver_envelopes();
    world.run(1_000);
    assert_eq!(world.texts(), ["over sse"]);
    assert_eq!(polls(&world).len(), 0);
}

#[test]
fn polling_finds_its_way_back_to_a_socket() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    world.run(10_000);
    world.server.web_socket = Dialled::Open;
    world.run(31_000);
    let count = polls(&world).len();
    world.run(60_000);
    assert_eq!(polls(&world).len(), count, "polling has ended");
    let now = world.now;
    world.server.say(now, "by socket");
    world.deliver_envelopes();
    world.run(100);
    assert_eq!(world.texts(), ["by socket"]);
}

#[test]
fn a_hidden_page_is_quiet_and_looks_at_once_when_it_is_back() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    world.run(5_000);
    world.input(Input::Surroundings(Surroundings::Hidden));
    world.run(1_000);
    let (effects, now) = (world.effects.len(), world.now);
    world.server.say(now, "while away");
    world.run(600_000);
    assert_eq!(world.effects.len(), effects, "{:?}", &world.effects[effects..]);
    world.input(Input::Surroundings(Surroundings::Visible));
    world.run(100);
    assert_eq!(world.texts(), ["while away"]);
}

#[test]
fn after_a_kill_and_a_restart_both_directions_go_on_within_35_seconds() {
    for (socket, source) in [
        (Dialled::Open, Dialled::Open),
        (Dialled::Refused, Dialled::Open),
        (Dialled::Refused, Dialled::Refused),
    ] {
        for dialect in [Server::ours, Server::foreign] {
            for away in [500, 2_000, 10_000, 33_000, 60_000, 240_000, 1_000_000] {
                let mut server = dialect();
                server.web_socket = socket;
                server.event_source = source;
                let mut world = World::connected(server);
                world.run(20_000);
                world.kill_server();
                world.run(away);
                world.server.start();
                let now = world.now;
                world.server.say(now, "answer");
                world.send("question");
                world.run(35_000);
                let mut texts = world.texts();
                texts.sort_unstable();
                assert_eq!(
                    texts,
                    ["answer", "question"],
                    "away {away}, {socket:?}, {source:?}"
                );
                assert_eq!(world.server.texts().len(), 2);
                assert_eq!(world.engine.connection(), Connection::Live);
                let (now, count) = (world.now, world.server.frames.len());
                world.server.say(now, "and live");
                world.deliver_envelopes();
                world.run(2_600);
                assert_eq!(world.texts().last().unwrap(), "and live", "frames {count}");
            }
        }
    }
}

#[test]
fn a_server_that_is_away_is_tried_without_end_and_not_too_often() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.run(3_600_000);
    let (opened, polled) = (world.opened(Transport::WebSocket), polls(&world));
    let all: Vec<u64> = opened
        .into_iter()
        .chain(polled)
        .filter(|at| *at > 60_000)
        .collect();
    assert!(all.len() > 120, "{}", all.len());
    assert!(all.len() < 600, "{}", all.len());
}

#[test]
fn online_and_visible_are_tried_at_once() {
    for hint in [Surroundings::Online, Surroundings::Visible] {
        let mut world = World::connected(Server::ours());
        world.kill_server();
        world.send("waiting");
        world.run(300_000);
        world.server.start();
        world.input(Input::Surroundings(hint));
        world.run(200);
        assert_eq!(world.server.texts(), ["waiting"]);
    }
}

#[test]
fn the_browsers_offline_hint_is_shown_and_does_not_stop_anything() {
    let mut world = World::connected(Server::ours());
    world.input(Input::Surroundings(Surroundings::Offline));
    assert_eq!(world.engine.connection(), Connection::Offline);
    world.send("works all the same");
    world.run(1_000);
    assert_eq!(world.server.texts().len(), 1);
    assert_eq!(world.engine.connection(), Connection::Live);
}

#[test]
fn a_deaf_socket_is_replaced_within_40_seconds() {
    let mut world = World::connected(Server::ours());
    world.server.deaf = true;
    let now = world.now;
    world.server.say(now, "unheard");
    world.run(34_000);
    world.server.deaf = false;
    world.run(2_000);
    assert_eq!(world.opened(Transport::WebSocket).len(), 2);
    assert_eq!(
        world.texts(),
        ["unheard"],
        "and the cursor brings what was missed"
    );
}

#[test]
fn a_healthy_socket_is_asked_and_kept() {
    let mut world = World::connected(Server::ours());
    world.run(600_000);
    assert_eq!(world.opened(Transport::WebSocket).len(), 1);
    assert!(
        (20..=25).contains(&world.server.frames.len()),
        "{}",
        world.server.frames.len()
    );
}

#[test]
fn sockets_that_stay_deaf_are_given_up_for_something_better() {
    let mut world = World::connected(Server::ours());
    world.server.deaf = true;
    let now = world.now;
    world.server.say(now, "unheard");
    world.run(180_000);
    assert_eq!(world.texts(), ["unheard"], "polling got it");
}

#[test]
fn a_disconnected_conversation_does_nothing_and_keeps_its_outbox() {
    let mut world = World::connected(Server::ours());
    world.kill_server();
    world.send("later");
    world.run(1_000);
    world.command(Command::Disconnect);
    world.run(1_000);
    world.server.start();
    let effects = world.effects.len();
    world.run(600_000);
    assert_eq!(world.effects.len(), effects);
    assert_eq!(world.engine.connection(), Connection::Idle);
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.server.texts(), ["later"]);
}
