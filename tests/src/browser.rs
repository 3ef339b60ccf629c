//! A browser under WebDriver. What not every driver can do is in `means`.

use crate::engine::{Driver, Engine};
use crate::wait::eventually;
use anyhow::{Context, Result};
use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction,
};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value as Json;
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

    /// Whether it is a phone's: narrow, and touched by a finger.
    pub(crate) fn is_phone(self) -> bool {
        self.width <= 480
    }
}

/// A tab of a browser.
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

/// One browser with a fresh profile.
#[derive(Debug)]
pub struct Browser {
    pub(crate) client: Client,
    pub(crate) engine: Engine,
    pub(crate) screen: Screen,
    /// Ends with this.
    _driver: Driver,
}

impl Browser {
    /// Starts the browser that the tests run in (see [`Engine::of_tests`]).
    ///
    /// # Errors
    /// When its driver or the browser is missing or does not start.
    pub async fn start(screen: Screen) -> Result<Self> {
        Self::start_engine(Engine::of_tests()?, screen).await
    }

    /// Starts it with another user agent.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_as(screen: Screen, user_agent: &str) -> Result<Self> {
        let engine = Engine::of_tests()?;
        Self::under(engine.start(screen, Some(user_agent)).await?, engine, screen).await
    }

    /// Starts a browser of this kind.
    ///
    /// # Errors
    /// When its driver or the browser is missing or does not start.
    pub async fn start_engine(engine: Engine, screen: Screen) -> Result<Self> {
        Self::under(engine.start(screen, None).await?, engine, screen).await
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
        browser.prepare().await?;
        Ok(browser)
    }

    /// Which one it is.
    pub fn engine(&self) -> Engine {
        self.engine
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
            .execute(&self.in_page(script), arguments)
            .await
            .with_context(|| format!("running {script}"))
    }

    /// Runs a script whose last argument is a function to call with the result.
    ///
    /// # Errors
    /// When the script throws or takes longer than 30 s.
    pub async fn async_script(&self, script: &str) -> Result<Json> {
        self.client
            .execute_async(&self.in_page(script), Vec::new())
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

    /// Clicks with the right button at a place of the viewport.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn right_click(&self, x: f64, y: f64) -> Result<()> {
        let to = PointerAction::MoveTo { duration: None, x, y };
        let button = MOUSE_BUTTON_RIGHT;
        let actions = MouseActions::new("mouse".to_owned())
            .then(to)
            .then(PointerAction::Down { button })
            .then(PointerAction::Up { button });
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
