//! JSON web tokens, as far as signed identities need them: HS256, `sub`, `exp`, `nbf` (RFC 7519, RFC 7515).
//!
//! Written by hand because the libraries for it bring signatures with public keys along, whose code is larger and has
//! open advisories; the MAC is the `hmac` crate's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How far the clocks of site and server may be apart, in seconds.
const LEEWAY: f64 = 60.0;

/// Whom a token is about, if this key has signed it and it is good at `now` (seconds since 1970).
pub(super) fn subject(token: &str, key: &Hmac<Sha256>, now: i64) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    // Before anything in it is believed. The comparison takes the same time wherever the two differ.
    key.clone().chain_update(signed).verify_slice(&signature).ok()?;
    let (header, claims) = signed.split_once('.')?;
    let header = read(header)?;
    // Algorithms are the verifier's choice: what the token wishes has to be that (RFC 8725 §3.1).
    // `crit` names extensions that have to be understood (RFC 7515 §4.1.11), and we know none.
    if header.get("alg")?.as_str()? != "HS256" || header.get("crit").is_some() {
        return None;
    }
    let claims = read(claims)?;
    let now = now as f64;
    let expired = claims.get("exp")?.as_f64()? + LEEWAY <= now;
    let early = match claims.get("nbf") {
        Some(begin) => begin.as_f64()? - LEEWAY > now,
        None => false,
    };
    let subject = claims.get("sub")?.as_str()?;
    (!expired && !early).then(|| subject.to_owned())
}

fn read(part: &str) -> Option<serde_json::Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
