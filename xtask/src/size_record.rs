//! The size gate: fixed limits, and a record that must be changed on purpose.

use std::{fs, io::ErrorKind, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{size::Rows, workspace::Workspace};

/// Most that the loader may have, brotli 11.
const LOADER_LIMIT: u64 = 1_536;
/// Most that a first open may have, brotli 11: 130 KB.
const FIRST_OPEN_LIMIT: u64 = 133_120;
/// Growth over the record that passes: 1/50 (2 %).
const TOLERANCE_DIVISOR: u64 = 50;

/// The figures of `docs/size.json`: bytes, brotli 11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    loader: u64,
    first_open: u64,
    inbox: u64,
}

impl Record {
    /// The figures of a measurement.
    pub(crate) fn of(rows: &Rows) -> Self {
        Self {
            loader: rows.loader.brotli,
            first_open: rows.first_open.brotli,
            inbox: rows.inbox.brotli,
        }
    }

    /// Reads the record; `None` when there is none yet.
    ///
    /// # Errors
    /// When the file is not a record.
    pub(crate) fn read(workspace: &Workspace) -> Result<Option<Self>> {
        let path = path(workspace);
        match fs::read_to_string(&path) {
            Ok(text) => Self::from_json(&text)
                .with_context(|| path.display().to_string())
                .map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// Replaces the record.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(&self, workspace: &Workspace) -> Result<()> {
        let path = path(workspace);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(&path, self.to_json()).with_context(|| path.display().to_string())?;
        println!("recorded in {}", workspace.shown(&path));
        Ok(())
    }

    fn from_json(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        let figure = |name: &str| {
            value[name]
                .as_u64()
                .with_context(|| format!("{name} is not a number of bytes"))
        };
        Ok(Self {
            loader: figure("loader")?,
            first_open: figure("first_open")?,
            inbox: figure("inbox")?,
        })
    }

    fn to_json(&self) -> String {
        let value = json!({
            "unit": "bytes, brotli 11",
            "loader": self.loader,
            "first_open": self.first_open,
            "inbox": self.inbox,
        });
        format!("{value:#}\n")
    }

    fn figures(&self) -> [(&'static str, u64); 3] {
        [
            ("loader", self.loader),
            ("first open", self.first_open),
            ("inbox", self.inbox),
        ]
    }
}

/// What is wrong with the sizes of now: a line each, empty when all is well.
pub(crate) fn problems(now: &Record, record: Option<&Record>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, bytes, limit) in [
        ("loader", now.loader, LOADER_LIMIT),
        ("first open", now.first_open, FIRST_OPEN_LIMIT),
    ] {
        if bytes > limit {
            problems.push(format!(
                "{name}: {bytes} B brotli, {} above the limit of {limit}",
                bytes - limit
            ));
        }
    }
    let Some(record) = record else {
        problems.push("docs/size.json is missing: `cargo xtask size --record` writes it".to_owned());
        return problems;
    };
    for ((name, bytes), (_, recorded)) in now.figures().into_iter().zip(record.figures()) {
        if bytes > recorded + recorded / TOLERANCE_DIVISOR {
            problems.push(format!(
                "{name}: {bytes} B brotli, more than 2 % above the recorded {recorded} (if that is wanted: \
                 `cargo xtask size --record`)"
            ));
        }
    }
    problems
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.root.join("docs").join("size.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(loader: u64, first_open: u64, inbox: u64) -> Record {
        Record {
            loader,
            first_open,
            inbox,
        }
    }

    #[test]
    fn two_per_cent_above_the_record_still_pass() {
        let recorded = record(1_000, 100_000, 200_000);
        assert!(problems(&record(1_020, 102_000, 204_000), Some(&recorded)).is_empty());
        assert_eq!(
            problems(&record(1_021, 102_001, 204_001), Some(&recorded)).len(),
            3
        );
    }

    #[test]
    fn smaller_is_always_fine() {
        assert!(problems(&record(1, 1, 1), Some(&record(1_000, 100_000, 200_000))).is_empty());
    }

    #[test]
    fn the_limits_hold_whatever_is_recorded() {
        let large = record(1_537, 133_121, 1);
        let found = problems(&large, Some(&large));
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("loader: 1537"));
        assert!(found[1].starts_with("first open: 133121"));
        assert!(problems(&record(1_536, 133_120, 1), Some(&large)).is_empty());
    }

    #[test]
    fn without_a_record_the_gate_is_closed() {
        assert_eq!(problems(&record(1, 1, 1), None).len(), 1);
    }

    #[test]
    fn a_record_reads_back_as_written() {
        let written = record(1, 2, 3);
        assert_eq!(Record::from_json(&written.to_json()).unwrap(), written);
        assert!(Record::from_json(r#"{"loader":1,"inbox":3}"#).is_err());
    }
}
