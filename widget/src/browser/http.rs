//! Requests to the backend. The work with `fetch` is in `js/http.js`.

use super::{task, value};
use pocketping_core::engine::{HttpAnswer, HttpRequest, NetworkFailure};
use pocketping_core::{PROTOCOL_VERSION, Value};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/http.js")]
extern "C" {
    #[wasm_bindgen(js_name = send)]
    fn fetch(url: &str, method: &str, protocol: &str, body: Option<&str>, timeout_ms: u32, heard: &JsValue);
}

/// Sends a request; `answered` gets the whole answer, whatever its status, or why there is none: the connection failed, or
/// the request's time ran out.
pub fn send(
    base: &str,
    request: &HttpRequest,
    answered: impl FnOnce(Result<HttpAnswer, NetworkFailure>) + 'static,
) {
    let heard = task::once(move |told| {
        answered(match read(value::read(&told)) {
            Some(answer) => Ok(answer),
            None if told.is_truthy() => Err(NetworkFailure::TimedOut),
            None => Err(NetworkFailure::Unreachable),
        });
    });
    fetch(
        &[base, &request.path].concat(),
        request.method.as_str(),
        PROTOCOL_VERSION,
        request.body.as_ref().map(value::to_json).as_deref(),
        request.timeout_ms,
        &heard,
    );
}

/// Reads what `js/http.js` and `js/files.js` tell of an answer; `None` for what they never tell.
pub(super) fn read(answer: Value) -> Option<HttpAnswer> {
    let Value::Object(mut answer) = answer else {
        return None;
    };
    let whole = |key: &str| u64::try_from(answer.get(key)?.as_int()?).ok();
    let (status, retry_after) = (whole("status")?, whole("retryAfter"));
    let version = match answer.remove("version") {
        Some(Value::Object(version)) if !version.is_empty() => Some(version),
        _ => None,
    };
    Some(HttpAnswer {
        status: u16::try_from(status).ok()?,
        body: answer.remove("body").unwrap_or_default(),
        retry_after,
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use pocketping_core::{Object, Value};

    #[test]
    fn an_answer_is_read_with_what_it_brought() {
        let version = Object::new().with("status", "outdated");
        let told = Object::new()
            .with("status", 429)
            .with("retryAfter", 7)
            .with("version", version.clone())
            .with("body", Object::new().with("detail", "slow down"));
        let answer = read(told.into()).unwrap();
        assert_eq!((answer.status, answer.retry_after), (429, Some(7)));
        assert_eq!(answer.version, Some(version));
        assert_eq!(
            answer.body.get("detail").and_then(Value::as_str),
            Some("slow down")
        );
    }

    #[test]
    fn what_did_not_come_is_nothing() {
        let told = Object::new()
            .with("status", 204)
            .with("retryAfter", Value::Null)
            .with("version", Object::new());
        let answer = read(told.into()).unwrap();
        assert_eq!((answer.retry_after, answer.version), (None, None));
        assert_eq!(answer.body, Value::Null);
    }
}
