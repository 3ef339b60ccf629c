//! Events between page and server, both ways: `cargo run -p pocketping-server --example custom_events`.
//!
//! In the page they are `PocketPing.trigger('clicked_pricing', { plan: 'pro' })` and
//! `PocketPing.onEvent('show_offer', ({ discount }) => …)`.

use pocketping_core::model::{CustomEvent, Session};
use pocketping_core::route::ConnectRequest;
use pocketping_core::{Object, SessionId, Value};
use pocketping_server::{Client, PocketPing, ServiceError};
use tokio::sync::mpsc;

/// Who looks at prices gets an offer.
async fn make_offer(pp: PocketPing, event: CustomEvent, session: Session) -> Result<(), ServiceError> {
    let plan = event.data.get("plan").and_then(Value::as_str).unwrap_or("any");
    let offer = Object::new()
        .with("discount", 20)
        .with("code", "SAVE20")
        .with("plan", plan);
    pp.emit_event(&session.id, "show_offer", offer.into()).await?;
    pp.send_message(&session.id, "Any questions about our prices?")
        .await?;
    Ok(())
}

/// Hears of events by name and of all; gives what it heard.
pub(crate) async fn run() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let pp = PocketPing::builder().build()?;
    let session = pp
        .connect(ConnectRequest::new("a-visitor"), Client::default())
        .await?
        .session_id;

    let answering = pp.clone();
    let offers = pp.on_event_async("clicked_pricing", move |event, session| {
        make_offer(answering.clone(), event, session)
    })?;
    let (told, mut heard) = mpsc::unbounded_channel();
    pp.on_event("*", move |event, _session| told.send(event.name))?;

    // As if the page had sent it; a shop that hears of an order elsewhere does it so.
    let plan = Object::new().with("plan", "pro");
    pp.trigger_event(&session, "clicked_pricing", plan.into()).await?;
    pp.flush().await;

    // From here on nobody gets an offer any more.
    offers.unsubscribe();
    pp.trigger_event(&session, "clicked_pricing", Value::Null).await?;
    let order = Object::new().with("orderId", "order-456");
    pp.trigger_event(&session, "purchase_completed", order.into())
        .await?;
    pp.flush().await;

    let warning = Object::new().with("message", "We are back in five minutes.");
    pp.broadcast_event("maintenance", warning.into()).await?;

    let mut lines: Vec<String> = std::iter::from_fn(|| heard.try_recv().ok()).collect();
    lines.push(format!("{} offer made", offers_made(&pp, &session).await?));
    Ok(lines)
}

async fn offers_made(pp: &PocketPing, session: &SessionId) -> Result<usize, ServiceError> {
    Ok(pp.get_messages(session, Default::default()).await?.messages.len())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in run().await? {
        println!("{line}");
    }
    Ok(())
}
