//! What one server counts and measures; docs/observability.md has the list.
//!
//! Each server has a registry of its own: nothing global is installed, two servers in one process do not mix, and
//! whoever hosts the library decides whether and where it can be read.

mod labels;
pub(crate) use labels::{Side, Start, Transport};
mod render;
mod stream;
pub(crate) use stream::OpenStream;
mod write;

use labels::{Author, Code, Origin, Request, Route, Started, Stream, Visit};
use pocketping_core::model::Sender;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Upper ends of the histograms' buckets in seconds: from what a write to memory takes to what nobody waits for.
const BUCKETS: [f64; 13] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

type Times = Family<Route, Histogram, fn() -> Histogram>;

/// The counters of one server.
pub(crate) struct Metrics {
    registry: Registry,
    messages: Family<Author, Counter>,
    events: Family<Origin, Counter>,
    connects: Family<Visit, Counter>,
    refused: Family<Code, Counter>,
    requests: Family<Request, Counter>,
    request_times: Times,
    streams_opened: Family<Started, Counter>,
    streams_open: Family<Stream, Gauge>,
    streams_lagged: Family<Stream, Counter>,
    sessions_online: Gauge,
    writes_waiting: Gauge,
    writes_failed: Counter,
    write_times: Histogram,
    hooks_waiting: Gauge,
    webhook_waiting: Gauge,
    webhook_dead: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut this = Metrics {
            registry: Registry::with_prefix("pocketping"),
            messages: Family::default(),
            events: Family::default(),
            connects: Family::default(),
            refused: Family::default(),
            requests: Family::default(),
            request_times: Times::new_with_constructor(times),
            streams_opened: Family::default(),
            streams_open: Family::default(),
            streams_lagged: Family::default(),
            sessions_online: Gauge::default(),
            writes_waiting: Gauge::default(),
            writes_failed: Counter::default(),
            write_times: times(),
            hooks_waiting: Gauge::default(),
            webhook_waiting: Gauge::default(),
            webhook_dead: Gauge::default(),
        };
        this.register();
        this
    }

    /// A counter's name gets the ending `_total`, a unit is added to the name.
    fn register(&mut self) {
        let registry = &mut self.registry;
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "What runs", Info::new(version));
        registry.register("messages", "Messages stored, by sender", self.messages.clone());
        registry.register("events", "Custom events stored, by origin", self.events.clone());
        registry.register("connects", "Visitors who connected", self.connects.clone());
        registry.register("refused", "Refusals, by the error's code", self.refused.clone());
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "request",
            "Time from a request's headers to its answer's",
            Unit::Seconds,
            self.request_times.clone(),
        );
        registry.register("streams_opened", "Streams opened", self.streams_opened.clone());
        registry.register("streams_open", "Streams that are open", self.streams_open.clone());
        let help = "Streams ended because their client was too slow";
        registry.register("streams_lagged", help, self.streams_lagged.clone());
        let help = "Sessions whose visitor has a stream open";
        registry.register("sessions_online", help, self.sessions_online.clone());
        let help = "Writes that wait for the storage or are under way";
        registry.register("writes_waiting", help, self.writes_waiting.clone());
        let help = "Writes that failed in the storage";
        registry.register("writes_failed", help, self.writes_failed.clone());
        registry.register_with_unit(
            "write",
            "Time from asking for a write to its being durable",
            Unit::Seconds,
            self.write_times.clone(),
        );
        let help = "Calls of hooks that wait or run";
        registry.register("hooks_waiting", help, self.hooks_waiting.clone());
        let help = "Deliveries of the webhook that wait or are under way";
        registry.register("webhook_waiting", help, self.webhook_waiting.clone());
        let help = "Deliveries of the webhook that were given up";
        registry.register("webhook_dead", help, self.webhook_dead.clone());
    }

    /// A message was stored.
    pub(crate) fn message(&self, sender: Sender) {
        let sender = sender.as_str();
        self.messages.get_or_create(&Author { sender }).inc();
    }

    /// A custom event was stored.
    pub(crate) fn event(&self, from: Side) {
        self.events.get_or_create(&Origin { from }).inc();
    }

    /// A visitor has connected, to a session that is new or not.
    pub(crate) fn connect(&self, created: bool) {
        let session = if created { "new" } else { "known" };
        self.connects.get_or_create(&Visit { session }).inc();
    }

    /// Something was refused; `code` is one of our own and never a client's text.
    pub(crate) fn refused(&self, code: &str) {
        let code = code.to_owned();
        self.refused.get_or_create(&Code { code }).inc();
    }

    /// A request was answered. Methods and routes are those that we know, else `other` and `none`.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let request = Request {
            method,
            route,
            status,
        };
        self.requests.get_or_create(&request).inc();
        let Request { route, .. } = request;
        self.request_times
            .get_or_create(&Route { method, route })
            .observe(took.as_secs_f64());
    }

    /// A stream begins.
    pub(crate) fn stream_opened(&self, side: Side, start: Start) {
        self.streams_opened.get_or_create(&Started { side, start }).inc();
    }

    /// Counts calls of hooks that wait.
    pub(crate) fn hooks_waiting(&self) -> Gauge {
        self.hooks_waiting.clone()
    }
}

fn times() -> Histogram {
    Histogram::new(BUCKETS)
}

#[cfg(test)]
mod tests;
