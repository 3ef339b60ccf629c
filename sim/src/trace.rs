//! [`Trace`]: what happened, line by line, for replaying a seed that failed.

/// The lines of one run; kept only when asked for.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    lines: Option<Vec<String>>,
}

impl Trace {
    /// A trace that keeps its lines.
    pub(crate) fn kept() -> Self {
        Trace {
            lines: Some(Vec::new()),
        }
    }

    /// Adds a line; it is made only when it is kept.
    pub(crate) fn say(&mut self, now: u64, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>10.3}  {}", now as f64 / 1_000.0, line()));
        }
    }

    /// What was kept.
    pub(crate) fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}
