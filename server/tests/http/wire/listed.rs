//! Nothing recorded is left out, and nothing that differs goes unsaid.

use super::differences::{ABSENT, DIFFERENCES, OTHER};
use std::path::Path;

/// Where recorded files are played.
const PLAYERS: [&str; 6] = [
    include_str!("mod.rs"),
    include_str!("../webhooks.rs"),
    include_str!("../../../src/filter/bot.rs"),
    include_str!("../../../src/service/tests/webhook_bodies.rs"),
    include_str!("../../../../core/tests/wire_vectors.rs"),
    include_str!("../../../../core/tests/ua_vectors.rs"),
];

const COMPATIBILITY: &str = include_str!("../../../../docs/compatibility.md");

#[test]
fn every_recorded_file_is_played_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let included = format!("tests/vectors/{name}\"");
        let played = PLAYERS.iter().any(|player| player.contains(&included));
        assert!(played, "no test plays {name}");
        files += 1;
    }
    assert!(files >= 19);
}

#[test]
fn every_difference_is_in_the_documentation() {
    let items = DIFFERENCES
        .iter()
        .map(|(file, item, ..)| format!("`{file}/{item}`"));
    let fields = ABSENT.iter().chain(OTHER).map(|(path, _)| format!("`{path}`"));
    let missing: Vec<_> = items
        .chain(fields)
        .filter(|name| !COMPATIBILITY.contains(name))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/compatibility.md does not have {missing:#?}"
    );
}
