//! [`Renames`]: several at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Renames that are undone together when one of them, or what belongs to them, fails.
#[derive(Default)]
pub(super) struct Renames(Vec<(PathBuf, PathBuf)>);

impl Renames {
    /// Gives something another name.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        self.0.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    /// All has succeeded.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Renames {
    fn drop(&mut self) {
        for (from, to) in self.0.drain(..).rev() {
            if let Err(error) = fs::rename(&to, &from) {
                let (from, to) = (from.display(), to.display());
                eprintln!("pocketping: {from} is in {to} and cannot be put back: {error}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_undone() {
        let folder = std::env::temp_dir().join(format!("pocketping-renames-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (old, new, aside) = (folder.join("old"), folder.join("new"), folder.join("aside"));
        fs::write(&old, "old").unwrap();
        fs::write(&new, "new").unwrap();
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let swap = || {
            let mut renames = Renames::default();
            renames.rename(&old, &aside).unwrap();
            renames.rename(&new, &old).unwrap();
            renames
        };
        let renames = swap();
        assert_eq!((read(&old), read(&aside)), ("new".to_owned(), "old".to_owned()));
        drop(renames);
        assert_eq!((read(&old), read(&new)), ("old".to_owned(), "new".to_owned()));
        swap().keep();
        assert_eq!((read(&old), read(&aside)), ("new".to_owned(), "old".to_owned()));
        fs::remove_dir_all(folder).unwrap();
    }
}
