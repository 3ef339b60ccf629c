//! [`PersonRecord`]: one person over all sessions that name them.

use super::SessionRecord;
use crate::hex::hex;
use pocketping_core::{Object, PersonId, Timestamp};
use sha2::{Digest, Sha256};

/// A person, as their sessions and what was noted about them say. There is one as long as a session names them
/// ([`Profile::person_id`](super::Profile::person_id)).
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRecord {
    /// Their id.
    pub id: PersonId,
    /// When the first session began that named them; it may be gone.
    pub first_seen: Timestamp,
    /// How many sessions name them.
    pub sessions: u64,
    /// Of these the one with the newest activity.
    pub newest: SessionRecord,
    /// What was noted about them.
    pub attributes: Object,
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// The page after the one that gave this as `next`; from the latest known when unset.
    pub before: Option<String>,
    /// Most people of a page.
    pub limit: usize,
}

/// A page of people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeoplePage {
    /// The people; who became known last comes first.
    pub people: Vec<PersonRecord>,
    /// Pass as `before` for the next page; unset on the last.
    pub next: Option<String>,
}

/// The id of the person whom the site calls `identity`. Whoever declares that id without a signature of the site is
/// another person than the one it has signed for.
pub fn person_id(identity: &str, verified: bool) -> PersonId {
    let kind: &[u8] = if verified { b"verified\0" } else { b"declared\0" };
    let digest = Sha256::new().chain_update(kind).chain_update(identity).finalize();
    PersonId::from(hex(&digest[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_always_the_same_and_a_signature_makes_another_one() {
        let declared = person_id("user 1", false);
        assert_eq!(declared, person_id("user 1", false));
        assert_eq!(declared.as_str().len(), 32);
        assert_ne!(declared, person_id("user 1", true));
        assert_ne!(declared, person_id("user 2", false));
    }
}
