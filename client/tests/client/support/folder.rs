//! A folder that goes with the test.

use std::path::PathBuf;

pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new, empty one; `name` is the test's.
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pocketping-client-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind does no harm.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
