//! The log, which goes to standard error.

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// A JSON object on each line, for what collects logs.
    Json,
}

/// Logs what `RUST_LOG` asks for, by default everything from `info` on.
pub(super) fn log_to_stderr(format: LogFormat) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // At `trace` the sockets' library prints whole frames: texts and the ids of sessions.
    if let Ok(no_frames) = "tungstenite=info".parse() {
        filter = filter.add_directive(no_frames);
    }
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // The span of the request is one object beside the event's own fields.
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
