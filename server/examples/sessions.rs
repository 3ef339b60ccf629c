//! Looking up conversations and closing them: `cargo run -p pocketping-server --example sessions`.

use pocketping_core::model::SessionState;
use pocketping_core::route::{ConnectRequest, SendMessageRequest};
use pocketping_server::{Client, Page, PocketPing, ServiceError, SessionFilter};

/// What waits for an answer, each with its last words.
pub(crate) async fn waiting(pp: &PocketPing) -> Result<Vec<String>, ServiceError> {
    let mut filter = SessionFilter {
        state: Some(SessionState::Open),
        unanswered: true,
        ..SessionFilter::default()
    };
    let mut lines = Vec::new();
    // A page has 50 of them; `next` leads to the others.
    loop {
        let page = pp.get_sessions(filter.clone()).await?;
        for session in &page.sessions {
            let newest = Page {
                before: Some("end".into()),
                limit: Some(1),
                ..Page::default()
            };
            let messages = pp.get_messages(&session.id, newest).await?.messages;
            lines.extend(messages.into_iter().map(|message| message.content));
        }
        if page.next.is_none() {
            return Ok(lines);
        }
        filter.before = page.next;
    }
}

/// Two conversations, of which one is answered and closed; what waited before and after.
pub(crate) async fn run() -> Result<[Vec<String>; 2], Box<dyn std::error::Error>> {
    let pp = PocketPing::builder().build()?;
    let mut sessions = Vec::new();
    for (visitor, question) in [("one", "Is it in stock?"), ("another", "Where is my order?")] {
        let session = pp
            .connect(ConnectRequest::new(visitor), Client::default())
            .await?
            .session_id;
        pp.visitor_message(SendMessageRequest::new(session.clone(), question))
            .await?;
        sessions.push(session);
    }
    let before = waiting(&pp).await?;

    pp.send_message(&sessions[0], "Yes, two of them.").await?;
    pp.close_session(&sessions[0]).await?;
    // Until the visitor writes again.
    let closed = pp.get_session(&sessions[0]).await?;
    assert_eq!(closed.state, SessionState::Resolved);
    Ok([before, waiting(&pp).await?])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [before, after] = run().await?;
    println!("waited: {before:?}\nwaits: {after:?}");
    Ok(())
}
