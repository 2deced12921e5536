//! Advisory data as the command line names it: a folder, or else a git revision of the current repository.

use std::path::{Path, PathBuf};

use crate::curate::revision::Revision;
use crate::database::Database;
use crate::input::load::Loader;

/// Where advisory data is.
#[derive(Debug)]
pub enum FolderOrRevision {
    /// A folder.
    Folder(PathBuf),
    /// A folder of a git revision.
    Revision(Revision),
}

impl FolderOrRevision {
    /// Finds what a name means: a folder of that name wins.
    ///
    /// # Errors
    /// When it is neither, or cannot be read.
    pub fn find(name: &Path) -> anyhow::Result<Self> {
        if name.is_dir() {
            return Ok(Self::Folder(name.to_owned()));
        }
        let shown = crate::diagnostic::inert(&name.to_string_lossy());
        anyhow::ensure!(!name.is_file(), "`{shown}` is a file; name the folder that it is in, or a git revision");
        let revision = name.to_str().map(Revision::read);
        match revision {
            Some(Ok(revision)) => Ok(Self::Revision(revision)),
            Some(Err(error)) if error.is_about_the_name() => {
                Err(anyhow::anyhow!("`{shown}` is neither a folder nor a git revision: {error}"))
            }
            Some(Err(error)) => Err(anyhow::anyhow!("cannot read the git revision `{shown}`: {error}")),
            None => Err(anyhow::anyhow!("`{shown}` is neither a folder nor a git revision")),
        }
    }

    /// The commit, when it is a git revision.
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Folder(_) => None,
            Self::Revision(revision) => Some(&revision.commit),
        }
    }

    /// Reads it after other databases, so that it may replace what they say.
    pub fn load(&self, loader: &mut Loader, before: &[PathBuf]) -> Option<Database> {
        let folder = match self {
            Self::Folder(folder) => folder.clone(),
            Self::Revision(revision) => {
                loader.call(revision.folder().to_owned(), revision.name.clone());
                revision.folder().to_owned()
            }
        };
        let folders: Vec<PathBuf> = before.iter().cloned().chain([folder]).collect();
        loader.database(&folders)
    }
}
