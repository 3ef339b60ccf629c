//! A visitor that says back what it is told. Start a server with `cargo xtask run`, then
//!
//! ```sh
//! cargo run -p pocketping-client --example echo_bot -- http://127.0.0.1:3000/pocketping
//! ```
//!
//! open the inbox at the address that `run` has printed, and answer the bot. Kill it and start it again: it
//! is the same visitor, and sends what it could not send before.

use pocketping_client::{Change, Client, Identity, Message, MessageId, SendError, Sender, Value};
use pocketping_core::{Object, Wire};
use std::collections::HashSet;
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
    let mut bot = Bot::of(client).await?;
    println!("the bot listens; Ctrl-C ends it");

    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(Ok(Change::Arrived(message))) => bot.answer(&message).await?,
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
    Ok(bot.client.close().await?)
}

struct Bot {
    client: Client,
    answered: HashSet<MessageId>,
}

impl Bot {
    /// Greets, or answers what was said while the bot was away: all that comes after its own last message.
    async fn of(client: Client) -> Result<Self, Box<dyn Error>> {
        let entries = client.messages().await?;
        let is_own = |message: &Message| message.sender == Sender::Visitor;
        let own = entries.iter().rposition(|entry| is_own(&entry.message));
        let (before, after) = entries.split_at(own.map_or(0, |at| at + 1));
        let mut bot = Bot {
            client,
            answered: before.iter().map(|entry| entry.message.id.clone()).collect(),
        };
        if own.is_none() {
            bot.client.send("I say back what you tell me.").await?;
        }
        for entry in after {
            bot.answer(&entry.message).await?;
        }
        Ok(bot)
    }

    /// Answers a message, once.
    async fn answer(&mut self, message: &Message) -> Result<(), SendError> {
        if !self.answered.insert(message.id.clone()) {
            return Ok(());
        }
        println!("told: {}", message.content);
        // Accepted is enough: it is sent in order, and survives a crash from here on.
        let mut sending = self.client.send(format!("You said: {}", message.content));
        sending.saved().await
    }
}
