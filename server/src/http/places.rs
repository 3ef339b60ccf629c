//! Places that each address has so many of: for streams, for connections.

use super::rate::household;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hands out places.
pub(super) struct Places {
    taken: Arc<Taken>,
    per_address: u32,
}

/// How many places each address has taken.
#[derive(Default)]
struct Taken(Mutex<HashMap<IpAddr, u32>>);

impl Taken {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    pub(super) fn new(per_address: NonZeroU32) -> Self {
        Places {
            taken: Arc::default(),
            per_address: per_address.get(),
        }
    }

    /// A place, unless the address has taken all of its own.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut taken = self.taken.lock();
        let places = taken.entry(address).or_insert(0);
        if *places >= self.per_address {
            return None;
        }
        *places += 1;
        Some(Place(Some((Arc::clone(&self.taken), address))))
    }

    #[cfg(test)]
    pub(super) fn addresses(&self) -> usize {
        self.taken.lock().len()
    }
}

/// A place that is taken until this is dropped; no place at all where nothing is limited.
#[derive(Default)]
pub(crate) struct Place(Option<(Arc<Taken>, IpAddr)>);

impl Drop for Place {
    fn drop(&mut self) {
        let Some((taken, address)) = self.0.take() else {
            return;
        };
        let mut taken = taken.lock();
        if let Some(places) = taken.get_mut(&address) {
            *places -= 1;
            if *places == 0 {
                taken.remove(&address);
            }
        }
    }
}
