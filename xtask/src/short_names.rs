//! Short names between module and glue: wasm-opt renames imports and exports, the glue follows.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The flag that makes wasm-opt rename, and print what it renamed as JSON.
pub(crate) const OPT_FLAG: &str = "--minify-imports-and-exports-and-modules";

/// What wasm-opt calls the one module that everything is imported from.
const MODULE: &str = "a";

/// wasm-opt's new names.
pub(crate) struct ShortNames {
    /// The module of the glue's own functions.
    module: String,
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
    /// What comes from JavaScript modules of ours as it is, with no glue in between.
    direct: Vec<Direct>,
}

struct Direct {
    module: String,
    name: String,
    short: String,
}

impl ShortNames {
    /// Reads what wasm-opt printed.
    ///
    /// # Errors
    /// When it is of another form, or of the glue of several modules.
    pub(crate) fn parse(printed: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(printed).context("wasm-opt's list of names")?;
        let rows = |key: &str| -> Result<Vec<Vec<String>>> {
            serde_json::from_value(value[key].clone()).with_context(|| format!("wasm-opt's list of {key}"))
        };
        let mut names = Self {
            module: String::new(),
            imports: HashMap::new(),
            exports: HashMap::new(),
            direct: Vec::new(),
        };
        for row in rows("imports")? {
            let [module, name, short] = row.as_slice() else {
                bail!("wasm-opt lists an import as {row:?}");
            };
            if !module.ends_with("_bg.js") {
                names.direct.push(Direct {
                    module: module.clone(),
                    name: name.clone(),
                    short: short.clone(),
                });
                continue;
            }
            if !names.module.is_empty() && names.module != *module {
                bail!("imports come from {} and {module}", names.module);
            }
            names.module.clone_from(module);
            names.imports.insert(name.clone(), short.clone());
        }
        for row in rows("exports")? {
            let [name, short] = row.as_slice() else {
                bail!("wasm-opt lists an export as {row:?}");
            };
            names.exports.insert(name.clone(), short.clone());
        }
        Ok(names)
    }

    /// The glue (as wasm-bindgen wrote it, not minified) with the new names: what is read from `wasm.` is an export,
    /// any other mention of an import's name is its key in the imports.
    ///
    /// # Errors
    /// When the glue does not name the module that is imported from.
    pub(crate) fn apply(&self, glue: &str) -> Result<String> {
        let mut renamed = String::with_capacity(glue.len());
        let mut rest = glue;
        while let Some(start) = rest.find(is_of_name) {
            renamed.push_str(&rest[..start]);
            rest = &rest[start..];
            let end = rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len());
            let name = &rest[..end];
            let short = if renamed.ends_with("wasm.") {
                self.exports.get(name)
            } else {
                self.imports.get(name)
            };
            renamed.push_str(short.map_or(name, String::as_str));
            rest = &rest[end..];
        }
        renamed.push_str(rest);
        self.in_one_module(&renamed)
    }

    /// The glue with everything in the one module that wasm-opt's output imports from.
    fn in_one_module(&self, glue: &str) -> Result<String> {
        // The glue hands over `{ "./x_bg.js": import0, "./snippets/y.js": import1, … }`.
        let mut rest = glue.to_owned();
        let mut variables = HashMap::new();
        for Direct { module, .. } in &self.direct {
            let before = format!("\"{module}\": ");
            while let Some(start) = rest.find(&before) {
                let value = start + before.len();
                let length = rest[value..]
                    .find(|letter| !is_of_name(letter))
                    .context("the glue ends within its imports")?;
                variables.insert(module.as_str(), rest[value..value + length].to_owned());
                // With the comma.
                rest.replace_range(start..=value + length, "");
            }
        }
        let mut members = String::from("...import0");
        for Direct { module, name, short } in &self.direct {
            let variable = variables
                .get(module.as_str())
                .with_context(|| format!("the glue does not import {module}"))?;
            members.push_str(&format!(", {short}: {variable}.{name}"));
        }
        let own = format!("\"{}\": import0", self.module);
        if !rest.contains(&own) {
            bail!("the glue does not name the module {}", self.module);
        }
        let all = if self.direct.is_empty() {
            "import0".to_owned()
        } else {
            format!("{{ {members} }}")
        };
        Ok(rest.replace(&own, &format!("\"{MODULE}\": {all}")))
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
        "imports": [["./x_bg.js", "__wbg_text_52", "$a"], ["./x_bg.js", "__wbg_text_5", "b"]],
        "exports": [["start", "Id"], ["memory", "m"], ["invoke_1", "c"], ["invoke_1_18", "d"]]
    }"#;

    #[test]
    fn whole_names_are_replaced_where_module_and_glue_meet() {
        let glue = r#"export function start() { wasm.start(); wasm.invoke_1(wasm.invoke_1_18); return wasm.memory.buffer; }
            const import0 = { __wbg_text_52: function() { start(); }, __wbg_text_5: f };
            return { __proto__: null, "./x_bg.js": import0 };"#;
        let renamed = ShortNames::parse(PRINTED).unwrap().apply(glue).unwrap();
        assert_eq!(
            renamed,
            r#"export function start() { wasm.Id(); wasm.c(wasm.d); return wasm.m.buffer; }
            const import0 = { $a: function() { start(); }, b: f };
            return { __proto__: null, "a": import0 };"#
        );
    }

    #[test]
    fn what_comes_from_modules_of_ours_goes_with_the_rest() {
        let printed = PRINTED.replace(
            r#"[["./x_bg.js", "__wbg_text_52", "$a"],"#,
            r#"[["./snippets/y.js", "text", "$a"], ["./snippets/y.js", "f", "e"],"#,
        );
        let glue = r#"import * as import1 from "./snippets/y.js"
            import * as import2 from "./snippets/y.js"
            const import0 = { __wbg_text_5: text };
            return { "./x_bg.js": import0, "./snippets/y.js": import1, "./snippets/y.js": import2, };"#;
        let renamed = ShortNames::parse(&printed).unwrap().apply(glue).unwrap();
        assert_eq!(
            renamed,
            r#"import * as import1 from "./snippets/y.js"
            import * as import2 from "./snippets/y.js"
            const import0 = { b: text };
            return { "a": { ...import0, $a: import2.text, e: import2.f },   };"#
        );
    }

    #[test]
    fn glue_of_another_module_is_refused() {
        assert!(ShortNames::parse(PRINTED).unwrap().apply("const x = 1;").is_err());
        let two = PRINTED.replacen("./x_bg.js", "./y_bg.js", 1);
        assert!(ShortNames::parse(&two).is_err());
    }
}
