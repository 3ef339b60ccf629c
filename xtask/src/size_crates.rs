//! What a module's bytes go to, by crate: for `cargo xtask size --crates`.

use std::{collections::BTreeMap, ops::Range};

use anyhow::{Context, Result, bail};
use wasmparser::{Name, Parser, Payload, TypeRef};

/// Lines that are printed per list.
const SHOWN: usize = 15;

/// Characters of a function's name that are printed; those of generic ones go on for a page.
const NAME_WIDTH: usize = 110;

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
        let entry = crates.entry(crate_of(name).to_owned()).or_default();
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
        println!("{bytes:>9}  {name:.NAME_WIDTH$}");
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
        .map(|(index, body)| {
            (
                without_hashes(names.get(&index).map_or("", String::as_str)),
                body.len(),
            )
        })
        .collect();
    Ok((functions, data))
}

/// The first crate that a function's name has: whose code it is, whatever it was made for.
fn crate_of(name: &str) -> &str {
    name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .filter(|word| !word.starts_with(':'))
        .find_map(|path| path.split_once("::"))
        .map_or("(no crate)", |(krate, _)| krate)
}

/// A name without the hashes that rustc puts behind crates: `core[0123abcd]::ptr` is `core::ptr`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, after)) if hash.len() >= 8 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
                rest = after
            }
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_counts_for_the_crate_whose_code_it_is() {
        assert_eq!(
            crate_of("core::ptr::drop_in_place<pocketping_core::model::Message>"),
            "core"
        );
        assert_eq!(
            crate_of("<pocketping_core::model::Message as pocketping_core::value::Wire>::read"),
            "pocketping_core"
        );
        assert_eq!(
            crate_of("<&mut tachys::html::Element<A> as tachys::view::Render>::build"),
            "tachys"
        );
        assert_eq!(crate_of("__wbindgen_malloc"), "(no crate)");
    }

    #[test]
    fn hashes_go_and_slices_stay() {
        assert_eq!(
            without_hashes("<core[5930c85a12de822a]::a::B<[u8]>>::c"),
            "<core::a::B<[u8]>>::c"
        );
        assert_eq!(without_hashes("a[0123"), "a[0123");
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
