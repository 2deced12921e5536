//! `patchgate-net`, the executable that speaks to networks: where it is, and how it is started and listened to.
//!
//! patchgate itself links nothing that speaks to a network. What needs one is a task of an executable of the same package and
//! version, which lies in the folder of the running program; it is started by its full path, never looked up in PATH or the
//! working folder. It introduces itself ([`line::Hello`]), gets the task's request as one line of JSON, and writes lines of
//! JSON ([`line::Line`]) until it is done. Whatever else it writes, and any other end, is an error.
//!
//! To add a task: its request and its answer beside what asks for it, a file in `src/bin/patchgate-net/`, and one line in the
//! list of its `main.rs`.

use std::env;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use line::{Hello, Line};
use process::{Process, Silence};

pub mod line;
pub mod process;

/// What the executable is called, without the ending that some systems want.
pub const NAME: &str = "patchgate-net";

/// The version of patchgate, which has to be the executable's as well.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How often the executable says that it is still at work, when it has nothing else to say.
pub const BEAT: Duration = Duration::from_secs(1);

/// How long it may say nothing: a virus scanner may look at it for a while before it starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the executable is.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    patience: Duration,
}

/// Why a task has no answer, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not say where the running program is.
    #[error("cannot tell in which folder patchgate is, where {NAME} belongs: {0}")]
    Nowhere(io::Error),
    /// The executable is not where it belongs.
    #[error("{} is missing: {NAME}, which alone speaks to networks, belongs beside patchgate", shown(.0))]
    Missing(PathBuf),
    /// The executable is there, but of no use.
    #[error("{} {trouble}", shown(path))]
    Useless {
        /// The executable.
        path: PathBuf,
        /// What is wrong with it.
        trouble: Trouble,
    },
    /// The executable says itself that it cannot do the task.
    #[error("cannot ask the network: {0}")]
    Failed(String),
}

/// What is wrong with an executable.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It does not start; what the system says.
    #[error("cannot be started: {0}")]
    Start(#[from] io::Error),
    /// It is of this version instead of patchgate's.
    #[error("is of version {0}, and patchgate is of version {VERSION}: both have to be of one")]
    OtherVersion(String),
    /// It is something else; the beginning of its first line.
    #[error("is not {NAME} {VERSION}: it says `{0}`")]
    Stranger(String),
    /// It says what does not belong there; the beginning of the line.
    #[error("says what patchgate does not understand: `{0}`")]
    Unexpected(String),
    /// It hangs; how long it was waited for.
    #[error("has said nothing for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// It ended before it was done, or badly.
    #[error("broke off: {0}")]
    BrokenOff(ExitStatus),
}

impl Program {
    /// The executable in the folder of the running program, wherever that was started from and through whatever link.
    ///
    /// # Errors
    /// When it is not there.
    pub fn beside_this_one() -> Result<Self, Error> {
        let this = env::current_exe().and_then(|path| path.canonicalize()).map_err(Error::Nowhere)?;
        let path = this.with_file_name(format!("{NAME}{}", env::consts::EXE_SUFFIX));
        if path.is_file() { Ok(Self::at(path)) } else { Err(Error::Missing(path)) }
    }

    /// The executable at a full path.
    pub fn at(path: PathBuf) -> Self {
        Self { path, patience: PATIENCE }
    }

    /// The same, but it may be silent only for so long.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Starts the executable, sees that it is the right one, and hands it a task.
    ///
    /// # Errors
    /// When it does not start, or is another one; then it is told nothing.
    pub fn ask<A: DeserializeOwned>(&self, task: &str, request: &impl Serialize) -> Result<Answers<A>, Error> {
        self.start(task, request).map_err(|trouble| self.useless(trouble))
    }

    fn start<A>(&self, task: &str, request: &impl Serialize) -> Result<Answers<A>, Trouble> {
        let process = Process::start(&self.path, task, self.patience)?;
        let mut answers = Answers { program: self.clone(), process, is_over: false, of: PhantomData };
        answers.greet()?;
        answers.process.send(line::written(request)?)?;
        Ok(answers)
    }

    fn useless(&self, trouble: Trouble) -> Error {
        Error::Useless { path: self.path.clone(), trouble }
    }
}

/// The answers of a task, as they come. The last one may be an error, and then the others are only a part. The executable
/// is ended when this is dropped.
#[derive(Debug)]
pub struct Answers<A> {
    program: Program,
    process: Process,
    is_over: bool,
    of: PhantomData<fn() -> A>,
}

impl<A: DeserializeOwned> Iterator for Answers<A> {
    type Item = Result<A, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.answer().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

impl<A: DeserializeOwned> Answers<A> {
    /// The next answer; nothing when the task is done.
    fn answer(&mut self) -> Result<Option<A>, Error> {
        loop {
            match self.said().map_err(|trouble| self.program.useless(trouble))? {
                Line::Working => {}
                Line::Answer(answer) => return Ok(Some(answer)),
                Line::Failed(why) => return Err(Error::Failed(why)),
                Line::Done => return self.end().map_err(|trouble| self.program.useless(trouble)),
            }
        }
    }
}

impl<A> Answers<A> {
    /// Sees that the first line is that of the right executable.
    fn greet(&mut self) -> Result<(), Trouble> {
        match self.said() {
            Ok(hello) if hello == Hello::ours() => Ok(()),
            Ok(Hello { program, version }) if program == NAME => Err(Trouble::OtherVersion(line::beginning(&version))),
            Ok(Hello { program, version }) => Err(Trouble::Stranger(line::beginning(format!("{program} {version}")))),
            Err(Trouble::Unexpected(said)) => Err(Trouble::Stranger(said)),
            Err(trouble) => Err(trouble),
        }
    }

    /// What the next line says.
    fn said<D: DeserializeOwned>(&mut self) -> Result<D, Trouble> {
        match self.line()? {
            Some(line) => line::read(&line).ok_or_else(|| Trouble::Unexpected(line::beginning(&line))),
            None => Err(Trouble::BrokenOff(self.status()?)),
        }
    }

    /// Nothing follows the last line, and the end is a good one.
    fn end<N>(&mut self) -> Result<Option<N>, Trouble> {
        if let Some(line) = self.line()? {
            return Err(Trouble::Unexpected(line::beginning(&line)));
        }
        let status = self.status()?;
        if status.success() { Ok(None) } else { Err(Trouble::BrokenOff(status)) }
    }

    fn line(&self) -> Result<Option<Vec<u8>>, Trouble> {
        self.process.line().map_err(|Silence| Trouble::Silent(self.program.patience))
    }

    fn status(&mut self) -> Result<ExitStatus, Trouble> {
        self.process.status().ok_or(Trouble::Silent(self.program.patience))
    }
}

/// A path as people write it, without the `\\?\` with which Windows begins a canonical one.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_of_drive = |rest: &&str| rest.get(1..2) == Some(":");
    text.strip_prefix(r"\\?\").filter(is_of_drive).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::shown;
    use std::path::Path;

    #[test]
    fn paths_are_shown_as_people_write_them() {
        for (path, expected) in [
            (r"\\?\C:\patchgate\patchgate-net.exe", r"C:\patchgate\patchgate-net.exe"),
            (r"\\?\UNC\server\share\patchgate-net.exe", r"\\?\UNC\server\share\patchgate-net.exe"),
            ("/opt/patchgate/patchgate-net", "/opt/patchgate/patchgate-net"),
        ] {
            assert_eq!(shown(Path::new(path)), expected);
        }
    }
}
