//! The order of a module's functions. Brotli makes less of what stands near to something alike, and rustc's order is
//! that of the crates: so here each function comes after those that it has most in common with.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result};
use wasm_encoder::{NameMap, NameSection, Section as _};
use wasmparser::{Parser, Payload, TypeRef};

/// What makes wasm-opt put functions into the order of their names, forget those, and write as compactly as after
/// optimising. Alignments are hints that no browser heeds, and without them instructions are more alike.
pub(crate) const OPT_FLAGS: [&str; 7] = [
    "--reorder-functions-by-name",
    "--strip-debug",
    "--dealign",
    "--optimize-level=2",
    "--shrink-level=2",
    "--generate-stack-ir",
    "--optimize-stack-ir",
];

/// Functions are compared by how many sequences of this many bytes they share.
const SEQUENCE_BYTES: usize = 4;
/// A sequence that is in more functions than this says nothing about any of them.
const COMMON: usize = 1_000;
/// Long functions share something with all others: what is shared is divided by the length to this power.
const LENGTH_POWER: f64 = 1.1;
/// Added to lengths, so that the shortest functions do not win by chance.
const LENGTH_LEAST: f64 = 20.0;
/// What the functions before the last one count, each against the one after it: which is best differs from module to module
/// by 0.1 to 0.3 KB, so all are tried.
pub(crate) const FADINGS: [f64; 4] = [0.5, 0.6, 0.7, 0.8];

/// A module without names, with names that sort as its functions should stand, with one of [`FADINGS`].
///
/// # Errors
/// When it is no module.
pub(crate) fn with_names(module: &[u8], fading: f64) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("not a WASM module")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&module[body.range()]),
            _ => {}
        }
    }
    let mut places = vec![0; bodies.len()];
    for (place, function) in chain(&bodies, fading).into_iter().enumerate() {
        places[function] = place;
    }
    let mut names = NameMap::new();
    for (index, place) in (imported..).zip(places) {
        names.append(index, &format!("{place:06}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut named = module.to_vec();
    section.append_to(&mut named);
    Ok(named)
}

/// All functions, by their numbers: the longest first, then each time the one that is left and most like the last ones.
fn chain(bodies: &[&[u8]], fading: f64) -> Vec<usize> {
    let sequences: Vec<Vec<&[u8]>> = bodies.iter().map(|body| sequences_of(body)).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, sequences) in sequences.iter().enumerate() {
        for sequence in sequences {
            holders.entry(sequence).or_default().push(function);
        }
    }
    holders.retain(|_, functions| (2..=COMMON).contains(&functions.len()));

    let mut left: Vec<bool> = vec![true; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut shared = vec![0.0; bodies.len()];
    let mut next = (0..bodies.len()).max_by_key(|&function| bodies[function].len());
    while let Some(function) = next {
        left[function] = false;
        order.push(function);
        for before in &mut shared {
            *before *= fading;
        }
        for functions in sequences[function]
            .iter()
            .filter_map(|sequence| holders.get(sequence))
        {
            // What few have says most.
            let weight = 1.0 / (1.0 + functions.len() as f64).log2();
            for &other in functions {
                shared[other] += weight;
            }
        }
        let likeness = |other: usize| {
            let length = sequences[other].len() as f64 + LENGTH_LEAST;
            shared[other] / length.powf(LENGTH_POWER)
        };
        // Of equals the first.
        let others = (0..bodies.len()).rev().filter(|&other| left[other]);
        next = others.max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
    }
    order
}

/// The different sequences of a function, sorted, so that sums come out the same each time.
fn sequences_of(body: &[u8]) -> Vec<&[u8]> {
    let different: HashSet<&[u8]> = body.windows(SEQUENCE_BYTES).collect();
    let mut sequences: Vec<_> = different.into_iter().collect();
    sequences.sort_unstable();
    sequences
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{KnownCustom, Name};

    #[test]
    fn each_function_comes_after_the_one_most_like_it() {
        let bodies: [&[u8]; 5] = [
            b"open the door",
            b"a quite different and long function",
            b"open the window",
            b"a quite different and short one",
            b"open the window again",
        ];
        assert_eq!(chain(&bodies, 0.7), [1, 3, 0, 2, 4]);
    }

    #[test]
    fn every_function_has_its_own_place_also_when_they_are_the_same() {
        let bodies: [&[u8]; 400] = [b"same body"; 400];
        let mut order = chain(&bodies, 0.7);
        assert_eq!(order, chain(&bodies, 0.7));
        order.sort_unstable();
        assert_eq!(order, (0..400).collect::<Vec<_>>());
        assert!(chain(&[], 0.7).is_empty());
    }

    #[test]
    fn names_are_those_of_the_functions_behind_the_imports() {
        // Imports one function, and has two that do nothing.
        let module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01m\x01f\0\0\x03\x03\x02\0\0\x0a\x07\x02\x02\0\x0b\x02\0\x0b";
        let named = with_names(module, 0.7).unwrap();
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(&named) {
            let Payload::CustomSection(section) = payload.unwrap() else {
                continue;
            };
            let KnownCustom::Name(names) = section.as_known() else {
                continue;
            };
            for name in names {
                if let Name::Function(functions) = name.unwrap() {
                    found.extend(functions.into_iter().map(|naming| naming.unwrap().index));
                }
            }
        }
        assert_eq!(found, [1, 2]);
        assert!(with_names(b"no module", 0.7).is_err());
    }
}
