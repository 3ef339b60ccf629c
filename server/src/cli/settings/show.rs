//! `pocketping check-config`: the effective options, in the file's own form.

use super::{KEYS, Key, Settings};
use figment::value::Value;
use std::fmt::Write;

/// All options as a file, each with what it means and where it comes from. Secrets are not in it.
pub(in crate::cli) fn show(settings: &Settings) -> String {
    let mut text = String::new();
    let mut table = "";
    for key in KEYS {
        let (within, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        if within != table {
            table = within;
            // Writing to a text cannot fail.
            writeln!(text, "\n[{table}]").ok();
        }
        writeln!(text, "# {}\n{}", key.help, line(settings, key, name)).ok();
    }
    for name in settings.strange_variables() {
        writeln!(text, "\n# {name} is set and is no option").ok();
    }
    text
}

fn line(settings: &Settings, key: &Key, name: &str) -> String {
    let origin = settings.origin(key.path);
    match settings.values.find_value(key.path) {
        Err(_) => format!("# {name} is not set"),
        Ok(value) if key.kind.is_secret() && value.as_array().is_some_and(<[_]>::is_empty) => {
            format!("# {name} is not set")
        }
        Ok(_) if key.kind.is_secret() => format!("# {name} is set and not shown  # {origin}"),
        Ok(value) => {
            let value = match value.as_str() {
                Some(address) if key.path == "database" => quoted(&without_password(address)),
                _ => written(&value),
            };
            format!("{name} = {value}  # {origin}")
        }
    }
}

/// The value in TOML, in one line.
fn written(value: &Value) -> String {
    let list = |items: Vec<String>, open: &str, close: &str| match items.is_empty() {
        true => format!("{}{}", open.trim(), close.trim()),
        false => format!("{open}{}{close}", items.join(", ")),
    };
    match value {
        Value::Dict(_, dict) => {
            let pairs = dict
                .iter()
                .map(|(name, value)| format!("{} = {}", quoted(name), written(value)));
            list(pairs.collect(), "{ ", " }")
        }
        Value::Array(_, items) => list(items.iter().map(written).collect(), "[", "]"),
        Value::String(_, text) => quoted(text),
        Value::Char(_, letter) => quoted(&letter.to_string()),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => match (number.to_i128(), number.to_u128(), number.to_f64()) {
            (Some(number), ..) => number.to_string(),
            (_, Some(number), _) => number.to_string(),
            (.., number) => format!("{:?}", number.unwrap_or_default()),
        },
        // JSON's null, which a file cannot say.
        Value::Empty(..) => quoted(""),
    }
}

/// JSON's strings are TOML's, but for one character that JSON leaves as it is.
fn quoted(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    text.replace('\u{7f}', "\\u007f")
}

/// `postgres://user:…@host/name`: a password is a secret.
fn without_password(address: &str) -> String {
    let hide = || {
        let (scheme, rest) = address.split_once("://")?;
        let (user, host) = rest.split_once('/').unwrap_or((rest, "")).0.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        let after = &rest[user.len() + 1 + host.len()..];
        Some(format!("{scheme}://{name}:…@{host}{after}"))
    };
    let address = hide().unwrap_or_else(|| address.to_owned());
    match address.split_once("password=") {
        Some((before, rest)) => {
            let after = rest
                .split_once('&')
                .map_or(String::new(), |(_, after)| format!("&{after}"));
            format!("{before}password=…{after}")
        }
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_hidden_and_nothing_else() {
        assert_eq!(
            without_password("postgres://u:p%40@host:5432/name?x=1"),
            "postgres://u:…@host:5432/name?x=1"
        );
        assert_eq!(
            without_password("postgres://host/n?password=p&x=1"),
            "postgres://host/n?password=…&x=1"
        );
        for plain in [
            "sqlite://chat.db",
            "memory:",
            "postgres://host/name",
            "postgres://u@host/name",
        ] {
            assert_eq!(without_password(plain), plain);
        }
    }
}
