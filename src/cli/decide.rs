//! `patchgate decide`: every pending update on every server.

use std::path::PathBuf;

use clap::Args;

use super::progress::Progress;
use super::{Failure, inputs, output, overwrite};
use crate::decide::{Filter, decide_with_progress};
use crate::document::decision::Document;
use crate::document::exit::Exit;
use crate::model::id::UpdateId;
use crate::policy::hold::Glob;
use crate::render::Format;

/// The arguments of `decide`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    inputs: inputs::Arguments,
    /// Show only servers whose name matches; * and ? are wildcards
    #[arg(long, value_name = "GLOB")]
    server: Vec<Glob>,
    /// Show only servers of this WSUS group or collection
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// Show only this update
    #[arg(long, value_name = "ID", value_parser = UpdateId::new)]
    update: Vec<UpdateId>,
    /// How the decision is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Document>())]
    format: &'static Format<Document>,
    /// Write to a file, as a whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Decides and writes the decision.
///
/// # Errors
/// When the inputs are not valid or the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    overwrite::refuse(arguments.output.as_deref(), arguments.inputs.named())?;
    let loads = arguments.inputs.load(false)?;
    overwrite::refuse(arguments.output.as_deref(), overwrite::Input::files(&loads.frozen))?;
    let filter = arguments.filter().with_full_names(&loads.fleet.servers);
    let unmatched = filter.unmatched(&loads.fleet.servers, loads.question().pending);
    if !unmatched.is_empty() {
        return Err(anyhow::anyhow!(unmatched.join("; ")).into());
    }
    let document = document(&loads, &filter);
    output::write(arguments.output.as_deref(), |page, out| (arguments.format.render)(&document, page, out))?;
    let exit = document.summary.exit();
    // The program ends here; the system frees a large fleet's memory faster than its destructors do.
    std::mem::forget((document, loads));
    Ok(exit)
}

/// The decision about loaded inputs.
pub fn document(loads: &inputs::Loads, filter: &Filter) -> Document {
    let progress = Progress::new("servers", loads.fleet.servers.len());
    let mut document =
        decide_with_progress(loads.question(), &loads.fleet.servers, loads.inputs.clone(), &|done| progress.add(done));
    progress.finish();
    document.notes.extend(loads.fleet.notes.iter().cloned());
    document.notes.extend(loads.warnings.iter().map(|warning| format!("{}: {}", warning.path, warning.message)));
    document.notes.sort();
    filter.apply(&mut document, &loads.fleet.servers);
    document
}

impl Arguments {
    fn filter(&self) -> Filter {
        Filter { servers: self.server.clone(), groups: self.group.clone(), updates: self.update.clone() }
    }
}
