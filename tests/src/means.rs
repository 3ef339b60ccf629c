//! What a browser's own means have to give, beyond WebDriver: the viewport, the network, wishes of the system, fingers, the
//! console. In Chromium they are DevTools commands, in Firefox scripts in the browser's own window ([`crate::firefox`]).

use crate::browser::{Browser, Tab};
use crate::engine::Engine;
use crate::extensions::{BrowserLog, Devtools};
use crate::firefox;
use anyhow::{Result, bail, ensure};
use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, PointerAction, TouchActions};
use serde_json::{Value as Json, json};

/// What somebody has set in their system, and pages are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Colours of the system's own (`forced-colors: active`).
    ForcedColors,
    /// `prefers-reduced-motion: reduce`.
    LessMotion,
}

/// What a finger does, at a place of the viewport.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finger {
    /// It is put down.
    Down(f64, f64),
    /// It moves there.
    To(f64, f64),
    /// It is lifted.
    Up,
}

impl Browser {
    /// Sets the browser up once it runs.
    pub(crate) async fn prepare(&self) -> Result<()> {
        if self.engine == Engine::Firefox {
            self.in_chrome(firefox::LISTEN, Vec::new()).await?;
        }
        self.emulate().await
    }

    /// Sets the viewport of the tab in front exactly (a window's own size includes its frame), and the colour scheme, which
    /// other browsers than Chromium are started with.
    pub(crate) async fn emulate(&self) -> Result<()> {
        let screen = self.screen;
        match self.engine {
            Engine::Chromium => {
                let metrics = json!({
                    "width": screen.width, "height": screen.height,
                    "deviceScaleFactor": 1, "mobile": screen.is_phone(),
                });
                self.devtools("Emulation.setDeviceMetricsOverride", metrics)
                    .await?;
                self.set_media(json!([])).await
            }
            Engine::Firefox => {
                let size = vec![json!(screen.width), json!(screen.height)];
                self.in_chrome(firefox::RESIZE, size).await?;
                self.until(&format!(
                    "return innerWidth === {} && innerHeight === {}",
                    screen.width, screen.height
                ))
                .await?;
                Ok(())
            }
            Engine::WebKit => {
                let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
                let frame = self.script(frame, Vec::new()).await?;
                let side = |at: usize, wanted: u32| frame[at].as_u64().unwrap_or(0) as u32 + wanted;
                Ok(self
                    .client
                    .set_window_size(side(0, screen.width), side(1, screen.height))
                    .await?)
            }
        }
    }

    /// Has the tab's pages told of a wish.
    ///
    /// # Errors
    /// When the browser has no means for that.
    pub async fn wish(&self, wish: Wish) -> Result<()> {
        match (self.engine, wish) {
            (Engine::Chromium, Wish::ForcedColors) => {
                let wished = json!([{ "name": "forced-colors", "value": "active" }]);
                self.set_media(wished).await
            }
            (Engine::Chromium, Wish::LessMotion) => {
                let wished = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
                self.set_media(wished).await
            }
            (Engine::Firefox, Wish::ForcedColors) => {
                self.set_preference("browser.display.document_color_use", 2).await
            }
            (Engine::Firefox, Wish::LessMotion) => self.set_preference("ui.prefersReducedMotion", 1).await,
            (Engine::WebKit, _) => bail!("WebKit has no means to wish for {wish:?}"),
        }
    }

    /// Shows the tab in front as it would be printed.
    ///
    /// # Errors
    /// When the browser has no means for that.
    pub async fn see_print(&self) -> Result<()> {
        match self.engine {
            Engine::Chromium => {
                self.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))
                    .await
            }
            Engine::Firefox => {
                let print = "gBrowser.selectedBrowser.browsingContext.mediumOverride = 'print'";
                self.in_chrome(print, Vec::new()).await?;
                Ok(())
            }
            Engine::WebKit => bail!("WebKit has no means to show what it would print"),
        }
    }

    /// Gives the tab's screen parts that something lies over, so many pixels high, as phones have above and below. Only
    /// Chromium can.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn set_safe_area(&self, top: u32, bottom: u32) -> Result<()> {
        let insets = json!({ "top": top, "topMax": top, "bottom": bottom, "bottomMax": bottom });
        self.devtools("Emulation.setSafeAreaInsetsOverride", json!({ "insets": insets }))
            .await
    }

    /// What media queries find in Chromium, beside the screen's colour scheme.
    async fn set_media(&self, mut features: Json) -> Result<()> {
        let scheme = if self.screen.dark { "dark" } else { "light" };
        if let Some(features) = features.as_array_mut() {
            features.push(json!({ "name": "prefers-color-scheme", "value": scheme }));
        }
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await
    }

    async fn set_preference(&self, name: &str, value: i32) -> Result<()> {
        let set = "Services.prefs.setIntPref(...arguments)";
        self.in_chrome(set, vec![json!(name), json!(value)]).await?;
        Ok(())
    }

    /// Sends a DevTools command, which only Chromium has.
    async fn devtools(&self, command: &str, parameters: Json) -> Result<()> {
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
            self.in_chrome(firefox::SET_OFFLINE, vec![json!(offline)]).await?;
            return Ok(());
        }
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        // Without this only whole pages are cut off, and what they fetch is not.
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await
    }

    /// Lets the site that is shown notify.
    ///
    /// # Errors
    /// When the browser has no means for that.
    pub async fn allow_notifications(&self) -> Result<()> {
        if self.engine == Engine::Firefox {
            self.in_chrome(firefox::ALLOW_NOTIFICATIONS, Vec::new()).await?;
            return Ok(());
        }
        let permission = json!({ "permission": { "name": "notifications" }, "setting": "granted" });
        self.devtools("Browser.setPermission", permission).await
    }

    /// Moves the one finger that touches the screen.
    ///
    /// # Errors
    /// When the browser has no means for that.
    pub async fn touch(&self, finger: Finger) -> Result<()> {
        if self.engine == Engine::Chromium {
            let (kind, points) = match finger {
                Finger::Down(x, y) => ("touchStart", json!([{ "x": x, "y": y }])),
                Finger::To(x, y) => ("touchMove", json!([{ "x": x, "y": y }])),
                Finger::Up => ("touchEnd", json!([])),
            };
            if kind == "touchStart" {
                self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }))
                    .await?;
            }
            let event = json!({ "type": kind, "touchPoints": points });
            return self.devtools("Input.dispatchTouchEvent", event).await;
        }
        let to = |x: f64, y: f64| PointerAction::MoveTo { duration: None, x, y };
        let button = MOUSE_BUTTON_LEFT;
        let hand = TouchActions::new("finger".to_owned());
        let actions = match finger {
            Finger::Down(x, y) => hand.then(to(x, y)).then(PointerAction::Down { button }),
            Finger::To(x, y) => hand.then(to(x, y)),
            Finger::Up => hand.then(PointerAction::Up { button }),
        };
        Ok(self.client.perform_actions(actions).await?)
    }

    /// Kills a tab's process; another one has to be shown then.
    ///
    /// # Errors
    /// When it is closed, or its process cannot be killed.
    pub async fn crash(&self, tab: &Tab) -> Result<()> {
        self.show(tab).await?;
        if self.engine == Engine::Firefox {
            let process = self.in_chrome(firefox::PROCESS, Vec::new()).await?;
            let mut kill = tokio::process::Command::new("kill");
            let killed = kill.args(["-9", &process.to_string()]).status().await?;
            ensure!(killed.success(), "no process {process} to kill");
            return Ok(());
        }
        // It cannot be answered any more.
        drop(self.devtools("Page.crash", json!({})).await);
        Ok(())
    }

    /// Lets a tab stand still, as Chromium does with tabs that were not looked at for long; another one has to be shown.
    ///
    /// # Errors
    /// When it is closed, and in other browsers, which do not freeze tabs.
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

    /// What was written to the console since the last call, each line after its level: `SEVERE`, `WARNING`, `INFO`… WebKit does
    /// not tell.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn console(&self) -> Result<Vec<String>> {
        let lines = match self.engine {
            Engine::Chromium => self.client.issue_cmd(BrowserLog).await?,
            Engine::Firefox => self.in_chrome(firefox::TAKE_CONSOLE, Vec::new()).await?,
            Engine::WebKit => json!([]),
        };
        let lines = lines.as_array().cloned().unwrap_or_default();
        let line = |entry: &Json| format!("{} {}", entry["level"].as_str().unwrap_or(""), entry["message"]);
        Ok(lines.iter().map(line).collect())
    }
}
