//! What `check-config` and the documentation say.

use super::alike::ROWS;
use super::*;

#[test]
fn what_is_shown_is_a_file_with_the_same_effect_and_without_secrets() {
    let text: String = ROWS
        .iter()
        .map(|(path, file, ..)| format!("{path} = {file}\n"))
        .collect();
    let text = format!(
        "{text}database = 'postgres://u:hunter2@host/name'\nfiles = 's3://chat/files'\n\
         s3.access_key_id = 'hunter3'\ns3.secret_access_key = 'hunter4'\n"
    );
    let settings = Settings::read(File::with(&text).given());
    assert_eq!(settings.problems(), []);
    let shown = show(&settings);
    for secret in [
        "0123456789abcdef",
        "fedcba9876543210",
        "hunter2",
        "hunter3",
        "hunter4",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        shown.contains("# operator_token is set and not shown  # file "),
        "{shown}"
    );
    assert!(
        shown.contains("database = \"postgres://u:…@host/name\""),
        "{shown}"
    );
    let again = Settings::read(File::with(&shown).given());
    assert!(again.problems().is_empty(), "{:?}", again.problems());
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                line.rsplit_once("  # ")
                    .map_or(line, |(value, _)| value)
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(values(&show(&again)), values(&shown));
    assert!(values(&shown).len() > KEYS.len());
}

/// What the documentation calls a kind.
fn kind_name(kind: key::Kind) -> String {
    use key::Kind;
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Secret => "text, secret".to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::List => "list of texts".to_owned(),
        Kind::SecretList => "list of texts, secret".to_owned(),
        Kind::Choice(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Kind::TextOrTable => "text or table".to_owned(),
        Kind::Tables => "list of tables".to_owned(),
    }
}

#[test]
fn the_documentation_has_every_option_with_type_default_and_variable() {
    let rows = KEYS.iter().map(|key| {
        let default = match key.default {
            None => "not set".to_owned(),
            Some("") => "none".to_owned(),
            Some(_) if key.path == "file_types" => {
                "pictures, PDF, text, CSV, ZIP, Word, Excel, MP4, MP3".to_owned()
            }
            Some(text) => format!("`{text}`"),
        };
        format!(
            "| `{}` | {} | {default} | `{}` | {} |",
            key.path,
            kind_name(key.kind),
            key.variable(),
            key.help
        )
    });
    let rows: Vec<_> = rows.collect();
    let document = include_str!("../../../../../docs/configuration.md");
    let documented: Vec<_> = document.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(
        documented == rows,
        "docs/configuration.md should have these rows:\n{}",
        rows.join("\n")
    );
}

#[test]
fn the_documentations_example_is_a_good_file() {
    let document = include_str!("../../../../../docs/configuration.md");
    let example = document
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let mut settings = Settings::read(File::with(example).given());
    apply(&mut settings);
    assert_eq!(settings.problems(), []);
    assert!(matches!(settings.origin("tracked_elements"), Origin::File(_)));
}
