//! Exit codes: the answer of a command in one number, for hooks and pipelines.

use std::process::{ExitCode, Termination};

/// The exit code of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well: at least one pair was evaluated and all are approved; a check found nothing; the work is done.
    Clean = 0,
    /// Something is blocked; a check found something.
    Found = 1,
    /// Could not do it: wrong usage, unreadable or invalid input.
    Failed = 2,
    /// Nothing is blocked, something is sequenced.
    Sequenced = 3,
    /// The only blocks are undecided ones.
    Undecided = 4,
    /// No pair was evaluated.
    Nothing = 5,
}

impl Exit {
    /// The exit code of a check.
    pub fn of_check(is_clean: bool) -> Self {
        if is_clean { Self::Clean } else { Self::Found }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        self.into()
    }
}
