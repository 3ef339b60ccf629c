//! The README's program is the one that is tested.

#[test]
fn the_readme_shows_the_axum_example() {
    let (_, program) = include_str!("../../axum.rs").split_once("\n\n").unwrap();
    let shown = include_str!("../../../README.md");
    assert!(
        shown.contains(&format!("```rust\n{program}```")),
        "README.md should have:\n{program}"
    );
}
