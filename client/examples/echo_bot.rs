//! A visitor that says back what it is told. Start a server with `cargo xtask run`, then
//!
//! ```sh
//! cargo run -p pocketping-client --example echo_bot -- http://127.0.0.1:3000/pocketping
//! ```
//!
//! open the inbox at the address that `run` has printed, and answer the bot. Kill it and start it again: it
//! is the same visitor, and sends what it could not send before.

use pocketping_client::{Change, Client, Identity, Value};
use pocketping_core::{Object, Wire};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments
        .next()
        .unwrap_or_else(|| "http://127.0.0.1:3000/pocketping".to_owned());
    let file = arguments.next().unwrap_or_else(|| "echo-bot.db".to_owned());

    let client = Client::builder(endpoint).storage_file(file).start().await?;
    // Before connecting, so that nothing is missed in between.
    let mut changes = client.changes();
    client.connect().await?;
    let identity = Object::new().with("id", "echo-bot").with("name", "Echo");
    client.identify(Identity::read(&identity.into())?).await?;
    client.trigger("bot_started", Value::Null).await?;
    client.send("I say back what you tell me.").await?;
    println!("the bot listens; Ctrl-C ends it");

    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(Ok(Change::Arrived(message))) => {
                    println!("told: {}", message.content);
                    // Not waited for: it is sent in order, and survives a crash from here on.
                    client.send(format!("You said: {}", message.content)).saved().await?;
                }
                Some(Ok(_)) => {}
                Some(Err(lagged)) => eprintln!("{lagged}"),
                None => break,
            },
            ended = tokio::signal::ctrl_c() => {
                ended?;
                break;
            }
        }
    }
    Ok(client.close().await?)
}
