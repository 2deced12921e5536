//! `patchgate man`: the manual page, with a section for every subcommand.

use std::io::{self, Write};

use super::{Failure, command, output};
use crate::document::exit::Exit;

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
    Ok(Exit::Clean)
}

fn sections(command: &clap::Command, outer: &str, out: &mut dyn Write) -> io::Result<()> {
    for subcommand in command.get_subcommands().filter(|one| one.get_name() != "help") {
        let name = format!("{outer}{}", subcommand.get_name());
        let page = clap_mangen::Man::new(subcommand.clone());
        writeln!(out, ".SH {}", name.to_uppercase())?;
        page.render_synopsis_section(&mut *out)?;
        page.render_description_section(&mut *out)?;
        page.render_options_section(&mut *out)?;
        sections(subcommand, &format!("{name} "), out)?;
    }
    Ok(())
}
