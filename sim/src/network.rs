//! [`Link`]: one client's way to the server and back.
//!
//! What it decides is what an application sees of TCP: a request or response arrives, late or not, or is lost
//! with or without a sign; what is sent over one stream stays in order; requests and different streams overtake
//! each other.

use crate::chance::Chance;
use crate::faults::{Fault, Tally};

/// Longest wait after which a broken connection is noticed.
const NOTICE_MILLIS: u64 = 4_000;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the client.
    ToServer,
    /// To the client.
    ToClient,
}

/// How bad a link is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// Chances of 1,000 that a request or response is lost.
    pub loss: u64,
    /// Chances that something takes seconds.
    pub delay: u64,
    /// Chances that a request arrives twice.
    pub duplication: u64,
    /// Chances, for each envelope, that the stream breaks instead of bringing it.
    pub breaks: u64,
    /// Chances, for each envelope, that the stream goes deaf.
    pub deafness: u64,
}

/// What becomes of a request or response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrives then.
    Arrives(u64),
    /// It does not; the client notices a broken connection then, or never.
    Lost(Option<u64>),
}

/// What becomes of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameFate {
    /// It arrives then.
    Arrives(u64),
    /// The stream breaks.
    Breaks,
    /// The stream stays open and brings nothing any more.
    Deafens,
}

/// One client's way to the server and back.
#[derive(Debug)]
pub(crate) struct Link {
    chance: Chance,
    weather: Weather,
    base_millis: u64,
    /// Until when nothing gets through, of each direction.
    cut_until: [u64; 2],
    /// When the latest arrives that was sent, of each direction.
    latest: [u64; 2],
    /// Until when streams cannot be opened.
    blocked_until: u64,
}

impl Link {
    /// A link of this weather.
    pub(crate) fn new(mut chance: Chance, weather: Weather) -> Self {
        let base_millis = *chance.pick(&[2, 20, 60, 250]).unwrap_or(&20);
        Link {
            chance,
            weather,
            base_millis,
            cut_until: [0; 2],
            latest: [0; 2],
            blocked_until: 0,
        }
    }

    /// Nothing gets through this way until then.
    pub(crate) fn cut(&mut self, way: Way, until: u64) {
        let cut = &mut self.cut_until[way as usize];
        *cut = (*cut).max(until);
    }

    /// Streams cannot be opened until then.
    pub(crate) fn block_streams(&mut self, until: u64) {
        self.blocked_until = self.blocked_until.max(until);
    }

    /// Whether streams cannot be opened.
    pub(crate) fn blocks_streams(&self, now: u64) -> bool {
        now < self.blocked_until
    }

    /// From here on everything works.
    pub(crate) fn heal(&mut self) {
        self.weather = Weather::default();
        self.cut_until = [0; 2];
        self.blocked_until = 0;
    }

    fn latency(&mut self, tally: &mut Tally) -> u64 {
        let base = self.base_millis + self.chance.of(0..=self.base_millis);
        if !self.chance.permille(self.weather.delay) {
            return base;
        }
        tally.count(Fault::Delayed);
        base + self.chance.of(1_000..=20_000)
    }

    /// What becomes of a request (to the server) or response (to the client).
    pub(crate) fn send(&mut self, way: Way, now: u64, tally: &mut Tally) -> Fate {
        let latency = self.latency(tally);
        let cut_until = self.cut_until[way as usize];
        if now < cut_until {
            // It is sent again and again below us: it comes late, or not at all.
            if self.chance.permille(400) {
                return self.arrives(way, cut_until + latency, tally);
            }
            return Fate::Lost(None);
        }
        if self.chance.permille(self.weather.loss) {
            let is_noticed = self.chance.permille(600);
            let noticed = is_noticed.then(|| now + self.chance.of(1..=NOTICE_MILLIS));
            return Fate::Lost(noticed);
        }
        self.arrives(way, now + latency, tally)
    }

    fn arrives(&mut self, way: Way, at: u64, tally: &mut Tally) -> Fate {
        let latest = &mut self.latest[way as usize];
        if at < *latest {
            tally.count(Fault::Reordered);
        }
        *latest = at.max(*latest);
        Fate::Arrives(at)
    }

    /// When a request that arrived comes a second time, if it does.
    pub(crate) fn repeats(&mut self, at: u64, tally: &mut Tally) -> Option<u64> {
        if !self.chance.permille(self.weather.duplication) {
            return None;
        }
        tally.count(Fault::Duplicated);
        Some(at + self.chance.of(0..=5_000))
    }

    /// What becomes of a frame that follows one that arrives at `last`.
    pub(crate) fn frame(&mut self, way: Way, now: u64, last: u64, tally: &mut Tally) -> FrameFate {
        let latency = self.latency(tally);
        let cut_until = self.cut_until[way as usize];
        if now < cut_until && self.chance.permille(300) {
            tally.count(Fault::StreamDeaf);
            return FrameFate::Deafens;
        }
        if self.chance.permille(self.weather.breaks) {
            tally.count(Fault::StreamBroken);
            return FrameFate::Breaks;
        }
        if self.chance.permille(self.weather.deafness) {
            tally.count(Fault::StreamDeaf);
            return FrameFate::Deafens;
        }
        FrameFate::Arrives((now.max(cut_until) + latency).max(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_healed_link_brings_everything_soon() {
        let all = Weather {
            loss: 1_000,
            delay: 1_000,
            duplication: 1_000,
            breaks: 1_000,
            deafness: 1_000,
        };
        let mut tally = Tally::default();
        let mut link = Link::new(Chance::new(3), all);
        link.cut(Way::ToServer, 99_000);
        link.block_streams(99_000);
        assert!(matches!(
            link.frame(Way::ToClient, 0, 0, &mut tally),
            FrameFate::Breaks
        ));
        link.heal();
        for now in 0..1_000 {
            let Fate::Arrives(at) = link.send(Way::ToServer, now, &mut tally) else {
                panic!("lost")
            };
            assert!((now..=now + 500).contains(&at));
            assert_eq!(link.repeats(at, &mut tally), None);
        }
        assert!(!link.blocks_streams(0));
    }

    #[test]
    fn a_cut_holds_one_direction_only() {
        let mut tally = Tally::default();
        let mut link = Link::new(Chance::new(3), Weather::default());
        link.cut(Way::ToClient, 10_000);
        for _ in 0..100 {
            match link.send(Way::ToClient, 5_000, &mut tally) {
                Fate::Arrives(at) => assert!(at >= 10_000),
                Fate::Lost(noticed) => assert_eq!(noticed, None),
            }
            assert!(matches!(link.send(Way::ToServer, 5_000, &mut tally), Fate::Arrives(at) if at < 6_000));
        }
    }

    #[test]
    fn frames_of_one_stream_stay_in_order() {
        let weather = Weather {
            delay: 500,
            ..Weather::default()
        };
        let (mut link, mut tally, mut last) = (Link::new(Chance::new(5), weather), Tally::default(), 0);
        for now in 0..1_000 {
            let FrameFate::Arrives(at) = link.frame(Way::ToClient, now, last, &mut tally) else {
                panic!("lost")
            };
            assert!(at >= last);
            last = at;
        }
    }
}
