//! Server-sent events (PROTOCOL §2.4; EXTENSIONS, Heartbeat).

use crate::http::Place;
use crate::metrics::OpenStream;
use crate::{Delivery, Subscription};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response, Sse};
use futures_util::stream::{Stream, unfold};
use pocketping_core::Cursor;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// How often the named event `heartbeat` comes.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Answers with the subscription's envelopes as events of the name `message`. `start` is the id of the greeting:
/// where a client goes on that is cut off before its first envelope.
pub(crate) fn server_sent_events(
    subscription: Subscription,
    start: Option<Cursor>,
    place: Place,
    open: OpenStream,
) -> Response {
    let mut response = Sse::new(events(subscription, start, place, open)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-transform"),
    );
    // nginx collects answers unless told otherwise.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

struct State {
    subscription: Subscription,
    heartbeat: Interval,
    greeting: Option<Event>,
    open: OpenStream,
    /// Held for as long as the stream is open.
    _place: Place,
}

fn events(
    subscription: Subscription,
    start: Option<Cursor>,
    place: Place,
    open: OpenStream,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let greeting = Event::default()
        .event("connected")
        .data(r#"{"type":"connected","data":{}}"#);
    let greeting = Some(with_id(greeting, start));
    let state = State {
        subscription,
        heartbeat,
        greeting,
        open,
        _place: place,
    };
    unfold(state, async |mut state| {
        let event = next(&mut state).await?;
        Some((Ok(event), state))
    })
}

/// The next event. The stream ends when the client was too slow or the server is going away: an `EventSource`
/// then comes back by itself and says after which id.
async fn next(state: &mut State) -> Option<Event> {
    if let Some(greeting) = state.greeting.take() {
        return Some(greeting);
    }
    tokio::select! {
        delivery = state.subscription.next() => match delivery {
            Delivery::Envelope(envelope) => {
                let event = Event::default().event("message").data(envelope.text().as_str());
                Some(with_id(event, envelope.cursor()))
            }
            Delivery::Lagged => {
                state.open.lagged();
                None
            }
            Delivery::Closed => None,
        },
        _ = state.heartbeat.tick() => Some(Event::default().event("heartbeat").data("{}")),
    }
}

fn with_id(event: Event, cursor: Option<Cursor>) -> Event {
    match cursor {
        Some(cursor) => event.id(cursor.as_str()),
        None => event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Side, Transport};
    use crate::{Client, PocketPing};
    use futures_util::StreamExt;
    use pocketping_core::{Object, Wire, route::ConnectRequest};

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_says_every_25_seconds_that_it_is_alive() {
        let pp = PocketPing::builder().build().unwrap();
        let request = ConnectRequest::read(&Object::new().with("visitorId", "v").into()).unwrap();
        let client = Client {
            ip: None,
            user_agent: None,
        };
        let session = pp.connect(request, client).await.unwrap().session_id;
        let subscription = pp.subscribe(session, None).await.unwrap();
        let open = pp
            .metrics()
            .open_stream(Side::Visitor, Transport::ServerSentEvents);
        let mut body = server_sent_events(subscription, None, Place::default(), open)
            .into_body()
            .into_data_stream();
        assert!(
            body.next()
                .await
                .unwrap()
                .unwrap()
                .starts_with(b"event: connected\n")
        );
        for _ in 0..3 {
            let before = Instant::now();
            assert_eq!(
                body.next().await.unwrap().unwrap(),
                "event: heartbeat\ndata: {}\n\n"
            );
            assert_eq!(before.elapsed().as_secs(), 25);
        }
    }
}
