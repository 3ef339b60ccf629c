//! Office hours as open widgets hear of them. The clock starts on a Saturday, at 07:00 UTC.

use super::*;
use crate::OfficeHoursConfig;

const HOUR: i64 = 3600;

fn with_hours(saturday: &str) -> Server {
    let hours = OfficeHoursConfig {
        time_zone: "UTC".into(),
        saturday: vec![saturday.into()],
        ..Default::default()
    };
    Server::with(|builder| builder.office_hours(hours))
}

/// What widgets were told, in order.
async fn told(stream: &mut Subscription) -> Vec<bool> {
    let updates = events(stream).await.into_iter().filter_map(|event| match event {
        ServerEvent::ConfigUpdate(update) => update.appearance.get("operatorReachable")?.as_bool(),
        _ => None,
    });
    updates.collect()
}

/// Lets the time pass as the binary does: from change to change.
async fn until(server: &Server, end: Timestamp) {
    while let Some(change) = server.pp.settle_reachability().await.unwrap()
        && change <= end
    {
        server.clock.0.store(change.as_millis(), Ordering::SeqCst);
    }
    server.clock.0.store(end.as_millis(), Ordering::SeqCst);
}

#[tokio::test]
async fn open_widgets_hear_when_the_hours_begin_and_end() {
    let server = with_hours("09:00-12:00");
    let start = server.pp.now();
    let connected = server.connect("visitor").await;
    assert_eq!(connected.operator_reachable, Some(false));
    let mut page = server
        .pp
        .subscribe(connected.session_id.clone(), None)
        .await
        .unwrap();
    let mut inbox = server.pp.subscribe_operators(None).await.unwrap();
    let at = |hours: i64| Timestamp::from_millis(start.as_millis() + hours * HOUR * 1000);
    until(&server, at(1)).await;
    assert_eq!(
        told(&mut page).await,
        [false],
        "what was told before the start is not known"
    );
    until(&server, at(3)).await;
    assert_eq!(told(&mut page).await, [true]);
    assert!(server.pp.is_operator_reachable());
    until(&server, at(7 * 24 + 1)).await;
    assert_eq!(
        told(&mut page).await,
        [false],
        "a week later it is the same once more"
    );
    assert!(events(&mut inbox).await.is_empty(), "operators know their hours");
    // Who was without a network meanwhile.
    let cursor = crate::After::parse(connected.cursor.unwrap().as_str());
    let late = server.pp.subscribe(connected.session_id, cursor).await;
    let mut late = late.unwrap();
    assert_eq!(told(&mut late).await.last(), Some(&false));
}

#[tokio::test]
async fn operators_who_are_online_can_be_reached_at_any_hour() {
    let server = with_hours("20:00-21:00");
    let session = server.session().await;
    server.pp.settle_reachability().await.unwrap();
    let mut page = server.pp.subscribe(session, None).await.unwrap();
    server.pp.set_operator_online(true).await.unwrap();
    assert_eq!(told(&mut page).await, [true]);
    server.pp.set_operator_online(false).await.unwrap();
    assert_eq!(told(&mut page).await, [false]);
    server.pp.settle_reachability().await.unwrap();
    assert!(told(&mut page).await.is_empty(), "told once");
}

#[tokio::test]
async fn without_hours_nothing_is_told() {
    let server = Server::new();
    let session = server.session().await;
    let mut page = server.pp.subscribe(session, None).await.unwrap();
    assert_eq!(server.pp.settle_reachability().await.unwrap(), None);
    server.pp.set_operator_online(true).await.unwrap();
    assert_eq!(kinds(&events(&mut page).await), ["presence"]);
}
