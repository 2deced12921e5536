//! `patchgate advisory`: what a repository of advisory data runs on every change, and the tools of its curators.

use clap::Subcommand;

use super::Failure;
use crate::document::exit::Exit;

pub mod data;
pub mod diff;
pub mod lint;
pub mod list;
pub mod new;
pub mod revision;
pub mod show;
pub mod test;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check advisory data: each file by itself, and what the files say together
    #[command(after_help = super::CHECK_EXIT_CODES)]
    Lint(lint::Arguments),
    /// Run the cases of every advisory, and with --mutants find what they do not prove
    #[command(after_help = super::CHECK_EXIT_CODES)]
    Test(test::Arguments),
    /// Show which verdicts change, on which servers and why, when the advisory data changes
    #[command(after_help = diff::EXIT_CODES, override_usage = diff::USAGE)]
    Diff(diff::Arguments),
    /// List advisories
    List(list::Arguments),
    /// Show one advisory as people read it
    Show(show::Arguments),
    /// Begin a new advisory: the next free id, and what is known of the update
    New(new::Arguments),
}

/// Runs a subcommand.
///
/// # Errors
/// When it cannot do its work.
pub fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Lint(arguments) => lint::run(arguments),
        Command::Test(arguments) => test::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::New(arguments) => new::run(arguments),
    }
}
