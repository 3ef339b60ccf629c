//! The live stream of a conversation over a connection of your own: `cargo run -p pocketping-server --example streams`.
//!
//! The router has WebSockets and server-sent events already. This is for whatever else carries text.

use pocketping_core::Object;
use pocketping_core::route::ConnectRequest;
use pocketping_server::{After, Client, Delivery, PocketPing, Subscription};

/// Takes the next text for the client, and where a new stream would go on.
async fn next(stream: &mut Subscription) -> Option<(String, String)> {
    match stream.next().await {
        Delivery::Envelope(envelope) => Some((envelope.text().to_string(), stream.cursor().to_string())),
        // Too slow, or the server ends: close the connection, the client comes back with its cursor.
        _ => None,
    }
}

/// A client that listens, is away, and comes back; the texts that it got.
pub(crate) async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let pp = PocketPing::builder().build()?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;

    let mut stream = pp.subscribe(session.clone(), None).await?;
    pp.send_message(&session, "Hello!").await?;
    let (first, cursor) = next(&mut stream).await.ok_or("the stream has ended")?;
    // The visitor counts as online for as long as one is open.
    drop(stream);

    let discount = Object::new().with("discount", 20);
    pp.emit_event(&session, "show_offer", discount.into()).await?;

    let mut stream = pp.subscribe(session, After::parse(&cursor)).await?;
    let (missed, _) = next(&mut stream).await.ok_or("the stream has ended")?;
    Ok(vec![first, missed])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for text in run().await? {
        println!("{text}");
    }
    Ok(())
}
