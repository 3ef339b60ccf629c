//! Two edits of one time, as servers with coarse clocks have them: the last one counts, whichever way it comes. That lists
//! which are older than the stream take none back is among the properties of `engine_merge.rs`.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialled, Server};
use pocketping_core::MessageId;

fn said(world: &mut World) -> MessageId {
    let id = world.server.say(world.now, "first version");
    world.deliver_envelopes();
    world.run(5_000);
    assert_eq!(world.texts(), ["first version"]);
    id
}

/// The operator edits at this time of the server's.
fn edit(world: &mut World, id: &MessageId, at: u64, content: &str) {
    world.server.now = at;
    world.server.edit(id, content);
    world.deliver_envelopes();
}

#[test]
fn the_later_of_two_edits_of_one_time_is_shown_by_stream() {
    for server in [Server::ours(), Server::foreign()] {
        let mut world = World::connected(server);
        let id = said(&mut world);
        let at = world.now;
        edit(&mut world, &id, at, "second version");
        edit(&mut world, &id, at, "third version");
        world.run(1_000);
        assert_eq!(world.texts(), ["third version"]);
    }
}

#[test]
fn the_later_of_two_edits_of_one_time_is_shown_by_polling() {
    let mut server = Server::foreign();
    server.web_socket = Dialled::Refused;
    let mut world = World::connected(server);
    let id = said(&mut world);
    let at = world.now;
    edit(&mut world, &id, at, "second version");
    world.run(60_000);
    assert_eq!(world.texts(), ["second version"]);
    edit(&mut world, &id, at, "third version");
    world.run(60_000);
    assert_eq!(world.texts(), ["third version"]);
}

#[test]
fn a_list_that_is_newer_than_the_stream_counts() {
    let mut world = World::connected(Server::foreign());
    let id = said(&mut world);
    let at = world.now;
    edit(&mut world, &id, at, "second version");
    world.run(1_000);
    world.kill_server();
    edit(&mut world, &id, at, "third version");
    world.server.start();
    world.run(60_000);
    assert_eq!(world.texts(), ["third version"]);
}

#[test]
fn an_edit_of_one_time_brings_no_deleted_text_back() {
    let mut world = World::connected(Server::foreign());
    let id = said(&mut world);
    let at = world.now;
    edit(&mut world, &id, at, "second version");
    world.server.delete(&id);
    world.deliver_envelopes();
    edit(&mut world, &id, at, "third version");
    world.run(1_000);
    assert_eq!(world.texts(), [""]);
}
