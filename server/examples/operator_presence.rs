//! Whether somebody is there to answer: `cargo run -p pocketping-server --example operator_presence`.

use pocketping_core::route::ConnectRequest;
use pocketping_server::{Client, PocketPing};
use std::time::Duration;

/// Presence as you say it, and as it follows from what operators do; whether they were online at each step.
pub(crate) async fn run() -> Result<[bool; 4], Box<dyn std::error::Error>> {
    // Set by hand: pages hear of each change at once.
    let pp = PocketPing::builder().build()?;
    let at_the_start = pp.is_operator_online();
    pp.set_operator_online(true).await?;
    let as_set = pp.presence().online;

    // Or derived: who writes, types or reads is online, and nobody is after ten minutes without.
    let pp = PocketPing::builder()
        .operator_timeout(Duration::from_secs(600))
        .build()?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;
    pp.send_message(&session, "Hello!").await?;
    let after_an_answer = pp.is_operator_online();
    // Call it from time to time, such as each half minute; it is what notices that nobody is there any more.
    pp.settle_presence().await?;
    Ok([at_the_start, as_set, after_an_answer, pp.is_operator_online()])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{:?}", run().await?);
    Ok(())
}
