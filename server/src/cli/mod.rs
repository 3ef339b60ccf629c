//! The command line (EXTENSIONS, Binary).

mod check;
mod connection;
mod copies;
mod database;
mod demo;
mod failure;
mod files;
mod listener;
mod log;
mod operator;
mod options;
mod serve;
mod settings;
mod stop;
mod token;

use clap::Parser;
use clap::error::ErrorKind;
use failure::Failure;
use options::{Cli, Command};
use std::io::Write;
use std::process::ExitCode;

/// Prints what a command has to say.
fn print(text: &str) {
    // Whoever closed our output does not want to know.
    std::io::stdout().write_all(text.as_bytes()).ok();
}

/// Runs the command that was typed. Exit codes: 0 done, 1 it failed, 2 wrong options, each named in a line.
pub(crate) fn run() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(Cli {
            command: Command::Serve(options),
        }) => serve::serve(options),
        Ok(Cli {
            command: Command::CheckConfig(flags),
        }) => check::check(flags),
        Ok(Cli {
            command: Command::Backup(options),
        }) => copies::backup(options),
        Ok(Cli {
            command: Command::Restore(options),
        }) => copies::restore(options),
        Ok(Cli {
            command: Command::Operator(command),
        }) => operator::operator(command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
            _ => Err(Failure::usage(first_line(&error.to_string()))),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.message.lines() {
                eprintln!("pocketping: {line}");
            }
            ExitCode::from(failure.code)
        }
    }
}

/// clap explains at length; its first line names the option and what is wrong with it.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line)
}
