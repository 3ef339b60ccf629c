//! [`Key`]: one option, as the file, the environment and the command line know it.

use figment::value::{Dict, Value};

/// One option.
pub(in crate::cli) struct Key {
    /// Its name in the file; a dot stands before a name within a table.
    pub(in crate::cli) path: &'static str,
    pub(in crate::cli) kind: Kind,
    /// What it is when it is not given, as the environment would say it; `None`: not set.
    pub(in crate::cli) default: Option<&'static str>,
    /// What it means, in one sentence.
    pub(in crate::cli) help: &'static str,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Kind {
    /// Text.
    Text,
    /// Text that is shown nowhere.
    Secret,
    /// `true` or `false`.
    Flag,
    /// A whole number; the unit is in the help.
    Number,
    /// Texts; in the environment separated by commas, or a JSON list when one of them has a comma.
    List,
    /// Texts that are shown nowhere.
    SecretList,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Text, or a table; in the environment JSON.
    TextOrTable,
    /// A list of tables; in the environment JSON.
    Tables,
}

impl Kind {
    /// Whether nobody may see the value.
    pub(in crate::cli) fn is_secret(self) -> bool {
        matches!(self, Kind::Secret | Kind::SecretList)
    }

    /// Whether tables below the key are its value and not more keys.
    pub(super) fn takes_tables(self) -> bool {
        matches!(self, Kind::TextOrTable | Kind::Tables)
    }

    /// What has to be written instead of something else.
    pub(super) fn hint(self) -> String {
        match self {
            Kind::Text | Kind::Secret => "write a text in quotes".to_owned(),
            Kind::Flag => "write true or false".to_owned(),
            Kind::Number => "write a whole number, 0 or more".to_owned(),
            Kind::List | Kind::SecretList => "write a list such as [\"a\", \"b\"]".to_owned(),
            Kind::Choice(words) => format!("write {}", words.join(", or ")),
            Kind::TextOrTable => {
                "write a text, or a table such as { light = \"#fff\", dark = \"#000\" }".to_owned()
            }
            Kind::Tables => "write a list of tables".to_owned(),
        }
    }

    /// Whether a value is of this kind.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Kind::Text | Kind::Secret => value.as_str().is_some(),
            Kind::Flag => value.to_bool().is_some(),
            Kind::Number => whole(value).is_some(),
            Kind::List | Kind::SecretList => value.as_array().is_some_and(|items| items.iter().all(is_text)),
            Kind::Choice(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Kind::TextOrTable => is_text(value) || value.as_dict().is_some(),
            Kind::Tables => value
                .as_array()
                .is_some_and(|items| items.iter().all(|item| item.as_dict().is_some())),
        }
    }

    /// Reads what the environment or the command line says; `None` when it is nothing of this kind.
    pub(super) fn parse(self, text: &str) -> Option<Value> {
        match self {
            Kind::Text | Kind::Secret | Kind::Choice(_) => Some(Value::from(text)),
            Kind::Flag => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(Value::from(true)),
                "false" | "0" | "no" | "off" => Some(Value::from(false)),
                _ => None,
            },
            Kind::Number => text.trim().parse::<u64>().ok().map(Value::from),
            Kind::List | Kind::SecretList if text.trim_start().starts_with('[') => json(text),
            Kind::List | Kind::SecretList => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(Value::from(items.map(str::to_owned).collect::<Vec<_>>()))
            }
            Kind::TextOrTable if !text.trim_start().starts_with('{') => Some(Value::from(text)),
            Kind::TextOrTable | Kind::Tables => json(text),
        }
    }
}

/// A number that is whole and not negative, whatever type its source has for it.
pub(super) fn whole(value: &Value) -> Option<u64> {
    let signed = || value.to_i128().and_then(|number| u64::try_from(number).ok());
    value
        .to_u128()
        .and_then(|number| u64::try_from(number).ok())
        .or_else(signed)
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some()
}

fn json(text: &str) -> Option<Value> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Value::serialize(value).ok()
}

impl Key {
    /// Its name in the environment.
    pub(in crate::cli) fn variable(&self) -> String {
        format!("POCKETPING_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// Whether a path of the file is this key, or lies within a table that is its value.
    pub(super) fn is_at(&self, path: &str) -> bool {
        self.path == path || (self.kind.takes_tables() && is_within(self.path, path))
    }

    /// Whether a path of the file is a table that holds this key.
    pub(super) fn is_below(&self, path: &str) -> bool {
        is_within(path, self.path)
    }
}

/// The paths of all values in a table, as far down as there are tables.
pub(super) fn paths(dict: &Dict) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, value) in dict {
        match value.as_dict() {
            Some(dict) if !dict.is_empty() => {
                let below = paths(dict).into_iter();
                found.extend(below.map(|(path, value)| (format!("{name}.{path}"), value)));
            }
            _ => found.push((name.clone(), value)),
        }
    }
    found
}

fn is_within(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with('.'))
}
