//! Takes away what our pages do not use of a module and its glue: dependencies export classes (`server_fn` its
//! streams) that nobody constructs here, and wasm-bindgen keeps whatever is exported.

use anyhow::{Context, Result, bail};
use walrus::{Module, passes};

/// A module and its glue (as wasm-bindgen wrote it, not minified).
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: String,
}

impl Bound {
    /// The same without exported classes, and without whatever only they need. Ours are functions.
    ///
    /// # Errors
    /// When the module cannot be read, or its glue needs a class.
    pub(crate) fn without_unused(self) -> Result<Self> {
        let mut module = Module::from_buffer(&self.wasm).context("what wasm-bindgen wrote")?;
        let mut glue = without_classes(&self.glue)?;
        loop {
            let before = (module.exports.iter().count(), glue.len());
            let unused: Vec<_> = module
                .exports
                .iter()
                .filter(|export| !is_read(&glue, &export.name))
                .map(|export| export.id())
                .collect();
            unused.into_iter().for_each(|id| module.exports.delete(id));
            passes::gc::run(&mut module);
            let names: Vec<String> = module.imports.iter().map(|import| import.name.clone()).collect();
            glue = without_imports(&glue, |name| names.iter().any(|known| known == name));
            glue = without_functions(&glue);
            if before == (module.exports.iter().count(), glue.len()) {
                break;
            }
        }
        Ok(Self {
            wasm: module.emit_wasm(),
            glue,
        })
    }
}

/// Whether the glue reads this export of the module.
fn is_read(glue: &str, export: &str) -> bool {
    mentions(glue, export).any(|before| before.ends_with("wasm."))
}

/// What stands before each mention of a name.
fn mentions<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(name).filter_map(move |(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let is_whole = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
        is_whole.then_some(before)
    })
}

/// Without `export class X {…}` and `const XFinalization = …;`.
///
/// # Errors
/// When something else mentions such a class.
fn without_classes(glue: &str) -> Result<String> {
    let mut classes = Vec::new();
    for line in glue.lines() {
        if let Some(name) = line
            .strip_prefix("export class ")
            .and_then(|rest| rest.split(' ').next())
        {
            classes.push(name);
        }
    }
    let glue = without_blocks(glue, |line| line.starts_with("export class "), |line| line == "}");
    let is_finalization = |line: &str| {
        let mut names = classes.iter();
        names.any(|class| line.starts_with(&format!("const {class}Finalization = ")))
    };
    let glue = without_blocks(&glue, is_finalization, |line| line.ends_with(';'));
    let is_disposal = |line: &str| {
        let mut names = classes.iter();
        names.any(|class| line.starts_with(&format!("if (Symbol.dispose) {class}.")))
    };
    let glue = without_blocks(&glue, is_disposal, |_| true);
    match classes
        .iter()
        .find(|class| mentions(&glue, class).next().is_some())
    {
        Some(class) => bail!("the glue needs the class {class}, which is thought to be unused"),
        None => Ok(glue),
    }
}

/// Without members of the imports that the module does not import.
fn without_imports(glue: &str, is_imported: impl Fn(&str) -> bool) -> String {
    // Members stand eight spaces in, as do their ends: `},` or `}, arguments); },`.
    let member = |line: &'_ str| line.strip_prefix("        ").map(str::to_owned);
    let is_unused = |line: &str| {
        let member = member(line).unwrap_or_default();
        let name = member.split_once(": function(").map(|(name, _)| name);
        name.is_some_and(|name| !name.starts_with(' ') && !is_imported(name))
    };
    let ends = |line: &str| member(line).is_some_and(|end| end.starts_with('}') && end.ends_with("},"));
    without_blocks(glue, is_unused, ends)
}

/// Without functions that nothing else mentions.
fn without_functions(glue: &str) -> String {
    let is_unused = |line: &str| {
        let function = line
            .strip_prefix("function ")
            .and_then(|rest| rest.split_once('('));
        function.is_some_and(|(name, _)| {
            !mentions(glue, name).any(|before| !before.ends_with("function ") && !before.ends_with("wasm."))
        })
    };
    without_blocks(glue, is_unused, |line| line == "}")
}

/// Without blocks of lines: from one that `begins` it to the first that `ends` it.
fn without_blocks(text: &str, begins: impl Fn(&str) -> bool, ends: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut within = false;
    for line in text.lines() {
        within |= begins(line);
        if !within {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= !ends(line);
    }
    kept
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "\
export class Sink {
    write() {
        wasm.sink_write(this);
    }
}
if (Symbol.dispose) Sink.prototype[Symbol.dispose] = Sink.prototype.free;
export function start() {
    return helper(wasm.start());
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_log_1: function(arg0) {
            console.log(arg0);
        },
        __wbg_new_1: function(arg0) {
            return invoke_1(arg0);
        },
        __wbg_cast_1: function() { return wrap(function() {
            go();
        }, arguments); },
    };
    return { \"./x_bg.js\": import0 };
}
function invoke_1(arg0) {
    wasm.invoke_1(arg0);
}
function helper(x) {
    return x;
}
const SinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.sink_free(ptr, 1));
__wbg_get_imports();
";

    #[test]
    fn classes_go_with_their_finalization() {
        let glue = without_classes(GLUE).unwrap();
        assert!(!glue.contains("Sink") && !glue.contains("sink_"));
        assert!(glue.contains("wasm.start()") && glue.ends_with("__wbg_get_imports();\n"));
    }

    #[test]
    fn a_class_that_is_needed_is_an_error() {
        assert!(without_classes(&format!("{GLUE}new Sink();\n")).is_err());
    }

    #[test]
    fn what_only_an_unused_import_needs_goes_with_it() {
        let glue = without_imports(GLUE, |name| name == "__wbg_log_1");
        assert!(glue.contains("__wbg_log_1") && !glue.contains("__wbg_new_1"));
        assert!(is_read(&glue, "invoke_1"));
        let glue = without_functions(&glue);
        assert!(!is_read(&glue, "invoke_1"));
        assert!(glue.contains("function helper(x)") && glue.contains("function __wbg_get_imports()"));
    }

    #[test]
    fn an_import_that_is_kept_stays_whole() {
        let glue = without_imports(GLUE, |name| name == "__wbg_cast_1");
        assert!(glue.contains("go();\n        }, arguments); },\n    };"));
        let glue = without_imports(GLUE, |name| name == "__wbg_log_1");
        assert!(!glue.contains("go()") && glue.contains("        },\n    };"));
    }

    #[test]
    fn a_name_within_another_is_not_meant() {
        assert!(is_read("wasm.start_1()", "start_1"));
        assert!(!is_read("wasm.start_1()", "start"));
        assert!(!is_read("start()", "start"));
    }
}
