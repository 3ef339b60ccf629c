//! The PyPI package `pocketping[fastapi]` under uvicorn, as an existing site runs it.

use crate::process::{free_port, program, start_until};
use anyhow::{Context, Result, bail};
use serde_json::Value as Json;
use std::path::Path;
use std::time::Duration;
use tokio::process::{Child, Command};

/// A running foreign backend; it also serves a page that carries our script tag.
#[derive(Debug)]
pub struct PythonBackend {
    port: u16,
    _child: Child,
}

impl PythonBackend {
    /// Starts it; `assets` is the address where our loader is served.
    ///
    /// # Errors
    /// When Python or the package is missing.
    pub async fn start(assets: &str) -> Result<Self> {
        let port = free_port()?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        let mut command = Command::new(program("INTEROP_PYTHON")?);
        command
            .args([
                "-m",
                "uvicorn",
                "backend:app",
                "--host",
                "127.0.0.1",
                "--port",
                &port.to_string(),
            ])
            .env("POCKETPING_ASSETS", assets)
            .env("POCKETPING_SITE", format!("http://127.0.0.1:{port}"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(folder);
        let child = start_until(command, "Uvicorn running on", Duration::from_secs(30)).await?;
        Ok(PythonBackend { port, _child: child })
    }

    /// `http://127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks one of the backend's own routes for tests.
    ///
    /// # Errors
    /// When the answer is not 2xx JSON.
    pub async fn post(&self, path: &str, body: Json) -> Result<Json> {
        let url = format!("{}{path}", self.address());
        let answer = reqwest::Client::new().post(&url).json(&body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{url} answered {status}: {text}");
        }
        serde_json::from_str(&text).context("the backend's answer is not JSON")
    }
}
