//! Only the executable beside patchgate speaks to networks: it is found there and nowhere else, it is of one version with
//! patchgate, and whatever else it says or does is an error and never taken for an answer.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use patchgate::curate::links::request::Request;
use patchgate::net::line::{Hello, Line, read, written};

use crate::online::server::{Server, hang};
use crate::online::settings;

#[cfg(unix)]
mod scripts;

const NET: &str = env!("CARGO_BIN_EXE_patchgate-net");

/// A folder with patchgate in it, and advisory data that names a page.
struct Installed {
    folder: tempfile::TempDir,
}

impl Installed {
    fn with(page: &str) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let advisory = format!(
            "schema: patchgate/advisory/v1\nid: PG-2024-9999\ntitle: a\nkind: hazard\nseverity: low\npublished: 2024-01-01\n\
             confidence: reported\ntriggers: [restart]\nreferences: [\"{page}\"]\ncases:\n  - {{name: a, server: {{}}, expect: speaks}}\n"
        );
        fs::write(data.join("PG-2024-9999.yaml"), advisory).unwrap();
        link(Path::new(env!("CARGO_BIN_EXE_patchgate")), &folder.path().join(executable("patchgate")));
        Self { folder }
    }

    /// Where patchgate-net belongs.
    fn net(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(executable("patchgate-net"))
    }

    /// The check of the data with the network, as it is to be started.
    fn lint(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.args(["advisory", "lint", "--allow", "reference-not-https", "--online"]);
        command.arg(self.folder.path().join("data")).env("NO_PROXY", "127.0.0.1");
        command
    }

    /// Runs it and gives exit code, standard output and standard error.
    fn run(&self) -> (Option<i32>, String, String) {
        told(&mut self.lint(&self.folder.path().join(executable("patchgate"))))
    }
}

fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Puts a large file elsewhere.
fn link(from: &Path, to: &Path) {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).unwrap();
    }
}

fn told(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_missing_is_named_with_the_place_where_it_belongs() {
    let installed = Installed::with("https://a.example/");
    let missing = format!(
        "patchgate: error: {} is missing: patchgate-net, which alone speaks to networks, belongs beside patchgate\n",
        installed.net().display()
    );
    assert_eq!(installed.run(), (Some(2), String::new(), missing.clone()));
    fs::create_dir(installed.net()).unwrap();
    assert_eq!(installed.run(), (Some(2), String::new(), missing), "a folder is no executable");
}

#[test]
fn without_the_network_nobody_misses_it() {
    let installed = Installed::with("https://a.example/");
    let data = installed.folder.path().join("data");
    let mut offline = Command::new(installed.folder.path().join(executable("patchgate")));
    let (code, _, problems) = told(offline.args(["advisory", "lint"]).arg(data));
    assert_eq!((code, problems.as_str()), (Some(0), ""));
}

#[test]
fn by_hand_it_says_what_it_is_for() {
    for arguments in [&[][..], &["links"], &["--help"]] {
        let (code, said, help) = told(Command::new(NET).args(arguments).stdin(Stdio::null()));
        assert_eq!((code, read(said.as_bytes())), (Some(2), Some(Hello::ours())), "{said}");
        assert!(help.contains("is started by patchgate") && help.trim_end().lines().count() == 1, "{help}");
    }
}

#[test]
fn it_ends_with_the_program_that_started_it() {
    let (sender, events) = mpsc::channel();
    let sender = Mutex::new(sender);
    let server = Server::misbehaving(move |_, stream| {
        let sender = sender.lock().unwrap().clone();
        sender.send("asked").unwrap();
        hang(stream);
        let _ = sender.send("left");
    });
    let installed = Installed::with(&server.url("/page"));
    link(Path::new(NET), &installed.net());
    let mut lint = installed.lint(&installed.folder.path().join(executable("patchgate")));
    let mut running = lint.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    assert_eq!(events.recv_timeout(Duration::from_secs(60)), Ok("asked"));
    running.kill().unwrap();
    running.wait().unwrap();
    // Left to itself, it would wait for the answer for 20 seconds.
    assert_eq!(events.recv_timeout(Duration::from_secs(15)), Ok("left"));
    assert_eq!(server.asked(), ["HEAD /page"]);
}

#[test]
fn it_says_that_it_is_at_work() {
    let server = Server::misbehaving(|_, stream| hang(stream));
    let page = server.url("/page").parse().unwrap();
    let settings = settings();
    let request = Request { pages: vec![page], witness: None, visits: settings.visits, now: settings.now };
    let mut net = Command::new(NET).arg("links").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = net.stdin.take().unwrap();
    input.write_all(&written(&request).unwrap()).unwrap();
    let mut lines = BufReader::new(net.stdout.take().unwrap()).lines().map(|line| line.unwrap() + "\n");
    assert_eq!(read(lines.next().unwrap().as_bytes()), Some(Hello::ours()));
    assert_eq!(read(lines.next().unwrap().as_bytes()), Some(Line::<()>::Working));
    drop(input);
    assert_eq!(net.wait().unwrap().code(), Some(2));
}

#[test]
fn what_it_cannot_do_it_says() {
    let mut net = Command::new(NET).arg("links").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Open until it ends: it would leave with us.
    let mut input = net.stdin.take().unwrap();
    input.write_all(b"{}\n").unwrap();
    let lines: Vec<String> =
        BufReader::new(net.stdout.take().unwrap()).lines().map(|line| line.unwrap() + "\n").collect();
    assert_eq!(read(lines[0].as_bytes()), Some(Hello::ours()));
    assert!(matches!(read(lines[1].as_bytes()), Some(Line::<()>::Failed(_))), "{lines:?}");
    assert_eq!((lines.len(), net.wait().unwrap().code()), (2, Some(2)));
}
