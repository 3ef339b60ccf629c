//! The bytes of files that wait to be uploaded: in the database, or in memory what that does not take.

use super::database::{Database, failure};
use super::listener::callback;
use super::value;
use js_sys::{Array, Function, Promise};
use pocketping_core::Value;
use pocketping_core::engine::{HttpAnswer, NetworkFailure, PersistFailure, Store, StoreWrite};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::IdbDatabase;

#[wasm_bindgen(module = "/js/files.js")]
extern "C" {
    #[wasm_bindgen(js_name = keepFile)]
    fn keep_file(database: Option<IdbDatabase>, key: &str, file: &JsValue) -> Promise;
    #[wasm_bindgen(js_name = forgetFile)]
    fn forget_file(key: &str);
    #[wasm_bindgen(js_name = sendFile)]
    fn send_file(
        database: Option<IdbDatabase>,
        key: &str,
        base: &str,
        url: &str,
        mime_type: &str,
        told: &Function,
    ) -> Promise;
}

/// Keeps a file (a `Blob`), before the engine hears of it.
///
/// # Errors
/// When it is in memory only.
pub async fn keep(database: &Database, key: &str, file: &JsValue) -> Result<(), PersistFailure> {
    let open = database.open().await;
    let missing = open.as_ref().err().copied();
    let kept = JsFuture::from(keep_file(open.ok(), key, file)).await;
    kept.map(|_| ())
        .map_err(|error| missing.unwrap_or_else(|| failure(&error)))
}

/// Sends a file's bytes to an address, or a path on the origin of `base`; `told` hears how much has been sent, in
/// percent. No header of ours and no cookie goes along, as the address may be another server's.
///
/// # Errors
/// When there is no answer, or no such file.
pub async fn send(
    database: &Database,
    key: &str,
    base: &str,
    url: &str,
    mime_type: &str,
    told: impl Fn(f64) + 'static,
) -> Result<HttpAnswer, NetworkFailure> {
    let open = database.open().await.ok();
    let told = callback(move |percent| told(percent.as_f64().unwrap_or_default()));
    let sent = send_file(open, key, base, url, mime_type, told.as_ref().unchecked_ref());
    // What throws is the address.
    let answer = JsFuture::from(sent)
        .await
        .map_err(|_| NetworkFailure::Unreachable)?;
    if answer.is_undefined() {
        return Err(NetworkFailure::FileGone);
    }
    if !Array::is_array(&answer) {
        return Err(NetworkFailure::Unreachable);
    }
    let answer: Array = answer.unchecked_into();
    let text = |at| answer.get(at).as_string();
    Ok(HttpAnswer {
        status: answer.get(0).as_f64().unwrap_or_default() as u16,
        body: text(1)
            .and_then(|body| value::parse(&body))
            .unwrap_or(Value::Null),
        retry_after: text(2).and_then(|seconds| seconds.parse().ok()),
        version: None,
    })
}

/// Lets go in memory what is deleted in the database.
pub fn forget(writes: &[StoreWrite]) {
    for write in writes {
        match write {
            StoreWrite::Delete {
                store: Store::Files,
                key,
            } => forget_file(key),
            StoreWrite::Clear(Store::Files) => forget_file(""),
            _ => {}
        }
    }
}
