//! A conversation without HTTP, for a transport of your own: `cargo run -p pocketping-server --example messages`.
//!
//! The routes do nothing but read a request and call these methods, so that whatever they refuse is refused here too.

use pocketping_core::model::{MessageOperator, MessageStatus, SessionMetadata};
use pocketping_core::route::{ConnectRequest, MessagesQuery, ReadRequest, SendMessageRequest};
use pocketping_server::{Client, OperatorMessage, PocketPing};

/// Both sides say something, and the visitor reads it; what the visitor's page would show.
pub(crate) async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let pp = PocketPing::builder().build()?;

    let arrival = ConnectRequest {
        metadata: Some(SessionMetadata {
            url: Some("https://shop.example/lamps".into()),
            ..SessionMetadata::default()
        }),
        ..ConnectRequest::new("a-visitor")
    };
    let client = Client {
        ip: Some("203.0.113.7".into()),
        ..Client::default()
    };
    let session = pp.connect(arrival, client).await?.session_id;

    let question = SendMessageRequest {
        // A repeat with the same id is answered as the first time, and stored once.
        client_message_id: Some("question-1".into()),
        ..SendMessageRequest::new(session.clone(), "Is it in stock?")
    };
    let first = pp.visitor_message(question.clone()).await?;
    let again = pp.visitor_message(question).await?;
    assert_eq!(first.message_id, again.message_id);

    let mut answer = OperatorMessage::from("Yes, two of them.");
    answer.reply_to = Some(first.message_id.clone());
    answer.operator = Some(MessageOperator {
        id: None,
        name: "Support".into(),
        avatar: None,
    });
    let answer = pp.send_message(&session, answer).await?;

    let news = MessagesQuery {
        session_id: session.clone(),
        after: Some(first.message_id.to_string()),
        before: None,
        limit: Some(50),
    };
    let news = pp.list_messages(news).await?;
    let receipt = ReadRequest {
        session_id: session,
        message_ids: vec![answer.id],
        status: MessageStatus::Read,
    };
    let read = pp.visitor_read(receipt).await?.updated;

    let mut lines: Vec<String> = news.messages.into_iter().map(|message| message.content).collect();
    lines.push(format!("{read} read"));
    Ok(lines)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in run().await? {
        println!("{line}");
    }
    Ok(())
}
