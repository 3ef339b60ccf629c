//! Whether a file is what it says: by the bytes it begins with.

use crate::service::ServiceError;

/// How much of the beginning is looked at.
pub(super) const HEAD_BYTES: usize = 1024;

/// Checks the first bytes of a file (all, when it is shorter) against its type.
///
/// Types with a signature must have theirs. Texts must not have any, and no zero bytes. Sound and video,
/// whose formats have many forms, must not have a signature of anything else.
///
/// # Errors
/// When they disagree.
pub(super) fn check_head(declared: &str, head: &[u8]) -> Result<(), ServiceError> {
    let found = infer::get(head).map(|found| found.mime_type());
    let agrees = match found {
        Some(found) => agree(declared, found),
        None if declared.starts_with("text/") => !head.contains(&0),
        None => is_media(declared) || !infer::is_mime_supported(declared),
    };
    if agrees {
        return Ok(());
    }
    Err(ServiceError::UploadMismatch {
        problem: "the bytes are of another type than was announced",
    })
}

fn agree(declared: &str, found: &str) -> bool {
    declared == found
        || (is_media(declared) && is_media(found))
        || (declared.starts_with("text/") && found.starts_with("text/"))
        || (is_zip(declared) && is_zip(found))
        || (is_compound(declared) && is_compound(found))
}

fn is_media(kind: &str) -> bool {
    kind.starts_with("audio/") || kind.starts_with("video/")
}

/// Office documents are archives too, and those of some writers are recognised as no more than that.
fn is_zip(kind: &str) -> bool {
    kind == "application/zip"
        || kind.starts_with("application/vnd.openxmlformats-officedocument.")
        || kind.starts_with("application/vnd.oasis.opendocument.")
}

/// Office documents of before 2007 share a container.
fn is_compound(kind: &str) -> bool {
    matches!(
        kind,
        "application/msword"
            | "application/vnd.ms-excel"
            | "application/vnd.ms-powerpoint"
            | "application/x-ole-storage"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    const PDF: &[u8] = b"%PDF-1.7\n";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
    const HTML: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script>";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff";
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    #[test]
    fn a_file_is_what_it_says() {
        for (declared, head) in [
            ("image/png", PNG),
            ("image/jpeg", JPEG),
            ("image/gif", b"GIF89a\x01\0"),
            ("image/webp", b"RIFF\x24\0\0\0WEBPVP8 "),
            ("application/pdf", PDF),
            ("application/zip", ZIP),
            (DOCX, ZIP),
            ("application/msword", OLE),
            ("application/vnd.ms-excel", OLE),
            ("video/mp4", MP4),
            ("audio/mpeg", b"ID3\x04\0\0"),
            ("audio/mpeg", b"\xff\xfa\x90\0"),
            ("text/plain", "Grüße".as_bytes()),
            ("text/plain", HTML),
            ("text/csv", b"a;b\n1;2\n"),
            ("application/x-our-own", b"whatever"),
        ] {
            assert!(check_head(declared, head).is_ok(), "{declared}: {head:?}");
        }
    }

    #[test]
    fn a_file_that_is_something_else_is_refused() {
        for (declared, head) in [
            ("image/png", JPEG),
            ("image/png", HTML),
            ("image/png", b"plain text"),
            ("image/jpeg", b"\xff\xd8"),
            ("application/pdf", EXE),
            ("application/pdf", b"pdf"),
            ("application/zip", PDF),
            (DOCX, EXE),
            ("application/msword", ZIP),
            ("video/mp4", HTML),
            ("audio/mpeg", EXE),
            ("text/plain", EXE),
            ("text/plain", b"a\0b"),
            ("text/csv", PNG),
            ("application/x-our-own", EXE),
        ] {
            assert!(check_head(declared, head).is_err(), "{declared}: {head:?}");
        }
    }
}
