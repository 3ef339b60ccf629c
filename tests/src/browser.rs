//! Chromium under ChromeDriver.

use crate::process::{free_port, program, start_until};
use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::{Child, Command};

/// The key under which WebDriver names an element (W3C WebDriver §12.2, web element identifier).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The size of a window in CSS pixels, and whether the system prefers dark colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// `prefers-color-scheme: dark`.
    pub dark: bool,
}

impl Screen {
    /// A desktop window of 1280×800.
    pub const DESKTOP: Screen = Screen {
        width: 1280,
        height: 800,
        dark: false,
    };
    /// A phone of 390×844.
    pub const PHONE: Screen = Screen {
        width: 390,
        height: 844,
        dark: false,
    };
}

/// A tab of a browser.
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

/// One browser with a fresh profile.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    profile: PathBuf,
    driver: Child,
    screen: Screen,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is missing or does not start.
    pub async fn start(screen: Screen) -> Result<Self> {
        Self::start_as(screen, None).await
    }

    /// Starts one with another user agent.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_as(screen: Screen, user_agent: Option<&str>) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(program("CHROMEDRIVER")?);
        command.arg(format!("--port={port}"));
        let driver = start_until(command, "started successfully", Duration::from_secs(20)).await?;
        let profile = std::env::temp_dir().join(format!("pocketping-chromium-{}-{port}", std::process::id()));
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--disable-dev-shm-usage".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--hide-scrollbars".into(),
            // Hosts that are no secure context on plain http, as `localhost` would be.
            "--host-resolver-rules=MAP *.test 127.0.0.1".into(),
            format!("--window-size={},{}", screen.width, screen.height),
            format!("--user-data-dir={}", profile.display()),
        ];
        if let Some(user_agent) = user_agent {
            arguments.push(format!("--user-agent={user_agent}"));
        }
        let capabilities = json!({
            "goog:chromeOptions": { "binary": program("CHROMIUM")?, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Json::Object(capabilities) = capabilities else {
            bail!("capabilities are an object")
        };
        // ChromeDriver is on the loopback: no TLS, whose library alone takes a minute to build.
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await?;
        let browser = Browser {
            client,
            profile,
            driver,
            screen,
        };
        browser.emulate().await?;
        Ok(browser)
    }

    /// Sets the viewport exactly (a window's own size includes its frame), and the colour scheme.
    async fn emulate(&self) -> Result<()> {
        let screen = self.screen;
        let metrics = json!({
            "width": screen.width, "height": screen.height,
            "deviceScaleFactor": 1, "mobile": screen.width <= 480,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        let scheme = if screen.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await
    }

    /// Sends a DevTools command.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Json) -> Result<()> {
        self.client
            .issue_cmd(Devtools {
                command: command.to_owned(),
                parameters,
            })
            .await?;
        Ok(())
    }

    /// Takes the network away from this tab, or gives it back.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        // Without this only whole pages are cut off, and what they fetch is not.
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await
    }

    /// The tab in front.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn tab(&self) -> Result<Tab> {
        Ok(Tab(self.client.window().await?))
    }

    /// Opens an empty tab in front of the others, which are hidden then.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn new_tab(&self) -> Result<Tab> {
        let tab = Tab(self.client.new_window(true).await?.handle);
        self.show(&tab).await?;
        self.emulate().await?;
        Ok(tab)
    }

    /// Brings a tab to the front.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn show(&self, tab: &Tab) -> Result<()> {
        Ok(self.client.switch_to_window(tab.0.clone()).await?)
    }

    /// Closes a tab; another one has to be shown then.
    ///
    /// # Errors
    /// When it is closed already.
    pub async fn close(&self, tab: &Tab) -> Result<()> {
        self.show(tab).await?;
        Ok(self.client.close_window().await?)
    }

    /// Kills a tab's process; another one has to be shown then.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn crash(&self, tab: &Tab) -> Result<()> {
        self.show(tab).await?;
        // It cannot be answered any more.
        drop(self.devtools("Page.crash", json!({})).await);
        Ok(())
    }

    /// Lets a tab stand still, as browsers do with tabs that were not looked at for long; another one has to be shown.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn freeze(&self, tab: &Tab) -> Result<()> {
        self.show(tab).await?;
        self.devtools("Page.setWebLifecycleState", json!({ "state": "frozen" }))
            .await
    }

    /// Lets a tab go on.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn thaw(&self, tab: &Tab) -> Result<()> {
        self.show(tab).await?;
        self.devtools("Page.setWebLifecycleState", json!({ "state": "active" }))
            .await
    }

    /// Opens an address and waits until the page is loaded.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Runs a script's body with `arguments` and gives what it returns.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn script(&self, script: &str, arguments: Vec<Json>) -> Result<Json> {
        self.client
            .execute(script, arguments)
            .await
            .with_context(|| format!("running {script}"))
    }

    /// Runs a script whose last argument is a function to call with the result.
    ///
    /// # Errors
    /// When the script throws or takes longer than 30 s.
    pub async fn async_script(&self, script: &str) -> Result<Json> {
        self.client
            .execute_async(script, Vec::new())
            .await
            .with_context(|| format!("running {script}"))
    }

    /// Waits at most 10 s until the script's body returns something that is neither false nor null.
    ///
    /// # Errors
    /// When it never does.
    pub async fn until(&self, script: &str) -> Result<Json> {
        self.until_within(Duration::from_secs(10), script).await
    }

    /// As [`Browser::until`], with another limit.
    ///
    /// # Errors
    /// When it never does.
    pub async fn until_within(&self, limit: Duration, script: &str) -> Result<Json> {
        let found = eventually(script, limit, async || {
            let value = self.script(script, Vec::new()).await?;
            Ok((!value.is_null() && value != Json::Bool(false)).then_some(value))
        });
        match found.await {
            Ok(value) => Ok(value),
            Err(error) => {
                Err(error.context(format!("the console says:\n{}", self.console().await?.join("\n"))))
            }
        }
    }

    /// Presses a key wherever the focus is: `Tab`, `Enter`, `Escape` or an arrow.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn press(&self, key: &str) -> Result<()> {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => bail!("{key} has no code here"),
        };
        // What a key writes makes it one that presses buttons.
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code });
            self.devtools("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// The element that a script's body returns, once it does.
    ///
    /// # Errors
    /// When there is none within 10 s.
    pub async fn element(&self, script: &str) -> Result<Element> {
        let value = self.until(script).await?;
        let id = value
            .get(ELEMENT_KEY)
            .and_then(Json::as_str)
            .context("the script did not return an element")?;
        Ok(Element::from_element_id(
            self.client.clone(),
            ElementRef::from(id.to_owned()),
        ))
    }

    /// The element of the page (outside shadow trees) that fits a CSS selector.
    ///
    /// # Errors
    /// When there is none within 10 s.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(Duration::from_secs(10))
            .for_element(Locator::Css(selector));
        found.await.with_context(|| format!("no element fits {selector}"))
    }

    /// What was written to the console since the last call, with its level.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn console(&self) -> Result<Vec<String>> {
        let log = self.client.issue_cmd(BrowserLog).await?;
        let entries = log.as_array().cloned().unwrap_or_default();
        let line = |entry: &Json| format!("{} {}", entry["level"].as_str().unwrap_or(""), entry["message"]);
        Ok(entries.iter().map(line).collect())
    }

    /// A picture of the viewport as PNG.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn quit(self) -> Result<()> {
        self.client.clone().close().await?;
        Ok(())
    }
}

impl Drop for Browser {
    /// Asks ChromeDriver to end, which ends its browser too, also when a test has failed.
    fn drop(&mut self) {
        let mut asked = std::process::Command::new("kill");
        if let Some(id) = self.driver.id()
            && asked
                .arg(id.to_string())
                .status()
                .is_ok_and(|status| status.success())
        {
            let begun = std::time::Instant::now();
            while matches!(self.driver.try_wait(), Ok(None)) && begun.elapsed() < Duration::from_secs(5) {
                std::thread::yield_now();
            }
        }
        // A leftover in the temporary folder does no harm.
        std::fs::remove_dir_all(&self.profile).ok();
    }
}

/// ChromeDriver's extension that sends DevTools commands.
#[derive(Debug)]
struct Devtools {
    command: String,
    parameters: Json,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()),
        )
    }
}

/// ChromeDriver's extension that gives the console's lines.
#[derive(Debug)]
struct BrowserLog;

impl fantoccini::wd::WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
