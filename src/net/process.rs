//! A process that is talked to: one line to it, many lines from it, and it does not outlive whoever talks.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The longest line in bytes; the head of a web server's answer, of which a line tells, is smaller.
const LONGEST: u64 = 1 << 20;

/// How many lines may wait to be looked at.
const WAITING: usize = 64;

/// How many times a process is waited for, each for the same part of the patience. A machine that sleeps meanwhile, or a
/// user who stops both programs for a while, costs one of them and not all.
const WAITS: u32 = 20;

/// How often it is asked whether a process that has closed its output has ended.
const ENDS: Duration = Duration::from_millis(5);

/// The process said nothing for as long as it was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence;

/// The process. Its standard error is ours.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// Gives the input back, which stays open as long as we live: its end tells the process that nobody listens any more.
    sent: Option<JoinHandle<ChildStdin>>,
    lines: Receiver<Vec<u8>>,
    patience: Duration,
}

impl Process {
    /// Starts a program by its full path.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(program: &Path, argument: &str, patience: Duration) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(argument).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (sender, lines) = sync_channel(WAITING);
        let process = Self { child, input, sent: None, lines, patience };
        // A read has no time limit, so that it waits in a thread of its own.
        thread::Builder::new().spawn(move || output.into_iter().for_each(|output| pass_on(output, &sender)))?;
        Ok(process)
    }

    /// Sends a line, without waiting until it is read.
    ///
    /// # Errors
    /// When the system has no thread for it.
    pub fn send(&mut self, line: Vec<u8>) -> io::Result<()> {
        if let Some(mut input) = self.input.take() {
            let write = move || {
                // When nobody reads it, what is written back says so.
                let _ = input.write_all(&line);
                input
            };
            self.sent = Some(thread::Builder::new().spawn(write)?);
        }
        Ok(())
    }

    /// The next line with its end, which only the last one may lack; nothing when the process has closed its output.
    ///
    /// # Errors
    /// When no line comes for too long.
    pub fn line(&self) -> Result<Option<Vec<u8>>, Silence> {
        for _ in 0..WAITS {
            match self.lines.recv_timeout(self.patience / WAITS) {
                Ok(line) => return Ok(Some(line)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Err(Silence)
    }

    /// How the process ended, once it has closed its output; nothing when it does not end.
    pub fn status(&mut self) -> Option<ExitStatus> {
        let mut waited = Duration::ZERO;
        loop {
            let status = self.child.try_wait().unwrap_or_default();
            if status.is_some() || waited >= self.patience {
                return status;
            }
            thread::sleep(ENDS);
            waited += ENDS;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It fails when the process has ended, which is just as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pass_on(output: impl Read, lines: &SyncSender<Vec<u8>>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        match output.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(count) if count > 0 && lines.send(line).is_ok() => {}
            _ => return,
        }
    }
}
