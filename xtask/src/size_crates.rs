//! What a module's bytes go to, by crate: for `cargo xtask size --crates`.

use std::{collections::BTreeMap, ops::Range};

use anyhow::{Context, Result, bail};
use wasmparser::{Name, Parser, Payload, TypeRef};

/// Lines that are printed per list.
const SHOWN: usize = 15;

/// A function of a module: its name and its bytes.
type Function = (String, usize);

/// Prints the crates of a module that has names, and its largest functions. Raw bytes: brotli makes about a third
/// of them, but not of each kind alike.
///
/// # Errors
/// When the module cannot be read or has no names.
pub(crate) fn print(module: &[u8]) -> Result<()> {
    let (mut functions, data) = read(module)?;
    functions.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));

    let mut crates: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (name, bytes) in &functions {
        let entry = crates.entry(crate_of(name)).or_default();
        entry.0 += bytes;
        entry.1 += 1;
    }
    crates.insert("(data)".to_owned(), (data, 1));
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));

    println!("\n{:>9}  {:>9}  crate", "bytes", "functions");
    for (name, (bytes, count)) in crates.iter().take(SHOWN) {
        println!("{bytes:>9}  {count:>9}  {name}");
    }
    println!("\n{:>9}  function", "bytes");
    for (name, bytes) in functions.iter().take(SHOWN) {
        println!("{bytes:>9}  {name}");
    }
    Ok(())
}

/// The functions, and the bytes of the data section.
fn read(module: &[u8]) -> Result<(Vec<Function>, usize)> {
    let (mut imported, mut bodies, mut data) = (0, Vec::<Range<usize>>::new(), 0);
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("not a WASM module")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::DataSection(section) => data = section.range().len(),
            Payload::CustomSection(section) => {
                if let wasmparser::KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index, naming.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        bail!("the module has no function names");
    }
    let functions = (imported..)
        .zip(bodies)
        .map(|(index, body)| (names.remove(&index).unwrap_or_default(), body.len()))
        .collect();
    Ok((functions, data))
}

/// The crate that a function is there for: one of ours if its name has one, else the first that it names.
fn crate_of(name: &str) -> String {
    let mut paths = name
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .filter(|word| word.contains("::") && !word.starts_with(':'))
        .filter_map(|path| path.split("::").next());
    let first = paths.clone().next();
    let ours = paths.find(|krate| krate.starts_with("pocketping_"));
    ours.or(first).unwrap_or("(no crate)").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_counts_for_our_crate_when_it_exists_for_one() {
        assert_eq!(
            crate_of("core::ptr::drop_in_place<pocketping_core::model::Message>"),
            "pocketping_core"
        );
        assert_eq!(
            crate_of("<alloc::vec::Vec<T> as pocketping_core::value::Wire>::read::h1"),
            "pocketping_core"
        );
        assert_eq!(
            crate_of("<tachys::html::Element<A> as tachys::view::Render>::build::h2"),
            "tachys"
        );
        assert_eq!(
            crate_of("reactive_graph::effect::effect::Effect<S>::new"),
            "reactive_graph"
        );
        assert_eq!(crate_of("__wbindgen_malloc"), "(no crate)");
    }

    #[test]
    fn functions_are_named_past_the_imports() {
        // (import "e" "f" (func)) (func $a::b nop) with the name section { 0: "imported", 1: "a::b" }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(b"\x01\x04\x01\x60\0\0");
        module.extend(b"\x02\x07\x01\x01e\x01f\0\0");
        module.extend(b"\x03\x02\x01\0");
        module.extend(b"\x0a\x05\x01\x03\0\x01\x0b");
        module.extend(b"\0\x18\x04name\x01\x11\x02\0\x08imported\x01\x04a::b");
        let (functions, data) = read(&module).unwrap();
        assert_eq!(functions, [("a::b".to_owned(), 3)]);
        assert_eq!(data, 0);
    }

    #[test]
    fn a_module_without_names_is_refused() {
        assert!(read(b"\0asm\x01\0\0\0").is_err());
    }
}
