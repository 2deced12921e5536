//! `patchgate import`: tables of the database from vendors' data.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use super::overwrite::{self, Input};
use super::{Failure, output, warn};
use crate::curate::import::msrc::{self, Bulletin, Report, Row};
use crate::database::Database;
use crate::document::exit::Exit;
use crate::input::builtin;
use crate::input::load::Loader;

/// The arguments of `import`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    vendor: Vendor,
}

/// Whose data is imported.
#[derive(Debug, Subcommand)]
enum Vendor {
    /// Microsoft's monthly security bulletins (CVRF, JSON or XML) to rows of updates/*.csv
    Msrc(Msrc),
}

/// The arguments of `import msrc`.
#[derive(Debug, Args)]
struct Msrc {
    /// CVRF documents; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Folder of products, instead of the built-in database; may be given several times
    #[arg(short, long, value_name = "ADVISORIES")]
    advisories: Vec<PathBuf>,
    /// List everything that is left out on a line of its own, instead of in groups
    #[arg(long)]
    each: bool,
    /// Write to a file, as a whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Imports and writes the table; what was left out is listed on standard error.
///
/// # Errors
/// When a file cannot be read or is not a bulletin, when there is no row at all, or when the table cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Vendor::Msrc(arguments) = &arguments.vendor;
    let inputs = Input::files(&arguments.files).chain(Input::data(&arguments.advisories));
    overwrite::refuse(arguments.output.as_deref(), inputs)?;
    let mut loader = builtin::loader();
    let database = match arguments.advisories.as_slice() {
        [] => Some(builtin::database().context("the built-in database cannot be read")?),
        folders => loader.data(folders),
    };
    let bulletins: Vec<Bulletin> = arguments.files.iter().filter_map(|file| bulletin(&mut loader, file)).collect();
    match database {
        Some(database) if !loader.has_errors() => {
            warn(&loader.finish());
            write(bulletins, &database, arguments)
        }
        _ => Err(Failure::Invalid { diagnostics: loader.finish(), undone: "written" }),
    }
}

fn bulletin(loader: &mut Loader, file: &Path) -> Option<Bulletin> {
    let source = loader.read(file)?;
    let bulletin = Bulletin::parse(&source);
    bulletin.map_err(|problem| loader.keep(*problem)).ok()
}

fn write(bulletins: Vec<Bulletin>, database: &Database, arguments: &Msrc) -> Result<Exit, Failure> {
    let import = msrc::import(bulletins, database.products());
    report(&import.left_out, arguments.each);
    if import.rows.is_empty() {
        return Err(Failure::Other(anyhow::anyhow!("no update for a product that the database knows")));
    }
    let table = table(&import.rows).context("cannot write the table")?;
    output::write(arguments.output.as_deref(), |_, out| out.write_all(&table))?;
    Ok(Exit::Clean)
}

/// Standard error may be closed; the table is right without it.
fn report(left_out: &Report, is_each: bool) {
    let mut out = io::stderr().lock();
    let warnings = if is_each { left_out.each() } else { left_out.groups() };
    warnings.iter().for_each(|warning| drop(writeln!(out, "{warning}")));
    if !is_each && !left_out.is_empty() {
        drop(writeln!(out, "use `--each` to list everything that is left out on a line of its own"));
    }
}

fn table(rows: &[Row]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    Ok(writer.into_inner()?)
}
