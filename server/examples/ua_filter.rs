//! Programs kept out, by user agent: `cargo run -p pocketping-server --example ua_filter`.

use pocketping_core::ua::{UaFilterConfig, UaVerdict};
use pocketping_server::{BotFacts, ConfigProblems, PocketPing};

/// A server that lets in no well-known bot, none of these two, and one of its own.
pub(crate) fn server() -> Result<PocketPing, ConfigProblems> {
    let filter = UaFilterConfig {
        enabled: true,
        // A part of the name, or a regular expression between slashes; case does not matter.
        blocklist: vec!["scraper".into(), r"/^shopbot\/\d/".into()],
        blocked_message: "No programs, please.".into(),
        ..UaFilterConfig::default()
    };
    PocketPing::builder()
        .ua_filter(filter)
        // Decides before the lists: `None` leaves it to them.
        .ua_hook(|user_agent| user_agent.contains("our-own-monitor").then_some(true))
        .build()
}

/// What the server makes of a user agent, for routes of your own.
pub(crate) fn verdict<'p>(pp: &'p PocketPing, user_agent: &str) -> Option<UaVerdict<'p>> {
    pp.check_ua_filter(Some(user_agent))
}

fn main() -> Result<(), ConfigProblems> {
    let pp = server()?;
    let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0",
        "Googlebot/2.1",
        "ShopBot/7",
        "our-own-monitor (a bot)",
    ];
    for agent in agents {
        let Some(verdict) = verdict(&pp, agent) else {
            continue;
        };
        let word = if verdict.allowed { "in" } else { "out" };
        println!("{agent}: {word} ({})", verdict.reason.as_str());
    }
    // Signs beyond the name: the address of a data centre, what the widget saw of its browser.
    let facts = BotFacts {
        user_agent: Some("HeadlessChrome/140"),
        ..BotFacts::default()
    };
    println!("HeadlessChrome: {:?}", pp.is_bot(facts));
    Ok(())
}
