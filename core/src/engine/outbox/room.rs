//! How much may wait, and telling a page of an entry that will not be sent.

use super::Outbox;
use super::item::{Item, Kind};
use crate::ClientMessageId;
use crate::engine::files::delete_bytes;
use crate::engine::{Change, Conversation, FailureReason};
use std::sync::Arc;

/// Most entries; more are refused, and nothing queued is dropped.
const MOST_ITEMS: usize = 10_000;
/// Most bytes of text in all entries together.
const MOST_TEXT_BYTES: usize = 5 * 1024 * 1024;
/// Most bytes of files that wait, all together.
const MOST_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// What entries take of the outbox's room.
#[derive(Clone, Copy, Default)]
struct Size {
    entries: usize,
    text_bytes: usize,
    file_bytes: u64,
}

impl Size {
    fn add(&mut self, kind: &Kind) {
        self.entries += 1;
        self.text_bytes += kind.text_bytes();
        if let Kind::Upload(file) = kind {
            self.file_bytes = self.file_bytes.saturating_add(file.size);
        }
    }
}

impl Outbox {
    /// Whether one more entry of so much text fits.
    pub(in crate::engine) fn has_room(&self, text_bytes: usize) -> bool {
        let more = Size {
            entries: 1,
            text_bytes,
            file_bytes: 0,
        };
        self.takes(more, 1)
    }

    /// Whether this entry fits.
    pub(in crate::engine) fn has_room_for(&self, kind: &Kind) -> bool {
        let mut more = Size::default();
        more.add(kind);
        // What pages tell of must not take the room of what visitors say: custom events of a server that never takes
        // them would.
        let share = if matches!(kind, Kind::Event(_)) { 2 } else { 1 };
        self.takes(more, share)
    }

    /// Whether all of these fit.
    pub(in crate::engine) fn has_room_for_all(&self, items: &[Item]) -> bool {
        let mut more = Size::default();
        for item in items {
            more.add(&item.kind);
        }
        self.takes(more, 1)
    }

    /// Whether so much more fits into this share of the room: all, or a half. What is done counts as long as it cannot be
    /// forgotten. Summed anew each time, as entries change while they wait; it is asked once per entry. Files count only for
    /// more files.
    fn takes(&self, more: Size, share: usize) -> bool {
        let mut all = more;
        all.entries += self.done.len();
        for queued in &self.queue {
            all.add(&queued.item.kind);
        }
        all.entries <= MOST_ITEMS / share
            && all.text_bytes <= MOST_TEXT_BYTES / share
            && (more.file_bytes == 0 || all.file_bytes <= MOST_FILE_BYTES)
    }
}

impl Conversation {
    /// Whether an entry of this page's fits; it is told when not.
    pub(in crate::engine) fn admits(&mut self, id: &Arc<str>, kind: &Kind) -> bool {
        let mut admits = self.outbox.has_room_for(kind);
        if !admits {
            // Behind all ids.
            self.forget_unneeded_files("g");
            admits = self.outbox.has_room_for(kind);
        }
        if !admits {
            self.drop_bytes(id, kind);
            self.out.change(failed(id, kind, FailureReason::OutboxFull));
        }
        admits
    }

    /// An entry that is not taken needs no bytes.
    pub(in crate::engine) fn drop_bytes(&mut self, id: &str, kind: &Kind) {
        if matches!(kind, Kind::Upload(_)) {
            self.out.writes.push(delete_bytes(id));
        }
    }
}

/// What the page hears when an entry of its own will not be sent.
pub(in crate::engine) fn failed(id: &Arc<str>, kind: &Kind, reason: FailureReason) -> Change {
    let id = ClientMessageId::new(id.clone());
    match kind {
        Kind::Identify(_) => Change::Identified(Err(reason)),
        Kind::Message(_) | Kind::Event(_) => Change::Undeliverable {
            client_message_id: id,
            reason,
            content: None,
        },
        Kind::Receipt(_) | Kind::Call(_) | Kind::Upload(_) => Change::Settled {
            id,
            outcome: Err(reason),
        },
    }
}
