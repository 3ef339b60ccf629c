//! [`Heartbeat`]: finding streams that are open and deaf (EXTENSIONS, Heartbeat).
//!
//! Towards a server with the feature `heartbeat` only; for others see the checks of [`super::reader`].

use super::Transport;

/// Silence after which a WebSocket is asked for a sign of life, in milliseconds.
const SILENCE_MILLIS: u64 = 25_000;
/// How long the answer may take.
const ANSWER_MILLIS: u64 = 10_000;

/// What the silence of a stream means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pulse {
    /// Nothing is to be done.
    Fine,
    /// A `ping` has to be sent.
    Ask,
    /// The stream has to be replaced.
    Dead,
}

/// When the stream in use was last heard.
#[derive(Default)]
pub(super) struct Heartbeat {
    heard: u64,
    asked: Option<u64>,
}

impl Heartbeat {
    /// Something came.
    pub(super) fn heard(&mut self, now: u64) {
        self.heard = now;
        self.asked = None;
    }

    /// The page is back: if the stream was silent for more than `silence`, it is asked now.
    pub(super) fn doubt(&mut self, now: u64, silence: u64) {
        if self.asked.is_none() && now >= self.heard + silence {
            self.heard = self.heard.min(now.saturating_sub(SILENCE_MILLIS));
        }
    }

    pub(super) fn check(&mut self, now: u64, transport: Transport) -> Pulse {
        if self.deadline(transport) > now {
            return Pulse::Fine;
        }
        if transport == Transport::WebSocket && self.asked.is_none() {
            self.asked = Some(now);
            return Pulse::Ask;
        }
        self.heard(now);
        Pulse::Dead
    }

    pub(super) fn deadline(&self, transport: Transport) -> u64 {
        match (transport, self.asked) {
            (_, Some(asked)) => asked + ANSWER_MILLIS,
            (Transport::WebSocket, None) => self.heard + SILENCE_MILLIS,
            // The server sends `heartbeat` by itself; an event source cannot be asked.
            (Transport::EventSource, None) => self.heard + SILENCE_MILLIS + ANSWER_MILLIS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deaf_socket_is_found_within_40_seconds() {
        let mut heartbeat = Heartbeat::default();
        heartbeat.heard(1_000);
        assert_eq!(heartbeat.check(25_999, Transport::WebSocket), Pulse::Fine);
        assert_eq!(heartbeat.check(26_000, Transport::WebSocket), Pulse::Ask);
        assert_eq!(heartbeat.check(35_999, Transport::WebSocket), Pulse::Fine);
        assert_eq!(heartbeat.check(36_000, Transport::WebSocket), Pulse::Dead);
    }

    #[test]
    fn any_sign_of_life_counts_as_the_answer() {
        let mut heartbeat = Heartbeat::default();
        heartbeat.heard(0);
        assert_eq!(heartbeat.check(25_000, Transport::WebSocket), Pulse::Ask);
        heartbeat.heard(30_000);
        assert_eq!(heartbeat.check(35_000, Transport::WebSocket), Pulse::Fine);
    }

    #[test]
    fn an_event_source_is_not_asked() {
        let mut heartbeat = Heartbeat::default();
        heartbeat.heard(0);
        assert_eq!(heartbeat.check(34_999, Transport::EventSource), Pulse::Fine);
        assert_eq!(heartbeat.check(35_000, Transport::EventSource), Pulse::Dead);
    }
}
