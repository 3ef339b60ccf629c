//! Streams: opening them as the [`super::ladder`] says, and what comes over them.

use super::heartbeat::Pulse;
use super::outputs::Purpose;
use super::{Conversation, Effect, StreamEvent, StreamId, Transport};
use crate::engine::backoff::earliest;
use crate::envelope::{ClientFrame, ServerEnvelope};
use crate::route::{Feature, percent_encode};
use crate::{Timestamp, Wire};

impl Conversation {
    /// Opens, replaces and gives up streams as far as that is due.
    pub(super) fn run_streams(&mut self) {
        let now = self.now.mono;
        let before = self.ladder.receiving();
        if self.session.has(Feature::Heartbeat)
            && let Some((id, transport)) = self.ladder.receiving()
        {
            match self.heartbeat.check(now, transport) {
                Pulse::Fine => {}
                Pulse::Ask => self.send_frame(id, &ClientFrame::Ping),
                Pulse::Dead => self.ladder.replace(now, &mut self.out),
            }
        }
        let in_view = self.is_in_view();
        while self.can_talk()
            && !self.waits_for_place()
            && let Some(transport) = self.ladder.next(now, in_view, &mut self.dice, &mut self.out)
        {
            let id = self.out.new_stream();
            let path = self.stream_path(transport);
            self.out.effect(Effect::OpenStream { id, transport, path });
            self.ladder.opening(id, transport, now);
        }
        if self.ladder.receiving() != before {
            self.heartbeat.heard(now);
        }
    }

    /// When [`Self::run_streams`] has something to do.
    pub(super) fn streams_deadline(&self) -> Option<u64> {
        if !self.can_talk() {
            return None;
        }
        let ladder = self.ladder.deadline(self.is_in_view());
        let ladder = ladder.filter(|_| !self.waits_for_place());
        let receiving = self
            .ladder
            .receiving()
            .filter(|_| self.session.has(Feature::Heartbeat));
        let heartbeat = receiving.map(|(_, transport)| self.heartbeat.deadline(transport));
        earliest(&[ladder, heartbeat])
    }

    /// Whether the place from which a stream would go on comes with the list that is being read. One that is opened
    /// before knows nothing of what is stored between the two.
    fn waits_for_place(&self) -> bool {
        self.session.has(Feature::Resume)
            && self.session.cursor.is_none()
            && self.ladder.receiving().is_none()
            && self.reader.reads_everything()
    }

    /// Ends all receiving.
    pub(super) fn stop_receiving(&mut self) {
        self.ladder.stop(&mut self.out);
        self.reader.stop();
        self.out.forget(Purpose::Read);
    }

    /// Ends all that goes on with the server; answers that are still to come are about what is over.
    pub(super) fn fall_silent(&mut self) {
        self.stop_receiving();
        for purpose in [
            Purpose::Connect,
            Purpose::Deliver,
            Purpose::ReadOlder,
            Purpose::Visibility,
        ] {
            self.out.forget(purpose);
        }
    }

    pub(super) fn send_frame(&mut self, id: StreamId, frame: &ClientFrame) {
        self.out.effect(Effect::SendFrame {
            id,
            frame: frame.write(),
        });
    }

    fn stream_path(&self, transport: Transport) -> String {
        let mut path = String::from("/stream?sessionId=");
        if let Some(id) = &self.session.id {
            percent_encode(id.as_str(), &mut path);
        }
        let after = if self.session.has(Feature::Resume) {
            self.session
                .cursor
                .as_ref()
                .map(|cursor| cursor.as_str().to_owned())
        } else if transport == Transport::EventSource {
            // The newest change that is known (PROTOCOL §2.4).
            let stored = self.timeline.stored().iter();
            stored
                .map(|entry| entry.message.last_change())
                .max()
                .map(Timestamp::to_iso)
        } else {
            None
        };
        if let Some(after) = after {
            path.push_str("&after=");
            percent_encode(&after, &mut path);
        }
        path
    }

    /// Something happened to a stream.
    pub(super) fn stream_event(&mut self, id: StreamId, event: StreamEvent) {
        if !self.ladder.knows(id) {
            return;
        }
        let now = self.now.mono;
        match event {
            StreamEvent::Opened => {
                let reopened = self.ladder.opened(id, now);
                self.heard(id, Heard::Opening);
                if self.session.has(Feature::Heartbeat) && self.ladder.receiving().is_none() {
                    // Tried while polling goes on: the answer shows that it works.
                    self.send_frame(id, &ClientFrame::Ping);
                }
                if !self.session.has(Feature::Resume) {
                    // Nothing is replayed there. After a loss the server may be another one, too, that
                    // has to be told who we are.
                    if reopened {
                        self.link.reconnect();
                    } else {
                        self.reader.want_newer();
                    }
                }
            }
            StreamEvent::Frame(frame) => {
                self.heard(id, Heard::Something);
                // What is no envelope is of no use; the stream goes on.
                if let Ok(envelope) = ServerEnvelope::read(&frame) {
                    self.apply(envelope);
                }
            }
            StreamEvent::Heartbeat => self.heard(id, Heard::Something),
            StreamEvent::Closed { .. } => self.ladder.ended(id, now, &mut self.dice),
        }
    }

    fn heard(&mut self, id: StreamId, what: Heard) {
        let now = self.now.mono;
        // A new stream is news of a server that had gone.
        self.link.unreachable |= what == Heard::Opening && self.link.trouble;
        self.server_is_there();
        self.reader.heard(now);
        if what == Heard::Something {
            self.ladder.heard(id, now, &mut self.out);
        }
        if self.ladder.receiving().is_some_and(|(main, _)| main == id) {
            self.heartbeat.heard(now);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Opening,
    Something,
}
