//! The conversation engine: what one event costs in a long conversation, and what starting and sending cost.

#![allow(clippy::unwrap_used)]

mod support;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pocketping_core::engine::{Input, Restored};
use pocketping_core::{Object, Value, Wire};
use std::time::Duration;
use support::Desk;

const LONG: u64 = 10_000;
/// Events of one sample, by which its time is to be divided (`Throughput` does).
const EVENTS: u64 = 200;

/// Makes the envelope of an event by its number.
type MakeFrame = fn(u64) -> Value;

fn incoming(c: &mut Criterion) {
    let mut group = c.benchmark_group("10000 messages, one more event");
    group.sample_size(20).measurement_time(Duration::from_secs(8));
    group.throughput(Throughput::Elements(EVENTS));
    let runs: [(&str, MakeFrame); 2] = [
        ("message", |number| support::message(LONG + number)),
        ("edit", |number| support::edit(number * 37 % LONG, LONG + number)),
    ];
    for (name, frame) in runs {
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(
                || {
                    let frames: Vec<Value> = (0..EVENTS).map(frame).collect();
                    (Desk::with_messages(LONG), frames)
                },
                |(desk, frames)| {
                    for frame in frames.drain(..) {
                        desk.frame(frame);
                    }
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.bench_function("own message, sent and acknowledged", |bencher| {
        bencher.iter_batched_ref(
            || Desk::with_messages(LONG),
            |desk| {
                for _ in 0..EVENTS {
                    desk.send();
                }
                assert_eq!(desk.stored, EVENTS);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Messages that are written while the server does not answer, and then go out one after the other.
fn burst(c: &mut Criterion) {
    let mut group = c.benchmark_group("burst, from the first to the last acknowledged");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for count in [100, 1000, 4000] {
        group.throughput(Throughput::Elements(count));
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter_batched_ref(
                Desk::connected,
                |desk| {
                    desk.holds = true;
                    for _ in 0..count {
                        desk.send();
                    }
                    desk.answer();
                    assert_eq!(desk.stored, count);
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn restore(c: &mut Criterion) {
    let history = (0..200).map(|number| {
        Object::new()
            .with("v", 1)
            .with("message", support::stored(number).write())
            .into()
    });
    let outbox = (0..100).map(|number| {
        Object::new()
            .with("v", 1)
            .with("seq", 1_790_000_000_000 + number)
            .with("id", format!("0199d0c0-0000-7000-8000-{number:012}"))
            .with("created", "2026-11-21T07:20:27.509Z")
            .with("kind", "message")
            .with("data", Object::new().with("content", "Do you ship to Lyon?"))
            .into()
    });
    let restored = Restored {
        history: history.collect(),
        outbox: outbox.collect(),
        files: Vec::new(),
        failure: None,
    };
    c.bench_function("restore 200 messages and 100 unsent ones", |bencher| {
        bencher.iter_batched_ref(
            || {
                (
                    Desk::new(support::options()),
                    Some(Input::Restored(restored.clone())),
                )
            },
            |(desk, input)| {
                desk.holds = true;
                desk.input(input.take().unwrap());
                assert_eq!(desk.engine.entries().len(), 300);
            },
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, incoming, burst, restore);
criterion_main!(benches);
