//! Who the visitor is: `cargo run -p pocketping-server --example identify`.
//!
//! In the page it is `PocketPing.identify({ id: 'user-456', plan: 'premium' })`. What a page says anybody can say; with
//! `Builder::identity_secrets` only what your server has signed is taken (docs/security.md).

use pocketping_core::Object;
use pocketping_core::model::Identity;
use pocketping_core::route::{ConnectRequest, IdentifyRequest};
use pocketping_server::{Client, PocketPing, SessionFilter};

/// Names a visitor and finds their conversations again; what is known of them.
pub(crate) async fn run() -> Result<Vec<Identity>, Box<dyn std::error::Error>> {
    let pp = PocketPing::builder()
        .on_identify(|session| println!("somebody is {:?}", session.identity.map(|identity| identity.name)))
        .build()?;
    let session_id = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;

    let identity = Identity {
        email: Some("jo@example.com".into()),
        name: Some("Jo".into()),
        // Keys of your own.
        custom: Object::new().with("plan", "premium").with("company", "Example"),
        ..Identity::new("user-456")
    };
    pp.identify(IdentifyRequest { session_id, identity }).await?;
    pp.flush().await;

    let theirs = SessionFilter {
        identity: Some("user-456".into()),
        ..SessionFilter::default()
    };
    let sessions = pp.get_sessions(theirs).await?.sessions;
    Ok(sessions
        .into_iter()
        .filter_map(|session| session.identity)
        .collect())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for identity in run().await? {
        println!("{identity:?}");
    }
    Ok(())
}
