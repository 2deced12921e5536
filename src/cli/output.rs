//! Where output goes: standard output, or a file that is written as a whole or not at all.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::file;
use crate::render::{Format, Formats, Page};

/// The width of a page that is no terminal.
const WIDTH: usize = 80;

/// The page of a file.
const PLAIN: Page = Page { width: WIDTH, has_colour: false, is_terminal: false };

/// The formats of a document as an argument's values.
pub fn formats<D: Formats + Sized>() -> impl TypedValueParser<Value = &'static Format<D>> {
    let values = D::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values).try_map(|name| D::format(&name).ok_or_else(|| format!("no format `{name}`")))
}

/// Writes to a file or to standard output.
///
/// # Errors
/// When it cannot be written. A reader that closed the pipe has read enough: that is no error.
pub fn write(file: Option<&Path>, render: impl FnOnce(&Page, &mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    match file {
        Some(path) => {
            file::write(path, |out| render(&PLAIN, out)).with_context(|| format!("cannot write {}", path.display()))
        }
        None => match print(render) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.context("cannot write to standard output"),
        },
    }
}

fn print(render: impl FnOnce(&Page, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Only a terminal gets colours, and only there they may have to be translated.
    let stdout: Box<dyn Write> = match io::stdout().is_terminal() {
        true => Box::new(anstream::AutoStream::auto(io::stdout().lock())),
        false => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 16, stdout);
    render(&page(), &mut out)?;
    out.flush()
}

fn page() -> Page {
    let is_terminal = io::stdout().is_terminal();
    let terminal = is_terminal.then(terminal_size::terminal_size).flatten();
    let width = terminal.map_or(WIDTH, |(columns, _)| usize::from(columns.0)).clamp(40, 160);
    Page {
        width,
        is_terminal,
        has_colour: is_terminal && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
