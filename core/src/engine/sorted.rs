//! [`SortedMap`]: a map as one sorted list. A tree would be quicker from a hundred thousand entries on, and
//! costs the widget 3 KB more.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// A map from names that is searched by halving. Keys mostly come in ascending order, so that inserting is appending.
#[derive(Clone, Debug)]
pub(super) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap(Vec::new())
    }
}

impl<K: Borrow<str>, V> SortedMap<K, V> {
    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        let at = self.search(key).ok()?;
        Some(&self.0[at].1)
    }

    /// Puts a value under a key, in place of an earlier one.
    pub(super) fn insert(&mut self, key: K, value: V) {
        match self.search(key.borrow()) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Removes a key; whether it was there.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let found = self.search(key);
        found.is_ok_and(|at| {
            self.0.remove(at);
            true
        })
    }

    /// Removes everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys in ascending order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    fn search(&self, key: &str) -> Result<usize, usize> {
        search(self.0.len(), &|at| self.0[at].0.borrow(), key)
    }
}

/// Searches names in ascending order: where the key is, else where it belongs. One search for the maps of all types.
#[inline(never)]
fn search<'a>(names: usize, name: &dyn Fn(usize) -> &'a str, key: &str) -> Result<usize, usize> {
    let (mut from, mut to) = (0, names);
    while from < to {
        let middle = from + (to - from) / 2;
        match name(middle).cmp(key) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => to = middle,
        }
    }
    Err(from)
}

#[cfg(test)]
mod tests {
    use super::SortedMap;

    #[test]
    fn keys_are_found_in_whatever_order_they_came() {
        let mut map = SortedMap::default();
        for key in ["5", "1", "4", "1", "3"] {
            map.insert(key.to_owned(), key.len() * 10);
        }
        assert_eq!(map.keys().collect::<Vec<_>>(), ["1", "3", "4", "5"]);
        assert_eq!((map.get("4"), map.get("2")), (Some(&10), None));
        assert!(map.remove("4") && !map.remove("4"));
        assert_eq!((map.get("4"), map.len()), (None, 3));
    }

    #[test]
    fn a_key_has_one_value() {
        let mut map = SortedMap::default();
        map.insert("a".to_owned(), 1);
        map.insert("a".to_owned(), 2);
        assert_eq!((map.get("a"), map.len()), (Some(&2), 1));
        map.clear();
        assert_eq!(map.len(), 0);
    }
}
