//! [`Disk`]: what outlives a page: IndexedDB and localStorage, with their quotas.

use pocketping_core::engine::{
    Conversation, EngineOptions, LocalKey, PersistFailure, Restored, Store, StoreWrite,
};
use pocketping_core::{SessionId, Value, VisitorId};
use std::collections::BTreeMap;

/// One browser's storage for one site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    stores: BTreeMap<Store, BTreeMap<String, Value>>,
    local: BTreeMap<String, Value>,
    /// The last claim of the database.
    epoch: u64,
    /// The database refuses what makes it larger until then.
    pub(crate) full_until: u64,
    /// So does localStorage.
    pub(crate) local_full_until: u64,
    /// When the journal of the outbox was refused last.
    pub(crate) journal_refused_at: Option<u64>,
    /// The database answers nothing until then.
    pub(crate) hangs_until: u64,
}

impl Disk {
    /// A browser that has been this visitor's before.
    pub(crate) fn of_visitor(visitor: &str) -> Self {
        let mut disk = Disk::default();
        disk.local
            .insert(LocalKey::VisitorId.as_str().to_owned(), Value::from(visitor));
        disk
    }

    /// From here on there is room. A database that hangs goes on when it would have.
    pub(crate) fn heal(&mut self) {
        self.full_until = 0;
        self.local_full_until = 0;
    }

    fn text(&self, key: LocalKey) -> Option<&str> {
        self.local.get(key.as_str())?.as_str()
    }

    pub(crate) fn visitor(&self) -> Option<VisitorId> {
        self.text(LocalKey::VisitorId).map(VisitorId::from)
    }

    pub(crate) fn session(&self) -> Option<SessionId> {
        self.text(LocalKey::SessionId).map(SessionId::from)
    }

    /// Whether it says who the visitor of this page is, and which session is theirs.
    pub(crate) fn knows(&self, engine: &Conversation) -> bool {
        let session = engine.session_id();
        self.visitor().as_ref() == engine.visitor_id()
            && session.is_none_or(|session| self.session().as_ref() == Some(session))
    }

    /// What a page finds in localStorage.
    pub(crate) fn options(&self) -> EngineOptions {
        let mut options = EngineOptions::default();
        options.visitor_id = self.text(LocalKey::VisitorId).map(VisitorId::from);
        options.session_id = self.session();
        options.journal = self.local.get(LocalKey::Outbox.as_str()).cloned();
        let seqs = self
            .all_journals()
            .filter_map(|journal| journal.get("seq")?.as_int());
        options.last_seq = seqs.max().and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
        options.streams = true;
        options.visible = true;
        options.online = true;
        options
    }

    /// The journals of all pages, with their names.
    pub(crate) fn journals(&self) -> Vec<(String, Value)> {
        let journals = self.local.iter().filter_map(|(key, value)| {
            let name = key.strip_prefix(LocalKey::Outbox.as_str())?.strip_prefix('.')?;
            Some((name.to_owned(), value.clone()))
        });
        journals.collect()
    }

    /// Removes the journal of a page, if this is its last number.
    pub(crate) fn forget_journal(&mut self, page: &str, seq: u64) {
        let key = local_key(LocalKey::Outbox, page);
        let is_it = |journal: &Value| journal.get("seq").and_then(Value::as_int) == i64::try_from(seq).ok();
        if self.local.get(&key).is_some_and(is_it) {
            self.local.remove(&key);
        }
    }

    /// What a page reads from the database; with a claim it is the page's from then on.
    pub(crate) fn restored(&mut self, claim: bool) -> Restored {
        self.epoch += u64::from(claim);
        let values = |store| {
            let store = self.stores.get(&store).into_iter();
            store.flat_map(BTreeMap::values).cloned().collect()
        };
        let keys = |store| {
            let store = self.stores.get(&store).into_iter();
            store.flat_map(BTreeMap::keys).cloned().collect()
        };
        Restored {
            outbox: values(Store::Outbox),
            outbox_keys: keys(Store::Outbox),
            history_keys: Vec::new(),
            history: values(Store::History),
            files: keys(Store::Files),
            failure: None,
            claimed: claim,
            epoch: self.epoch,
        }
    }

    /// Writes to localStorage; whether it did.
    pub(crate) fn write_local(&mut self, now: u64, page: &str, key: LocalKey, value: Option<Value>) -> bool {
        let name = local_key(key, page);
        let Some(value) = value else {
            self.local.remove(&name);
            return true;
        };
        let old = self.local.get(&name);
        let grows = old.is_none_or(|old| size(&value) > size(old));
        if now < self.local_full_until && grows {
            if key == LocalKey::Outbox {
                self.journal_refused_at = Some(now);
            }
            return false;
        }
        self.local.insert(name, value);
        true
    }

    /// Whether localStorage has this already: a browser tells nobody of such a write (HTML, `setItem`).
    pub(crate) fn has_local(&self, page: &str, key: LocalKey, value: &Value) -> bool {
        self.local.get(&local_key(key, page)) == Some(value)
    }

    /// Commits a transaction.
    pub(crate) fn commit(
        &mut self,
        now: u64,
        epoch: u64,
        writes: Vec<StoreWrite>,
    ) -> Result<(), PersistFailure> {
        if epoch < self.epoch {
            return Err(PersistFailure::Fenced);
        }
        let puts = writes.iter().any(|write| matches!(write, StoreWrite::Put { .. }));
        if now < self.full_until && puts {
            return Err(PersistFailure::Full);
        }
        for write in writes {
            match write {
                StoreWrite::Put { store, key, value } => {
                    self.stores.entry(store).or_default().insert(key, value);
                }
                StoreWrite::Delete { store, key } => {
                    self.stores.entry(store).or_default().remove(&key);
                }
                StoreWrite::Clear(store) => self.stores.entry(store).or_default().clear(),
            }
        }
        Ok(())
    }

    /// Whether a file's bytes could be kept now.
    pub(crate) fn takes_files(&self, now: u64) -> bool {
        now >= self.full_until && now >= self.hangs_until
    }

    /// Keeps a file's bytes.
    pub(crate) fn keep_file(&mut self, key: &str, bytes: String) {
        let files = self.stores.entry(Store::Files).or_default();
        files.insert(key.to_owned(), Value::String(bytes));
    }

    /// The bytes of a file, if they are there.
    pub(crate) fn file(&self, key: &str) -> Option<&str> {
        self.stores.get(&Store::Files)?.get(key)?.as_str()
    }

    /// Whether an entry of the outbox with this id would be found by the next page.
    pub(crate) fn has_entry(&self, id: &str) -> bool {
        let is_it = |value: &Value| value.get("id").and_then(Value::as_str) == Some(id);
        let stored = self
            .stores
            .get(&Store::Outbox)
            .into_iter()
            .flat_map(BTreeMap::values);
        let items = self
            .all_journals()
            .filter_map(|journal| journal.get("items")?.as_list());
        stored.chain(items.flatten()).any(is_it)
    }

    /// What is left of the outbox, in the database and in the journal.
    pub(crate) fn left_over(&self) -> Vec<&Value> {
        let stored = self
            .stores
            .get(&Store::Outbox)
            .into_iter()
            .flat_map(BTreeMap::values);
        // The number of the last reset is no entry.
        let stored = stored.filter(|value| value.as_object().is_some());
        stored.chain(self.all_journals()).collect()
    }

    fn all_journals(&self) -> impl Iterator<Item = &Value> {
        let local = self.local.iter();
        local.filter_map(|(key, value)| key.starts_with(LocalKey::Outbox.as_str()).then_some(value))
    }
}

/// The key of localStorage: journals have one for each page.
fn local_key(key: LocalKey, page: &str) -> String {
    match key {
        LocalKey::Outbox if !page.is_empty() => format!("{}.{page}", key.as_str()),
        _ => key.as_str().to_owned(),
    }
}

/// About how many bytes the value takes as JSON text.
fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 4,
        Value::String(text) => text.len() + 2,
        Value::List(items) => 2 + items.iter().map(size).sum::<usize>(),
        Value::Object(object) => {
            2 + object
                .iter()
                .map(|(key, value)| key.len() + 4 + size(value))
                .sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pocketping_core::Object;

    #[test]
    fn a_full_local_storage_keeps_what_it_had_and_takes_less() {
        let mut disk = Disk::default();
        assert!(disk.write_local(0, "", LocalKey::SessionId, Some(Value::from("abc"))));
        disk.local_full_until = 10;
        assert!(!disk.write_local(5, "", LocalKey::SessionId, Some(Value::from("abcd"))));
        assert_eq!(disk.session(), Some("abc".into()));
        assert!(disk.write_local(5, "", LocalKey::SessionId, Some(Value::from("ab"))));
        assert!(disk.write_local(5, "", LocalKey::SessionId, None));
        assert_eq!(disk.session(), None);
    }

    #[test]
    fn a_journal_that_was_written_since_it_was_read_stays() {
        let mut disk = Disk::default();
        for seq in [3, 4] {
            let journal = Object::new().with("seq", seq).into();
            disk.write_local(0, "page-1", LocalKey::Outbox, Some(journal));
        }
        disk.forget_journal("page-1", 3);
        assert_eq!(disk.journals().len(), 1);
        disk.forget_journal("page-1", 4);
        assert_eq!(disk.journals().len(), 0);
    }

    #[test]
    fn a_full_database_still_forgets() {
        let mut disk = Disk::default();
        let put = || StoreWrite::Put {
            store: Store::Outbox,
            key: "k".into(),
            value: Object::new().with("id", "a").into(),
        };
        let delete = StoreWrite::Delete {
            store: Store::Outbox,
            key: "k".into(),
        };
        assert_eq!(disk.commit(0, 0, vec![put()]), Ok(()));
        disk.full_until = 10;
        assert_eq!(disk.commit(5, 0, vec![put()]), Err(PersistFailure::Full));
        assert!(disk.has_entry("a"));
        assert_eq!(disk.commit(5, 0, vec![delete]), Ok(()));
        assert!(!disk.has_entry("a"));
        assert!(disk.left_over().is_empty());
    }
}
