//! What takes minutes (`cargo xtask test burst`).

#![forbid(unsafe_code)]

use anyhow::Result;
use pocketping_tests::Burst;

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_messages_from_five_tabs_survive_twenty_kills_once_and_in_order() -> Result<()> {
    let burst = Burst {
        tabs: 5,
        messages: 100,
        kills: 20,
    };
    burst.run().await
}
