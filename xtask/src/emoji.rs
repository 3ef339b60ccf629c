//! What the emoji picker shows: the emoji in Unicode's order, with their names and keywords in each language (CLDR).

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{node::NodeTools, workspace::Workspace};

/// Later ones are missing in the fonts of too many systems.
const NEWEST: f64 = 15.0;
/// Makes a symbol of text a picture; CLDR's keys have none.
const VARIATION: char = '\u{FE0F}';
/// Joins several emoji into one.
const JOINER: char = '\u{200D}';
/// How CLDR calls a language, where it is not as the catalogues do.
const RENAMED: [(&str, &str); 2] = [("pt-BR", "pt"), ("zh-CN", "zh")];

/// The file of each language, with the language's name.
///
/// # Errors
/// When a source is missing or is not as expected.
pub(crate) fn files(workspace: &Workspace, tools: &NodeTools) -> Result<Vec<(String, String)>> {
    let groups = read(&tools.modules().join("unicode-emoji-json/data-by-group.json"))?;
    let groups = groups.as_array().context("emoji without groups")?;
    let names = read(&workspace.root.join("widget/emoji/groups.json"))?;
    let names = names.as_object().context("groups without names")?;
    names
        .iter()
        .map(|(language, names)| {
            let renamed = RENAMED.iter().find(|(ours, _)| ours == language);
            let theirs = renamed.map_or(language.as_str(), |(_, theirs)| theirs);
            let path = format!("cldr-annotations-full/annotations/{theirs}/annotations.json");
            let annotations = read(&tools.modules().join(path))?;
            let annotations = &annotations["annotations"]["annotations"];
            let groups: Vec<Value> = groups.iter().map(|group| group_of(group, annotations)).collect();
            Ok((
                language.clone(),
                json!({ "names": names, "groups": groups }).to_string(),
            ))
        })
        .collect()
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// One text for each emoji: itself, its name, its keywords; a star before one that has skin tones.
fn group_of(group: &Value, annotations: &Value) -> Value {
    let emojis = group["emojis"].as_array().into_iter().flatten();
    let version = |emoji: &Value| {
        emoji["emoji_version"]
            .as_str()
            .and_then(|v| v.parse::<f64>().ok())
    };
    let shown = emojis.filter(|emoji| version(emoji).is_some_and(|version| version <= NEWEST));
    let texts = shown.map(|emoji| {
        let itself = emoji["emoji"].as_str().unwrap_or_default();
        let star = if emoji["skin_tone_support"] == true {
            "*"
        } else {
            ""
        };
        let name = name_of(itself, annotations).or_else(|| emoji["name"].as_str().map(str::to_owned));
        let name = name.unwrap_or_default();
        let words = annotations[key_of(itself)]["default"]
            .as_array()
            .into_iter()
            .flatten();
        let words = words.filter_map(Value::as_str).filter(|word| *word != name);
        let words: Vec<&str> = words.collect();
        format!("{star}{itself}|{name}|{}", words.join(" "))
    });
    Value::Array(texts.map(Value::String).collect())
}

fn key_of(emoji: &str) -> String {
    emoji.replace(VARIATION, "")
}

/// The name, of joined emoji those of their parts. Flags have none here: browsers know the names of countries.
fn name_of(emoji: &str, annotations: &Value) -> Option<String> {
    let own = |emoji: &str| annotations[key_of(emoji)]["tts"][0].as_str().map(str::to_owned);
    own(emoji).or_else(|| {
        let parts: Option<Vec<String>> = emoji.split(JOINER).map(own).collect();
        parts.map(|names| names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_languages_own_also_of_what_is_joined() {
        let annotations = json!({
            "❤": { "default": ["Herz", "Liebe", "rotes Herz"], "tts": ["rotes Herz"] },
            "👨": { "default": ["Mann"], "tts": ["Mann"] }, "🦰": { "default": ["rot"], "tts": ["rotes Haar"] },
        });
        let group = json!({ "emojis": [
            { "emoji": "❤️", "name": "red heart", "emoji_version": "0.6" },
            { "emoji": "👨‍🦰", "name": "man red hair", "emoji_version": "11.0", "skin_tone_support": true },
            { "emoji": "🏴", "name": "flag", "emoji_version": "5.0" },
            { "emoji": "x", "name": "too new", "emoji_version": "17.0" },
        ] });
        let wanted = json!(["❤️|rotes Herz|Herz Liebe", "*👨‍🦰|Mann, rotes Haar|", "🏴|flag|",]);
        assert_eq!(group_of(&group, &annotations), wanted);
    }
}
