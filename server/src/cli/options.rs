//! What can be typed.

use super::database::Database;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};
use pocketping_server::{AddressRange, Origins, RateLimit};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

/// A live chat for any website.
#[derive(Parser)]
#[command(name = "pocketping", version)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What the binary does.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Run the server: widget, API and inbox
    Serve(ServeOptions),
}

/// Options of `pocketping serve`.
#[derive(Args)]
pub(super) struct ServeOptions {
    /// Address and port to listen on
    #[arg(long, env = "POCKETPING_LISTEN", default_value = "127.0.0.1:3000", value_parser = address)]
    pub(super) listen: SocketAddr,

    /// Where conversations are kept: sqlite://<file>, postgres://<user>:<password>@<host>/<name>, or memory: (a restart
    /// loses them)
    #[arg(long, env = "POCKETPING_DATABASE", default_value = "sqlite://pocketping.db", value_parser = Database::parse, hide_env_values = true)]
    pub(super) database: Database,

    /// Folder for uploaded files [default: beside the database; with postgres: pocketping.files; with memory: in memory]
    #[arg(long, env = "POCKETPING_FILES", value_name = "DIR")]
    pub(super) files: Option<PathBuf>,

    /// Where browsers reach the routes, such as https://chat.example/pocketping: addresses of files begin with it
    #[arg(long, env = "POCKETPING_PUBLIC_URL", default_value = "/pocketping")]
    pub(super) public_url: String,

    /// Never wait for the disk: a power cut loses what was acknowledged. Only for tests
    #[arg(long, env = "POCKETPING_UNSAFE_NO_SYNC", value_parser = FalseyValueParser::new(), hide = true)]
    pub(super) unsafe_no_sync: bool,

    /// Erase conversations in which nothing has happened for so many days [default: keep them]
    #[arg(long, env = "POCKETPING_RETENTION_DAYS", value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) retention_days: Option<u32>,

    /// What operators sign in with, at least 16 characters; made and kept in <file>.token (with postgres: pocketping.token) when not given
    #[arg(long, env = "POCKETPING_OPERATOR_TOKEN", hide_env_values = true)]
    pub(super) operator_token: Option<String>,

    /// Limit on requests of one address: on or off
    #[arg(long, env = "POCKETPING_RATE_LIMIT", default_value = "on", value_parser = rate_limit)]
    pub(super) rate_limit: RateLimit,

    /// Sites that may use the server from a browser, separated by commas; * for any
    #[arg(long, env = "POCKETPING_ALLOWED_ORIGINS", default_value = "*", value_parser = origins)]
    pub(super) allowed_origins: Origins,

    /// Proxies whose X-Forwarded-For is believed, separated by commas: addresses or ranges
    #[arg(long, env = "POCKETPING_TRUSTED_PROXIES", value_delimiter = ',')]
    pub(super) trusted_proxies: Vec<AddressRange>,

    /// Text that visitors see in an empty conversation
    #[arg(long, env = "POCKETPING_WELCOME_MESSAGE")]
    pub(super) welcome_message: Option<String>,

    /// Serve the demo shop at /
    #[arg(long, env = "POCKETPING_DEMO", value_parser = FalseyValueParser::new())]
    pub(super) demo: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| "expected an address with a port such as 127.0.0.1:3000".to_owned())
}

fn rate_limit(text: &str) -> Result<RateLimit, String> {
    match text {
        "on" => Ok(RateLimit::default()),
        "off" => Ok(RateLimit::Off),
        _ => Err("expected on or off".to_owned()),
    }
}

fn origins(text: &str) -> Result<Origins, String> {
    if text.trim() == "*" {
        return Ok(Origins::Any);
    }
    let list = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    Ok(Origins::List(
        list.map(|origin| origin.trim_end_matches('/').to_owned())
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_of_serve_has_an_environment_variable_of_its_name() {
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        for option in serve.get_arguments().filter(|option| option.get_id() != "help") {
            let name = option.get_id().as_str().to_uppercase();
            let env = option.get_env().and_then(|env| env.to_str()).unwrap_or_default();
            assert_eq!(env, format!("POCKETPING_{name}"));
        }
    }

    #[test]
    fn a_star_means_any_origin() {
        assert_eq!(origins("*"), Ok(Origins::Any));
        let list = origins("https://a.example/, http://b.example:8080").unwrap();
        assert!(list.allows("https://a.example") && list.allows("http://b.example:8080"));
    }
}
