//! Options of many kinds, and what happens when some are wrong: `cargo run -p pocketping-server --example configuration`.
//!
//! `build` looks at all of them and names everything that it cannot use, each with a hint.

use pocketping_core::model::TrackedElement;
use pocketping_server::storage::{MemoryLimits, MemoryStorage};
use pocketping_server::{Builder, IpFilterConfig, PocketPing, RateLimit, WebhookConfig};
use std::time::Duration;

/// A server with options of most kinds.
pub(crate) fn configured() -> Result<Builder, Box<dyn std::error::Error>> {
    let webhook = WebhookConfig {
        url: Some("https://shop.example/hooks/pocketping".into()),
        secret: Some("choose-a-long-secret".into()),
        timeout: Duration::from_secs(5),
        ..WebhookConfig::default()
    };
    let addresses = IpFilterConfig {
        enabled: true,
        blocklist: vec!["203.0.113.0/24".parse()?],
        ..IpFilterConfig::default()
    };
    // `SqliteStorage::open("chat.db")?` keeps conversations over a restart.
    let storage = MemoryStorage::with_limits(MemoryLimits::default());
    Ok(PocketPing::builder()
        .storage(storage)
        .operator_token("choose-a-long-secret")
        .welcome_message("Hello! How can we help?")
        .tracked_elements([TrackedElement::new(".pricing-button", "clicked_pricing")])
        .min_widget_version("2.0.0")
        .latest_widget_version("2.6.0")
        .version_message("Please reload this page.")
        .upgrade_url("https://shop.example/help/chat")
        .webhook(webhook)
        .ip_filter(addresses)
        .retention(Duration::from_secs(365 * 24 * 3600)))
}

/// The same with two mistakes.
pub(crate) fn mistaken() -> Result<Builder, Box<dyn std::error::Error>> {
    Ok(configured()?
        .operator_token("short")
        .min_widget_version("two")
        .rate_limit(RateLimit::default()))
}

// A webhook is delivered by a task of tokio's.
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    configured()?.build()?;
    println!("the first configuration is good; the second one is not:");
    if let Err(problems) = mistaken()?.build() {
        for problem in problems.iter() {
            println!("{}: {}; {}", problem.key, problem.problem, problem.hint);
        }
    }
    Ok(())
}
