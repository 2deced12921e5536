//! The one way to write a file: as a whole or not at all, and without harm to what is no plain file.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The most links that are followed, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// What a path leads to.
enum Target {
    /// The program's own standard output, by its name.
    StandardOutput,
    /// Something that only takes bytes: a device, a pipe, an open descriptor.
    Stream(PathBuf),
    /// A plain file, which may not be there yet.
    Plain(PathBuf),
}

/// Writes a file, through a temporary one beside it: what was there is whole until all of the new content is.
///
/// - A symbolic link stays: what it leads to is written, and made where it is not there yet.
/// - What is no plain file (a device, a named pipe, `/dev/stdout`, on Windows `NUL`) is written to and never replaced. A
///   reader that closed a pipe has read enough: that is no error.
/// - A file that is there keeps its mode, and its owner and group where the system allows that; a new one gets what the
///   user's mask leaves. Access lists and other attributes are not carried over, and a hard link leaves its other names.
/// - A read-only file is replaced and stays read-only: to replace a file is a right on its folder. Windows refuses it.
///
/// # Errors
/// When it cannot be written; nothing is left behind then, and what was there is as it was.
pub fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match Target::of(path)? {
        Target::StandardOutput => pour(io::stdout().lock(), content),
        Target::Stream(path) => pour(open(&path)?, content),
        Target::Plain(path) => replace(&path, content),
    }
}

/// Whether [`write()`] can begin: better known before long work than afterwards.
///
/// # Errors
/// When it cannot.
pub fn check_writable(path: &Path) -> io::Result<()> {
    match Target::of(path)? {
        Target::StandardOutput | Target::Stream(_) => Ok(()),
        Target::Plain(path) => beside(&path, existing(&path)?.is_none()).map(drop),
    }
}

/// Whether two paths lead to one plain file, through whatever links.
pub fn is_same(one: &Path, two: &Path) -> bool {
    identity(one).is_some_and(|one| identity(two) == Some(one))
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok().filter(Metadata::is_file)?;
    Some((found.dev(), found.ino()))
}

/// Two hard links are two files here, and safely so: what is written replaces one name and leaves the other.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().filter(|path| path.is_file())
}

impl Target {
    /// Follows links one by one, because the system would only open what they lead to, and not say where it lies.
    fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..=MOST_LINKS {
            if let Some(stream) = Self::stream(&path) {
                return Ok(stream);
            }
            match fs::read_link(&path) {
                Ok(link) => path = folder(&path).join(link),
                Err(_) => return Ok(Self::Plain(path)),
            }
        }
        Err(io::Error::other("too many symbolic links lead on from it"))
    }

    fn stream(path: &Path) -> Option<Self> {
        if is_descriptor(path) {
            let is_standard = path.file_name().is_some_and(|name| name == "1");
            return Some(if is_standard { Self::StandardOutput } else { Self::Stream(path.to_owned()) });
        }
        let is_stream = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        (is_stream || cfg!(windows) && is_device_name(path)).then(|| Self::Stream(path.to_owned()))
    }
}

/// Whether a path names one of the program's open files, which may be a plain file that others write to as well.
fn is_descriptor(path: &Path) -> bool {
    let Ok(descriptors) = fs::canonicalize("/dev/fd") else { return false };
    fs::canonicalize(folder(path)).is_ok_and(|folder| folder == descriptors)
}

/// Whether Windows takes a name for a device, in whatever folder and with whatever extension.
fn is_device_name(path: &Path) -> bool {
    const NAMES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let name = name.split('.').next().unwrap_or_default().trim_end();
    let port = name.strip_prefix("COM").or_else(|| name.strip_prefix("LPT"));
    NAMES.contains(&name)
        || port.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
        || path.as_os_str().to_string_lossy().starts_with(r"\\.\")
}

/// Opens what only takes bytes. An open file is written to at its end: what others wrote there is not ours to overwrite.
fn open(path: &Path) -> io::Result<File> {
    if cfg!(windows) { File::create(path) } else { OpenOptions::new().append(true).open(path) }
}

fn pour(out: impl Write, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match content(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn replace(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let existing = existing(path)?;
    let mut temporary = beside(path, existing.is_none())?;
    let mut out = BufWriter::new(temporary.as_file_mut());
    content(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(existing) = existing {
        resemble(temporary.as_file(), &existing)?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

/// The file that is there, if one is.
fn existing(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        Ok(found) => Ok(Some(found)),
        Err(_) => Ok(None),
    }
}

/// A temporary file in the folder of a path: private, unless it is to be a new file, which others may read.
fn beside(path: &Path, is_new: bool) -> io::Result<NamedTempFile> {
    let folder = folder(path);
    if !folder.is_dir() {
        let message = format!("the folder {} does not exist", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    let mut builder = tempfile::Builder::new();
    if is_new {
        share(&mut builder);
    }
    builder.tempfile_in(folder)
}

/// The user's mask takes from it what it takes from every new file.
#[cfg(unix)]
fn share(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn share(_: &mut tempfile::Builder<'_, '_>) {}

/// Gives a file the mode of another, and its owner and group if that is allowed.
fn resemble(file: &File, other: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only a privileged user may give a file away; one that stays the writer's own is no reason to fail.
        let _ = fchown(file, Some(other.uid()), Some(other.gid()));
    }
    // Some shares refuse even a change that changes nothing.
    if file.metadata()?.permissions() != other.permissions() {
        file.set_permissions(other.permissions())?;
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_devices_are_known_by_their_names() {
        for name in ["NUL", "nul", "out/nul", "con.txt", "Com1", "lpt9.log", "CONOUT$", "NUL ", r"\\.\pipe\decisions"] {
            assert!(is_device_name(Path::new(name)), "{name}");
        }
        for name in ["null", "con1", "com", "com10", "report.nul", "console.txt", "nul/report.json"] {
            assert!(!is_device_name(Path::new(name)), "{name}");
        }
    }
}
