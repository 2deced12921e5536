//! No output is written over an input: what is to be read, now or by the next run, would be gone.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::diagnostic::inert;
use crate::file;
use crate::input::load::database::is_builtin;
use crate::input::load::folder::{Contents, Links};
use crate::input::source::{self, Source};
use crate::input::text::STDIN;

/// An input, as the arguments name it.
#[derive(Debug)]
pub enum Input<'a> {
    /// A file.
    File(&'a Path),
    /// A folder of advisory data, of which the files of the database are read.
    Data(&'a Path),
    /// A file or folder of an export, of which its source reads what it knows.
    Export(&'a Path, &'static Source),
}

impl<'a> Input<'a> {
    /// Files that stand for themselves.
    pub fn files(paths: impl IntoIterator<Item = &'a PathBuf>) -> impl Iterator<Item = Self> {
        paths.into_iter().filter(|path| path.as_os_str() != STDIN).map(|path| Self::File(path))
    }

    /// Folders of advisory data.
    pub fn data(folders: impl IntoIterator<Item = &'a PathBuf>) -> impl Iterator<Item = Self> {
        folders.into_iter().filter(|folder| !is_builtin(folder)).map(|folder| Self::Data(folder))
    }

    /// Inventories: files, or exports of a source.
    pub fn inventories(paths: &'a [PathBuf], from: Option<&str>) -> Box<dyn Iterator<Item = Self> + 'a> {
        match from.and_then(source::named) {
            Some(source) => Box::new(paths.iter().map(move |path| Self::Export(path, source))),
            None => Box::new(Self::files(paths)),
        }
    }

    fn read(&self) -> Vec<PathBuf> {
        match self {
            Self::File(path) => vec![path.to_path_buf()],
            Self::Data(folder) => Contents::of(folder, Links::Followed).unwrap_or_default().files,
            Self::Export(path, source) => (source.files)(path),
        }
    }
}

/// Refuses an output that is one of the inputs, whatever it is called there. What is not there yet can be none of them.
///
/// # Errors
/// When it is.
pub fn refuse<'a>(output: Option<&Path>, inputs: impl IntoIterator<Item = Input<'a>>) -> Result<(), Failure> {
    let Some(output) = output.filter(|output| output.is_file()) else { return Ok(()) };
    let read = inputs.into_iter().flat_map(|input| input.read());
    match read.into_iter().find(|input| file::is_same(output, input)) {
        None => Ok(()),
        Some(input) => {
            let [output, input] = [output, &input].map(|path| inert(&path.to_string_lossy()));
            let message = format!("the output `{output}` is the input `{input}`; name another file for the output");
            Err(Failure::Other(anyhow::anyhow!(message)))
        }
    }
}
