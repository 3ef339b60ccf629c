//! The id of one request, in our log and in those of proxies: the header `X-Request-Id`.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the id is, in requests and answers.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones are not taken: proxies make 16 to 40 characters.
const MAX_BYTES: usize = 64;

/// Makes ids: random for this server, then a count. They are no secrets.
pub(super) struct RequestIds {
    server: u32,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        RequestIds {
            server: RandomState::new().build_hasher().finish() as u32,
            next: AtomicU64::new(1),
        }
    }
}

impl RequestIds {
    /// The id that the request came with, if it is one that may stand in a log; else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let given = headers.get(REQUEST_ID).filter(|id| is_plain(id.as_bytes()));
        given.cloned().unwrap_or_else(|| self.make())
    }

    fn make(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:08x}-{number}", self.server);
        HeaderValue::from_str(&id).expect("hex digits and numbers may be in a header")
    }
}

fn is_plain(id: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=MAX_BYTES).contains(&id.len()) && id.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_id_is_taken_unless_it_could_forge_a_log() {
        let ids = RequestIds::default();
        let of = |given: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, given.parse().unwrap())]);
            ids.of(&headers).to_str().unwrap().to_owned()
        };
        assert_eq!(of("8f14e45f-ceea.1"), "8f14e45f-ceea.1");
        for odd in ["", "a b", "a\tb", "{\"a\":1}", &"a".repeat(65)] {
            assert_ne!(of(odd), odd);
        }
    }

    #[test]
    fn made_ids_differ_in_one_server_and_between_two() {
        let ids = RequestIds::default();
        assert_ne!(ids.make(), ids.make());
        assert_ne!(RequestIds::default().make(), RequestIds::default().make());
    }
}
