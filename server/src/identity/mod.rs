//! Signed identities (EXTENSIONS, Signed identity): the site proves who its visitor is.

mod jwt;

use hmac::{Hmac, KeyInit, Mac};
use pocketping_core::Timestamp;
use pocketping_core::model::Identity;
use sha2::Sha256;
use std::fmt;

/// The live secrets: one, or two while one takes over from the other.
#[derive(Clone, Default)]
pub(crate) struct IdentitySecrets(Vec<Hmac<Sha256>>);

impl IdentitySecrets {
    pub(crate) fn new(secrets: &[String]) -> Self {
        let key =
            |secret: &String| Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        IdentitySecrets(secrets.iter().map(key).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the identity is signed by one of the secrets. Of two proofs both have to be right.
    pub(crate) fn vouch_for(&self, identity: &Identity, now: Timestamp) -> bool {
        let hash = identity
            .user_hash
            .as_deref()
            .map(|hash| self.signed_hash(&identity.id, hash));
        let token = identity.token.as_deref().map(|token| {
            let now = now.as_millis() / 1000;
            self.0
                .iter()
                .any(|key| jwt::subject(token, key, now).is_some_and(|subject| subject == identity.id))
        });
        match (hash, token) {
            (None, None) => false,
            (hash, token) => hash.unwrap_or(true) && token.unwrap_or(true),
        }
    }

    fn signed_hash(&self, id: &str, hash: &str) -> bool {
        let Some(hash) = unhex(hash) else { return false };
        // The comparison takes the same time wherever the two differ.
        self.0
            .iter()
            .any(|key| key.clone().chain_update(id).verify_slice(&hash).is_ok())
    }
}

/// How many there are, never what they are.
impl fmt::Debug for IdentitySecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentitySecrets({}…)", self.0.len())
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let value = |pair: &[u8]| {
        std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    digits.chunks(2).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    const SECRET: &str = "the-sites-identity-secret";
    // `printf %s ada | openssl dgst -sha256 -hmac the-sites-identity-secret`
    const ADA: &str = "d70dfbbbd01f71ea09cf76b5fa957c31a0f1344387c5a3df9be8e8a9c4b74ce1";

    fn identity(id: &str) -> Identity {
        Identity::new(id)
    }

    fn vouched(secrets: &[&str], identity: &Identity) -> bool {
        let secrets: Vec<_> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        IdentitySecrets::new(&secrets).vouch_for(identity, Timestamp::from_millis(1_000_000))
    }

    fn token(secret: &str, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let key: Hmac<Sha256> = Hmac::new_from_slice(secret.as_bytes()).unwrap();
        let signature = key.chain_update(&signed).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    #[test]
    fn a_hash_vouches_for_its_own_id_only() {
        let signed = |id: &str, hash: &str| Identity {
            user_hash: Some(hash.into()),
            ..identity(id)
        };
        assert!(vouched(&[SECRET], &signed("ada", ADA)));
        assert!(vouched(&[SECRET], &signed("ada", &ADA.to_uppercase())));
        assert!(!vouched(&[SECRET], &signed("bob", ADA)));
        assert!(!vouched(&["another-secret"], &signed("ada", ADA)));
        for wrong in ["", "zz", &ADA[2..], &format!("{ADA}00"), "+1+1"] {
            assert!(!vouched(&[SECRET], &signed("ada", wrong)), "{wrong}");
        }
    }

    #[test]
    fn unsigned_is_not_vouched_for() {
        assert!(!vouched(&[SECRET], &identity("ada")));
    }

    #[test]
    fn both_secrets_are_good_while_one_takes_over() {
        let signed = Identity {
            user_hash: Some(ADA.into()),
            ..identity("ada")
        };
        assert!(vouched(&["the-new-secret", SECRET], &signed));
        assert!(!vouched(&["the-new-secret"], &signed));
    }

    #[test]
    fn a_token_vouches_until_it_expires() {
        let with = |token: String| Identity {
            token: Some(token),
            ..identity("ada")
        };
        let good = |claims: &str| vouched(&[SECRET], &with(token(SECRET, HS256, claims)));
        assert!(good(r#"{"sub":"ada","exp":1001}"#));
        assert!(good(r#"{"sub":"ada","exp":1001.5,"iat":5}"#));
        assert!(!good(r#"{"sub":"ada","exp":939}"#), "expired, and a minute over");
        assert!(!good(r#"{"sub":"ada"}"#), "no end");
        assert!(!good(r#"{"sub":"ada","exp":"1001"}"#));
        assert!(!good(r#"{"sub":"ada","exp":5000,"nbf":2000}"#), "not yet");
        assert!(!good(r#"{"sub":"bob","exp":1001}"#));
        assert!(!good(r#"{"exp":1001}"#));
        assert!(!good("not json"));
    }

    #[test]
    fn only_hs256_with_our_key_counts() {
        let claims = r#"{"sub":"ada","exp":1001}"#;
        let with = |token: String| Identity {
            token: Some(token),
            ..identity("ada")
        };
        assert!(!vouched(&[SECRET], &with(token("guess", HS256, claims))));
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":"HS256","crit":["x"]}"#,
            "{}",
            "x",
        ] {
            assert!(
                !vouched(&[SECRET], &with(token(SECRET, header, claims))),
                "{header}"
            );
        }
        let whole = token(SECRET, HS256, claims);
        let unsigned = &whole[..=whole.rfind('.').unwrap()];
        for wrong in [
            "",
            ".",
            "..",
            "a.b.c",
            unsigned,
            &format!("{whole}.x"),
            &format!("{whole}="),
        ] {
            assert!(!vouched(&[SECRET], &with(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn of_two_proofs_both_have_to_be_right() {
        let both = |hash: &str| Identity {
            user_hash: Some(hash.into()),
            token: Some(token(SECRET, HS256, r#"{"sub":"ada","exp":1001}"#)),
            ..identity("ada")
        };
        assert!(vouched(&[SECRET], &both(ADA)));
        assert!(!vouched(&[SECRET], &both("00")));
    }

    #[test]
    fn secrets_are_never_shown() {
        let secrets = IdentitySecrets::new(&[SECRET.to_owned()]);
        assert_eq!(format!("{secrets:?}"), "IdentitySecrets(1…)");
    }

    proptest! {
        #[test]
        fn no_proof_but_the_right_one_is_taken(hash in "[0-9a-fA-F]{0,70}|.{0,20}", token in "[A-Za-z0-9_.-]{0,80}|.{0,30}") {
            prop_assume!(!hash.eq_ignore_ascii_case(ADA));
            let by_hash = Identity { user_hash: Some(hash), ..identity("ada") };
            prop_assert!(!vouched(&[SECRET], &by_hash));
            let by_token = Identity { token: Some(token), ..identity("ada") };
            prop_assert!(!vouched(&[SECRET], &by_token));
        }

        #[test]
        fn a_token_that_was_touched_is_worth_nothing(at in 0usize..120, letter in "[A-Za-z0-9_-]") {
            let whole = token(SECRET, HS256, r#"{"sub":"ada","exp":1001}"#);
            let at = at % whole.len();
            let mut touched = whole.clone();
            touched.replace_range(at..=at, &letter);
            // The last letter of a part has bits to spare: base64 without them is refused.
            prop_assume!(touched != whole);
            let identity = Identity { token: Some(touched), ..identity("ada") };
            prop_assert!(!vouched(&[SECRET], &identity));
        }
    }
}
