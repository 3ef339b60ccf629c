//! Operators' cookies: proof of a login that survives a restart of the server.
//!
//! The cookie is `<random id>.<expiry>.<MAC>`, or `<random id>.<expiry>.<operator>.<MAC>` of those with a token of their
//! own. The MAC's key is the configured token, so nothing has to be stored, another token ends all logins, and the token
//! itself is not in the browser. The MAC of an operator is over the hash of their token too: a new token ends their logins.

use crate::OperatorToken;
use crate::hex::{hex, unhex};
use crate::storage::OperatorRecord;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// The cookie's name (EXTENSIONS, Operator API).
pub(crate) const COOKIE: &str = "pp_operator";
/// How long a login lasts.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// The login that a request came with: a cookie's value that was good. A request with a token has none.
#[derive(Clone)]
pub(crate) struct Login(pub(crate) String);

/// Makes and checks the cookies.
pub(crate) struct Logins {
    key: Option<Hmac<Sha256>>,
    /// Ids that were signed out, with the second in which they would have ended anyway. Kept in memory: after a
    /// restart a copy of a signed-out cookie would be good again until it ends.
    ended: Mutex<HashMap<String, u64>>,
    /// Pokes the streams that a login opened when one was ended.
    changed: watch::Sender<()>,
}

impl Logins {
    pub(super) fn new(token: Option<&OperatorToken>) -> Self {
        // HMAC takes keys of any length.
        let key = token.and_then(|token| Hmac::new_from_slice(token.reveal().as_bytes()).ok());
        Logins {
            key,
            ended: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// A new cookie's value; `now` in seconds since 1970, `random` its id, `holder` unset for the configured token.
    pub(crate) fn begin(
        &self,
        now: u64,
        random: [u8; 16],
        holder: Option<&OperatorRecord>,
    ) -> Option<String> {
        let id = hex(&random);
        let ends = now + LIFETIME.as_secs();
        let mac = hex(&self.mac(&id, ends, holder)?.finalize().into_bytes());
        Some(match holder {
            None => format!("{id}.{ends}.{mac}"),
            Some(holder) => format!("{id}.{ends}.{}.{mac}", holder.id),
        })
    }

    /// The operator whom a cookie's value names, true or not; `None` for the configured token.
    pub(crate) fn names(value: &str) -> Option<&str> {
        let mut parts = value.split('.').skip(2);
        let operator = parts.next()?;
        parts.next().map(|_| operator)
    }

    /// Whether a cookie's value is a login of this holder that is still good.
    pub(crate) fn is_good(&self, value: &str, now: u64, holder: Option<&OperatorRecord>) -> bool {
        let Some((id, ends)) = self.read(value, holder) else {
            return false;
        };
        now < ends && !self.is_ended(id)
    }

    fn is_ended(&self, id: &str) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.contains_key(id)
    }

    /// Waits until a login that was good at `now` is so no longer: it is ended, or its time is over.
    pub(crate) async fn until_over(&self, login: &Login, now: u64) {
        let Some((id, ends)) = id_and_end(&login.0) else {
            return;
        };
        let mut changed = self.changed.subscribe();
        let ended = async { while !self.is_ended(id) && changed.changed().await.is_ok() {} };
        let left = Duration::from_secs(u64::saturating_sub(ends, now));
        // Whichever is first.
        tokio::time::timeout(left, ended).await.ok();
    }

    /// Ends a login for good.
    pub(crate) fn end(&self, value: &str, now: u64, holder: Option<&OperatorRecord>) {
        if let Some((id, ends)) = self.read(value, holder) {
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.retain(|_, ends| *ends > now);
            ended.insert(id.to_owned(), ends);
            drop(ended);
            self.changed.send_replace(());
        }
    }

    /// Id and expiry of a value that we made for this holder.
    fn read<'v>(&self, value: &'v str, holder: Option<&OperatorRecord>) -> Option<(&'v str, u64)> {
        let (rest, mac) = value.rsplit_once('.')?;
        let (id, ends) = id_and_end(rest)?;
        if rest.splitn(3, '.').nth(2) != holder.map(|holder| holder.id.as_str()) {
            return None;
        }
        // The comparison takes the same time wherever the two differ.
        self.mac(id, ends, holder)?.verify_slice(&unhex(mac)?).ok()?;
        Some((id, ends))
    }

    fn mac(&self, id: &str, ends: u64, holder: Option<&OperatorRecord>) -> Option<Hmac<Sha256>> {
        let mut mac = self.key.clone()?;
        mac.update(b"pocketping operator login\0");
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(&ends.to_be_bytes());
        if let Some(holder) = holder {
            mac.update(holder.token.as_bytes());
            mac.update(holder.id.as_str().as_bytes());
        }
        Some(mac)
    }
}

/// The id that a cookie's value begins with, true or not, and the second in which it says that it ends.
fn id_and_end(value: &str) -> Option<(&str, u64)> {
    let mut parts = value.split('.');
    Some((parts.next()?, parts.next()?.parse().ok()?))
}

/// The header that sets the cookie, or, without a value, removes it. `secure` on https.
pub(crate) fn set_cookie(value: Option<&str>, secure: bool) -> String {
    let (value, seconds) = value.map_or(("", 0), |value| (value, LIFETIME.as_secs()));
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logins(token: &str) -> Logins {
        Logins::new(Some(&OperatorToken::new(token.into())))
    }

    #[test]
    fn a_login_outlives_the_server_but_not_its_time_or_the_token() {
        let value = logins("one").begin(1_000, [7; 16], None).unwrap();
        assert!(
            logins("one").is_good(&value, 1_000, None),
            "another process, the same token"
        );
        assert!(!logins("two").is_good(&value, 1_000, None));
        assert!(!logins("one").is_good(&value, 1_000 + LIFETIME.as_secs(), None));
        assert!(!value.contains("one"));
    }

    #[test]
    fn nobody_can_make_or_stretch_one() {
        let logins = logins("one");
        let value = logins.begin(1_000, [7; 16], None).unwrap();
        let stretched = value.replace(&(1_000 + LIFETIME.as_secs()).to_string(), "99999999999");
        for wrong in [
            stretched.as_str(),
            "",
            "a.b.c",
            "..",
            "é.1.é",
            "0.99999999999.",
            &value[1..],
        ] {
            assert!(!logins.is_good(wrong, 1_000, None), "{wrong}");
        }
        assert!(
            Logins::new(None).begin(1_000, [7; 16], None).is_none(),
            "no token, no logins"
        );
    }

    #[test]
    fn a_login_that_was_ended_is_not_good_any_more() {
        let logins = logins("one");
        let (one, other) = (
            logins.begin(0, [1; 16], None).unwrap(),
            logins.begin(0, [2; 16], None).unwrap(),
        );
        logins.end(&one, 5, None);
        assert!(!logins.is_good(&one, 5, None));
        assert!(logins.is_good(&other, 5, None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_is_over_when_it_is_ended_and_when_its_time_is_up() {
        let logins = logins("one");
        let [one, other] = [1, 2].map(|id| Login(logins.begin(100, [id; 16], None).unwrap()));
        let began = tokio::time::Instant::now();
        let end = async { logins.end(&one.0, 100, None) };
        tokio::join!(logins.until_over(&one, 100), end);
        logins.until_over(&one, 100).await;
        assert!(began.elapsed().is_zero(), "at once");
        logins.until_over(&other, 105).await;
        assert_eq!(began.elapsed(), LIFETIME - Duration::from_secs(5));
    }

    #[test]
    fn a_login_of_an_operator_is_theirs_alone_and_ends_with_their_token() {
        let holder = |id: &str, token: &str| OperatorRecord {
            id: id.into(),
            name: "Ada".into(),
            avatar: None,
            role: pocketping_core::model::OperatorRole::Agent,
            token: crate::storage::TokenHash::of(token),
            created_at: pocketping_core::Timestamp::from_millis(0),
            removed_at: None,
            last_seen: None,
            away: false,
        };
        let (logins, ada) = (logins("one"), holder("op_a", "old"));
        let value = logins.begin(0, [1; 16], Some(&ada)).unwrap();
        assert_eq!(Logins::names(&value), Some("op_a"));
        assert!(logins.is_good(&value, 5, Some(&ada)));
        assert!(!logins.is_good(&value, 5, Some(&holder("op_a", "new"))));
        assert!(!logins.is_good(&value, 5, Some(&holder("op_b", "old"))));
        assert!(!logins.is_good(&value, 5, None), "nor is it the owner's");
        let forged = value.replace("op_a", "op_b");
        assert!(!logins.is_good(&forged, 5, Some(&holder("op_b", "old"))));
        let owners = logins.begin(0, [2; 16], None).unwrap();
        assert_eq!(Logins::names(&owners), None);
        assert!(!logins.is_good(&owners, 5, Some(&ada)));
        logins.end(&value, 5, Some(&ada));
        assert!(!logins.is_good(&value, 5, Some(&ada)));
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let text = set_cookie(Some("v"), true);
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(text.contains(attribute), "{text}");
        }
        assert!(!set_cookie(Some("v"), false).contains("Secure"));
        assert!(set_cookie(None, false).contains("Max-Age=0"));
    }
}
