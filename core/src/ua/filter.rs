//! The filter itself: which lists are asked, in which order.

use super::{
    DEFAULT_BOT_PATTERNS, FilterMode, Pattern, PatternEngine, UaFilterConfig, UaList, UaProblem, UaReason,
    UaVerdict,
};

/// A compiled user-agent filter (PROTOCOL §5.6). Compile once, check each request.
///
/// `E` is the platform's way to match patterns. With the native engine, checks may run on many threads at
/// once, and do not allocate unless a regular expression matches or the user agent is not ASCII or longer
/// than 512 bytes.
#[derive(Clone, Debug)]
pub struct UaFilter<E> {
    enabled: bool,
    allow: Option<List<E>>,
    block: Option<List<E>>,
    /// What becomes of a user agent that no list knows.
    otherwise: UaVerdict<'static>,
    problems: Vec<UaProblem>,
}

const ALLOWED: UaVerdict<'static> = UaVerdict {
    allowed: true,
    reason: UaReason::Default,
    matched_pattern: None,
};
const NOT_LISTED: UaVerdict<'static> = UaVerdict {
    allowed: false,
    reason: UaReason::NotInAllowlist,
    matched_pattern: None,
};

impl<E: PatternEngine> UaFilter<E> {
    /// Compiles a configuration. Nothing in it makes this fail: [`problems`](Self::problems) names what
    /// is without effect.
    pub fn compile(config: &UaFilterConfig) -> Self {
        let (uses_allow, uses_block) = match config.mode {
            FilterMode::Allowlist => (true, false),
            FilterMode::Blocklist => (false, true),
            FilterMode::Both => (true, true),
            FilterMode::Other(_) => (false, false),
        };
        let mut problems = Vec::new();
        if let FilterMode::Other(mode) = &config.mode {
            problems.push(UaProblem::UnknownMode { mode: mode.clone() });
        }
        let uses_block = config.enabled && uses_block;
        let defaults: &[&'static str] = if uses_block && config.use_default_bots {
            &DEFAULT_BOT_PATTERNS
        } else {
            &[]
        };
        // A list that is out of use is compiled too, for its problems.
        let allow = List::compile(UaList::Allowlist, &config.allowlist, &[], &mut problems);
        let block = List::compile(UaList::Blocklist, &config.blocklist, defaults, &mut problems);
        UaFilter {
            enabled: config.enabled,
            allow: (config.enabled && uses_allow).then_some(allow),
            block: uses_block.then_some(block),
            otherwise: if config.mode == FilterMode::Allowlist {
                NOT_LISTED
            } else {
                ALLOWED
            },
            problems,
        }
    }

    /// Decides about one user agent; none and an empty one are allowed.
    pub fn check(&self, ua: Option<&str>) -> UaVerdict<'_> {
        self.check_with(ua, |_| None)
    }

    /// Decides with the host's own filter asked first: true allows, false blocks, `None` leaves it to
    /// the lists. It is asked only when the filter is enabled and there is a user agent, which it gets
    /// as sent.
    pub fn check_with(&self, ua: Option<&str>, custom: impl FnOnce(&str) -> Option<bool>) -> UaVerdict<'_> {
        let ua = match ua {
            Some(ua) if self.enabled && !ua.is_empty() => ua,
            _ => return ALLOWED,
        };
        if let Some(allowed) = custom(ua) {
            return UaVerdict {
                allowed,
                reason: UaReason::Custom,
                matched_pattern: None,
            };
        }
        if let Some((list, index)) = self.allow.as_ref().and_then(|list| list.first_match(ua)) {
            return UaVerdict {
                allowed: true,
                reason: UaReason::Allowlist,
                matched_pattern: Some(list.pattern(index)),
            };
        }
        if let Some((list, index)) = self.block.as_ref().and_then(|list| list.first_match(ua)) {
            return UaVerdict {
                allowed: false,
                reason: if index < list.written.len() {
                    UaReason::Blocklist
                } else {
                    UaReason::DefaultBot
                },
                matched_pattern: Some(list.pattern(index)),
            };
        }
        self.otherwise
    }

    /// Whether a user agent is a known bot, by the default patterns alone and whatever the configuration.
    pub fn is_bot(ua: &str) -> bool {
        E::is_bot(ua)
    }

    /// Each empty pattern, each that cannot be compiled, and an unknown mode.
    pub fn problems(&self) -> &[UaProblem] {
        &self.problems
    }
}

/// One list: the owner's patterns without the empty ones, then the default ones.
#[derive(Clone, Debug)]
struct List<E> {
    engine: E,
    written: Vec<String>,
    defaults: &'static [&'static str],
}

impl<E: PatternEngine> List<E> {
    fn compile(
        name: UaList,
        written: &[String],
        defaults: &'static [&'static str],
        problems: &mut Vec<UaProblem>,
    ) -> Self {
        let mut patterns = Vec::with_capacity(written.len() + defaults.len());
        // Of each pattern that stays: its index in the list as configured.
        let mut indexes = Vec::with_capacity(written.len());
        for (index, pattern) in written.iter().enumerate() {
            match Pattern::parse(pattern) {
                Some(pattern) => {
                    patterns.push(pattern);
                    indexes.push(index);
                }
                None => problems.push(UaProblem::EmptyPattern { list: name, index }),
            }
        }
        patterns.extend(defaults.iter().map(|pattern| Pattern::Text(pattern)));
        let (engine, invalid) = E::compile(&patterns);
        for index in invalid.into_iter().filter_map(|at| indexes.get(at).copied()) {
            problems.push(UaProblem::InvalidPattern {
                list: name,
                index,
                pattern: written[index].clone(),
            });
        }
        List {
            engine,
            written: indexes.iter().map(|&index| written[index].clone()).collect(),
            defaults,
        }
    }

    fn first_match(&self, ua: &str) -> Option<(&Self, usize)> {
        self.engine.first_match(ua).map(|index| (self, index))
    }

    fn pattern(&self, index: usize) -> &str {
        match self.written.get(index) {
            Some(pattern) => pattern,
            None => self.defaults[index - self.written.len()],
        }
    }
}
