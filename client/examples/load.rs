//! Many visitors who write at once, and how long the server takes to store what they write:
//!
//! ```sh
//! cargo run --release -p pocketping-client --example load -- http://127.0.0.1:3000/pocketping 50 100
//! ```
//!
//! for 50 visitors of 100 messages each. A visitor writes the next message when the last one is stored. Start
//! the server with `--rate-limit off`: all visitors come from one address.

use pocketping_client::Client;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().ok_or("the first argument is the endpoint")?;
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (visitors, messages) = (number(50)?, number(100)?);

    let began = Instant::now();
    let mut connecting = JoinSet::new();
    for _ in 0..visitors {
        connecting.spawn(Client::builder(&endpoint).connect());
    }
    let mut clients = Vec::new();
    while let Some(connected) = connecting.join_next().await {
        clients.push(connected??);
    }
    println!(
        "{visitors} visitors connected in {} ms",
        began.elapsed().as_millis()
    );

    let began = Instant::now();
    let mut writing = JoinSet::new();
    for client in clients {
        writing.spawn(write(client, messages));
    }
    let mut times = Vec::new();
    while let Some(written) = writing.join_next().await {
        times.extend(written??);
    }
    report(times, began.elapsed());
    Ok(())
}

/// Writes so many messages and gives how long each took to be stored.
async fn write(client: Client, messages: usize) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::with_capacity(messages);
    for at in 0..messages {
        let began = Instant::now();
        client.send(format!("message {at}")).await?;
        times.push(began.elapsed());
    }
    client.close().await?;
    Ok(times)
}

fn report(mut times: Vec<Duration>, whole: Duration) {
    times.sort_unstable();
    let Some(slowest) = times.last() else { return };
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
    let rate = times.len() as f64 / whole.as_secs_f64();
    println!("{} messages stored, {rate:.0} per second", times.len());
    println!(
        "each within: half {} µs, 99 % {} µs, all {} µs",
        at(50),
        at(99),
        slowest.as_micros()
    );
}
