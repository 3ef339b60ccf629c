use super::*;
use crate::storage::StorageError;
use prometheus_client::encoding::prometheus_text::encode;

fn text(metrics: &Metrics) -> String {
    let mut text = String::new();
    encode(&mut text, &metrics.registry).unwrap();
    text
}

#[test]
fn names_have_the_prefix_and_what_their_kind_and_unit_ask_for() {
    let metrics = Metrics::new();
    metrics.message(Sender::Visitor);
    metrics.answered("GET", "/messages", 200, Duration::from_millis(3));
    let text = text(&metrics);
    for line in [
        concat!(
            "pocketping_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\"} 1"
        ),
        "pocketping_messages_total{sender=\"visitor\"} 1",
        "pocketping_requests_total{method=\"GET\",route=\"/messages\",status=\"200\"} 1",
        "pocketping_request_seconds_bucket{method=\"GET\",route=\"/messages\",le=\"0.0025\"} 0",
        "pocketping_request_seconds_bucket{method=\"GET\",route=\"/messages\",le=\"0.005\"} 1",
        "pocketping_write_seconds_count 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}

#[test]
fn every_metric_is_in_the_documentation_and_no_other() {
    let metrics = Metrics::new();
    metrics.message(Sender::Visitor);
    metrics.event(Side::Visitor);
    metrics.connect(true);
    metrics.refused("internal");
    metrics.answered("GET", "/messages", 200, Duration::from_millis(3));
    metrics.stream_opened(Side::Visitor, Start::Now);
    metrics.open_stream(Side::Visitor, Transport::WebSocket).lagged();
    let text = text(&metrics);
    let described = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let mut described: Vec<_> = described.map(|line| line.split_once(' ').unwrap()).collect();
    let rows = include_str!("../../../docs/observability.md").lines();
    let rows = rows.filter_map(|line| line.strip_prefix("| `pocketping_"));
    let mut documented: Vec<_> = rows
        .map(|row| {
            let (name, rest) = row.split_once("` | ").unwrap();
            (
                format!("pocketping_{name}"),
                rest.split(' ').next().unwrap().to_owned(),
            )
        })
        .collect();
    described.sort_unstable();
    documented.sort_unstable();
    let described: Vec<_> = described
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
        .collect();
    assert_eq!(described, documented);
}

#[test]
fn a_stream_is_open_until_it_is_dropped() {
    let metrics = Metrics::new();
    let open = |count: i64| {
        let line = format!("pocketping_streams_open{{side=\"visitor\",transport=\"sse\"}} {count}");
        assert!(text(&metrics).contains(&line), "{}", text(&metrics));
    };
    let one = metrics.open_stream(Side::Visitor, Transport::ServerSentEvents);
    let two = metrics.open_stream(Side::Visitor, Transport::ServerSentEvents);
    open(2);
    drop(one);
    open(1);
    drop(two);
    open(0);
}

#[tokio::test]
async fn a_write_waits_until_its_answer_or_until_nobody_wants_it() {
    let metrics = Metrics::new();
    let (done, answer) = tokio::sync::oneshot::channel::<()>();
    let write =
        metrics.measure_write(async { answer.await.map_err(|error| StorageError::new("a write", error)) });
    let mut write = Box::pin(write);
    assert!(futures_util::poll!(&mut write).is_pending());
    assert_eq!(metrics.writes_waiting.get(), 1);
    drop(done);
    assert!(write.await.is_err());
    assert_eq!(
        (metrics.writes_waiting.get(), metrics.writes_failed.get()),
        (0, 1)
    );
    assert!(text(&metrics).contains("\npocketping_write_seconds_count 1\n"));

    let mut given_up = Box::pin(metrics.measure_write(std::future::pending::<Result<(), StorageError>>()));
    assert!(futures_util::poll!(&mut given_up).is_pending());
    assert_eq!(metrics.writes_waiting.get(), 1);
    drop(given_up);
    assert_eq!(metrics.writes_waiting.get(), 0);
}
