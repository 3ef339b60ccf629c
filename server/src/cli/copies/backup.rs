//! `pocketping backup FILE`.

use super::files::{CopiedFiles, copy_files};
use super::partial::{Partial, sync_folder_of};
use super::renames::Renames;
use super::{Place, failed, files_of};
use crate::cli::database::beside;
use crate::cli::failure::Failure;
use crate::cli::options::BackupOptions;
use crate::cli::print;
use pocketping_server::files::FileKey;
use pocketping_server::storage::SqliteStorage;
use std::fs;
use std::path::Path;

const PLACING: &str = "cannot put the backup in its place";

/// Copies the database, and then its files: whatever the copy knows of was there before.
///
/// # Errors
/// When something cannot be read or written; what there was before at the backup's place is then there still.
pub(in crate::cli) fn backup(options: BackupOptions) -> Result<(), Failure> {
    let place = Place::of(options.flags, "backup")?;
    let target = options.file;
    check(&place.database, &target, options.force)?;
    let database = Partial::of(&target);
    let copied = SqliteStorage::back_up(&place.database, &database.0).map_err(failed("cannot back up"))?;
    let counts = match &place.files {
        Some(folder) => {
            let done = put(&copied.files, folder, &database, &target)?;
            let gone = match done.gone {
                0 => String::new(),
                gone => format!("\n{gone} files were deleted meanwhile"),
            };
            format!("{} files{gone}", done.copied)
        }
        None => {
            fs::rename(&database.0, &target).map_err(failed(PLACING))?;
            sync_folder_of(&target).map_err(failed(PLACING))?;
            format!("{} files stay in the bucket", copied.files.len())
        }
    };
    let (file, sessions, messages) = (target.display(), copied.sessions, copied.messages);
    let text = format!("{file}: {sessions} conversations, {messages} messages, {counts}\n");
    print(&text);
    Ok(())
}

/// Copies the files, and puts both into their places, or leaves there what was.
fn put(keys: &[FileKey], folder: &Path, database: &Partial, target: &Path) -> Result<CopiedFiles, Failure> {
    let files = files_of(target);
    let old_files = beside(&files, &format!(".{}.old", std::process::id()));
    let new_files = Partial::of(&files);
    let done = copy_files(keys, folder, &new_files.0).map_err(failed("cannot back up the files"))?;

    let placed = failed(PLACING);
    let mut renames = Renames::default();
    if files.exists() {
        renames.rename(&files, &old_files).map_err(&placed)?;
    }
    renames.rename(&new_files.0, &files).map_err(&placed)?;
    fs::rename(&database.0, target).map_err(&placed)?;
    renames.keep();
    sync_folder_of(target).map_err(&placed)?;
    if old_files.exists() {
        fs::remove_dir_all(&old_files).map_err(failed("cannot remove the files of the backup before"))?;
    }
    Ok(done)
}

fn check(database: &Path, target: &Path, force: bool) -> Result<(), Failure> {
    if !database.is_file() {
        return Err(Failure::usage(format!(
            "--database: there is no {}",
            database.display()
        )));
    }
    let shown = target.display();
    let same = |one: &Path, other: &Path| one.canonicalize().ok() == other.canonicalize().ok();
    if target.exists() && same(database, target) {
        return Err(Failure::usage(format!("{shown} is the database itself")));
    }
    if !force && (target.exists() || files_of(target).exists()) {
        return Err(Failure::usage(format!("{shown} exists; --force replaces it")));
    }
    Ok(())
}
