//! A message's files: pictures to look at, the rest to download.

use super::glyphs;
use crate::size;
use pocketping_core::model::{Attachment, AttachmentStatus, Message};
use pocketping_widget::dom::{El, Live, el};
use pocketping_widget::view::icon;

/// Whether there are any to show.
pub(super) fn is_shown(message: &Message) -> bool {
    !message.attachments.is_empty() && message.deleted_at.is_none()
}

/// The files in the order sent.
pub(super) fn file_list(shown: Live<Option<Message>>) -> El {
    el("div.pp-files").keyed(
        move || {
            shown.with(|message| {
                let files = message.as_ref().map(|message| message.attachments.clone());
                files.unwrap_or_default()
            })
        },
        |file| file.id.as_str().into(),
        one,
    )
}

fn one(file: &Attachment) -> El {
    if file.status != AttachmentStatus::Ready || file.url.is_empty() {
        return card(el("div.pp-file"), file);
    }
    if is_picture(&file.mime_type) {
        let source = file.thumbnail_url.as_ref().unwrap_or(&file.url);
        let picture = el("img.pp-file__picture[loading=lazy][decoding=async]")
            .attr("src", source)
            .attr("alt", &file.filename);
        return el("a.pp-file.pp-file-picture[target=_blank][rel=noopener noreferrer]")
            .attr("href", &file.url)
            .child(picture);
    }
    let link = el("a.pp-file")
        .attr("href", &file.url)
        .attr("download", &file.filename);
    card(link, file)
}

fn card(root: El, file: &Attachment) -> El {
    root.child(icon(glyphs::CLIP, ""))
        .child(el("span.pp-file__name[dir=auto]").text(&file.filename))
        .child(el("span.pp-file__size").text(&size::short(file.size)))
}

/// Types that every browser shows; SVG is none of them, as it may be a program.
fn is_picture(mime_type: &str) -> bool {
    matches!(
        mime_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif"
    )
}
