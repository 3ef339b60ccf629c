//! [`Pair`]: two tabs of one browser.

use crate::{Screen, Server, ServerOptions, Tab, Talk, Widget, eventually};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// Two tabs of one browser on one server. The first one leads, and is hidden behind the second.
#[derive(Debug)]
pub struct Pair {
    /// The server.
    pub server: Server,
    /// The browser, with the second tab in front.
    pub visitor: Widget,
    /// The tab that leads.
    pub first: Tab,
    /// The other one.
    pub second: Tab,
    /// The session's id.
    pub session: String,
}

impl Pair {
    /// The first tab has said hello, the second has its window open too.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn begin() -> Result<Self> {
        let server = Server::start(ServerOptions::default()).await?;
        let address = server.address();
        Self::begin_at(server, &address, Screen::DESKTOP).await
    }

    /// The same through another address of the server, on another screen.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn begin_at(server: Server, address: &str, screen: Screen) -> Result<Self> {
        let Talk {
            server,
            visitor,
            session,
        } = Talk::begin_at(server, address, screen, "hello").await?;
        let first = visitor.browser.tab().await?;
        let second = visitor.browser.new_tab().await?;
        visitor.browser.goto(address).await?;
        visitor.sees_opened().await?;
        visitor.sees("hello").await?;
        Ok(Pair {
            server,
            visitor,
            first,
            second,
            session,
        })
    }

    /// Both show exactly these, and so does the server.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn all_have(&self, texts: &[&str]) -> Result<()> {
        for tab in [&self.first, &self.second] {
            self.visitor.browser.show(tab).await?;
            self.shows(texts).await?;
        }
        self.stored(texts).await
    }

    /// The tab in front shows exactly these.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn shows(&self, texts: &[&str]) -> Result<()> {
        let last = texts.last().context("no texts")?;
        self.visitor.sees(last).await?;
        ensure!(
            self.visitor.texts().await? == texts,
            "{:?}",
            self.visitor.texts().await?
        );
        Ok(())
    }

    /// The server has exactly these.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn stored(&self, texts: &[&str]) -> Result<()> {
        let what = format!("{texts:?} in the storage");
        eventually(&what, Duration::from_secs(10), async || {
            let stored = self.server.texts(&self.session).await?;
            Ok((stored.len() >= texts.len()).then_some(()))
        })
        .await?;
        let stored = self.server.texts(&self.session).await?;
        ensure!(stored == texts, "{stored:?}");
        Ok(())
    }

    /// The tab in front takes over from a leader that answers no more: from `begun` on, a message written at once is
    /// stored, and an answer seen.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn takes_over(&self, begun: Instant) -> Result<Duration> {
        self.visitor.write("anybody there?").await?;
        self.visitor.sees_status("anybody there?", "sent").await?;
        let taken = begun.elapsed();
        self.server.say(&self.session, "I am").await?;
        self.visitor.sees("I am").await?;
        eprintln!("the other tab has sent after {} ms", taken.as_millis());
        Ok(taken)
    }
}
