//! Operators who are there and who are not.

use super::Server;
use pocketping_core::model::OperatorRole;
use pocketping_core::route::NewOperatorRequest;
use std::time::Duration;

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
