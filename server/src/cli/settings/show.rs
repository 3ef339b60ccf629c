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
                Some(address) if key.path == "webhook.url" => quoted(&host_only(address)),
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

/// `postgres://user:…@host/name`: a password is a secret. One that has characters in it which would have to be escaped is
/// hidden too, if need be with some of what follows.
fn without_password(address: &str) -> String {
    let Some((scheme @ ("postgres" | "postgresql"), rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let mut parts = rest.split('&').map(|part| match part.split_once("password=") {
        Some((before, _)) => format!("{before}password=…"),
        None => part.to_owned(),
    });
    let first = parts.next().unwrap_or_default();
    let rest = parts.fold(first, |known, part| format!("{known}&{part}"));
    match rest.rsplit_once('@') {
        Some((user, place)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:…@{place}"),
            None => format!("{scheme}://{rest}"),
        },
        None => format!("{scheme}://{rest}"),
    }
}

/// `https://host/…`: who calls a webhook is often known by nothing but its path.
fn host_only(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return "…".to_owned();
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}/…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_webhooks_address_the_host_is_shown() {
        for address in [
            "https://hooks.example/hunter2",
            "https://hooks.example?hunter2",
            "https://user:hunter2@hooks.example/hunter2?key=hunter2",
            "https://hunter2@hooks.example#hunter2",
        ] {
            assert_eq!(host_only(address), "https://hooks.example/…");
        }
        assert_eq!(host_only("hunter2"), "…");
    }

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
        assert_eq!(
            without_password("postgresql://host/n?password=p&x=1&password=q@"),
            "postgresql://host/n?password=…&x=1&password=…"
        );
        for unescaped in ["p/w", "p?w", "p#w", "p@w", "p&w", "p:w"] {
            assert_eq!(
                without_password(&format!("postgres://u:{unescaped}@host/name")),
                "postgres://u:…@host/name"
            );
        }
        for plain in [
            "sqlite://chat.db",
            "memory:",
            "postgres://host/name",
            "postgres://u@host/name",
            "postgres://host:5432/name?x=1&y=2",
            "sqlite:///var/a:b@c.db",
        ] {
            assert_eq!(without_password(plain), plain);
        }
    }
}
