//! Old conversations erased: `cargo run -p pocketping-server --example retention`.

use pocketping_core::Timestamp;
use pocketping_core::route::ConnectRequest;
use pocketping_server::{Client, Clock, PocketPing};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// A clock that is set by hand: the server reads time nowhere else.
#[derive(Clone, Default)]
struct Days(Arc<AtomicI64>);

impl Clock for Days {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Acquire) * DAY_MILLIS)
    }
}

/// One conversation that gets too old and one that does not; how many were erased, and how many are left.
pub(crate) async fn run() -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let today = Days::default();
    let pp = PocketPing::builder()
        .retention(Duration::from_secs(30 * 24 * 3600))
        .clock(today.clone())
        .build()?;
    pp.connect(ConnectRequest::new("long-ago"), Client::default())
        .await?;
    today.0.store(20, Ordering::Release);
    pp.connect(ConnectRequest::new("later"), Client::default())
        .await?;
    today.0.store(31, Ordering::Release);
    // Sessions that are opened bring it about each hour; a host may do it whenever it likes.
    let erased = pp.erase_old().await?;
    let left = pp.get_sessions(Default::default()).await?.sessions.len();
    Ok((erased, left))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (erased, left) = run().await?;
    println!("{erased} erased, {left} left");
    Ok(())
}
