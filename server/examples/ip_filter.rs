//! Who may come, by address: `cargo run -p pocketping-server --example ip_filter`.
//!
//! The filter is in front of all routes and streams, and takes IPv6 as well as IPv4.

use pocketping_core::ua::FilterMode;
use pocketping_server::{AddressVerdict, IpFilterConfig, PocketPing};
use std::net::IpAddr;

/// A server behind a proxy of its own network. Of others nobody believes in whose name they call.
pub(crate) fn server() -> Result<PocketPing, Box<dyn std::error::Error>> {
    let filter = IpFilterConfig {
        enabled: true,
        // The allowlist wins over the blocklist; on neither is let in.
        mode: FilterMode::Both,
        allowlist: vec!["10.0.0.0/8".parse()?],
        blocklist: vec!["203.0.113.0/24".parse()?, "2001:db8::/32".parse()?],
        blocked_message: "Not from there.".into(),
        ..IpFilterConfig::default()
    };
    // Decides before the lists: `None` leaves it to them.
    let local = |address: IpAddr| address.is_loopback().then_some(true);
    Ok(PocketPing::builder()
        .ip_filter(filter)
        .ip_hook(local)
        .trusted_proxies(["10.0.0.2".parse()?])
        // For a proxy that replaces what visitors send. By default `x-forwarded-for`.
        .proxy_header("cf-connecting-ip")
        .build()?)
}

/// What the server makes of an address, for routes of your own.
pub(crate) fn verdict(pp: &PocketPing, address: &str) -> Result<AddressVerdict, Box<dyn std::error::Error>> {
    let verdict = pp.check_ip_filter(Some(address.parse()?));
    Ok(verdict.ok_or("the filter is off")?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pp = server()?;
    for address in [
        "127.0.0.1",
        "10.1.2.3",
        "203.0.113.7",
        "2001:db8::7",
        "198.51.100.1",
    ] {
        let verdict = verdict(&pp, address)?;
        let word = if verdict.allowed { "in" } else { "out" };
        println!("{address}: {word} ({})", verdict.reason.as_str());
    }
    Ok(())
}
