//! What a stream brings: JSON text that is read as an envelope and given to a conversation.
#![no_main]

#[path = "../../core/tests/driver/mod.rs"]
mod driver;

use driver::World;
use driver::server::Server;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use pocketping_core::engine::{Command, Input, StreamEvent};
use pocketping_core::envelope::{ClientFrame, ServerEnvelope};
use pocketping_core::{Value, Wire};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    pocketping_fuzz::mutate_json(data, size, max_size, seed)
});

fuzz_target!(|text: &str| {
    // A list of envelopes, or one.
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let envelopes = match value {
        Value::List(envelopes) => envelopes,
        one => vec![one],
    };
    for envelope in &envelopes {
        survives_writing::<ServerEnvelope>(envelope);
        survives_writing::<ClientFrame>(envelope);
    }

    let mut world = World::connected(Server::ours());
    world.command(Command::SetOpen(true));
    let own = world.send("hello");
    for envelope in envelopes.into_iter().take(50) {
        // After each input the driver checks that the list is ordered and has no message twice.
        let streams: Vec<_> = world.streams.keys().copied().collect();
        for id in streams {
            let event = StreamEvent::Frame(envelope.clone());
            world.input(Input::Stream { id, event });
        }
        world.run(30);
    }
    world.run(60_000);
    assert!(
        world.engine.entry(&own).is_some() || world.server.texts() == ["hello"],
        "an envelope took away what the visitor wrote"
    );
});

/// What can be read is the same after it was written.
fn survives_writing<T: Wire + PartialEq + std::fmt::Debug>(value: &Value) {
    if let Ok(read) = T::read(value) {
        assert_eq!(T::read(&read.write()).as_ref(), Ok(&read));
    }
}
