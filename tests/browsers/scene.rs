//! [`Scene`]: a visitor in some browser, and the promises one by one. Each goes on where the one before has ended.

use anyhow::{Context, Result, ensure};
use pocketping_tests::{Browser, Engine, Screen, Server, ServerOptions, Widget, eventually};
use serde_json::json;
use std::time::Duration;

/// A visitor on the demo shop with an open window.
pub(crate) struct Scene {
    server: Server,
    pub(crate) visitor: Widget,
    session: String,
}

impl Scene {
    /// Opens the window and says hello.
    pub(crate) async fn begin(engine: Engine) -> Result<Self> {
        let server = Server::start(ServerOptions::default()).await?;
        let browser = Browser::start_engine(engine, Screen::DESKTOP).await?;
        browser.goto(&server.address()).await?;
        let visitor = Widget { browser };
        visitor.open().await.context("opening")?;
        visitor.write("hello").await?;
        visitor.sees_status("hello", "sent").await?;
        let session = server.latest_session().await?;
        Ok(Scene {
            server,
            visitor,
            session,
        })
    }

    /// Answers come, are read, and both sides agree.
    pub(crate) async fn talks(&self) -> Result<()> {
        self.server.say(&self.session, "good morning").await?;
        self.visitor.sees("good morning").await?;
        self.visitor.script("q('.pp-input').focus()").await?;
        for keys in ["two", "Shift+Enter", "lines", "Enter"] {
            self.visitor.browser.press(keys).await?;
        }
        self.visitor.sees_status("two\nlines", "sent").await?;
        self.stored(&["hello", "good morning", "two\nlines"])
            .await
            .context("talking")
    }

    /// The next page shows it, and the visitor is known.
    pub(crate) async fn stays_over_a_reload(&self) -> Result<()> {
        self.visitor.browser.reload().await?;
        self.visitor.open().await?;
        self.visitor.sees("good morning").await?;
        self.visitor.write("back again").await?;
        self.visitor.sees_status("back again", "sent").await?;
        ensure!(
            self.server.latest_session().await? == self.session,
            "another session"
        );
        Ok(())
    }

    /// What is said meanwhile arrives once, also over a reload.
    pub(crate) async fn waits_for_a_server_that_is_gone(&mut self) -> Result<()> {
        self.server.kill().await?;
        self.visitor.write("while it was gone").await?;
        self.visitor.sees_status("while it was gone", "sending").await?;
        self.server.resume().await?;
        self.visitor
            .until_within(60, "return all('.pp-message').some((m) => text(m) === 'while it was gone' && m.querySelector('.pp-status-sent'))")
            .await?;
        self.server.say(&self.session, "here I am").await?;
        self.visitor.sees_within(60, "here I am").await?;
        self.stored(&["while it was gone", "here I am"])
            .await
            .context("a server that was gone")
    }

    /// Two tabs show the same; when the first is closed, the second goes on.
    pub(crate) async fn shares_with_a_second_tab(&self) -> Result<()> {
        let browser = &self.visitor.browser;
        let first = browser.tab().await?;
        let second = browser.new_tab().await?;
        browser.goto(&self.server.address()).await?;
        self.visitor
            .sees_opened()
            .await
            .context("the second tab opens too")?;
        self.visitor.sees("hello").await?;
        self.visitor.write("from the second").await?;
        self.visitor.sees_status("from the second", "sent").await?;
        browser.show(&first).await?;
        self.visitor.sees("from the second").await?;
        browser.close(&first).await?;
        browser.show(&second).await?;
        self.visitor.write("alone").await?;
        self.visitor.sees_status("alone", "sent").await?;
        self.server.say(&self.session, "to the last tab").await?;
        self.visitor.sees("to the last tab").await?;
        self.stored(&["from the second", "alone", "to the last tab"])
            .await
    }

    /// A file goes with its message, and the server gives out its bytes.
    pub(crate) async fn sends_a_file(&self) -> Result<()> {
        let send = "const done = arguments[0];
            const file = new File(['lamp,20'], 'prices.csv', { type: 'text/csv' });
            PocketPing.sendMessage('the list', [file]).then((m) => done(m.attachments[0].filename), (e) => done(String(e)))";
        let name = self.visitor.browser.async_script(send).await?;
        ensure!(name == "prices.csv", "{name}");
        let path = format!("sessions/{}/messages", self.session);
        let page = self.server.operator(&path, None).await?;
        let messages = page["messages"].as_array().context("no messages")?;
        let url = messages
            .iter()
            .find_map(|message| message["attachments"][0]["url"].as_str())
            .context("no file")?;
        let bytes = reqwest::get(format!("{}{url}", self.server.address())).await?;
        ensure!(bytes.text().await? == "lamp,20");
        Ok(())
    }

    /// Place and sizes are those of the design, nothing overflows, text on the accent can be read.
    pub(crate) async fn looks_as_designed(&self, name: &str) -> Result<()> {
        let folder = std::env::var_os("POCKETPING_SCREENSHOTS").map_or_else(
            || std::env::temp_dir().join("pocketping-screenshots"),
            std::path::PathBuf::from,
        );
        std::fs::create_dir_all(&folder)?;
        let picture = self.visitor.browser.screenshot().await?;
        std::fs::write(folder.join(format!("browsers-{name}.png")), picture)?;
        let look = "const box = q('.pp-window').getBoundingClientRect();
            const bubble = getComputedStyle(q('.pp-own .pp-message-content'));
            return [Math.round(box.width), Math.round(document.documentElement.clientWidth - box.right), Math.round(innerHeight - box.bottom),
                getComputedStyle(q('.pp-input')).fontSize,
                all('.pp-message-content').every((b) => b.scrollWidth <= b.clientWidth + 1),
                bubble.backgroundColor !== bubble.color && bubble.backgroundColor !== 'rgba(0, 0, 0, 0)']";
        self.visitor
            .until("return q('.pp-window').getAnimations().length === 0")
            .await?;
        let look = self.visitor.script(look).await?;
        ensure!(look == json!([384, 20, 20, "16px", true, true]), "{look}");
        Ok(())
    }

    /// Escape closes and gives the focus back to the launcher, Enter opens.
    pub(crate) async fn is_used_by_keyboard(&self) -> Result<()> {
        self.visitor.script("q('.pp-input').focus()").await?;
        self.visitor.browser.press("Escape").await?;
        self.visitor
            .until("return !q('.pp-window') && root.activeElement === q('.pp-toggle')")
            .await?;
        self.visitor.browser.press("Enter").await?;
        self.visitor.sees_opened().await?;
        self.visitor
            .until("return root.activeElement === q('.pp-input')")
            .await?;
        Ok(())
    }

    /// A catalogue is fetched, and Arabic is mirrored.
    pub(crate) async fn speaks_other_languages(&self) -> Result<()> {
        for (locale, close, direction) in [("de", "Chat schließen", "ltr"), ("ar", "إغلاق المحادثة", "rtl")]
        {
            let start = format!("PocketPing.init({{ endpoint: '/pocketping', locale: '{locale}' }})");
            self.visitor
                .browser
                .goto(&format!("{}/healthz", self.server.address()))
                .await?;
            self.visitor.restart(&start).await?;
            self.visitor.open().await?;
            let said = self
                .visitor
                .script("return [q('.pp-close-btn').getAttribute('aria-label'), q('.pp-window').dir]")
                .await?;
            ensure!(said == json!([close, direction]), "{said}");
        }
        Ok(())
    }

    /// The server's last texts, each once.
    async fn stored(&self, last: &[&str]) -> Result<()> {
        eventually(
            &format!("{last:?} in the storage"),
            Duration::from_secs(10),
            async || {
                let texts = self.server.texts(&self.session).await?;
                let once = last
                    .iter()
                    .all(|text| texts.iter().filter(|stored| stored == text).count() == 1);
                Ok(
                    (once
                        && texts.ends_with(&last.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()))
                    .then_some(()),
                )
            },
        )
        .await
    }
}
