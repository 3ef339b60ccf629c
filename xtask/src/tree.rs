//! Folders as wholes: copying, comparing, replacing.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Copies a folder with everything in it.
///
/// # Errors
/// When something cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(&file);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        let source = from.join(&file);
        fs::copy(&source, &target).with_context(|| source.display().to_string())?;
    }
    Ok(())
}

/// Replaces the folder `old` by `new`. Nothing is touched when both hold the same; otherwise files that did not
/// change keep their time: cargo compiles again whatever embeds a newer file.
///
/// # Errors
/// When something cannot be read or renamed.
pub(crate) fn put_in_place(new: &Path, old: &Path) -> Result<()> {
    let new_files = files(new)?;
    let mut same = 0;
    if old.exists() {
        for file in &new_files {
            let (from, to) = (old.join(file), new.join(file));
            if from.is_file() && read(&from)? == read(&to)? {
                same += 1;
                let time = fs::metadata(&from)?.modified()?;
                File::options().append(true).open(&to)?.set_modified(time)?;
            }
        }
        if same == new_files.len() && files(old)?.len() == same {
            return fs::remove_dir_all(new).with_context(|| new.display().to_string());
        }
        let away = old.with_extension("old");
        if away.exists() {
            fs::remove_dir_all(&away).with_context(|| away.display().to_string())?;
        }
        fs::rename(old, &away).with_context(|| old.display().to_string())?;
        fs::rename(new, old).with_context(|| new.display().to_string())?;
        return fs::remove_dir_all(&away).with_context(|| away.display().to_string());
    }
    fs::rename(new, old).with_context(|| new.display().to_string())
}

/// All files below a folder, as paths relative to it, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(inner) = open.pop() {
        let path = folder.join(&inner);
        for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
            let entry = entry?;
            let relative = inner.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(relative);
            } else {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("pocketping-tree-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn fill(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn age(path: &Path) -> SystemTime {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        File::options()
            .append(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
        time
    }

    #[test]
    fn unchanged_files_keep_their_time_and_gone_ones_go() {
        let root = scratch("swap");
        let (old, new) = (root.join("dist"), root.join("dist.new"));
        fill(&old, &[("a/same", "1"), ("gone", "2")]);
        fill(&new, &[("a/same", "1"), ("b/added", "3")]);
        let time = age(&old.join("a/same"));
        put_in_place(&new, &old).unwrap();
        assert_eq!(
            files(&old).unwrap(),
            [PathBuf::from("a/same"), PathBuf::from("b/added")]
        );
        assert_eq!(
            fs::metadata(old.join("a/same")).unwrap().modified().unwrap(),
            time
        );
        assert_eq!(
            fs::read_dir(&root).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn an_equal_folder_is_left_alone() {
        let root = scratch("equal");
        let (old, new) = (root.join("dist"), root.join("dist.new"));
        fill(&old, &[("a", "1")]);
        fill(&new, &[("a", "1")]);
        let time = age(&old.join("a"));
        put_in_place(&new, &old).unwrap();
        assert_eq!(fs::metadata(old.join("a")).unwrap().modified().unwrap(), time);
        assert!(!new.exists());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_first_time_there_is_nothing_to_replace() {
        let root = scratch("first");
        fill(&root.join("dist.new"), &[("a", "1")]);
        put_in_place(&root.join("dist.new"), &root.join("dist")).unwrap();
        assert_eq!(files(&root.join("dist")).unwrap(), [PathBuf::from("a")]);
        fs::remove_dir_all(root).unwrap();
    }
}
