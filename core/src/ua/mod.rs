//! User agents: which are let in (PROTOCOL §5.6), and what they tell about a browser (§1.3).
//!
//! [`UaFilter`] holds the rules; how a list of patterns is matched is the port [`PatternEngine`], with
//! one engine for native programs (feature `patterns`) and one for platforms that have regular
//! expressions themselves ([`PortablePatterns`]).
//!
//! ```
//! # #[cfg(feature = "patterns")] {
//! use pocketping_core::ua::{NativeUaFilter, UaFilterConfig, UaReason};
//!
//! let filter = NativeUaFilter::compile(&UaFilterConfig { enabled: true, ..Default::default() });
//! let verdict = filter.check(Some("Googlebot/2.1"));
//! assert!(!verdict.allowed);
//! assert_eq!(verdict.reason, UaReason::DefaultBot);
//! assert_eq!(verdict.matched_pattern, Some("googlebot"));
//! # }
//! ```

mod bots;
pub use bots::DEFAULT_BOT_PATTERNS;
mod config;
pub use config::{FilterMode, UaFilterConfig};
mod filter;
pub use filter::UaFilter;
#[cfg(feature = "patterns")]
mod native;
#[cfg(feature = "patterns")]
pub use native::NativePatterns;
mod parse;
pub use parse::{UaInfo, parse};
mod pattern;
pub use pattern::{Pattern, PatternEngine};
mod portable;
pub use portable::{PatternHost, PortablePatterns};
mod problem;
pub use problem::{UaList, UaProblem};
mod verdict;
pub use verdict::{UaReason, UaVerdict};

/// The filter of native programs.
#[cfg(feature = "patterns")]
pub type NativeUaFilter = UaFilter<NativePatterns>;
