//! A disk that keeps what was synced, and of the rest nothing or by lot.

use crate::lots::Lots;
use crate::trace::Step;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What a disk does with writes that nobody has waited for, when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsynced {
    /// None of them has reached it.
    Lost,
    /// Some have, in any order, and of some only the first sectors.
    ByLot(u64),
}

/// Sectors are written whole or not at all.
const SECTOR: usize = 512;

/// The files below one folder, as programs see them and as they are on the disk.
///
/// Syncing a file also keeps the name under which it was made, as journaling file systems do; any other change of names
/// is kept by syncing the folder.
pub(crate) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// What is open, by its number.
    open: HashMap<i64, Open>,
    names: BTreeMap<PathBuf, usize>,
    kept_names: BTreeMap<PathBuf, usize>,
}

#[derive(Default)]
struct File {
    kept: Vec<u8>,
    waiting: Vec<Change>,
    syncs: usize,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

enum Open {
    File { file: usize, place: usize },
    Folder(PathBuf),
}

impl Disk {
    pub(crate) fn new(root: &Path) -> Self {
        Disk {
            root: root.to_owned(),
            files: Vec::new(),
            open: HashMap::new(),
            names: BTreeMap::new(),
            kept_names: BTreeMap::new(),
        }
    }

    /// Does what a program asked for; gives the bytes back when they are for the network.
    pub(crate) fn take<'s>(&mut self, step: &'s Step) -> Option<&'s [u8]> {
        match step {
            Step::Open { fd, path, truncate } => self.open(*fd, path, *truncate),
            Step::Close { fd } => drop(self.open.remove(fd)),
            Step::Write { fd, place, bytes } => {
                let Some(Open::File { file, place: next }) = self.open.get_mut(fd) else {
                    return Some(bytes);
                };
                let at = place.unwrap_or(*next);
                *next = at + bytes.len();
                self.files[*file].waiting.push(Change::Write(at, bytes.clone()));
            }
            Step::Truncate { fd, length } => {
                if let Some(Open::File { file, .. }) = self.open.get(fd) {
                    self.files[*file].waiting.push(Change::Truncate(*length));
                }
            }
            Step::Sync { fd } => self.sync(*fd),
            Step::Unlink { path } => drop(self.names.remove(path)),
            Step::Rename { from, to } => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                }
            }
        }
        None
    }

    fn open(&mut self, fd: i64, path: &Path, truncate: bool) {
        if !path.starts_with(&self.root) {
            return;
        }
        if path.is_dir() {
            self.open.insert(fd, Open::Folder(path.to_owned()));
            return;
        }
        let file = *self.names.entry(path.to_owned()).or_insert_with(|| {
            self.files.push(File::default());
            self.files.len() - 1
        });
        if truncate {
            self.files[file].waiting.push(Change::Truncate(0));
        }
        self.open.insert(fd, Open::File { file, place: 0 });
    }

    fn sync(&mut self, fd: i64) {
        match self.open.get(&fd) {
            None => {}
            Some(Open::File { file, .. }) => {
                let number = *file;
                let file = &mut self.files[number];
                file.syncs += 1;
                let waiting = std::mem::take(&mut file.waiting);
                waiting.iter().for_each(|change| change.apply(&mut file.kept));
                if !self.kept_names.values().any(|kept| *kept == number) {
                    let names = self.names.iter().filter(|(_, file)| **file == number);
                    self.kept_names
                        .extend(names.map(|(name, file)| (name.clone(), *file)));
                }
            }
            Some(Open::Folder(folder)) => {
                let inside = |name: &PathBuf| name.parent() == Some(folder);
                self.kept_names.retain(|name, _| !inside(name));
                let names = self.names.iter().filter(|(name, _)| inside(name));
                self.kept_names
                    .extend(names.map(|(name, file)| (name.clone(), *file)));
            }
        }
    }

    /// How often the file with this name was synced.
    pub(crate) fn syncs(&self, path: &Path) -> usize {
        self.names.get(path).map_or(0, |file| self.files[*file].syncs)
    }

    /// Puts what is on the disk after a power cut into another folder.
    pub(crate) fn cut_power(&self, unsynced: Unsynced, image: &Path) {
        let mut lots = match unsynced {
            Unsynced::Lost => None,
            Unsynced::ByLot(seed) => Some(Lots(seed)),
        };
        for (name, number) in &self.kept_names {
            let file = &self.files[*number];
            let mut bytes = file.kept.clone();
            for change in &file.waiting {
                if let Some(lots) = &mut lots
                    && let Some(change) = change.by_lot(lots)
                {
                    change.apply(&mut bytes);
                }
            }
            let copy = image.join(name.strip_prefix(&self.root).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::write(copy, bytes).unwrap();
        }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Truncate(length) => bytes.resize(*length, 0),
            Change::Write(place, new) => {
                let end = place + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*place..end].copy_from_slice(new);
            }
        }
    }

    /// The whole change, a part of it, or nothing.
    fn by_lot(&self, lots: &mut Lots) -> Option<Change> {
        match (lots.below(4), self) {
            (0 | 1, _) => None,
            (2, Change::Write(place, new)) => {
                let sectors = lots.below(new.len() / SECTOR + 1);
                Some(Change::Write(*place, new[..sectors * SECTOR].to_vec()))
            }
            _ => Some(self.clone()),
        }
    }
}

#[test]
fn a_power_cut_takes_what_was_not_synced() {
    let root = std::env::temp_dir().join(format!("pocketping-disk-{}", std::process::id()));
    let image = root.join("image");
    std::fs::create_dir_all(&image).unwrap();
    let (part, file) = (root.join("a.part"), root.join("a"));
    let mut disk = Disk::new(&root);
    let write = |place, bytes: &[u8]| Step::Write {
        fd: 3,
        place,
        bytes: bytes.to_vec(),
    };
    let left = |disk: &Disk, name: &str| {
        disk.cut_power(Unsynced::Lost, &image);
        std::fs::read(image.join(name)).ok()
    };
    disk.take(&Step::Open {
        fd: 3,
        path: part.clone(),
        truncate: false,
    });
    disk.take(&write(None, b"hel"));
    disk.take(&write(None, b"lo"));
    assert_eq!(left(&disk, "a.part"), None);
    disk.take(&Step::Sync { fd: 3 });
    disk.take(&write(Some(0), b"J"));
    assert_eq!(left(&disk, "a.part").unwrap(), b"hello");
    disk.take(&Step::Rename { from: part, to: file });
    disk.take(&Step::Close { fd: 3 });
    assert_eq!(left(&disk, "a"), None);
    disk.take(&Step::Open {
        fd: 3,
        path: root.clone(),
        truncate: false,
    });
    disk.take(&Step::Sync { fd: 3 });
    assert_eq!(left(&disk, "a").unwrap(), b"hello");
    assert_eq!(
        disk.take(&Step::Write {
            fd: 9,
            place: None,
            bytes: b"200".to_vec()
        }),
        Some(&b"200"[..])
    );
    std::fs::remove_dir_all(root).unwrap();
}
