//! `patchgate man`: the manual page, with a section for every subcommand.

use std::io::{self, Write};

use super::{Failure, command, output};
use crate::decision::Exit;

/// Prints the page in the form that `man -l -` shows.
///
/// # Errors
/// When the output cannot be written.
pub fn run() -> Result<Exit, Failure> {
    output::write(None, |_, out| {
        let mut whole = command();
        whole.build();
        clap_mangen::Man::new(whole.clone()).render(out)?;
        sections(&whole, "", out)
    })?;
    Ok(Exit::Approved)
}

/// A section for each subcommand, and for those below it.
fn sections(above: &clap::Command, name: &str, out: &mut dyn Write) -> io::Result<()> {
    for subcommand in above.get_subcommands().filter(|one| one.get_name() != "help") {
        let name = format!("{name} {}", subcommand.get_name().to_uppercase());
        let page = clap_mangen::Man::new(subcommand.clone());
        writeln!(out, ".SH{name}")?;
        page.render_synopsis_section(out)?;
        page.render_description_section(out)?;
        page.render_options_section(out)?;
        sections(subcommand, &name, out)?;
    }
    Ok(())
}
