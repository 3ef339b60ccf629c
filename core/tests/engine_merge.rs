//! Merging: whatever the order of arrival, the list is the server's.
#![allow(clippy::unwrap_used)]

mod driver;

use driver::World;
use driver::server::{Dialect, Dialled, Server};
use pocketping_core::engine::*;
use pocketping_core::{Object, Value, Wire};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A client that does not receive by itself: the test gives it everything.
struct Bench {
    world: World,
    stream: StreamId,
}

impl Bench {
    fn new(server: Server) -> Self {
        let world = World::connected(server);
        let stream = *world.streams.keys().next().unwrap();
        Bench { world, stream }
    }

    /// Makes the client read everything; gives its request.
    fn ask(&mut self) -> RequestId {
        self.frame(Object::new().with("type", "resync").into());
        let asked = self
            .world
            .effects
            .iter()
            .rev()
            .find_map(|(_, effect)| match effect {
                Effect::Request { id, request } if request.path.contains("before=end") => Some(*id),
                _ => None,
            });
        asked.unwrap()
    }

    fn answer(&mut self, id: RequestId, list: &Value) {
        let body = Object::new()
            .with("messages", list.clone())
            .with("hasMore", false);
        let answer = HttpAnswer {
            status: 200,
            body: body.into(),
            retry_after: None,
            version: None,
        };
        self.world.input(Input::Response {
            id,
            outcome: Ok(answer),
        });
    }

    fn frame(&mut self, frame: Value) {
        let event = StreamEvent::Frame(frame);
        self.world.input(Input::Stream {
            id: self.stream,
            event,
        });
    }
}

/// What happens on the server, in its order; `same_time` repeats the timestamp of the one before.
#[derive(Clone, Debug)]
enum Step {
    Operator { same_time: bool },
    Visitor { same_time: bool },
    Edit { which: usize, same_time: bool },
    Delete(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<bool>().prop_map(|same_time| Step::Operator { same_time }),
        2 => any::<bool>().prop_map(|same_time| Step::Visitor { same_time }),
        1 => any::<(usize, bool)>().prop_map(|(which, same_time)| Step::Edit { which, same_time }),
        1 => any::<usize>().prop_map(Step::Delete),
    ];
    prop::collection::vec(step, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_101), ..ProptestConfig::default() })]

    /// The stream comes in order, some envelopes twice; lists come at any time, and are as old as the
    /// question or ahead of the stream. In the end the list is the server's, with each message once.
    #[test]
    fn any_interleaving_of_snapshot_and_stream_gives_the_servers_list(
        steps in steps(),
        plan in prop::collection::vec((0u8..4, any::<prop::sample::Index>()), 0..40),
    ) {
        let mut bench = Bench::new(Server::ours());
        let mut snapshots: Vec<(usize, Value)> = Vec::new();
        let mut log: Vec<Value> = Vec::new();
        let mut at = 1_000;
        for step in &steps {
            let count = bench.world.server.session().messages.len();
            let server = &mut bench.world.server;
            match step {
                Step::Operator { same_time } => {
                    at += u64::from(!same_time);
                    server.say(at, &format!("operator {count}"));
                }
                Step::Visitor { same_time } => {
                    at += u64::from(!same_time);
                    let body = Object::new()
                        .with("sessionId", server.session().id.as_str())
                        .with("content", "the same text")
                        .with("clientMessageId", format!("client-{count}"));
                    let request = HttpRequest { method: Method::Post, path: "/message".into(), body: Some(body.into()), timeout_ms: 1 };
                    prop_assert!(server.answer(at, &request).is_ok());
                }
                Step::Edit { which, .. } | Step::Delete(which) if count > 0 => {
                    at += u64::from(!matches!(step, Step::Edit { same_time: true, .. }));
                    server.now = at;
                    let message = server.session().messages[which % count].clone();
                    if message.deleted_at.is_none() {
                        match step {
                            Step::Edit { .. } => server.edit(&message.id, &format!("edit {}", log.len())),
                            _ => server.delete(&message.id),
                        }
                    }
                }
                Step::Edit { .. } | Step::Delete(_) => {}
            }
            log.extend(server.session().log.iter().skip(log.len()).map(Wire::write));
            snapshots.push((log.len(), server.session().messages.clone().write()));
        }
        bench.world.server.sent.clear();
        // Deliver: the stream in order, mixed with what the plan says.
        let mut next = 0;
        let mut asked = None;
        for (what, index) in plan {
            match what {
                0 | 1 => {
                    if let Some(frame) = log.get(next) {
                        next += 1;
                        bench.frame(frame.clone());
                    }
                }
                2 if next > 0 => bench.frame(log[index.index(next)].clone()),
                _ => match asked.take() {
                    None => asked = Some((bench.ask(), next)),
                    // The answer is as old as the question at most, and may be ahead of the stream.
                    Some((id, asked_at)) => {
                        let lists: Vec<&(usize, Value)> = snapshots.iter().filter(|(len, _)| *len >= asked_at).collect();
                        bench.answer(id, &lists[index.index(lists.len())].1);
                    }
                },
            }
        }
        for frame in &log[next..] {
            bench.frame(frame.clone());
        }
        let shown: Vec<(String, String)> = bench.world.engine.entries().iter().map(|entry| (entry.message.id.to_string(), entry.message.content.clone())).collect();
        let stored: Vec<(String, String)> = bench.world.server.session().messages.iter().map(|message| (message.id.to_string(), message.content.clone())).collect();
        prop_assert_eq!(shown, stored);
    }

    /// Messages leave in the order in which they were sent, each once, whatever the network loses.
    #[test]
    fn outbox_order_holds_under_loss(
        dialect in prop_oneof![Just(Dialect::Ours), Just(Dialect::Foreign)],
        echo in any::<bool>(),
        sends in prop::collection::vec((0u64..3_000, 0u8..6, 0u8..3), 1..12),
    ) {
        let mut server = match dialect { Dialect::Ours => Server::ours(), Dialect::Foreign => Server::foreign() };
        server.echo = echo;
        let mut world = World::connected(server);
        let mut expected = Vec::new();
        for (wait, fault, text) in sends {
            // Equal texts on purpose.
            let text = format!("text {text}");
            match fault {
                0 => world.lose_responses.push(("/message".into(), 1)),
                1 => world.server.script("/message", 503, Object::new()),
                2 => world.kill_server(),
                3 => world.server.start(),
                _ => {}
            }
            world.send(&text);
            expected.push(text);
            world.run(wait);
        }
        world.server.start();
        world.run(400_000);
        prop_assert_eq!(world.server.texts(), expected.clone());
        prop_assert_eq!(world.texts(), expected);
        prop_assert_eq!(world.stored(Store::Outbox), 0);
        prop_assert_eq!(world.disk.local.get("pocketping_outbox"), None);
    }

    /// Everything at once: losses, kills, reloads, failing databases, blocked streams, a page in and out of view.
    #[test]
    fn after_any_trouble_each_message_is_there_once_in_order(
        dialect in prop_oneof![Just(Dialect::Ours), Just(Dialect::Foreign)],
        steps in prop::collection::vec((0u64..40_000, 0u8..16), 1..25),
    ) {
        let server = match dialect { Dialect::Ours => Server::ours(), Dialect::Foreign => Server::foreign() };
        let mut world = World::connected(server);
        let (mut sent, mut said) = (Vec::new(), Vec::new());
        for (wait, what) in steps {
            match what {
                0 => world.lose_responses.push(("/message".into(), 1)),
                1 => world.lose_responses.push(("/messages".into(), 1)),
                2 => world.lose_responses.push(("/connect".into(), 1)),
                3 => world.server.script("/", 503, Object::new()),
                4 => world.kill_server(),
                5 | 6 => world.server.start(),
                7 => {
                    world = world.reload_after_requests_arrive();
                    world.command(Command::Connect);
                }
                8 => world.database = driver::Database::Fails(PersistFailure::Broken),
                9 => world.database = driver::Database::Works,
                10 => world.server.web_socket = driver::server::Dialled::Refused,
                11 => world.server.web_socket = driver::server::Dialled::Open,
                12 => world.input(Input::Surroundings(Surroundings::Hidden)),
                13 => world.input(Input::Surroundings(Surroundings::Visible)),
                14 => {
                    let text = format!("operator {}", said.len());
                    let now = world.now;
                    world.server.say(now, &text);
                    world.deliver_envelopes();
                    said.push(text);
                }
                _ => world.database = driver::Database::Hangs,
            }
            let text = format!("text {}", sent.len() % 2);
            world.send(&text);
            sent.push(text);
            // Short waits as often as long ones.
            world.run(if wait % 2 == 0 { wait / 100 } else { wait });
        }
        world.server.start();
        world.server.scripts.clear();
        world.lose_responses.clear();
        world.server.web_socket = driver::server::Dialled::Open;
        world.input(Input::Surroundings(Surroundings::Visible));
        world.run(900_000);
        let stored = world.server.texts();
        let of = |texts: &[String], prefix: &str| -> Vec<String> { texts.iter().filter(|text| text.starts_with(prefix)).cloned().collect() };
        prop_assert_eq!(of(&stored, "text"), sent);
        prop_assert_eq!(of(&stored, "operator"), said);
        prop_assert_eq!(world.texts(), stored);
        prop_assert_eq!(world.engine.connection(), Connection::Live);
    }

    /// A page that goes away at any moment loses nothing and doubles nothing.
    #[test]
    fn reloads_at_any_moment_lose_and_double_nothing(
        dialect in prop_oneof![Just(Dialect::Ours), Just(Dialect::Foreign)],
        sends in prop::collection::vec((0u64..120, any::<bool>(), any::<bool>()), 1..10),
    ) {
        let server = match dialect { Dialect::Ours => Server::ours(), Dialect::Foreign => Server::foreign() };
        let mut world = World::connected(server);
        let mut expected = Vec::new();
        for (wait, reload, arrives) in sends {
            let text = format!("text {}", expected.len() % 2);
            world.send(&text);
            expected.push(text);
            world.run(wait);
            if reload {
                world = if arrives { world.reload_after_requests_arrive() } else { world.reload() };
                world.command(Command::Connect);
            }
        }
        world.run(400_000);
        prop_assert_eq!(world.server.texts(), expected.clone());
        prop_assert_eq!(world.texts(), expected);
        prop_assert_eq!(world.stored(Store::Outbox), 0);
    }
}

#[test]
fn messages_of_one_millisecond_are_shown_in_the_servers_order() {
    let mut server = Server::ours();
    server.web_socket = Dialled::Refused;
    server.event_source = Dialled::Refused;
    let mut world = World::connected(server);
    world.run(5_000);
    let at = world.now;
    for number in 0..20 {
        world.server.say(at, &format!("m{number}"));
    }
    world.run(5_000);
    let expected: Vec<String> = (0..20).map(|number| format!("m{number}")).collect();
    assert_eq!(world.texts(), expected);
    let mut world = world.reload();
    world.command(Command::Connect);
    world.run(1_000);
    assert_eq!(world.texts(), expected);
}
