//! The executable beside patchgate that speaks to networks, so that patchgate itself needs to link nothing for it.
//!
//! It says who it is, reads one line, the request of the task that its argument names, and answers line by line; what they
//! are is said in [`patchgate::net`]. It ends as soon as the program that started it is gone.

use std::io::{self, IsTerminal, Write};
use std::process;
use std::thread;

use patchgate::document::exit::Exit;
use patchgate::net::line::{self, Hello, Line};
use patchgate::net::{NAME, VERSION};
use serde::Serialize;

mod links;

/// What a task does with its request; answers go to standard output.
type Task = fn(&str, &mut Answers) -> Result<(), Stop>;

/// The tasks by their names.
const TASKS: &[(&str, Task)] = &[(links::TASK, links::run)];

/// Why a task is not done.
enum Stop {
    /// It cannot be done: why, for the program that asked.
    Failed(String),
    /// Nobody asked, or nobody who knows the tasks.
    NobodyAsks,
    /// Nobody reads the answers any more.
    NobodyListens,
}

/// What people are told who start this program.
const NOT_BY_HAND: &str = "this program is started by patchgate when that needs the network, \
    as for `patchgate advisory lint --online`, and does nothing by hand";

/// Where answers are written.
struct Answers {
    out: io::StdoutLock<'static>,
}

impl Answers {
    /// Writes a document as a line, which is read at once.
    fn write(&mut self, document: &impl Serialize) -> Result<(), Stop> {
        let write = |line: Vec<u8>| self.out.write_all(&line).and_then(|()| self.out.flush());
        line::written(document).and_then(write).map_err(|_| Stop::NobodyListens)
    }
}

fn main() -> Exit {
    patchgate::cli::log_if_asked();
    let mut answers = Answers { out: io::stdout().lock() };
    match answer(&mut answers) {
        Ok(()) => return Exit::Clean,
        // Whoever would read it is gone, and the exit code says the same.
        Err(Stop::Failed(why)) => drop(answers.write(&Line::<()>::Failed(why))),
        Err(Stop::NobodyAsks) => drop(writeln!(io::stderr(), "{NAME} {VERSION}: {NOT_BY_HAND}")),
        Err(Stop::NobodyListens) => {}
    }
    Exit::Failed
}

fn answer(answers: &mut Answers) -> Result<(), Stop> {
    if io::stdin().is_terminal() {
        return Err(Stop::NobodyAsks);
    }
    answers.write(&Hello::ours())?;
    let name = std::env::args_os().nth(1).unwrap_or_default();
    let (_, task) = TASKS.iter().find(|(one, _)| *one == name).ok_or(Stop::NobodyAsks)?;
    let request = io::stdin().lines().next().and_then(Result::ok).ok_or(Stop::NobodyAsks)?;
    thread::spawn(end_when_nobody_listens);
    task(&request, answers)?;
    answers.write(&Line::<()>::Done)
}

/// The program that started this one holds our input open as long as it listens; however it ends, it holds it no more.
fn end_when_nobody_listens() {
    // An input that cannot be read is one that nobody holds.
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    process::exit(i32::from(Exit::Failed as u8));
}
