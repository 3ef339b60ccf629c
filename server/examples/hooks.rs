//! Code of yours that runs on what happens: `cargo run -p pocketping-server --example hooks`.
//!
//! Hooks run after what they tell of is stored, for each conversation in the order in which it happened, and nobody waits
//! for them. One that fails is logged and stops nothing.

use pocketping_core::model::{Message, Sender, Session};
use pocketping_core::route::{ConnectRequest, SendMessageRequest};
use pocketping_server::{Client, ConfigProblems, PocketPing};
use std::convert::Infallible;
use tokio::sync::mpsc;

type Told = mpsc::UnboundedSender<String>;

/// A hook may be a function of its own.
fn count(_session: &Session, told: &Told) -> Result<(), mpsc::error::SendError<String>> {
    told.send("a new conversation".to_owned())
}

/// And it may wait for something, a database or another server.
async fn look_up(message: Message, told: Told) -> Result<(), mpsc::error::SendError<String>> {
    tokio::task::yield_now().await;
    match message.sender {
        Sender::Visitor => told.send(format!("a visitor asks: {}", message.content)),
        // Hooks hear of both sides. One that answers has to look, or it answers itself.
        _ => told.send(format!("we say: {}", message.content)),
    }
}

/// The server, which tells `told` of what happens.
pub(crate) fn server(told: Told) -> Result<PocketPing, ConfigProblems> {
    let (of_sessions, of_messages) = (told.clone(), told);
    PocketPing::builder()
        .on_session_start(move |session| count(&session, &of_sessions))
        .on_message_async(move |message, _session| look_up(message, of_messages.clone()))
        .on_message(|_message, _session| Err::<Infallible, _>("this hook always fails; the others run"))
        .build()
}

/// A visitor asks and gets an answer; what the hooks told of it.
pub(crate) async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let (told, mut heard) = mpsc::unbounded_channel();
    let pp = server(told)?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;
    pp.visitor_message(SendMessageRequest::new(session.clone(), "Is it in stock?"))
        .await?;
    pp.send_message(&session, "Yes, two of them.").await?;
    // Waits until the hooks have run for everything so far; a server does it when it ends.
    pp.flush().await;
    Ok(std::iter::from_fn(|| heard.try_recv().ok()).collect())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in run().await? {
        println!("{line}");
    }
    Ok(())
}
