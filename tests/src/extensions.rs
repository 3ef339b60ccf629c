//! What drivers can do beyond W3C WebDriver.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value as Json, json};
use url::{ParseError, Url};

/// ChromeDriver's extension that sends DevTools commands.
#[derive(Debug)]
pub(crate) struct Devtools {
    pub(crate) command: String,
    pub(crate) parameters: Json,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        of_session(base, session, "goog/cdp/execute")
    }
    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        post(json!({ "cmd": self.command, "params": self.parameters }))
    }
}

/// ChromeDriver's extension that gives the console's lines.
#[derive(Debug)]
pub(crate) struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        of_session(base, session, "se/log")
    }
    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        post(json!({ "type": "browser" }))
    }
}

/// geckodriver's extension that lets scripts run in the page (`content`), or in the browser's own window (`chrome`).
#[derive(Debug)]
pub(crate) struct InChrome(pub(crate) &'static str);

impl WebDriverCompatibleCommand for InChrome {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        of_session(base, session, "moz/context")
    }
    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        post(json!({ "context": self.0 }))
    }
}

fn of_session(base: &Url, session: Option<&str>, path: &str) -> Result<Url, ParseError> {
    base.join(&format!("session/{}/{path}", session.unwrap_or_default()))
}

fn post(body: Json) -> (Method, Option<String>) {
    (Method::POST, Some(body.to_string()))
}
