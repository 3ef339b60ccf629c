//! [`Ladder`]: which way of receiving is used (PROTOCOL §2.5): WebSocket, then SSE, then polling.
//!
//! It goes down as the protocol says and without giving up: reconnects are jittered and endless, and from
//! below it looks upwards again. A socket that has worked before is tried five times before the ladder goes
//! down, as then the server is away rather than unable.

use super::backoff::{Backoff, doubled, earliest};
use super::dice::Dice;
use super::outputs::Outputs;
use super::{Effect, StreamId, Transport};

/// A WebSocket that is not open by then is given up, in milliseconds.
const SOCKET_OPEN_MILLIS: u64 = 5_000;
/// An event source that is not open by then is given up.
const SOURCE_OPEN_MILLIS: u64 = 15_000;
/// A stream that ends earlier than this was not of use.
const USEFUL_MILLIS: u64 = 2_000;
/// Reconnects of a WebSocket before the ladder goes down.
const RECONNECTS: u32 = 5;
/// How often polling looks for a WebSocket.
const PROBE_FROM_POLLING_MILLIS: u64 = 30_000;
/// How often SSE, which is nearly as good, does.
const PROBE_FROM_SOURCE_MILLIS: u64 = 300_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rung {
    #[default]
    Socket,
    Source,
    Polling,
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    id: StreamId,
    transport: Transport,
    since: u64,
    opened: Option<u64>,
    heard: bool,
}

impl Stream {
    fn open_by(&self) -> Option<u64> {
        let patience = match self.transport {
            Transport::WebSocket => SOCKET_OPEN_MILLIS,
            Transport::EventSource => SOURCE_OPEN_MILLIS,
        };
        self.opened.is_none().then_some(self.since + patience)
    }

    /// Whether its word is waited for: a socket that answers pings has to show it before it is relied on.
    fn must_speak(&self, answers: bool) -> bool {
        answers && self.transport == Transport::WebSocket
    }

    /// When it is given up as something tried.
    fn prove_by(&self, answers: bool) -> Option<u64> {
        let word = self.opened.filter(|_| self.must_speak(answers));
        self.open_by().or(word.map(|opened| opened + SOCKET_OPEN_MILLIS))
    }

    /// When having stayed open is proof enough.
    fn useful_at(&self, answers: bool) -> Option<u64> {
        let opened = self.opened.filter(|_| !self.must_speak(answers));
        opened.map(|opened| opened + USEFUL_MILLIS)
    }
}

/// The ways of receiving and the one in use.
#[derive(Default)]
pub(super) struct Ladder {
    active: bool,
    /// Whether there are streams at all.
    streams: bool,
    /// Whether the server answers pings.
    answers: bool,
    rung: Rung,
    main: Option<Stream>,
    /// A stream above the rung, tried while that goes on.
    probe: Option<Stream>,
    probe_at: u64,
    probe_source_next: bool,
    backoff: Backoff,
    socket_worked: bool,
    source_worked: bool,
    /// Streams in a row that opened and then never said anything.
    deaf: u32,
    lost: bool,
}

impl Ladder {
    /// Begins to receive, on the rung found before, if any; `answers` is whether the server answers pings.
    pub(super) fn start(&mut self, now: u64, streams: bool, answers: bool) {
        self.streams = streams;
        self.answers = answers;
        if !streams {
            self.rung = Rung::Polling;
        }
        if !self.active {
            self.active = true;
            self.probe_at = now + PROBE_FROM_POLLING_MILLIS;
        }
    }

    /// Ends all streams; what was found out stays known.
    pub(super) fn stop(&mut self, out: &mut Outputs) {
        for stream in [self.main.take(), self.probe.take()].into_iter().flatten() {
            out.effect(Effect::CloseStream(stream.id));
        }
        self.active = false;
        self.lost = false;
        self.backoff.succeed();
    }

    /// Whether messages are fetched by polling now.
    pub(super) fn is_polling(&self) -> bool {
        self.active && self.rung == Rung::Polling
    }

    /// Whether what was receiving is gone, and nothing has taken its place.
    pub(super) fn is_lost(&self) -> bool {
        self.active && self.lost
    }

    /// Receiving works.
    pub(super) fn found(&mut self) {
        self.lost = false;
    }

    /// An open WebSocket.
    pub(super) fn socket(&self) -> Option<StreamId> {
        let streams = [self.main, self.probe].into_iter().flatten();
        let mut open = streams.filter(|stream| stream.opened.is_some());
        open.find(|stream| stream.transport == Transport::WebSocket)
            .map(|stream| stream.id)
    }

    /// The stream in use, when it is open.
    pub(super) fn receiving(&self) -> Option<(StreamId, Transport)> {
        let main = self.main.filter(|stream| stream.opened.is_some())?;
        Some((main.id, main.transport))
    }

    pub(super) fn knows(&self, id: StreamId) -> bool {
        self.is_main(id) || self.probe.is_some_and(|stream| stream.id == id)
    }

    fn is_main(&self, id: StreamId) -> bool {
        self.main.is_some_and(|stream| stream.id == id)
    }

    /// Gives up what did not open in time, and says which stream to open, if any.
    pub(super) fn next(
        &mut self,
        now: u64,
        visible: bool,
        dice: &mut Dice,
        out: &mut Outputs,
    ) -> Option<Transport> {
        if !self.active || !self.streams {
            return None;
        }
        let main = self
            .main
            .filter(|main| main.open_by().is_some_and(|by| by <= now));
        let probe = self
            .probe
            .filter(|probe| probe.prove_by(self.answers).is_some_and(|by| by <= now));
        for stream in [main, probe].into_iter().flatten() {
            out.effect(Effect::CloseStream(stream.id));
            self.ended(stream.id, now, dice);
        }
        let useful_at = self.probe.and_then(|probe| probe.useful_at(self.answers));
        if useful_at.is_some_and(|at| at <= now) {
            self.promote(now, out);
        }
        match (self.rung, self.main) {
            (Rung::Socket, None) if self.backoff.ready(now) => Some(Transport::WebSocket),
            (Rung::Source, None) => Some(Transport::EventSource),
            (Rung::Source | Rung::Polling, _) if visible && self.probe.is_none() && self.probe_at <= now => {
                Some(if self.probe_source_next {
                    Transport::EventSource
                } else {
                    Transport::WebSocket
                })
            }
            _ => None,
        }
    }

    /// The stream that [`Ladder::next`] asked for is being opened.
    pub(super) fn opening(&mut self, id: StreamId, transport: Transport, now: u64) {
        let stream = Stream {
            id,
            transport,
            since: now,
            opened: None,
            heard: false,
        };
        let is_main = match self.rung {
            Rung::Socket => true,
            Rung::Source => self.main.is_none() && transport == Transport::EventSource,
            Rung::Polling => false,
        };
        if is_main {
            self.main = Some(stream);
        } else {
            self.probe = Some(stream);
        }
    }

    /// A stream is open. Whether it took the place of one that was lost.
    pub(super) fn opened(&mut self, id: StreamId, now: u64) -> bool {
        for stream in [&mut self.main, &mut self.probe].into_iter().flatten() {
            if stream.id == id {
                stream.opened = Some(now);
            }
        }
        self.is_main(id) && std::mem::take(&mut self.lost)
    }

    /// Something came over a stream.
    pub(super) fn heard(&mut self, id: StreamId, now: u64, out: &mut Outputs) {
        self.deaf = 0;
        for stream in [&mut self.main, &mut self.probe].into_iter().flatten() {
            if stream.id == id {
                stream.heard = true;
            }
        }
        if self
            .probe
            .is_some_and(|probe| probe.id == id && probe.opened.is_some())
        {
            self.promote(now, out);
        }
    }

    /// What was tried above works: it is the rung from now on.
    fn promote(&mut self, now: u64, out: &mut Outputs) {
        let Some(probe) = self.probe.take() else { return };
        if let Some(old) = self.main.replace(probe) {
            out.effect(Effect::CloseStream(old.id));
        }
        self.rung = match probe.transport {
            Transport::WebSocket => Rung::Socket,
            Transport::EventSource => Rung::Source,
        };
        self.probe_source_next = false;
        self.probe_at = now + PROBE_FROM_SOURCE_MILLIS;
        self.lost = false;
        self.backoff.succeed();
    }

    /// A stream ended, or did not open in time.
    pub(super) fn ended(&mut self, id: StreamId, now: u64, dice: &mut Dice) {
        if self.is_main(id) {
            self.main_ended(now, dice);
        } else if let Some(probe) = self.probe.take_if(|probe| probe.id == id) {
            let source_next = probe.transport == Transport::WebSocket && self.source_worked;
            self.probe_source_next = source_next && self.rung == Rung::Polling;
            let wait = match self.rung {
                _ if self.probe_source_next => 0,
                Rung::Source => PROBE_FROM_SOURCE_MILLIS,
                Rung::Socket | Rung::Polling => PROBE_FROM_POLLING_MILLIS,
            };
            self.probe_at = now + wait;
        }
    }

    fn main_ended(&mut self, now: u64, dice: &mut Dice) {
        let Some(stream) = self.main.take() else { return };
        self.lost |= stream.opened.is_some();
        let lived = now - stream.opened.unwrap_or(stream.since);
        let was_useful = stream.opened.is_some() && (stream.heard || lived >= USEFUL_MILLIS);
        match stream.transport {
            Transport::WebSocket => {
                if was_useful {
                    self.socket_worked = true;
                    self.backoff.succeed();
                }
                let never_opened = stream.opened.is_none();
                let unable = !self.socket_worked && (lived < USEFUL_MILLIS || never_opened);
                if unable || self.backoff.failures() >= RECONNECTS {
                    return self.go_down(Rung::Source, now + PROBE_FROM_SOURCE_MILLIS);
                }
                let delay = dice.jitter(doubled(1_000, self.backoff.failures(), 30_000));
                self.backoff.fail(now, delay, None);
            }
            Transport::EventSource => {
                self.source_worked |= was_useful;
                self.go_down(Rung::Polling, now + PROBE_FROM_POLLING_MILLIS);
            }
        }
    }

    fn go_down(&mut self, rung: Rung, probe_at: u64) {
        self.rung = rung;
        self.probe_at = probe_at;
        self.backoff.succeed();
    }

    /// The stream in use has fallen silent: another one takes its place at once.
    pub(super) fn replace(&mut self, now: u64, out: &mut Outputs) {
        let Some(stream) = self.main.take() else { return };
        out.effect(Effect::CloseStream(stream.id));
        self.lost = true;
        self.deaf += 1;
        // Something between lets streams open and nothing through.
        if self.deaf >= 2 {
            self.deaf = 0;
            match self.rung {
                Rung::Socket => self.go_down(Rung::Source, now + PROBE_FROM_SOURCE_MILLIS),
                Rung::Source | Rung::Polling => self.go_down(Rung::Polling, now + PROBE_FROM_POLLING_MILLIS),
            }
        }
    }

    /// The server may be there again.
    pub(super) fn wake(&mut self, now: u64) {
        self.backoff.wake(now);
        if self.rung != Rung::Socket && self.probe.is_none() {
            self.probe_at = now;
        }
    }

    /// When [`Ladder::next`] has something to do.
    pub(super) fn deadline(&self, visible: bool) -> Option<u64> {
        if !self.active || !self.streams {
            return None;
        }
        let probes = visible && self.rung != Rung::Socket && self.probe.is_none();
        earliest(&[
            self.main.and_then(|main| main.open_by()),
            self.probe.and_then(|probe| probe.prove_by(self.answers)),
            self.probe.and_then(|probe| probe.useful_at(self.answers)),
            self.backoff
                .at()
                .filter(|_| self.main.is_none() && self.rung == Rung::Socket),
            probes.then_some(self.probe_at),
        ])
    }
}
