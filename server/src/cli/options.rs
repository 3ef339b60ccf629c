//! Commands and flags.

use super::settings::Given;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};
use pocketping_core::model::OperatorRole;
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
    /// Show all options as they would take effect, each with where it comes from, or all that is wrong with them
    CheckConfig(Flags),
    /// Copy the database (SQLite) with its uploaded files, also while a server runs
    Backup(BackupOptions),
    /// Put a backup in the place of the database; what was there before is kept aside
    Restore(RestoreOptions),
    /// Manage who may sign in, also while a server runs on the database
    #[command(subcommand)]
    Operator(OperatorCommand),
}

/// What `pocketping operator` does.
#[derive(Subcommand)]
pub(super) enum OperatorCommand {
    /// Add an operator and print their token, this once
    Add(AddOptions),
    /// List the operators
    List(Flags),
    /// Give an operator a new token and print it, this once; the old one is good no longer
    Token(OneOperator),
    /// Remove an operator: they are signed out everywhere
    Remove(OneOperator),
}

/// Options of `pocketping operator add`.
#[derive(Args)]
pub(super) struct AddOptions {
    /// The name shown to visitors
    #[arg(long)]
    pub(super) name: String,

    /// http(s) address of a picture
    #[arg(long, value_name = "URL")]
    pub(super) avatar: Option<String>,

    /// What they may do: owner, admin or agent (conversations only)
    #[arg(long, default_value = "agent", value_parser = role)]
    pub(super) role: OperatorRole,

    #[command(flatten)]
    pub(super) flags: Flags,
}

/// Options of the commands about one operator.
#[derive(Args)]
pub(super) struct OneOperator {
    /// The operator's id, as `pocketping operator list` shows it
    #[arg(value_name = "ID")]
    pub(super) id: String,

    #[command(flatten)]
    pub(super) flags: Flags,
}

fn role(text: &str) -> Result<OperatorRole, String> {
    OperatorRole::parse(text).ok_or_else(|| "expected owner, admin or agent".to_owned())
}

/// Options of `pocketping backup`.
#[derive(Args)]
pub(super) struct BackupOptions {
    /// Where the copy goes; its files go to FILE.files
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    /// Replace a backup that is there already
    #[arg(long)]
    pub(super) force: bool,

    #[command(flatten)]
    pub(super) flags: Flags,
}

/// Options of `pocketping restore`.
#[derive(Args)]
pub(super) struct RestoreOptions {
    /// What `pocketping backup` made
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    #[command(flatten)]
    pub(super) flags: Flags,
}

/// Options of `pocketping serve`.
#[derive(Args)]
pub(super) struct ServeOptions {
    #[command(flatten)]
    pub(super) flags: Flags,

    /// Never wait for the disk: a power cut loses what was acknowledged. Only for tests
    #[arg(long, env = "POCKETPING_UNSAFE_NO_SYNC", value_parser = FalseyValueParser::new(), hide = true)]
    pub(super) unsafe_no_sync: bool,
}

/// Everything that can be configured: the usual options by name, all others with `--set`.
#[derive(Args)]
#[command(
    after_help = "Every option is also a key of the file and an environment variable: \
    --database is `database` there and POCKETPING_DATABASE, `ua_filter.enabled` is POCKETPING_UA_FILTER_ENABLED. \
    Flags win over the environment, the environment over the file."
)]
pub(super) struct Flags {
    /// File with options [default: pocketping.toml, if there is one; env: POCKETPING_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Any option of the file, such as ua_filter.enabled=true
    #[arg(long, value_name = "OPTION=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,

    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long)]
    listen: Option<String>,

    /// Address and port that serve /metrics without a token [default: only --listen does, with the operator token]
    #[arg(long, value_name = "LISTEN")]
    metrics_listen: Option<String>,

    /// Where conversations are kept: sqlite://<file>, postgres://<user>:<password>@<host>/<name>, or memory: (a restart
    /// loses them) [default: sqlite://pocketping.db]
    #[arg(long)]
    database: Option<String>,

    /// Folder for uploaded files, or s3://<bucket>/<prefix>, with the options s3.… [default: beside the database; with
    /// postgres: pocketping.files; with memory: in memory]
    #[arg(long, value_name = "PLACE")]
    files: Option<String>,

    /// Where browsers reach the routes, such as https://chat.example/pocketping: addresses of files begin with it
    /// [default: /pocketping]
    #[arg(long)]
    public_url: Option<String>,

    /// Erase conversations in which nothing has happened for so many days [default: keep them]
    #[arg(long, value_name = "DAYS")]
    retention_days: Option<String>,

    /// What operators sign in with, at least 16 characters; made and kept in <file>.token (with postgres: pocketping.token)
    /// when not given
    #[arg(long)]
    operator_token: Option<String>,

    /// Limits on what one visitor, session or address may ask for: on or off [default: on]
    #[arg(long)]
    rate_limit: Option<String>,

    /// Sites that may use the server from a browser, separated by commas; * for any [default: *]
    #[arg(long)]
    allowed_origins: Option<String>,

    /// Proxies that are believed about visitors' addresses, separated by commas: addresses or ranges
    #[arg(long)]
    trusted_proxies: Option<String>,

    /// Text that visitors see in an empty conversation
    #[arg(long)]
    welcome_message: Option<String>,

    /// Serve the demo shop at /
    #[arg(long)]
    demo: bool,
}

impl Flags {
    /// All that was typed, with the environment.
    pub(super) fn given(self) -> Given {
        let named = [
            ("listen", self.listen),
            ("metrics_listen", self.metrics_listen),
            ("database", self.database),
            ("files", self.files),
            ("public_url", self.public_url),
            ("retention_days", self.retention_days),
            ("operator_token", self.operator_token),
            ("rate_limit", self.rate_limit),
            ("allowed_origins", self.allowed_origins),
            ("trusted_proxies", self.trusted_proxies),
            ("welcome_message", self.welcome_message),
            ("demo", self.demo.then(|| "true".to_owned())),
        ];
        let named = named.into_iter().filter_map(|(path, text)| {
            let flag = format!("--{}", path.replace('_', "-"));
            Some((flag, path.to_owned(), text?))
        });
        let set = self
            .set
            .into_iter()
            .map(|(path, text)| (format!("--set {path}"), path, text));
        // What is no UTF-8 is no variable of ours.
        let variables = std::env::vars_os()
            .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
        Given {
            file: self.config,
            variables: variables
                .filter(|(name, _)| name.starts_with("POCKETPING_"))
                .collect(),
            flags: set.chain(named).collect(),
        }
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("expected OPTION=VALUE")?;
    Ok((path.trim().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::settings::KEYS;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_is_an_option_of_the_file_by_the_same_name() {
        let command = Cli::command();
        let check = command.find_subcommand("check-config").unwrap();
        let flags = check.get_arguments().map(|flag| flag.get_id().as_str());
        for flag in flags.filter(|flag| !["help", "config", "set"].contains(flag)) {
            assert!(KEYS.iter().any(|key| key.path == flag), "{flag}");
        }
    }
}
