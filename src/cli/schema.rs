//! `patchgate schema`: the JSON Schema of a format, or those of all formats as files for editors.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{Failure, output};
use crate::document::exit::Exit;
use crate::document::schema;

/// The arguments of `schema`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The format
    #[arg(value_name = "KIND", required_unless_present = "to", value_parser = PossibleValuesParser::new(schema::KINDS.iter().map(|kind| kind.name)))]
    kind: Option<String>,
    /// Write the schemas of all formats into this folder, each as KIND.json
    #[arg(long, value_name = "FOLDER", conflicts_with = "kind")]
    to: Option<PathBuf>,
}

/// Prints the schema, or writes all.
///
/// # Errors
/// When the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(kind) = &arguments.kind {
        write(kind, None)?;
    }
    if let Some(folder) = &arguments.to {
        for kind in schema::KINDS {
            write_into(folder, kind.name)?;
        }
    }
    Ok(Exit::Clean)
}

/// Writes the schema of a format into a folder, creating it if need be, and returns the file.
///
/// # Errors
/// When it cannot be written.
pub fn write_into(folder: &Path, kind: &str) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let file = folder.join(format!("{kind}.json"));
    write(kind, Some(&file))?;
    Ok(file)
}

fn write(kind: &str, file: Option<&Path>) -> anyhow::Result<()> {
    let schema = schema::schema(kind).with_context(|| format!("no format `{kind}`"))?;
    output::write(file, |_, out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        out.write_all(b"\n")
    })
}
