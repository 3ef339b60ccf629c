//! A browser under WebDriver: Chromium unless another one is asked for.

use crate::engine::{Driver, Engine, chromium};
use crate::extensions::{BrowserLog, Devtools, InChrome};
use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The key under which WebDriver names an element (W3C WebDriver §12.2, web element identifier).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys by the names that `KeyboardEvent.key` has, as WebDriver writes them (W3C WebDriver §17.4.2).
const KEYS: [(&str, char); 10] = [
    ("Tab", '\u{E004}'),
    ("Enter", '\u{E007}'),
    ("Escape", '\u{E00C}'),
    (" ", '\u{E00D}'),
    ("Home", '\u{E011}'),
    ("End", '\u{E010}'),
    ("ArrowLeft", '\u{E012}'),
    ("ArrowUp", '\u{E013}'),
    ("ArrowRight", '\u{E014}'),
    ("ArrowDown", '\u{E015}'),
];
const SHIFT: char = '\u{E008}';

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
    /// A desktop window in light and dark and a phone, with names for pictures of them.
    pub const LOOKS: [(&str, Screen); 3] = [
        ("light", Screen::DESKTOP),
        (
            "dark",
            Screen {
                dark: true,
                ..Screen::DESKTOP
            },
        ),
        ("phone", Screen::PHONE),
    ];
}

/// A tab of a browser.
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

/// One browser with a fresh profile.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    engine: Engine,
    screen: Screen,
    /// Ends with this.
    _driver: Driver,
}

impl Browser {
    /// Starts Chromium.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is missing or does not start.
    pub async fn start(screen: Screen) -> Result<Self> {
        Self::start_as(screen, None).await
    }

    /// Starts Chromium with another user agent.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_as(screen: Screen, user_agent: Option<&str>) -> Result<Self> {
        Self::under(chromium(screen, user_agent).await?, Engine::Chromium, screen).await
    }

    /// Starts a browser of this kind.
    ///
    /// # Errors
    /// When its driver or the browser is missing or does not start.
    pub async fn start_engine(engine: Engine, screen: Screen) -> Result<Self> {
        Self::under(engine.start(screen).await?, engine, screen).await
    }

    async fn under(driver: Driver, engine: Engine, screen: Screen) -> Result<Self> {
        // Drivers are on the loopback: no TLS, whose library alone takes a minute to build.
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(driver.capabilities.clone())
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .with_context(|| format!("{engine:?} does not start"))?;
        let browser = Browser {
            client,
            engine,
            screen,
            _driver: driver,
        };
        browser.emulate().await?;
        Ok(browser)
    }

    /// Which one it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Sets the viewport exactly (a window's own size includes its frame), and the colour scheme, which other browsers than
    /// Chromium are started with.
    async fn emulate(&self) -> Result<()> {
        let screen = self.screen;
        if self.engine != Engine::Chromium {
            let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
            let frame = self.script(frame, Vec::new()).await?;
            let side = |at: usize, wanted: u32| frame[at].as_u64().unwrap_or(0) as u32 + wanted;
            return Ok(self
                .client
                .set_window_size(side(0, screen.width), side(1, screen.height))
                .await?);
        }
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

    /// Sends a DevTools command, which only Chromium has.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Json) -> Result<()> {
        ensure!(
            self.engine == Engine::Chromium,
            "{:?} has no DevTools",
            self.engine
        );
        self.client
            .issue_cmd(Devtools {
                command: command.to_owned(),
                parameters,
            })
            .await?;
        Ok(())
    }

    /// Takes the network away from this tab (in Firefox from all), or gives it back. WebKit has no means for that.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        if self.engine == Engine::Firefox {
            for (context, script) in [("chrome", true), ("content", false)] {
                self.client.issue_cmd(InChrome(context)).await?;
                if script {
                    let offline = format!("Services.io.offline = {offline}");
                    self.script(&offline, Vec::new()).await?;
                }
            }
            return Ok(());
        }
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

    /// Presses keys one after the other, wherever the focus is: `Tab`, `Shift+Tab`, `Enter`… or text.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn press(&self, key: &str) -> Result<()> {
        let (shifted, key) = key.strip_prefix("Shift+").map_or((false, key), |key| (true, key));
        let named = KEYS.iter().find(|(name, _)| *name == key);
        let values: Vec<char> = named.map_or_else(|| key.chars().collect(), |(_, value)| vec![*value]);
        let mut actions = KeyActions::new("keyboard".to_owned());
        if shifted {
            actions = actions.then(KeyAction::Down { value: SHIFT });
        }
        for value in values {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        if shifted {
            actions = actions.then(KeyAction::Up { value: SHIFT });
        }
        Ok(self.client.perform_actions(actions).await?)
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

    /// What was written to the console since the last call, with its level; only Chromium tells.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn console(&self) -> Result<Vec<String>> {
        if self.engine != Engine::Chromium {
            return Ok(Vec::new());
        }
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
