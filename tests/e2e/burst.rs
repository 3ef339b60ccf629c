//! Many tabs, many messages, and a server that dies; the long form is `tests/long`.

use anyhow::Result;
use pocketping_tests::Burst;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_messages_from_three_tabs_survive_three_kills_once_and_in_order() -> Result<()> {
    let burst = Burst {
        tabs: 3,
        messages: 20,
        kills: 3,
    };
    burst.run().await
}
