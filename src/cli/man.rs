//! `patchgate man`: the manual page, with a section for every subcommand.

use super::{CLEAN, Failure, command, output};

/// Prints the page in the form that `man -l -` shows.
///
/// # Errors
/// When the output cannot be written.
pub fn run() -> Result<u8, Failure> {
    output::write(None, |_, out| {
        let mut whole = command();
        whole.build();
        clap_mangen::Man::new(whole.clone()).render(out)?;
        for subcommand in whole.get_subcommands().filter(|one| one.get_name() != "help") {
            let page = clap_mangen::Man::new(subcommand.clone());
            writeln!(out, ".SH {}", subcommand.get_name().to_uppercase())?;
            page.render_synopsis_section(out)?;
            page.render_description_section(out)?;
            page.render_options_section(out)?;
        }
        Ok(())
    })?;
    Ok(CLEAN)
}
