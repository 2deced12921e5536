//! What may lie where `patchgate-net` belongs, or beside the way there: shell scripts of the same name.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use patchgate::curate::links::{Settings, check};
use patchgate::net::Program;

use super::{Installed, NET, link, told};
use crate::online::server::{Server, ok};
use crate::online::settings;

/// Makes a shell script. Another process writes it: what this one has open for writing could not be started.
fn script(path: &Path, text: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", r#"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#]).arg(path).arg(text);
    assert!(shell.status().unwrap().success());
}

/// Programs of the same name that leave a mark when they are run.
#[test]
fn neither_the_path_nor_the_working_folder_is_searched() {
    let server = Server::start(|_| ok());
    let installed = Installed::with(&server.url("/page"));
    let elsewhere = tempfile::tempdir().unwrap();
    let mark = elsewhere.path().join("mark");
    script(&elsewhere.path().join("patchgate-net"), &format!("touch '{}'", mark.display()));
    // Whoever starts patchgate through a link starts what lies beside the real one.
    let linked = elsewhere.path().join("patchgate");
    std::os::unix::fs::symlink(installed.folder.path().join("patchgate"), &linked).unwrap();
    let run = |program: &Path| {
        let path = std::env::join_paths([elsewhere.path().to_owned(), "/usr/bin".into(), "/bin".into()]).unwrap();
        told(installed.lint(program).env("PATH", path).current_dir(elsewhere.path()))
    };
    let programs = [installed.folder.path().join("patchgate"), linked, "patchgate".into()];
    for program in &programs {
        let (code, _, problems) = run(program);
        assert_eq!((code, mark.exists()), (Some(2), false), "{problems}");
        assert!(problems.contains(&format!("{} is missing", installed.net().display())), "{problems}");
    }
    link(Path::new(NET), &installed.net());
    for program in &programs {
        let (code, _, problems) = run(program);
        assert_eq!((code, problems.as_str(), mark.exists()), (Some(0), "", false));
    }
    assert_eq!(server.asked(), ["HEAD /page"; 3]);
}

#[test]
fn the_version_has_to_be_the_same() {
    let installed = Installed::with("https://a.example/");
    let (net, ours) = (installed.net(), env!("CARGO_PKG_VERSION"));
    let stranger = |says: &str| format!("is not patchgate-net {ours}: it says `{says}`");
    for (first, trouble) in [
        (
            r#"{"program":"patchgate-net","version":"0.0.9"}"#,
            format!("is of version 0.0.9, and patchgate is of version {ours}: both have to be of one"),
        ),
        (r#"{"program":"cat","version":"9.7"}"#, stranger("cat 9.7")),
        ("cat 9.7", stranger("cat 9.7")),
        ("", stranger("")),
    ] {
        script(&net, &format!("echo '{first}'; cat"));
        let expected = format!("patchgate: error: {} {trouble}\n", net.display());
        assert_eq!(installed.run(), (Some(2), String::new(), expected));
    }
    // Nor is anything started that cannot be, and that is told with the system's words.
    fs::write(&net, "no program").unwrap();
    let (code, _, problems) = installed.run();
    assert_eq!((code, problems.contains("patchgate-net cannot be started: ")), (Some(2), true), "{problems}");
}

/// What comes of two pages when the executable is a script, which may be silent for so many seconds.
fn outcome(says: &str, second: &str, patience: u64) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let (net, id, cache) = (file("patchgate-net"), file("id"), file("cache.json"));
    script(&net, &format!("echo $$ >'{}'\n{says}", id.display()));
    let settings = Settings { cache: Some(cache.clone()), ..settings() };
    let program = Program::at(net.clone()).within(Duration::from_secs(patience));
    let answers = check(&[FIRST.to_owned(), second.to_owned()].into(), &settings, &program, &mut |_| ());
    let id = fs::read_to_string(id).unwrap();
    let lives = Command::new("/bin/sh").args(["-c", "kill -0 $0 2>/dev/null", id.trim()]).status().unwrap();
    assert!(!lives.success(), "the script was left running: {says}");
    assert_eq!(cache.exists(), answers.is_ok(), "answers are kept when all is well: {says}");
    answers.map(|answers| answers.len()).map_err(|error| error.to_string().replace(&net.display().to_string(), "NET"))
}

const FIRST: &str = "https://a.example/";
const SECOND: &str = "https://b.example/";

/// Introduces the script.
const HELLO: &str = concat!(r#"echo '{"program":"patchgate-net","version":""#, env!("CARGO_PKG_VERSION"), "\"}'\n");

/// Reads the request, and makes ready to say of a page that it is there, with an end of the line or without.
const READ: &str = r#"read -r request
page() { printf '{"answer":{"page":"%s","outcome":"alive","is_answered":true}}'"$2" "$1"; }
first() { page https://a.example/ '\n'; }
second() { page https://b.example/ '\n'; }
"#;

const DONE: &str = "first; second; echo '\"done\"'";

#[test]
fn what_is_not_all_and_well_is_an_error() {
    let outcome = |says: &str| outcome(&format!("{HELLO}{READ}{says}"), SECOND, 60);
    assert_eq!(outcome(DONE), Ok(2));
    let not_understood = |said: &str| Err(format!("NET says what patchgate does not understand: `{said}`"));
    let ended = |how: &str| Err(format!("NET broke off: {how}"));
    let nobody_asked = |page: &str| Err(format!("patchgate-net answers for `{page}`, for which it was not asked"));
    for (says, expected) in [
        ("", ended("exit status: 0")),
        ("exit 3", ended("exit status: 3")),
        ("kill -9 $$", ended("signal: 9 (SIGKILL)")),
        ("second; exit 1", ended("exit status: 1")),
        ("echo more", not_understood("more")),
        ("echo", not_understood("")),
        ("printf '\"done\"'", not_understood("\"done\"")),
        (r#"echo '{"answer":{"page":"https://b.ex'"#, not_understood(r#"{"answer":{"page":"https://b.ex"#)),
        ("page nowhere '\\n'", not_understood(r#"{"answer":{"page":"nowhere","outcome":"alive","is_answered":…"#)),
        (r"printf '\033[2J\n'", not_understood("\u{fffd}[2J")),
        ("page https://c.example/ '\\n'", nobody_asked("https://c.example/")),
        (r#"echo '{"failed":"no certificates"}'"#, Err("cannot ask the network: no certificates".into())),
    ] {
        assert_eq!(outcome(says), expected, "{says}");
        assert_eq!(outcome(&format!("first; {says}")), expected, "half-way: {says}");
    }
    assert_eq!(outcome("first; first"), nobody_asked(FIRST));
    let unanswered = |page: &str| Err(format!("patchgate-net was asked for `{page}` and does not answer"));
    assert_eq!(outcome("echo '\"done\"'"), unanswered(FIRST));
    assert_eq!(outcome("first; echo '\"done\"'"), unanswered(SECOND));
    assert_eq!(outcome(&format!("{DONE}; exit 3")), ended("exit status: 3"));
    assert_eq!(outcome(&format!("{DONE}; echo more")), not_understood("more"));
}

#[test]
fn what_hangs_is_ended() {
    // More than a pipe holds, so that a script that does not read its request leaves a part of it unsent.
    let long = format!("{SECOND}{}", "x".repeat(100_000));
    let sleep = "exec sleep 600";
    let hanging = [
        (sleep.to_owned(), SECOND),
        (format!("{HELLO}{sleep}"), &long),
        (format!("{HELLO}{READ}{sleep}"), SECOND),
        (format!("{HELLO}{READ}first; {sleep}"), SECOND),
        (format!("{HELLO}{READ}{DONE}; {sleep}"), SECOND),
        (format!("{HELLO}{READ}{DONE}; {sleep} >&-"), SECOND),
    ];
    std::thread::scope(|scope| {
        for (says, second) in &hanging {
            let silent = Err("NET has said nothing for 2 seconds".to_owned());
            scope.spawn(move || assert_eq!(outcome(says, second, 2), silent, "{says}"));
        }
    });
    let working = "for _ in 1 2 3 4 5 6; do echo '\"working\"'; sleep 0.5; done";
    assert_eq!(outcome(&format!("{HELLO}{READ}{working}; {DONE}"), SECOND, 2), Ok(2), "work may take its time");
    let endless = outcome("yes x | tr -d '\\n'", SECOND, 60).unwrap_err();
    assert!(endless.ends_with(&format!("says `{}…`", "x".repeat(60))), "{endless}");
}
