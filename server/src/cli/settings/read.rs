//! Reading the options from everywhere.

use super::key::paths;
use super::origin::{Layer, Origin};
use super::{KEYS, Key, Problem, Settings};
use figment::providers::{Format, Toml};
use figment::util::nest;
use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file that is read when none is named and there is one.
const DEFAULT_FILE: &str = "pocketping.toml";
/// The variable that names the file.
pub(super) const FILE_VARIABLE: &str = "POCKETPING_CONFIG";
/// Variables of ours that are no options of the file.
const OTHER_VARIABLES: [&str; 2] = [FILE_VARIABLE, "POCKETPING_UNSAFE_NO_SYNC"];
/// How alike two names have to be for one to be proposed instead of the other.
const ALIKE: f64 = 0.8;

/// What was given, before it is looked at.
#[derive(Default)]
pub(in crate::cli) struct Given {
    /// The file that was named.
    pub(in crate::cli) file: Option<PathBuf>,
    /// Environment variables.
    pub(in crate::cli) variables: Vec<(String, String)>,
    /// Flags: their names as typed, the key's path, the value.
    pub(in crate::cli) flags: Vec<(String, String, String)>,
}

impl Settings {
    /// Reads everything. What is wrong is among the problems; what is right has its effect, so that more can be found.
    pub(in crate::cli) fn read(given: Given) -> Self {
        let mut settings = Settings {
            values: Figment::new().select(Profile::Default),
            problems: Vec::new(),
            strange_variables: Vec::new(),
        };
        for key in KEYS {
            if let Some(default) = key.default {
                settings.take(key, default, Origin::Default);
            }
        }
        let named = given
            .variables
            .iter()
            .find(|(name, text)| name == FILE_VARIABLE && !text.is_empty());
        settings.read_file(given.file.or_else(|| named.map(|(_, text)| text.into())));
        for (name, text) in &given.variables {
            match KEYS.iter().find(|key| key.variable() == *name) {
                // Compose files pass on what is not set as nothing.
                Some(_) if text.is_empty() => {}
                Some(key) => settings.take(key, text, Origin::Variable(name.clone())),
                None if name.starts_with("POCKETPING_") && !OTHER_VARIABLES.contains(&name.as_str()) => {
                    settings.strange_variables.push(name.clone());
                }
                None => {}
            }
        }
        for (flag, path, text) in &given.flags {
            match KEYS.iter().find(|key| key.path == path) {
                Some(key) => settings.take(key, text, Origin::Flag(flag.clone())),
                None => settings.unknown(&Origin::Flag(flag.clone()), path),
            }
        }
        settings.check_kinds();
        settings
    }

    /// Takes a text of the environment or the command line.
    fn take(&mut self, key: &Key, text: &str, origin: Origin) {
        match key.kind.parse(text) {
            Some(value) => self.merge(origin, nest(key.path, value).into_dict().unwrap_or_default()),
            None => {
                let shown = if key.kind.is_secret() { "the value" } else { text };
                self.problems.push(Problem {
                    place: origin.place(key.path),
                    problem: format!("`{shown}` cannot be understood"),
                    hint: key.kind.hint(),
                });
            }
        }
    }

    fn merge(&mut self, origin: Origin, values: Dict) {
        self.values = std::mem::take(&mut self.values).merge(Layer { origin, values });
    }

    fn read_file(&mut self, named: Option<PathBuf>) {
        let path = named.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
        let origin = Origin::File(path.display().to_string());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => return,
            Err(error) => return self.bad_file(path, format!("cannot be read: {error}")),
        };
        let data = Toml::string(&text).data();
        let values = match data {
            Ok(mut profiles) => profiles.remove(&Profile::Default).unwrap_or_default(),
            Err(error) => {
                return self.bad_file(path, format!("is no TOML: {}", in_one_line(&error.to_string())));
            }
        };
        for (path, value) in paths(&values) {
            if KEYS.iter().any(|key| key.is_at(&path)) {
                continue;
            }
            match KEYS.iter().any(|key| key.is_below(&path)) {
                true if value.as_dict().is_some() => {}
                true => self.problems.push(Problem {
                    place: origin.place(&path),
                    problem: "this is a table of options".to_owned(),
                    hint: format!("write [{path}], and the options below"),
                }),
                false => self.unknown(&origin, &path),
            }
        }
        let values = Value::from(values);
        for key in KEYS {
            if let Some(value) = values.find_ref(key.path) {
                let value = nest(key.path, value.clone());
                self.merge(origin.clone(), value.into_dict().unwrap_or_default());
            }
        }
    }

    fn bad_file(&mut self, path: &Path, problem: String) {
        self.problems.push(Problem {
            place: path.display().to_string(),
            problem,
            hint: "see docs/configuration.md for an example".to_owned(),
        });
    }

    fn unknown(&mut self, origin: &Origin, path: &str) {
        let likeness = |key: &&Key| (strsim::jaro_winkler(key.path, path) * 1e6) as u64;
        let nearest = KEYS.iter().max_by_key(likeness);
        let alike = nearest.filter(|key| strsim::jaro_winkler(key.path, path) > ALIKE);
        self.problems.push(Problem {
            place: match origin {
                // Flags name the option themselves.
                Origin::Flag(_) => format!("--set {path}"),
                origin => origin.place(path),
            },
            problem: "there is no such option".to_owned(),
            hint: alike.map_or_else(
                || "`pocketping check-config` shows all".to_owned(),
                |key| format!("did you mean {}?", key.path),
            ),
        });
    }

    /// Finds values of another kind than their option takes.
    fn check_kinds(&mut self) {
        for key in KEYS {
            let Ok(value) = self.values.find_value(key.path) else {
                continue;
            };
            if !key.kind.fits(&value) {
                let problem = match &value {
                    Value::String(_, text) if !key.kind.is_secret() => {
                        format!("`{text}` is not what it takes")
                    }
                    _ => "the value is not what it takes".to_owned(),
                };
                self.problem(key.path, problem, key.kind.hint());
            }
        }
    }
}

/// TOML's errors are drawings of several lines: where, and what.
fn in_one_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    match lines.next_back() {
        Some(last) => format!("{first}: {last}"),
        None => first.to_owned(),
    }
}
