//! Operators who are there and who are not.

use super::{Server, kinds};
use crate::OfficeHoursConfig;
use crate::storage::OperatorChange;
use pocketping_core::model::OperatorRole;
use pocketping_core::route::NewOperatorRequest;
use std::time::Duration;

/// An agent of this name, who has said that they are there.
async fn online(server: &Server, name: &str) -> crate::Acting {
    let new = NewOperatorRequest {
        name: name.into(),
        avatar: None,
        role: OperatorRole::Agent,
    };
    let added = server.pp.add_operator(new).await.unwrap();
    let acting = server.pp.sign_in(&added.token).await.unwrap().unwrap();
    acting.set_online(true).await.unwrap();
    acting
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_only_watches_is_there() {
    let server = Server::with(|builder| builder.operator_token("an-operator-token"));
    let ada = NewOperatorRequest {
        name: "Ada".into(),
        avatar: None,
        role: OperatorRole::Agent,
    };
    let ada = server.pp.add_operator(ada).await.unwrap();
    let ada = server.pp.sign_in(&ada.token).await.unwrap().unwrap();
    let owner = server.pp.act_as_owner();
    owner.set_online(true).await.unwrap();
    let watching = tokio::spawn(owner.clone().until_out());
    for _ in 0..10 {
        server.later(30);
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    assert!(owner.profile().online);
    ada.set_online(false).await.unwrap();
    assert!(server.pp.is_operator_online(), "the owner is there");
    watching.abort();
    server.later(200);
    ada.set_online(false).await.unwrap();
    assert!(!server.pp.is_operator_online(), "and has gone");
}

#[tokio::test]
async fn visitors_hear_at_once_that_the_last_operator_who_was_there_is_removed() {
    let closed = OfficeHoursConfig {
        time_zone: "UTC".into(),
        saturday: vec!["20:00-21:00".into()],
        ..OfficeHoursConfig::default()
    };
    let server = Server::with(|builder| {
        builder
            .operator_token("an-operator-token")
            .operator_timeout(Duration::from_secs(300))
            .office_hours(closed)
    });
    let (ada, bob) = (online(&server, "Ada").await, online(&server, "Bob").await);
    let session = server.session().await;
    let mut page = server.pp.subscribe(session, None).await.unwrap();
    server.pp.remove_operator(&ada.id()).await.unwrap();
    assert!(server.pp.is_operator_online(), "Bob is there");
    server.pp.remove_operator(&bob.id()).await.unwrap();
    assert!(!server.pp.is_operator_online());
    assert!(!server.pp.is_operator_reachable());
    let heard = super::events(&mut page).await;
    assert_eq!(kinds(&heard), ["presence", "config_update"]);
}

#[tokio::test]
async fn whoever_was_not_there_is_removed_without_a_word() {
    let server = Server::with(|builder| builder.operator_token("an-operator-token"));
    let ada = online(&server, "Ada").await;
    server.later(600);
    server.pp.set_operator_online(true).await.unwrap();
    server.pp.remove_operator(&ada.id()).await.unwrap();
    assert!(server.pp.is_operator_online(), "as the host has said");
}

#[tokio::test(start_paused = true)]
async fn a_removal_by_another_process_is_told_by_the_server_that_has_their_stream() {
    let server = Server::with(|builder| builder.operator_token("an-operator-token"));
    let ada = online(&server, "Ada").await;
    let operators = server.pp.inner().storage.operators();
    let removal = OperatorChange {
        removed_at: Some(server.pp.now()),
        ..OperatorChange::default()
    };
    operators.change(&ada.id(), removal).await.unwrap();
    assert!(server.pp.is_operator_online());
    ada.until_out().await;
    assert!(!server.pp.is_operator_online());
}
