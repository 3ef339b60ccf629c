//! Your server told of what happens in the chat: `cargo run -p pocketping-server --example webhook_receiver`, then in another
//! terminal `cargo run -p pocketping-server --example webhook_sender`.

use pocketping_core::Object;
use pocketping_core::route::ConnectRequest;
use pocketping_server::{Client, PocketPing, WebhookConfig, WebhookKind};
use std::time::Duration;

/// Lets a page's event happen, and waits until the target at `url` has had its chance; how many deliveries still wait.
pub(crate) async fn run(url: &str) -> Result<u64, Box<dyn std::error::Error>> {
    let webhook = WebhookConfig {
        url: Some(url.into()),
        // Signs each body; the receiver has the same.
        secret: Some("choose-a-long-secret".into()),
        timeout: Duration::from_secs(5),
        forward: vec![WebhookKind::Events, WebhookKind::Messages],
        // The receiver is on this machine. Without it only public addresses are called.
        allow_private_addresses: true,
    };
    let pp = PocketPing::builder().webhook(webhook).build()?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;
    let plan = Object::new().with("plan", "pro");
    pp.trigger_event(&session, "clicked_pricing", plan.into()).await?;
    pp.flush().await;
    // What could not be delivered is tried again for a day, with a storage that lasts also after a restart.
    Ok(pp.webhook_status().await?.waiting)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{} waiting", run("http://127.0.0.1:4000/hook").await?);
    Ok(())
}
