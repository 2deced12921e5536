//! `patchgate explain`: one server and one update, as a tree.

use clap::Args;

use super::decide::document;
use super::{Failure, inputs, output, warn};
use crate::decide::Filter;
use crate::document::decision::Summary;
use crate::document::exit::Exit;
use crate::document::explanation::{Explanation, Origin};
use crate::explain::explain;
use crate::model::fact::Fact;
use crate::model::id::UpdateId;
use crate::render::Format;

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The server, whatever its case; the host name is enough where only one server has it
    #[arg(value_name = "SERVER")]
    server: String,
    /// The update, such as KB974571
    #[arg(value_name = "UPDATE", value_parser = UpdateId::new)]
    update: UpdateId,
    #[command(flatten)]
    inputs: inputs::Arguments,
    /// How the explanation is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", value_parser = output::formats::<Explanation>())]
    format: &'static Format<Explanation>,
}

/// Explains one decision. The exit code is the decision's, so that nobody takes an explained block for an approval.
///
/// # Errors
/// When the inputs are not valid or the output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loads = arguments.inputs.load(true)?;
    warn(&loads.warnings);
    let servers = &loads.fleet.servers;
    let document = document(&loads, &Filter::default());
    let mut explanation = match explain(loads.question(), servers, &document, &arguments.server, &arguments.update) {
        Ok(explanation) => explanation,
        Err(reason) => {
            eprintln!("patchgate: {}", crate::diagnostic::inert(&reason.to_string()));
            return Ok(Exit::Nothing);
        }
    };
    let server = explanation.decision.server.clone();
    let place = |fact: Fact| loads.fleet.origins.of(&server, &fact).map(|place| Origin { fact, place });
    explanation.origins = explanation.facts().into_iter().filter_map(place).collect();
    output::write(None, |page, out| (arguments.format.render)(&explanation, page, out))?;
    Ok(Summary::of(std::slice::from_ref(&explanation.decision), 0, 0).exit())
}
