//! Options from everywhere.

mod alike;
mod office_hours;
mod problems;
mod shown;

use super::*;
use pocketping_server::{Builder, PocketPing};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A file in a folder of its own.
struct File(PathBuf);

impl File {
    fn with(text: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!(
            "pocketping-settings-{}-{number}.toml",
            std::process::id()
        ));
        std::fs::write(&path, text).unwrap();
        File(path)
    }

    fn given(&self) -> Given {
        Given {
            file: Some(self.0.clone()),
            ..Default::default()
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

fn variables(pairs: &[(&str, &str)]) -> Given {
    Given {
        variables: pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
        ..Default::default()
    }
}

/// The configuration as a text, or the problems.
fn built(given: Given) -> Result<String, Vec<String>> {
    let mut settings = Settings::read(given);
    let (builder, _) = apply(&mut settings);
    match settings.problems() {
        [] => Ok(shown(builder)),
        problems => Err(problems.iter().map(Problem::to_string).collect()),
    }
}

fn shown(builder: Builder) -> String {
    format!("{:#?}", builder.build().unwrap().config())
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let file = File::with("welcome_message = 'file'\nversion_message = 'file'\nupgrade_url = 'file'\n");
    let mut given = file.given();
    let pairs = [
        ("POCKETPING_VERSION_MESSAGE", "variable"),
        ("POCKETPING_UPGRADE_URL", "variable"),
    ];
    given.variables = variables(&pairs).variables;
    given.flags = vec![("--set".into(), "upgrade_url".into(), "flag".into())];
    let by_builder = PocketPing::builder()
        .welcome_message("file")
        .version_message("variable")
        .upgrade_url("flag");
    assert_eq!(built(given), Ok(shown(by_builder)));
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let file = File::with("welcome_message = 'file'");
    let mut given = file.given();
    given.variables = variables(&[("POCKETPING_WELCOME_MESSAGE", "")]).variables;
    assert_eq!(
        built(given),
        Ok(shown(PocketPing::builder().welcome_message("file")))
    );
}

#[test]
fn the_file_may_be_named_by_a_variable() {
    let file = File::with("welcome_message = 'file'");
    let given = variables(&[("POCKETPING_CONFIG", file.0.to_str().unwrap())]);
    assert_eq!(
        built(given),
        Ok(shown(PocketPing::builder().welcome_message("file")))
    );
}
