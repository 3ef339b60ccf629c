//! Whatever happens in whatever order: what was sent is stored once, in order, and nothing stays behind.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::server::{Dialect, Server};
use driver::{Database, World};
use pocketping_core::engine::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Something that happens to a client and its server.
#[derive(Clone, Debug)]
enum Step {
    /// One of a few texts, so that equal ones come often.
    Send(u8),
    Wait(u64),
    ServerDies,
    ServerStarts,
    /// The page goes away; requests under way reach the server, or do not.
    Reload {
        requests_arrive: bool,
    },
    /// The next answer to a message is lost.
    LoseAnswer,
    DatabaseFails,
    DatabaseWorks,
    /// The visitor's clock is off by so many minutes.
    Clock(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4u8).prop_map(Step::Send),
        6 => (1..8_000u64).prop_map(Step::Wait),
        1 => Just(Step::ServerDies),
        2 => Just(Step::ServerStarts),
        2 => any::<bool>().prop_map(|requests_arrive| Step::Reload { requests_arrive }),
        2 => Just(Step::LoseAnswer),
        1 => Just(Step::DatabaseFails),
        1 => Just(Step::DatabaseWorks),
        1 => (-300..300i64).prop_map(Step::Clock),
    ]
}

/// Takes the steps, then lets everything work; what was sent, and the world that it came to.
fn live(server: Server, steps: Vec<Step>) -> (Vec<String>, World) {
    let mut world = World::connected(server);
    let mut sent = Vec::new();
    for step in steps {
        match step {
            Step::Send(text) => {
                let text = format!("text {text}");
                world.send(&text);
                sent.push(text);
            }
            Step::Wait(millis) => world.run(millis),
            Step::ServerDies if world.server.up => world.kill_server(),
            Step::ServerDies => {}
            Step::ServerStarts => world.server.start(),
            Step::Reload { requests_arrive } => {
                let database = world.database;
                world = match requests_arrive {
                    true => world.reload_after_requests_arrive(),
                    false => world.reload(),
                };
                world.database = database;
            }
            Step::LoseAnswer => world.lose_responses.push(("/message".to_owned(), 1)),
            Step::DatabaseFails => world.database = Database::Fails(PersistFailure::Full),
            Step::DatabaseWorks => world.database = Database::Works,
            Step::Clock(minutes) => world.clock_skew = minutes * 60_000,
        }
    }
    world.server.start();
    world.database = Database::Works;
    world.lose_responses.clear();
    world.command(Command::Connect);
    world.run(120_000);
    // What a full database kept from being tidied is so with the next page.
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(60_000);
    (sent, world)
}

fn check(sent: &[String], world: &World) -> Result<(), TestCaseError> {
    prop_assert_eq!(&world.server.texts(), sent);
    prop_assert_eq!(&world.texts(), sent);
    prop_assert_eq!(world.stored(Store::Outbox), 0);
    prop_assert_eq!(world.disk.local.get("pocketping_outbox"), None);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_102), ..ProptestConfig::default() })]

    #[test]
    fn everything_is_stored_once_and_in_order(steps in prop::collection::vec(step(), 1..40)) {
        let (sent, world) = live(Server::ours(), steps);
        prop_assert_eq!(world.server.dialect, Dialect::Ours);
        check(&sent, &world)?;
    }

    #[test]
    fn so_it_is_on_servers_without_idempotent_sends(steps in prop::collection::vec(step(), 1..40)) {
        let (sent, world) = live(Server::foreign(), steps);
        check(&sent, &world)?;
    }
}
