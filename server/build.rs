//! Makes sure that `dist/` is there, so that cargo can watch it: a folder that is missing would count as changed
//! on every build. What is missing in it is missing in the binary, whose start page says so.

fn main() {
    let dist = std::path::Path::new("../dist");
    println!("cargo:rerun-if-changed=build.rs");
    if !dist.exists() && std::fs::create_dir(dist).is_err() {
        // A source tree that is read-only, or has no workspace around it: built without the files.
        return;
    }
    println!("cargo:rerun-if-changed=../dist");
}
