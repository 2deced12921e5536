//! The command line: arguments, exit codes, and one room per subcommand.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, Parser, Subcommand};

use crate::diagnostic::{Diagnostic, Level};
use crate::document::exit::Exit;
use crate::model::wording::counted;

pub mod advisory;
pub mod check;
pub mod completions;
pub mod decide;
pub mod explain;
pub mod findings;
pub mod fleet;
pub mod import;
pub mod inputs;
pub mod levels;
pub mod man;
pub mod output;
pub mod overwrite;
pub mod policy;
pub mod progress;
pub mod schema;
pub mod waiver;
pub mod words;

/// A patch-risk gate for update pipelines: approves, blocks or sequences each pending update on each server, with the
/// evidence and the way out.
#[derive(Debug, Parser)]
#[command(name = "patchgate", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Decide every pending update on every server
    #[command(after_help = EXIT_CODES)]
    Decide(decide::Arguments),
    /// Explain one decision: reasons, evidence and its source, advisories that stayed silent, the way out
    #[command(after_help = EXIT_CODES, mut_arg("inventory", |arg| arg.num_args(1)))]
    Explain(explain::Arguments),
    /// Check, test, list and write the advisory data
    #[command(subcommand, after_help = CHECK_EXIT_CODES)]
    Advisory(advisory::Command),
    /// Check the organisation's policy
    #[command(subcommand, after_help = CHECK_EXIT_CODES)]
    Policy(policy::Command),
    /// Check the organisation's waivers
    #[command(subcommand, after_help = CHECK_EXIT_CODES)]
    Waiver(waiver::Command),
    /// Turn a vendor's data into tables of the database
    Import(import::Arguments),
    /// Print the JSON Schema of a format
    Schema(schema::Arguments),
    /// Print a script that completes patchgate's arguments in a shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man,
}

const EXIT_CODES: &str = "Exit codes:
  0  at least one pair was evaluated and all are approved
  1  something is blocked
  2  could not decide: wrong usage, unreadable or invalid input
  3  nothing is blocked, something is sequenced
  4  the only blocks are undecided ones: facts are missing
  5  nothing was evaluated
A hook that sees any other code, a signal or no output must block.";

/// The exit codes of commands that check the organisation's own data.
pub const CHECK_EXIT_CODES: &str = "Exit codes:
  0  clean
  1  something was found
  2  could not run: wrong usage, unreadable input, nothing to check";

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The inputs are not valid.
    Invalid {
        /// Each problem with its place.
        diagnostics: Vec<Diagnostic>,
        /// What was not done because of them, as in "nothing was decided".
        undone: &'static str,
    },
    /// Something else went wrong.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

/// Runs the program with the arguments it was started with.
pub fn run() -> Exit {
    log_if_asked();
    run_with(std::env::args_os())
}

/// Runs the program and returns its exit code.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A broken pipe while printing help is no error.
            let _ = error.print();
            return if error.use_stderr() { Exit::Failed } else { Exit::Clean };
        }
    };
    run_command(&cli.command).unwrap_or_else(|failure| {
        report(&failure);
        Exit::Failed
    })
}

fn run_command(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Decide(arguments) => decide::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Advisory(command) => advisory::run(command),
        Command::Policy(command) => policy::run(command),
        Command::Waiver(command) => waiver::run(command),
        Command::Import(arguments) => import::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Man => man::run(),
    }
}

/// The definition of the command line, for completions and the manual page.
pub fn command() -> clap::Command {
    Cli::command()
}

/// How many problems are shown; a file with more is probably not the one that was meant.
const SHOWN: usize = 500;

fn report(failure: &Failure) {
    let mut out = io::stderr().lock();
    // Standard error may be closed; the exit code says the same.
    let _ = match failure {
        Failure::Invalid { diagnostics, undone } => report_all(diagnostics, undone, &mut out),
        Failure::Other(error) => writeln!(out, "patchgate: error: {error:#}"),
    };
}

fn report_all(diagnostics: &[Diagnostic], undone: &str, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in diagnostics.iter().take(SHOWN) {
        writeln!(out, "{diagnostic}")?;
    }
    let count = diagnostics.len();
    let hidden = count.saturating_sub(SHOWN);
    let more = if hidden > 0 { format!(", {hidden} of them not shown") } else { String::new() };
    writeln!(out, "patchgate: {}{more}; nothing was {undone}", counted(count, "problem"))
}

/// Whether what was read can be used: what is only worth a look stops nothing.
pub fn is_usable(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.level != Level::Error)
}

/// Tells on standard error what is worth a look in files that can be used.
pub fn warn(diagnostics: &[Diagnostic]) {
    let mut out = io::stderr().lock();
    // Standard error may be closed; what was asked for is right without it.
    diagnostics.iter().for_each(|diagnostic| drop(writeln!(out, "{diagnostic}")));
}

/// Diagnostics of the program itself, for those who ask with PATCHGATE_LOG (such as `debug`).
pub fn log_if_asked() {
    if let Ok(filter) = std::env::var("PATCHGATE_LOG") {
        let filter = tracing_subscriber::EnvFilter::new(filter);
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    }
}
