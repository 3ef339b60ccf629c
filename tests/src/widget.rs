//! The widget as a visitor sees it.

use crate::browser::{Browser, Screen};
use crate::server::Server;
use anyhow::{Context, Result};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Looks into the widget's shadow root; `q` finds one element, `all` finds all; `text` is what a bubble says, with the names
/// of its files.
const ROOT: &str = "const host = document.getElementById('pocketping-container');
    const root = host && host.shadowRoot;
    const q = (s) => root && root.querySelector(s);
    const all = (s) => root ? [...root.querySelectorAll(s)] : [];
    const text = (m) => {
        const content = (m.querySelector('.pp-message-content') || m).cloneNode(true);
        const files = [...content.querySelectorAll('.pp-attachment-name')].map((file) => '📎 ' + file.textContent);
        for (const part of content.querySelectorAll('.pp-reply-quote, .pp-message-attachments')) part.remove();
        return [content.textContent.trim(), ...files].filter(Boolean).join('\\n');
    };";

/// A browser that shows a page with the widget.
#[derive(Debug)]
pub struct Widget {
    /// The browser.
    pub browser: Browser,
}

impl Widget {
    /// Opens `url` in a new browser.
    ///
    /// # Errors
    /// When the browser does not start.
    pub async fn visit(url: &str, screen: Screen) -> Result<Self> {
        let browser = Browser::start(screen).await?;
        browser.goto(url).await?;
        Ok(Widget { browser })
    }

    /// Opens a page of `site` that has nothing, and starts the widget there as the body of a script says, which has the
    /// loader.
    ///
    /// # Errors
    /// When the browser or the loader does not start.
    pub async fn begin(site: &str, screen: Screen, start: &str) -> Result<Self> {
        let widget = Widget::visit(&format!("{site}/healthz"), screen).await?;
        widget.restart(start).await?;
        Ok(widget)
    }

    /// Loads the page anew, and starts the widget there as the body of a script says.
    ///
    /// # Errors
    /// When the loader does not start.
    pub async fn restart(&self, start: &str) -> Result<()> {
        self.browser.reload().await?;
        let script = format!(
            "const view = document.createElement('meta'); view.name = 'viewport';
             view.content = 'width=device-width, initial-scale=1'; document.head.append(view);
             const tag = document.createElement('script'); tag.src = '/pocketping.js';
             tag.onload = () => {{ {start}; window.begun = true; }}; document.body.append(tag);"
        );
        self.browser.script(&script, Vec::new()).await?;
        self.until("return window.begun === true").await?;
        Ok(())
    }

    /// Takes the network away from the tab in front, and waits until its page knows.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn go_offline(&self) -> Result<()> {
        self.browser.set_offline(true).await?;
        self.until("return !navigator.onLine").await?;
        Ok(())
    }

    /// Runs a script's body with `q`, `all` and `text` at hand.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, body: &str) -> Result<Json> {
        self.browser.script(&format!("{ROOT} {body}"), Vec::new()).await
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

    /// Clicks what fits a selector in the widget.
    ///
    /// # Errors
    /// When there is nothing within 10 s, or something else is in front of it.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let found = self
            .browser
            .element(&format!("{ROOT} return q({})", json!(selector)))
            .await?;
        found
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// A picture of what fits a selector in the widget, as PNG.
    ///
    /// # Errors
    /// When there is nothing within 10 s.
    pub async fn picture_of(&self, selector: &str) -> Result<Vec<u8>> {
        let found = self
            .browser
            .element(&format!("{ROOT} return q({})", json!(selector)))
            .await?;
        Ok(found.screenshot().await?)
    }

    /// Types `text` with real keys into what fits a selector in the widget.
    ///
    /// # Errors
    /// When there is nothing within 10 s, or it cannot be typed into.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let found = self
            .browser
            .element(&format!("{ROOT} return q({})", json!(selector)))
            .await?;
        found
            .send_keys(text)
            .await
            .with_context(|| format!("typing into {selector}"))
    }

    /// Clicks the launcher and waits for the window, which an unread message may open at the same moment.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open(&self) -> Result<()> {
        match self.click(".pp-toggle").await {
            // The launcher that was found has given way to the window.
            Err(error) if format!("{error:#}").contains("stale element") => {}
            clicked => clicked?,
        }
        self.sees_opened().await
    }

    /// Waits for the window.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn sees_opened(&self) -> Result<()> {
        self.until("return !!q('.pp-window .pp-input')").await?;
        Ok(())
    }

    /// Types `text` with real keys and presses Enter.
    ///
    /// # Errors
    /// When there is no composer.
    pub async fn write(&self, text: &str) -> Result<()> {
        let input = self
            .browser
            .element(&format!("{ROOT} return q('.pp-input')"))
            .await?;
        input.send_keys(&format!("{text}\u{E007}")).await?;
        Ok(())
    }

    /// Opens the window, says `hello`, and sees the operator's `good morning`; the session.
    ///
    /// # Errors
    /// When one of the two does not arrive.
    pub async fn greet(&self, server: &Server) -> Result<String> {
        self.open().await?;
        self.write("hello").await?;
        self.sees_status("hello", "sent").await?;
        let session = server.latest_session().await?;
        server.say(&session, "good morning").await?;
        self.sees("good morning").await?;
        Ok(session)
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

    /// Waits until the bubble with `text` wears this status.
    ///
    /// # Errors
    /// When it does not within 10 s.
    pub async fn sees_status(&self, text: &str, status: &str) -> Result<()> {
        let body = format!(
            "return all('.pp-message').some((m) => text(m) === {} && m.querySelector('.pp-status-{status}'))",
            json!(text)
        );
        self.until(&body).await?;
        Ok(())
    }

    /// The texts of all bubbles in order.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn texts(&self) -> Result<Vec<String>> {
        let texts = self
            .script("return all('.pp-message:not(.pp-typing)').map(text)")
            .await?;
        Ok(serde_json::from_value(texts)?)
    }
}
