//! [`Burst`]: many messages from many tabs while the server is killed again and again.

use crate::{Known, Screen, Server, ServerOptions, Tab, Widget, eventually};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

/// How much is written, and how often the server is killed meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// Tabs of one browser.
    pub tabs: usize,
    /// Messages of each tab.
    pub messages: usize,
    /// How often the server is killed.
    pub kills: usize,
}

impl Burst {
    /// Each message is stored once, and each tab shows each once, in the server's order, which keeps each tab's.
    ///
    /// # Errors
    /// When it is not so.
    pub async fn run(self) -> Result<()> {
        let mut server = Server::start(ServerOptions::default()).await?;
        let visitor = Widget::visit(&server.address(), Screen::DESKTOP).await?;
        let tabs = self.open_tabs(&visitor, &server.address()).await?;
        let session = server.latest_session().await?;
        for (at, tab) in tabs.iter().enumerate() {
            visitor.browser.show(tab).await?;
            let script = format!(
                "for (let n = 0; n < {}; n++) PocketPing.sendMessage('tab {at} message ' + n)",
                self.messages
            );
            visitor.browser.script(&script, Vec::new()).await?;
        }

        let mut known = Known::default();
        let mut stored = Vec::new();
        for kill in 1..=self.kills {
            let part = self.tabs * self.messages * kill / (self.kills + 1);
            wait_for(&server, &session, &mut known, &mut stored, part).await?;
            server.kill().await?;
            server.resume().await?;
        }
        let all = self.tabs * self.messages;
        for tab in &tabs {
            // What is hidden does not hurry.
            visitor.browser.show(tab).await?;
            let sent = "return all('.pp-message .pp-status-sending').length === 0";
            visitor.until_within(90, sent).await?;
        }
        wait_for(&server, &session, &mut known, &mut stored, all).await?;
        self.check(&stored)?;
        for tab in &tabs {
            visitor.browser.show(tab).await?;
            shows(&visitor, &stored).await?;
        }
        visitor.browser.reload().await?;
        // As in the other tabs.
        visitor.sees_opened().await?;
        shows(&visitor, &stored).await?;
        ensure!(
            server.texts(&session).await? == stored,
            "reading has changed what is stored"
        );
        visitor.browser.quit().await
    }

    async fn open_tabs(self, visitor: &Widget, address: &str) -> Result<Vec<Tab>> {
        let mut tabs = Vec::new();
        for at in 0..self.tabs {
            if at == 0 {
                visitor.open().await?;
            } else {
                visitor.browser.new_tab().await?;
                visitor.browser.goto(address).await?;
                // It is open in all tabs.
                visitor.sees_opened().await?;
            }
            visitor
                .until("return !!localStorage.getItem('pocketping_session_id')")
                .await?;
            tabs.push(visitor.browser.tab().await?);
        }
        Ok(tabs)
    }

    /// Each once, each tab's in its order.
    fn check(self, stored: &[String]) -> Result<()> {
        ensure!(
            stored.len() == self.tabs * self.messages,
            "{} messages are stored",
            stored.len()
        );
        for tab in 0..self.tabs {
            let start = format!("tab {tab} message ");
            let of_tab = stored.iter().filter_map(|text| text.strip_prefix(&start));
            let numbers: Vec<String> = (0..self.messages).map(|number| number.to_string()).collect();
            ensure!(of_tab.eq(numbers.iter()), "tab {tab}: {stored:?}");
        }
        Ok(())
    }
}

/// Reads on until so many messages are stored.
async fn wait_for(
    server: &Server,
    session: &str,
    known: &mut Known,
    stored: &mut Vec<String>,
    count: usize,
) -> Result<()> {
    let begun = stored.len();
    let last = stored.last().cloned();
    eventually("messages in the storage", Duration::from_secs(90), || {
        let mut further = known.clone();
        async move {
            let texts = server.texts_after(session, &mut further).await?;
            Ok((begun + texts.len() >= count).then_some((texts, further)))
        }
    })
    .await
    .with_context(|| format!("waiting for {count}; {begun} were stored, the last was {last:?}"))
    .map(|(texts, further)| {
        stored.extend(texts);
        *known = further;
    })
}

/// The tab in front shows exactly these, once it has read them all.
async fn shows(visitor: &Widget, texts: &[String]) -> Result<()> {
    let script =
        "const older = q('.pp-load-older'); if (older && !older.disabled) older.click(); return !older";
    visitor.until_within(60, script).await?;
    let count = texts.len();
    let list = "const list = PocketPing.getMessages().map(({ content }) => content);";
    let all_there = format!("{list} return list.length >= {count}");
    let there = visitor.until_within(30, &all_there).await;
    let listed: Vec<String> = serde_json::from_value(visitor.script(&format!("{list} return list")).await?)?;
    if let Err(error) = there {
        let missing: Vec<_> = texts.iter().filter(|text| !listed.contains(text)).collect();
        return Err(error.context(format!(
            "{} of {count} are there; missing: {missing:?}",
            listed.len()
        )));
    }
    ensure!(listed == texts, "there: {listed:?}\nstored: {texts:?}");
    // As many are drawn as there ever are: the newest.
    let drawn = format!(
        "{list} q('.pp-jump')?.click(); const drawn = all('.pp-message:not(.pp-typing)').map(text);
         return drawn.length >= Math.min(50, list.length) && drawn.join() === list.slice(-drawn.length).join()"
    );
    visitor.until(&drawn).await?;
    Ok(())
}
