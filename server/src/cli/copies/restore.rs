//! `pocketping restore FILE`.

use super::files::copy_files;
use super::partial::{Partial, sync_folder_of};
use super::renames::Renames;
use super::{Place, failed, files_of};
use crate::cli::database::beside;
use crate::cli::failure::Failure;
use crate::cli::options::RestoreOptions;
use crate::cli::print;
use pocketping_server::storage::{OperatorRecord, SqliteStorage};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Puts a backup in the place of the database and its files, which are kept aside.
///
/// # Errors
/// When a server has the database open, or something cannot be read or written; all is then as it was.
pub(in crate::cli) fn restore(options: RestoreOptions) -> Result<(), Failure> {
    let place = Place::of(options.flags, "restore")?;
    let backup = options.file;
    if !backup.is_file() {
        return Err(Failure::usage(format!("there is no {}", backup.display())));
    }
    let claimed = SqliteStorage::claim(&place.database).map_err(failed("cannot restore"))?;
    let database = Partial::of(&place.database);
    let copied = claimed
        .copy_backup(&backup, &database.0)
        .map_err(failed("cannot restore"))?;
    let readmitted = claimed.readmits(&database.0).map_err(failed("cannot restore"))?;
    let (new_files, counts) = match &place.files {
        Some(folder) => {
            let files = Partial::of(folder);
            let done = copy_files(&copied.files, &files_of(&backup), &files.0)
                .map_err(failed("cannot restore the files"))?;
            let gone = match done.gone {
                0 => String::new(),
                gone => format!("\n{gone} files are not in the backup"),
            };
            (Some(files), format!("{} files{gone}", done.copied))
        }
        None => (
            None,
            format!("{} files are looked for in the bucket", copied.files.len()),
        ),
    };

    if place.database.exists()
        && let Err(error) = claimed.settle()
    {
        // A damaged file is kept with its log as it is.
        eprintln!("pocketping: what is replaced cannot be read: {error}");
    }
    let new_files = new_files.as_ref().map(|files| files.0.as_path());
    let aside = swap(&place, &database.0, new_files).map_err(failed("cannot put the backup in place"))?;
    let (sessions, messages) = (copied.sessions, copied.messages);
    let mut text = format!(
        "{}: {sessions} conversations, {messages} messages, {counts}\n",
        place.database.display()
    );
    for kept in aside {
        text.push_str(&format!("what was there before is in {}\n", kept.display()));
    }
    text.push_str(&notice(&readmitted));
    print(&text);
    Ok(())
}

/// Who is let in again, which nobody may want: who was removed after the backup, whose token had to be replaced.
fn notice(readmitted: &[OperatorRecord]) -> String {
    if readmitted.is_empty() {
        return String::new();
    }
    let names: Vec<_> = readmitted
        .iter()
        .map(|operator| format!("{} ({})", operator.name, operator.id))
        .collect();
    format!(
        "who can sign in again, with the token of then: {}; `pocketping operator remove ID` and `pocketping operator \
         token ID` end that\n",
        names.join(", ")
    )
}

/// Moves the old aside and the new into its place; gives where the old is.
fn swap(place: &Place, new_database: &Path, new_files: Option<&Path>) -> io::Result<Vec<PathBuf>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ending = format!(".before-restore-{}", now.as_secs());
    let folder = beside(&place.database, &ending);
    let within = |path: &Path| folder.join(path.file_name().unwrap_or_default());
    let mut kept = Vec::new();
    let mut renames = Renames::default();
    if place.database.exists() {
        fs::create_dir(&folder)?;
        // The log first: it must never lie beside another database.
        for log in ["-wal", "-shm"].map(|log| beside(&place.database, log)) {
            if log.exists() {
                renames.rename(&log, &within(&log))?;
            }
        }
        kept.push(folder.clone());
    }
    if let (Some(files), Some(new_files)) = (&place.files, new_files) {
        if files.exists() {
            let with_database = folder.exists() && files.parent() == place.database.parent();
            let aside = match with_database {
                true => within(files),
                false => beside(files, &ending),
            };
            renames.rename(files, &aside)?;
            if !with_database {
                kept.push(aside);
            }
        }
        renames.rename(new_files, files)?;
    }
    let aside = within(&place.database);
    // A second name and not another one: at no moment there is no database.
    if place.database.exists() && fs::hard_link(&place.database, &aside).is_err() {
        fs::copy(&place.database, &aside)?;
    }
    if let Err(error) = fs::rename(new_database, &place.database) {
        // Two names of one database would let two servers open it.
        fs::remove_file(&aside)?;
        return Err(error);
    }
    renames.keep();
    if let Some(files) = &place.files {
        sync_folder_of(files)?;
    }
    sync_folder_of(&place.database)?;
    Ok(kept)
}
