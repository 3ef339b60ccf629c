//! Afterwards: is everything there that was acknowledged?

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::sleep;

use super::crowd::{Crowd, Session};
use crate::contender::Running;
use crate::http::Connection;

/// A session's allowance is given back at 50 a second.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// What is not as it has to be.
pub(super) async fn all_is_there(server: &Running, crowd: &Crowd) -> Result<Vec<String>> {
    let mut connection = server.connect().await?;
    let (mut lost, mut doubled, mut undelivered, mut redelivered) = (0, 0, 0, 0);
    for session in &crowd.sessions {
        let stored = stored(&mut connection, session).await?;
        for message in session.acknowledged() {
            match stored.get(&message).copied().unwrap_or_default() {
                0 => lost += 1,
                1 => {}
                _ => doubled += 1,
            }
            match session.deliveries(&message) {
                0 => undelivered += 1,
                1 => {}
                _ => redelivered += 1,
            }
        }
    }
    let findings = [
        (lost, "acknowledged messages are not there"),
        (doubled, "acknowledged messages are there twice"),
        (
            undelivered,
            "acknowledged messages never reached the session's socket",
        ),
        (
            redelivered,
            "acknowledged messages reached the session's socket twice",
        ),
    ];
    Ok(findings
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect())
}

/// How often each message of a session is in its list.
async fn stored(connection: &mut Connection, session: &Session) -> Result<HashMap<String, u32>> {
    let mut found = HashMap::new();
    let mut after = String::new();
    loop {
        let route = format!("/messages?sessionId={}&limit=100{after}", session.id);
        let answer = connection.get(&route).await?;
        if answer.status == 429 {
            sleep(REFUSED_PAUSE).await;
            continue;
        }
        let page = answer.json()?;
        let messages = page["messages"]
            .as_array()
            .context("an answer without messages")?;
        for message in messages {
            let id = message["id"].as_str().context("a message without an id")?;
            *found.entry(id.to_owned()).or_default() += 1;
            after = format!("&after={id}");
        }
        if page["hasMore"] != true || messages.is_empty() {
            return Ok(found);
        }
    }
}
