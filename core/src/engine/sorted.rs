//! [`SortedMap`]: a map as one sorted list. A tree would be quicker from a hundred thousand entries on, and
//! costs the widget 3 KB more.

use std::borrow::Borrow;

/// A map that is searched by halving. Keys mostly come in ascending order, so that inserting is appending.
#[derive(Clone, Debug)]
pub(super) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// The value under a key.
    pub(super) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self.search(key).ok()?;
        Some(&self.0[at].1)
    }

    /// Puts a value under a key, in place of an earlier one.
    pub(super) fn insert(&mut self, key: K, value: V) {
        match self.search(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Removes a key; whether it was there.
    pub(super) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
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

    fn search<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
}

#[cfg(test)]
mod tests {
    use super::SortedMap;

    #[test]
    fn keys_are_found_in_whatever_order_they_came() {
        let mut map = SortedMap::default();
        for key in [5, 1, 4, 1, 3] {
            map.insert(key, key * 10);
        }
        assert_eq!(map.keys().copied().collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert_eq!((map.get(&4), map.get(&2)), (Some(&40), None));
        assert!(map.remove(&4) && !map.remove(&4));
        assert_eq!((map.get(&4), map.len()), (None, 3));
    }

    #[test]
    fn a_key_has_one_value() {
        let mut map = SortedMap::default();
        map.insert("a", 1);
        map.insert("a", 2);
        assert_eq!((map.get("a"), map.len()), (Some(&2), 1));
        map.clear();
        assert_eq!(map.len(), 0);
    }
}
