//! Answers that are written once and sent often: `{name}` in them stands for the visitor's name.

use pocketping_core::{Object, Value};

/// What stands for the visitor's name.
const NAME: &str = "{name}";
/// Instead of a name that nobody knows.
const NOBODY: &str = "there";

/// An answer that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Canned {
    /// What it is found by: a word or a few.
    pub(crate) name: String,
    /// The text.
    pub(crate) text: String,
}

impl Canned {
    /// The text for a visitor; by the first name, or `there` for one without.
    pub(crate) fn filled(&self, visitor: Option<&str>) -> String {
        let first = visitor.and_then(|name| name.split_whitespace().next());
        self.text.replace(NAME, first.unwrap_or(NOBODY))
    }
}

/// What follows the `/` with which a draft asks for a kept answer; `None` for any other draft.
pub(crate) fn asked_for(draft: &str) -> Option<&str> {
    let asked = draft.strip_prefix('/')?;
    (!asked.contains('\n')).then_some(asked.trim())
}

/// Those that have what is asked for, first those whose name begins with it.
pub(crate) fn matching(kept: &[Canned], asked: &str) -> Vec<Canned> {
    let asked = asked.to_lowercase();
    let rank = |canned: &Canned| {
        let name = canned.name.to_lowercase();
        if name.starts_with(&asked) {
            Some(0)
        } else if name.contains(&asked) {
            Some(1)
        } else {
            canned.text.to_lowercase().contains(&asked).then_some(2)
        }
    };
    let mut found: Vec<_> = kept
        .iter()
        .filter_map(|canned| Some((rank(canned)?, canned.clone())))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, canned)| canned).collect()
}

/// Those at first, before anybody has changed them.
pub(crate) fn starters() -> Vec<Canned> {
    [
        ("hello", "Hi {name}, thanks for writing. How can I help?"),
        ("moment", "One moment please, {name}. I'll look that up for you."),
        ("bye", "Glad I could help, {name}. Have a good day."),
    ]
    .map(|(name, text)| Canned {
        name: name.into(),
        text: text.into(),
    })
    .into()
}

/// As they are kept.
pub(crate) fn write(kept: &[Canned]) -> Value {
    let one = |canned: &Canned| {
        let object = Object::new().with("name", canned.name.as_str());
        Value::from(object.with("text", canned.text.as_str()))
    };
    Value::List(kept.iter().map(one).collect())
}

/// Reads what was kept; an entry of another form is left out.
pub(crate) fn read(value: &Value) -> Option<Vec<Canned>> {
    let Value::List(entries) = value else {
        return None;
    };
    let text = |entry: &Value, key| Some(entry.get(key)?.as_str()?.to_owned());
    let one = |entry: &Value| {
        Some(Canned {
            name: text(entry, "name")?,
            text: text(entry, "text")?,
        })
    };
    Some(entries.iter().filter_map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canned(name: &str, text: &str) -> Canned {
        Canned {
            name: name.into(),
            text: text.into(),
        }
    }

    #[test]
    fn the_first_name_is_put_in() {
        let hello = canned("hello", "Hi {name}, it's {name}");
        assert_eq!(hello.filled(Some("Ada Lovelace")), "Hi Ada, it's Ada");
        assert_eq!(hello.filled(Some("  ")), "Hi there, it's there");
        assert_eq!(hello.filled(None), "Hi there, it's there");
    }

    #[test]
    fn a_slash_at_the_beginning_asks() {
        assert_eq!(asked_for("/"), Some(""));
        assert_eq!(asked_for("/ship "), Some("ship"));
        assert_eq!(asked_for("and/or"), None);
        assert_eq!(asked_for("/etc\nfiles"), None);
    }

    #[test]
    fn names_come_before_texts() {
        let kept = [
            canned("a", "about shipping"),
            canned("Reship", "x"),
            canned("Shipping", "x"),
        ];
        let names: Vec<_> = matching(&kept, "ship")
            .into_iter()
            .map(|canned| canned.name)
            .collect();
        assert_eq!(names, ["Shipping", "Reship", "a"]);
        assert_eq!(matching(&kept, "").len(), 3);
        assert!(matching(&kept, "zebra").is_empty());
    }

    #[test]
    fn what_is_kept_is_read_again_and_odd_entries_are_left_out() {
        assert_eq!(read(&write(&starters())), Some(starters()));
        assert_eq!(
            read(&Value::List(vec![Value::from(1), write(&[])])),
            Some(Vec::new())
        );
        assert_eq!(read(&Value::Null), None);
    }
}
