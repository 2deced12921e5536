//! Where output goes: standard output, or a file that is written as a whole or not at all.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::render::{Format, Formats, Page};

/// The width of a page that is no terminal.
const WIDTH: usize = 80;

/// The formats of a document as an argument's values.
pub fn formats<D: Formats + Sized>() -> impl TypedValueParser<Value = &'static Format<D>> {
    let values = D::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values).try_map(|name| D::format(&name).ok_or_else(|| format!("no format `{name}`")))
}

/// Writes to a file, through a temporary one beside it, or to standard output.
///
/// # Errors
/// When it cannot be written. A reader that closed the pipe has read enough: that is no error.
pub fn write(file: Option<&Path>, render: impl FnOnce(&Page, &mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    match file {
        Some(path) => write_file(path, render).with_context(|| format!("cannot write {}", path.display())),
        None => {
            // Only a terminal gets colours, and only there they may have to be translated.
            let stdout: Box<dyn Write> = match io::stdout().is_terminal() {
                true => Box::new(anstream::AutoStream::auto(io::stdout().lock())),
                false => Box::new(io::stdout().lock()),
            };
            let mut out = BufWriter::with_capacity(1 << 16, stdout);
            match render(&page(), &mut out).and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result.context("cannot write to standard output"),
            }
        }
    }
}

fn write_file(path: &Path, render: impl FnOnce(&Page, &mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    anyhow::ensure!(folder.is_dir(), "the folder {} does not exist", folder.display());
    anyhow::ensure!(!path.is_dir(), "it is a folder");
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    {
        let mut out = BufWriter::new(temporary.as_file_mut());
        render(&Page { width: WIDTH, has_colour: false, is_terminal: false }, &mut out)?;
        out.flush()?;
    }
    share_like_a_new_file(temporary.as_file())?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private; a report is for others to read.
#[cfg(unix)]
fn share_like_a_new_file(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_like_a_new_file(_: &std::fs::File) -> io::Result<()> {
    Ok(())
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
