//! Addresses for bytes: signed, good for a while, and only for one upload.

use crate::{OperatorToken, Rng};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use pocketping_core::{AttachmentId, Timestamp};
use sha2::Sha256;

/// What an address for bytes says, as a request brings it.
pub(crate) struct UploadLink<'r> {
    /// Which upload.
    pub(crate) id: AttachmentId,
    /// Until when the address is good, in seconds since 1970.
    pub(crate) expires: &'r str,
    /// That we made it.
    pub(crate) signature: &'r str,
}

/// Makes and checks them.
pub(super) struct UploadLinks {
    key: Hmac<Sha256>,
}

impl UploadLinks {
    /// The key is the operator token, so that addresses outlive a restart; without one it is random.
    pub(super) fn new(token: Option<&OperatorToken>, rng: &dyn Rng) -> Self {
        let mut random = [0; 32];
        rng.fill(&mut random);
        let secret = token.map_or(&random[..], |token| token.reveal().as_bytes());
        let key = Hmac::new_from_slice(secret).expect("HMAC takes keys of any length");
        UploadLinks { key }
    }

    /// The address for the bytes of an upload.
    pub(super) fn address(&self, public_url: &str, id: &AttachmentId, expires_at: Timestamp) -> String {
        let expires = expires_at.as_millis() / 1000;
        let signature = URL_SAFE_NO_PAD.encode(self.mac(id, expires).finalize().into_bytes());
        format!("{public_url}/upload/{id}?expires={expires}&signature={signature}")
    }

    /// Whether we made this address and it is still good.
    pub(super) fn is_good(&self, link: &UploadLink<'_>, now: Timestamp) -> bool {
        let (Ok(expires), Ok(signature)) = (link.expires.parse(), URL_SAFE_NO_PAD.decode(link.signature))
        else {
            return false;
        };
        // The comparison takes the same time wherever the two differ.
        let ours = self.mac(&link.id, expires).verify_slice(&signature).is_ok();
        ours && now.as_millis() / 1000 < expires
    }

    fn mac(&self, id: &AttachmentId, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.key.clone();
        mac.update(b"pocketping upload\0");
        mac.update(id.as_str().as_bytes());
        mac.update(b"\0");
        mac.update(&expires.to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRng;

    fn links(token: Option<&str>) -> UploadLinks {
        let token = token.map(|token| OperatorToken::new(token.to_owned()));
        UploadLinks::new(token.as_ref(), &SystemRng)
    }

    /// Whether the address is good for this upload at this second.
    fn good(links: &UploadLinks, address: &str, id: &str, second: i64) -> bool {
        let (_, query) = address.split_once("?expires=").unwrap();
        let (expires, signature) = query.split_once("&signature=").unwrap();
        let id = id.into();
        let link = UploadLink {
            id,
            expires,
            signature,
        };
        links.is_good(&link, Timestamp::from_millis(second * 1000))
    }

    #[test]
    fn an_address_is_good_for_its_upload_and_its_time() {
        let links = links(None);
        let address = links.address("/pocketping", &"a".into(), Timestamp::from_millis(1_000_000));
        assert!(address.starts_with("/pocketping/upload/a?expires=1000&signature="));
        assert!(good(&links, &address, "a", 999));
        assert!(!good(&links, &address, "a", 1000));
        assert!(!good(&links, &address, "b", 999));
        let stretched = address.replace("=1000", "=9999");
        assert!(!good(&links, &stretched, "a", 999));
        for wrong in ["", "AAAA", "é", "=="] {
            let (start, _) = address.split_once("&signature=").unwrap();
            assert!(
                !good(&links, &format!("{start}&signature={wrong}"), "a", 999),
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_address_outlives_a_restart_with_the_same_token_and_no_other() {
        let made = links(Some("one")).address("", &"a".into(), Timestamp::from_millis(1_000_000));
        assert!(good(&links(Some("one")), &made, "a", 5));
        assert!(!good(&links(Some("two")), &made, "a", 5));
        assert!(!good(&links(None), &made, "a", 5));
    }
}
