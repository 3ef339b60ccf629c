//! Scripts for Firefox's own window, where its services are at hand: what DevTools commands are in Chromium.

use crate::browser::Browser;
use crate::engine::Engine;
use crate::extensions::InChrome;
use anyhow::{Context as _, Result};
use serde_json::{Value as Json, json};

/// Gives the tab in front a viewport of this width and height, whatever the window's are: that never gets narrower than 450
/// pixels.
pub(crate) const RESIZE: &str = "const [width, height] = arguments;
    const { style } = gBrowser.selectedBrowser;
    for (const [side, size] of [['width', width], ['height', height]])
        for (const bound of ['', 'min-', 'max-']) style.setProperty(bound + side, size + 'px', 'important');
    if (outerWidth < width + 20 || outerHeight < height + 150) resizeTo(width + 20, height + 150);";

/// Collects what pages write to their consoles, which their processes keep to themselves.
pub(crate) const LISTEN: &str = "const listen = () => {
        const system = Cc['@mozilla.org/systemprincipal;1'].createInstance(Ci.nsIPrincipal);
        const text = (value) => { try { return String(value) } catch { return typeof value } };
        Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage).addLogEventListener((event) => {
            const { level, filename, arguments: said } = event.wrappedJSObject ?? event;
            // The browser's own scripts write there, too.
            if (/^(chrome|resource):/.test(filename)) return;
            Services.cpmm.sendAsyncMessage('pocketping:console', { level, message: [...said].map(text).join(' ') });
        }, system);
    };
    const levels = { error: 'SEVERE', assert: 'SEVERE', warn: 'WARNING' };
    window.pocketpingConsole = [];
    Services.ppmm.addMessageListener('pocketping:console', ({ data: { level, message } }) =>
        pocketpingConsole.push({ level: levels[level] ?? 'INFO', message }));
    Services.ppmm.loadProcessScript('data:application/javascript,' + encodeURIComponent(`(${listen})()`), true);
    Services.console.reset();";

/// Gives what was collected, and what the browser itself has said of pages: exceptions that nobody caught, and violations of a
/// policy.
pub(crate) const TAKE_CONSOLE: &str = "const said = window.pocketpingConsole.splice(0);
    for (const entry of Services.console.getMessageArray()) {
        const { category, errorMessage, flags, sourceName } = entry instanceof Ci.nsIScriptError ? entry : {};
        if (/^(content javascript|DOM|Content Security Policy|CSP)/.test(category) && /^https?:/.test(sourceName))
            said.push({ level: flags & 9 ? 'WARNING' : 'SEVERE', message: sourceName + ' ' + errorMessage });
    }
    Services.console.reset();
    return said";

/// Takes the network away from the browser, or gives it back: offline by name only, it would still reach the loopback.
pub(crate) const SET_OFFLINE: &str = "Services.prefs.setIntPref('network.proxy.type', arguments[0] ? 1 : 0);
    Services.io.offline = arguments[0]";

/// The id of the process of the tab in front, which may be killed: the browser goes on.
pub(crate) const PROCESS: &str = "Services.env.set('MOZ_CRASHREPORTER_SHUTDOWN', '');
    return gBrowser.selectedBrowser.frameLoader.remoteTab.osPid";

/// Lets the site in front notify.
pub(crate) const ALLOW_NOTIFICATIONS: &str = "Services.perms.addFromPrincipal(gBrowser.contentPrincipal,
    'desktop-notification', Services.perms.ALLOW_ACTION)";

impl Browser {
    /// Runs a script's body in Firefox's own window.
    pub(crate) async fn in_chrome(&self, script: &str, arguments: Vec<Json>) -> Result<Json> {
        self.client.issue_cmd(InChrome("chrome")).await?;
        let result = self.client.execute(script, arguments).await;
        // Back to the page, whatever came of it.
        self.client.issue_cmd(InChrome("content")).await?;
        result.with_context(|| format!("running {script} in the browser's window"))
    }

    /// A script's body so that it runs as one of the page's own. Firefox gives scripts of its driver an `Error`, a `Promise` and so
    /// on of their own, which those of the page are no instances of. Where a policy forbids more, it is left at that.
    pub(crate) fn in_page(&self, script: &str) -> String {
        if self.engine != Engine::Firefox {
            return script.to_owned();
        }
        format!(
            "let run = function () {{ {script} }};
            // Asked in vain, it would be a violation that tests count.
            if (!document.querySelector('meta[http-equiv=Content-Security-Policy]')) try {{ run = window.Function({}) }} catch {{}}
            return run.apply(window, arguments)",
            json!(script)
        )
    }
}
