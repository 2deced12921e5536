//! `patchgate schema`: the JSON Schema of a format.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{CLEAN, Failure, output};
use crate::schema;

/// The arguments of `schema`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The format
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(schema::KINDS.iter().map(|kind| kind.name)))]
    kind: String,
}

/// Prints the schema.
///
/// # Errors
/// When the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let schema = schema::schema(&arguments.kind).ok_or_else(|| anyhow::anyhow!("no format `{}`", arguments.kind))?;
    output::write(None, |_, out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        out.write_all(b"\n")
    })?;
    Ok(CLEAN)
}
