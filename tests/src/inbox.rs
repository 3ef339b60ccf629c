//! The inbox as an operator sees it.

use crate::browser::{Browser, Screen};
use crate::server::OPERATOR_TOKEN;
use anyhow::{Context, Result};
use serde_json::{Value as Json, json};
use std::time::Duration;

const ROOT: &str = "const q = (s) => document.querySelector(s);
    const all = (s) => [...document.querySelectorAll(s)];
    const text = (m) => {
        const content = (m.querySelector('.pp-message-content') || m).cloneNode(true);
        content.querySelector('.pp-message-attachments')?.remove();
        return content.textContent.trim();
    };";

/// A browser that shows the inbox.
#[derive(Debug)]
pub struct Inbox {
    /// The browser.
    pub browser: Browser,
}

impl Inbox {
    /// Opens the inbox of a server by the link that the server prints, and waits for the list.
    ///
    /// # Errors
    /// When it does not sign in.
    pub async fn open(address: &str, screen: Screen) -> Result<Self> {
        let browser = Browser::start(screen).await?;
        browser
            .goto(&format!("{address}/inbox#token={OPERATOR_TOKEN}"))
            .await?;
        let inbox = Inbox { browser };
        inbox.until("return !!q('.pp-sessions')").await?;
        Ok(inbox)
    }

    /// Waits until a script's body is true, at most `seconds`.
    ///
    /// # Errors
    /// When it never is.
    pub async fn until_within(&self, seconds: u64, body: &str) -> Result<Json> {
        self.browser
            .until_within(Duration::from_secs(seconds), &format!("{ROOT} {body}"))
            .await
    }

    /// Waits until a script's body is true, at most 10 s.
    ///
    /// # Errors
    /// When it never is.
    pub async fn until(&self, body: &str) -> Result<Json> {
        self.until_within(10, body).await
    }

    /// Clicks what fits a selector.
    ///
    /// # Errors
    /// When there is nothing within 10 s.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let found = self.browser.find(selector).await?;
        found
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// Chooses the conversation whose row shows `text`.
    ///
    /// # Errors
    /// When there is none within 10 s.
    pub async fn choose(&self, text: &str) -> Result<()> {
        let row = format!(
            "{ROOT} return all('.pp-session').find((s) => s.textContent.includes({}))",
            json!(text)
        );
        self.browser.element(&row).await?.click().await?;
        self.until("return !!q('.pp-conversation .pp-input')").await?;
        Ok(())
    }

    /// Types an answer with real keys and presses Enter.
    ///
    /// # Errors
    /// When no conversation is chosen.
    pub async fn answer(&self, text: &str) -> Result<()> {
        let input = self.browser.find(".pp-conversation .pp-input").await?;
        input.send_keys(&format!("{text}\u{E007}")).await?;
        Ok(())
    }

    /// Waits until some bubble shows exactly `text`.
    ///
    /// # Errors
    /// When none does within `seconds`.
    pub async fn sees_within(&self, seconds: u64, text: &str) -> Result<()> {
        let body = format!(
            "return all('.pp-message').some((m) => text(m) === {})",
            json!(text)
        );
        self.until_within(seconds, &body).await?;
        Ok(())
    }

    /// Waits until some bubble shows exactly `text`, at most 10 s.
    ///
    /// # Errors
    /// When none does.
    pub async fn sees(&self, text: &str) -> Result<()> {
        self.sees_within(10, text).await
    }
}
