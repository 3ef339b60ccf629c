//! Answers that are files of strangers: nothing in them may run in a browser.

use super::range::Wanted;
use crate::storage::AttachmentRecord;
use crate::{PocketPing, ServiceError};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pocketping_core::route::percent_encode;
use std::ops::Range;

/// How long browsers may keep a file without asking again: a deleted one is gone for others at once.
const CACHE: &str = "private, max-age=3600";
/// No scripts, no frames, no forms, should a browser show a file as a page; its own page around a picture or a film
/// works.
const POLICY: &str =
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// The answer to `GET` of a file; knows `Range`, `If-Range` and `If-None-Match`.
///
/// # Errors
/// When the bytes are gone, and when the file store fails.
pub(crate) async fn file_answer(
    pp: &PocketPing,
    file: &AttachmentRecord,
    headers: &HeaderMap,
) -> Result<Response, ServiceError> {
    // Bytes under an id never change.
    let tag = format!("\"{}\"", file.id);
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str())
    {
        return Ok(with_headers(StatusCode::NOT_MODIFIED.into_response(), file, &tag));
    }
    let (status, range) = match Wanted::of(headers, file.size, &tag) {
        Wanted::Whole => (StatusCode::OK, 0..file.size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes */{}", file.size),
            );
            return Ok(response);
        }
    };
    let bytes = pp.file_bytes(file, range.clone()).await?;
    let mut response = with_headers(Response::new(Body::from_stream(bytes)), file, &tag);
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, &file.mime_type);
    set(
        &mut response,
        header::CONTENT_LENGTH,
        &(range.end - range.start).to_string(),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        set(
            &mut response,
            header::CONTENT_RANGE,
            &content_range(&range, file.size),
        );
    }
    Ok(response)
}

fn with_headers(mut response: Response, file: &AttachmentRecord, tag: &str) -> Response {
    set(&mut response, header::ETAG, tag);
    set(&mut response, header::CACHE_CONTROL, CACHE);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    // The widget shows it on other sites, which may isolate themselves (COEP).
    let policy = header::HeaderName::from_static("cross-origin-resource-policy");
    set(&mut response, policy, "cross-origin");
    set(&mut response, header::CONTENT_DISPOSITION, &disposition(file));
    response
}

/// All that we set is visible ASCII; a value that is not would be left out rather than break the answer.
fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end - 1)
}

/// Whether it is shown or saved, and under which name (RFC 6266): one in ASCII for old programs, then all of it.
fn disposition(file: &AttachmentRecord) -> String {
    let kind = if is_harmless(&file.mime_type) {
        "inline"
    } else {
        "attachment"
    };
    let ascii = |char: char| match char {
        '"' | '\\' | '%' => '_',
        ' '..='~' => char,
        _ => '_',
    };
    let plain: String = file.filename.chars().map(ascii).collect();
    let mut text = format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''");
    percent_encode(&file.filename, &mut text);
    text
}

/// Pictures without scripts, sound and video. Everything else, PDF and SVG included, is saved and not shown.
fn is_harmless(kind: &str) -> bool {
    const PICTURES: [&str; 6] = [
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
    ];
    PICTURES.contains(&kind) || kind.starts_with("audio/") || kind.starts_with("video/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::UploadStage;
    use pocketping_core::Timestamp;
    use pocketping_core::model::UploadSource;

    fn shown(filename: &str, mime_type: &str) -> String {
        disposition(&AttachmentRecord {
            id: "a".into(),
            session_id: "s".into(),
            message_id: None,
            filename: filename.into(),
            mime_type: mime_type.into(),
            size: 1,
            source: UploadSource::Widget,
            created_at: Timestamp::from_millis(0),
            stage: UploadStage::Ready,
            file: None,
        })
    }

    #[test]
    fn only_what_cannot_run_is_shown() {
        for kind in ["image/png", "image/webp", "audio/mpeg", "video/mp4"] {
            assert!(shown("a", kind).starts_with("inline;"), "{kind}");
        }
        for kind in [
            "image/svg+xml",
            "application/pdf",
            "text/html",
            "text/plain",
            "application/zip",
        ] {
            assert!(shown("a", kind).starts_with("attachment;"), "{kind}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let text = shown("a\"; filename=\"evil.exe\\\".png", "image/png");
        assert!(text.starts_with("inline; filename=\"a_; filename=_evil.exe__.png\"; filename*=UTF-8''"));
        assert_eq!(text.matches('"').count(), 2);
        let text = shown("grüße 1%.pdf", "application/pdf");
        assert_eq!(
            text,
            "attachment; filename=\"gr__e 1_.pdf\"; filename*=UTF-8''gr%C3%BC%C3%9Fe%201%25.pdf"
        );
    }
}
