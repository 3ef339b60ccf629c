//! The catalogues: complete, of the same form, and really translated.

use super::NAMES;
use serde_json::{Map, Value};

/// What is the same in another language.
const SAME: &[(&str, &str)] = &[
    ("fr", "conversation"),
    ("ja", "ai"),
    ("nl", "ai"),
    ("pl", "ai"),
    ("zh-CN", "ai"),
];

/// The languages, each with its plural forms.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ("de", &["one", "other"]),
    ("es", &["one", "many", "other"]),
    ("fr", &["one", "many", "other"]),
    ("it", &["one", "many", "other"]),
    ("ja", &["other"]),
    ("nl", &["one", "other"]),
    ("pl", &["one", "few", "many", "other"]),
    ("pt-BR", &["one", "many", "other"]),
    ("tr", &["one", "other"]),
    ("zh-CN", &["other"]),
];

fn parse(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

fn english() -> Map<String, Value> {
    english_in(include_str!("../../../js/words.js"))
}

/// The English texts of rare parts, which are in no first open.
fn english_of_chunks() -> Map<String, Value> {
    let mut texts = Map::new();
    for part in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/js/parts")).unwrap() {
        let folder = part.unwrap().path();
        // Not every part says something.
        if let Ok(source) = std::fs::read_to_string(folder.join("words.js")) {
            texts.extend(english_in(&source));
        }
    }
    // What both say is in the catalogues once.
    texts.retain(|name, _| !english().contains_key(name));
    texts
}

fn english_in(source: &str) -> Map<String, Value> {
    let (_, object) = source.split_once("const english = ").unwrap();
    let (object, _) = object.split_once(";\n").unwrap();
    parse(object)
}

/// The texts of the parts of the window that are chunks, too: those have theirs beside them, under names that begin with
/// their own.
fn all_english() -> Map<String, Value> {
    let mut all = english();
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/js")).unwrap() {
        let folder = folder.unwrap().path();
        let Ok(source) = std::fs::read_to_string(folder.join("words.js")) else {
            continue;
        };
        let part = folder.file_name().unwrap().to_str().unwrap();
        for (key, text) in english_of(&source) {
            assert!(key.starts_with(&format!("{part}.")), "{key} is not {part}'s");
            all.insert(key, text);
        }
    }
    all
}

fn catalogue(language: &str) -> Map<String, Value> {
    let file = format!("{}/locales/{language}.json", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read_to_string(file).unwrap())
}

/// The forms of a text: its own name for one that has none.
fn forms(value: &Value) -> Vec<(&str, &str)> {
    match value {
        Value::String(text) => vec![("other", text)],
        Value::Object(forms) => {
            let forms = forms.iter();
            forms
                .map(|(form, text)| (form.as_str(), text.as_str().unwrap()))
                .collect()
        }
        _ => panic!("{value} is no text"),
    }
}

/// What is put into a text.
fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = text
        .split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').expect("a brace is closed").0)
        .collect();
    places.sort_unstable();
    places
}

#[test]
fn the_names_here_are_those_of_the_texts() {
    let keys: Vec<String> = english().keys().cloned().collect();
    let names = NAMES.iter().map(|name| name[..1].to_lowercase() + &name[1..]);
    // serde_json sorts; the order itself is looked at in the source.
    let mut sorted: Vec<String> = names.clone().collect();
    sorted.sort_unstable();
    let mut keys = keys;
    keys.sort_unstable();
    assert_eq!(sorted, keys);
    let source = include_str!("../../../js/words.js");
    let at: Vec<usize> = names
        .map(|name| source.find(&format!("\n  \"{name}\":")).unwrap())
        .collect();
    assert!(at.is_sorted(), "another order than in js/words.js");
}

#[test]
fn every_catalogue_has_every_text_and_says_it_in_its_language() {
    let mut english = english();
    english.extend(english_of_chunks());
    for (language, plurals) in LANGUAGES {
        let texts = catalogue(language);
        assert_eq!(
            texts.keys().collect::<Vec<_>>(),
            english.keys().collect::<Vec<_>>(),
            "{language}"
        );
        for (key, original) in &english {
            let translated = &texts[key];
            let same = SAME.contains(&(language, key));
            assert_eq!(translated == original, same, "{language}: {key} is {translated}");
            let wanted = places(forms(original).last().unwrap().1);
            assert_eq!(translated.is_object(), original.is_object(), "{language}: {key}");
            for (form, text) in forms(translated) {
                assert!(!text.trim().is_empty(), "{language}: {key} is empty");
                let spelled = *language == "ar" && ["zero", "one", "two"].contains(&form);
                assert!(places(text) == wanted || spelled, "{language}: {key} is {text}");
            }
            if translated.is_object() {
                let mut known: Vec<&str> = forms(translated).into_iter().map(|(form, _)| form).collect();
                let mut wanted = plurals.to_vec();
                known.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(known, wanted, "{language}: {key}");
            }
        }
    }
}

#[test]
fn every_text_has_a_type() {
    let types = include_str!("../../../../www/types/index.d.ts");
    for (key, _) in all_english() {
        assert!(types.contains(&format!("'{key}'")), "the text {key} has no type");
    }
}

#[test]
fn every_file_is_a_language() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    let known: Vec<String> = LANGUAGES
        .iter()
        .map(|(language, _)| format!("{language}.json"))
        .collect();
    assert_eq!(names, known);
    let chooser = include_str!("../../../js/page/language.js");
    for (language, _) in LANGUAGES {
        assert!(chooser.contains(language), "{language} cannot be chosen");
    }
}

#[test]
fn texts_of_chunks_have_types_and_are_not_warned_of() {
    let types = include_str!("../../../../www/types/index.d.ts");
    let learning = include_str!("../../../js/words.js");
    let known = [
        "attach",
        "consent",
        "csat",
        "emoji",
        "inspector",
        "lightbox",
        "messages",
        "prechat",
        "screenshot",
    ];
    assert!(learning.contains(&format!("ELSEWHERE = /^({})[A-Z\\d]/", known.join("|"))));
    for name in english_of_chunks().keys() {
        assert!(
            types.contains(&format!("'{name}'")),
            "the text {name} has no type"
        );
        assert!(
            known.iter().any(|part| name.starts_with(part)),
            "js/words.js would warn of {name}"
        );
    }
}
