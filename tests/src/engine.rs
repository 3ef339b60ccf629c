//! The browsers that tests run in, and the programs that steer them.

use crate::browser::Screen;
use crate::process::{free_port, program, start_listening, start_until};
use anyhow::{Result, bail};
use serde_json::{Map, Value as Json, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// How long a driver may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A kind of browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium under ChromeDriver, without a window.
    Chromium,
    /// Firefox under geckodriver, without a window.
    Firefox,
    /// WebKitGTK's MiniBrowser on a virtual screen: the nearest thing to Safari.
    WebKit,
}

impl Engine {
    /// What tests run in that name no browser themselves: `POCKETPING_BROWSER` says it, else it is Chromium.
    ///
    /// # Errors
    /// When it names something else.
    pub fn of_tests() -> Result<Self> {
        match std::env::var("POCKETPING_BROWSER").as_deref() {
            Err(_) | Ok("" | "chromium") => Ok(Engine::Chromium),
            Ok("firefox") => Ok(Engine::Firefox),
            Ok(other) => {
                bail!("POCKETPING_BROWSER is {other}, but chromium and firefox are what tests run in")
            }
        }
    }

    /// Starts the driver; the browser comes with its first session.
    pub(crate) async fn start(self, screen: Screen, user_agent: Option<&str>) -> Result<Driver> {
        match self {
            Engine::Chromium => chromium(screen, user_agent).await,
            Engine::Firefox => firefox(screen, user_agent).await,
            Engine::WebKit => webkit().await,
        }
    }
}

/// A running driver. Dropping it ends it, its browser, and what they need.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) port: u16,
    /// What a session is asked for with.
    pub(crate) capabilities: Map<String, Json>,
    processes: Vec<Child>,
    profile: Option<PathBuf>,
}

impl Driver {
    fn new(port: u16, capabilities: Json, processes: Vec<Child>) -> Result<Self> {
        let Json::Object(capabilities) = capabilities else {
            bail!("capabilities are an object")
        };
        Ok(Driver {
            port,
            capabilities,
            processes,
            profile: None,
        })
    }
}

impl Drop for Driver {
    /// Asks the driver to end, which ends its browser too, also when a test has failed.
    fn drop(&mut self) {
        for process in &mut self.processes {
            let mut asked = std::process::Command::new("kill");
            if let Some(id) = process.id()
                && asked
                    .arg(id.to_string())
                    .status()
                    .is_ok_and(|status| status.success())
            {
                let begun = Instant::now();
                while matches!(process.try_wait(), Ok(None)) && begun.elapsed() < Duration::from_secs(5) {
                    std::thread::yield_now();
                }
            }
        }
        if let Some(profile) = &self.profile {
            // A leftover in the temporary folder does no harm.
            std::fs::remove_dir_all(profile).ok();
        }
    }
}

/// ChromeDriver, for a Chromium with this user agent.
async fn chromium(screen: Screen, user_agent: Option<&str>) -> Result<Driver> {
    let port = free_port()?;
    let mut command = Command::new(program("CHROMEDRIVER")?);
    command.arg(format!("--port={port}"));
    let driver = start_until(command, "started successfully", PATIENCE).await?;
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
    let mut driver = Driver::new(port, capabilities, vec![driver])?;
    driver.profile = Some(profile);
    Ok(driver)
}

/// geckodriver, which makes a profile for each session and removes it.
async fn firefox(screen: Screen, user_agent: Option<&str>) -> Result<Driver> {
    let port = free_port()?;
    let mut command = Command::new(program("GECKODRIVER")?);
    // Its browser has a port of its own; access to the browser's own window is what `means` needs.
    command
        .args(["--port", &port.to_string()])
        .args(["--websocket-port", &free_port()?.to_string()])
        .arg("--allow-system-access");
    let driver = start_until(command, "Listening on", PATIENCE).await?;
    let phone = screen.is_phone();
    let mut preferences = json!({
        // 0 is dark, 1 light.
        "layout.css.prefers-color-scheme.content-override": if screen.dark { 0 } else { 1 },
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        // Where there is no network a proxy that is not there keeps the loopback away, too (`firefox::SET_OFFLINE`).
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.allow_hijacking_localhost": true,
        // A host that is no secure context on plain http, as `localhost` would be.
        "network.dns.localDomains": "shop.test",
        // No bars beside the page, as in Chromium.
        "ui.useOverlayScrollbars": 1,
        // Its own page around JSON lets nothing run.
        "devtools.jsonview.enabled": false,
        // Tabs of one site have processes of their own, as in Chromium.
        "dom.ipc.processCount.webIsolated": 8,
        "dom.w3c_touch_events.enabled": i32::from(phone),
        // 1 is a finger; 2 a mouse and 4 that it can rest over something.
        "ui.primaryPointerCapabilities": if phone { 1 } else { 6 },
        "ui.allPointerCapabilities": if phone { 1 } else { 6 },
    });
    if let Some(user_agent) = user_agent {
        preferences["general.useragent.override"] = user_agent.into();
    }
    let capabilities = json!({ "moz:firefoxOptions": {
        "binary": program("FIREFOX")?,
        "args": ["-headless", format!("--width={}", screen.width), format!("--height={}", screen.height)],
        "prefs": preferences,
    } });
    Driver::new(port, capabilities, vec![driver])
}

/// WebKitWebDriver, and a screen for its browser, which has no headless mode.
async fn webkit() -> Result<Driver> {
    // Displays may have any number; this one is nobody's.
    let display = free_port()?;
    let mut command = Command::new(program("XVFB")?);
    command.arg(format!(":{display}")).args([
        "-screen",
        "0",
        "1600x1200x24",
        "-nolisten",
        "tcp",
        "-displayfd",
        "1",
    ]);
    let screen = start_until(command, &display.to_string(), PATIENCE).await?;
    let port = free_port()?;
    let mut command = Command::new(program("WEBKITDRIVER")?);
    command
        .arg(format!("--port={port}"))
        .env("DISPLAY", format!(":{display}"))
        // Its sandbox needs what containers forbid.
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env_remove("WAYLAND_DISPLAY");
    let driver = start_listening(command, port, PATIENCE).await?;
    let capabilities = json!({
        "webkitgtk:browserOptions": { "binary": program("MINIBROWSER")?, "args": ["--automation"] },
    });
    Driver::new(port, capabilities, vec![driver, screen])
}
