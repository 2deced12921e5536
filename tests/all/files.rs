//! What `-o FILE` does to what is there: links stay, devices and pipes are written to, modes are kept, nothing is left behind,
//! and no input is ever written over.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use patchgate::file;
use tempfile::TempDir;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn write(path: &Path, content: &str) -> std::io::Result<()> {
    file::write(path, |out| out.write_all(content.as_bytes()))
}

/// The names in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_new_file_is_made_and_an_old_one_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    for content in ["a longer one", "short", ""] {
        write(&path, content).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(names(folder.path()), ["report".to_owned()].into());
    }
}

/// A run that fails half-way leaves what was there, and nothing else.
#[test]
fn what_cannot_be_written_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let half = |path: &Path| {
        file::write(path, |out| {
            out.write_all(&[b'x'; 100_000])?;
            Err(std::io::Error::other("the source ran dry"))
        })
    };
    assert_eq!(half(&path).unwrap_err().to_string(), "the source ran dry");
    assert_eq!(names(folder.path()), BTreeSet::new());
    fs::write(&path, "old").unwrap();
    assert!(half(&path).is_err());
    assert_eq!((fs::read_to_string(&path).unwrap(), names(folder.path()).len()), ("old".to_owned(), 1));
}

#[test]
fn a_folder_that_is_not_there_and_one_that_is_are_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none");
    let cases = [
        (missing.join("report"), format!("the folder {} does not exist", missing.display())),
        (folder.path().to_owned(), "it is a folder".to_owned()),
    ];
    for (path, expected) in cases {
        assert_eq!(write(&path, "new").unwrap_err().to_string(), expected);
        assert_eq!(file::check_writable(&path).unwrap_err().to_string(), expected);
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
        let output = command.args(["advisory", "list", "--kind", "procedure", "-o"]).arg(&path).output().unwrap();
        let told = format!("patchgate: error: cannot write {}: {expected}\n", path.display());
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), told));
    }
    assert_eq!(names(folder.path()), BTreeSet::new());
}

/// Whatever else writes files would have to learn all of this anew.
#[test]
fn one_room_writes_files() {
    /// Of a git revision a copy is made, in a new private folder.
    const OTHERS: [&str; 2] = ["src/file.rs", "src/curate/revision.rs"];
    let mut open = vec![root().join("src"), root().join("core/src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !OTHERS.iter().any(|other| path == root().join(other)) {
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap();
            for word in ["fs::write", "File::create", "OpenOptions", "NamedTempFile", "tempfile::Builder", ".persist("]
            {
                assert!(!code.contains(word), "{} has `{word}`", path.display());
            }
        }
    }
}

/// What only Unix has: links, modes, pipes and devices.
#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    /// A script of a shell, in which `LIST` prints some advisories and `DECIDE` a decision that is far larger.
    fn run(folder: &Path, script: &str) -> Output {
        let program = env!("CARGO_BIN_EXE_patchgate");
        let example = root().join("examples/contoso");
        let [inventory, pending] = ["inventory.yaml", "pending.yaml"].map(|name| example.join(name));
        let (inventory, pending) = (inventory.display(), pending.display());
        let decide = format!("{program} decide -i {inventory} -p {pending} --at 2024-08-22T08:00:00Z -f json");
        let script = script.replace("LIST", &format!("{program} advisory list --kind procedure"));
        let script = script.replace("DECIDE", &decide);
        Command::new("bash").current_dir(folder).args(["-c", &script]).output().unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn list(folder: &Path) -> String {
        text(&run(folder, "LIST").stdout)
    }

    #[test]
    fn a_new_file_has_the_mode_that_the_mask_leaves() {
        let folder = tempfile::tempdir().unwrap();
        for (mask, expected) in [("022", 0o644), ("077", 0o600), ("002", 0o664), ("000", 0o666)] {
            let output = run(folder.path(), &format!("umask {mask} && LIST -o {mask}"));
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            assert_eq!(mode(&folder.path().join(mask)), expected, "{mask}");
        }
    }

    #[test]
    fn an_old_file_keeps_its_mode_and_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        for kept in [0o600, 0o640, 0o444, 0o755, 0o666] {
            let path = folder.path().join(format!("{kept:o}"));
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            write(&path, "new").unwrap();
            assert_eq!((mode(&path), fs::read_to_string(&path).unwrap()), (kept, "new".to_owned()));
        }
        let path = folder.path().join("of-another");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        chown(&path, Some(12_345), Some(23_456)).expect("only root may give a file to another user: run this as root");
        write(&path, "new").unwrap();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid(), mode(&path)), (12_345, 23_456, 0o640));
    }

    /// Before it takes the place of a private file, the temporary one is private as well.
    #[test]
    fn nobody_reads_a_private_file_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let seen = |folder: &Path| names(folder).iter().map(|name| mode(&folder.join(name))).collect::<Vec<_>>();
        file::write(&path, |out| {
            out.write_all(b"new")?;
            assert_eq!(seen(folder.path()), [0o600, 0o600]);
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn links_stay_and_what_they_lead_to_is_written() {
        type Links<'a> = &'a [(&'a str, &'a str)];
        let cases: [(&str, Links<'_>, &str); 6] = [
            ("link", &[("link", "target")], "target"),
            ("link", &[("link", "below/target")], "below/target"),
            ("below/link", &[("below/link", "../target")], "target"),
            ("one", &[("one", "below/two"), ("below/two", "../three"), ("three", "target")], "target"),
            // Nothing is there yet.
            ("link", &[("link", "new")], "new"),
            ("one", &[("one", "two"), ("two", "below/new")], "below/new"),
        ];
        for (path, links, target) in cases {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("below")).unwrap();
            if target.ends_with("target") {
                fs::write(folder.path().join(target), "old").unwrap();
                fs::set_permissions(folder.path().join(target), fs::Permissions::from_mode(0o640)).unwrap();
            }
            links.iter().for_each(|(link, to)| symlink(to, folder.path().join(link)).unwrap());
            file::check_writable(&folder.path().join(path)).unwrap();
            write(&folder.path().join(path), "new").unwrap();
            for (link, to) in links {
                assert_eq!(fs::read_link(folder.path().join(link)).unwrap(), Path::new(to), "{path}: {link}");
            }
            assert_eq!(fs::read_to_string(folder.path().join(target)).unwrap(), "new", "{path}");
            let expected = if target.ends_with("target") { 0o640 } else { mode(&folder.path().join(target)) };
            assert_eq!(mode(&folder.path().join(target)), expected);
            let files = names(folder.path()).len() + names(&folder.path().join("below")).len();
            assert_eq!(files, links.len() + 2, "something is left behind");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        symlink("b", folder.path().join("a")).unwrap();
        symlink("a", folder.path().join("b")).unwrap();
        symlink("none/new", folder.path().join("c")).unwrap();
        let told = |name: &str| write(&folder.path().join(name), "new").unwrap_err().to_string();
        assert_eq!(told("a"), "too many symbolic links lead on from it");
        assert_eq!(told("c"), format!("the folder {} does not exist", folder.path().join("none").display()));
        assert_eq!(names(folder.path()).len(), 3);
    }

    /// To replace a name is not to change the file that has other names as well.
    #[test]
    fn another_hard_link_keeps_what_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        fs::write(&one, "old").unwrap();
        fs::hard_link(&one, &two).unwrap();
        write(&one, "new").unwrap();
        assert_eq!([one, two].map(|path| fs::read_to_string(path).unwrap()), ["new", "old"]);
    }

    /// A node as `mknod` makes it, in a folder of the test: no test writes to a device that others use.
    fn device(folder: &TempDir, name: &str, minor: &str) -> PathBuf {
        let path = folder.path().join(name);
        let made = Command::new("mknod").arg(&path).args(["c", "1", minor]).output().unwrap();
        assert!(made.status.success(), "only root may make a device: run this as root; {}", text(&made.stderr));
        path
    }

    #[test]
    fn devices_are_written_to_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let [null, full] = [device(&folder, "null", "3"), device(&folder, "full", "7")];
        symlink("null", folder.path().join("link")).unwrap();
        for name in ["null", "link"] {
            let output = run(folder.path(), &format!("LIST -o {name}"));
            assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{name}");
        }
        let output = run(folder.path(), "LIST -o full");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(text(&output.stderr).contains("cannot write full: No space left"), "{}", text(&output.stderr));
        for path in [null, full] {
            file::check_writable(&path).unwrap();
            assert!(fs::symlink_metadata(&path).unwrap().file_type().is_char_device(), "{}", path.display());
        }
        assert_eq!(names(folder.path()).len(), 3);
    }

    #[test]
    fn a_named_pipe_is_written_to_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
        let expected = list(folder.path());
        assert!(expected.lines().count() > 1, "{expected}");
        let output = run(folder.path(), "LIST -o pipe & cat pipe; wait $!");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), expected));
        assert!(fs::symlink_metadata(folder.path().join("pipe")).unwrap().file_type().is_fifo());
        // Who read the first line has read enough, however much would follow.
        let output = run(folder.path(), "DECIDE -o pipe & head -c 10 pipe >read; wait $!");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), String::new()));
        assert_eq!(fs::read(folder.path().join("read")).unwrap().len(), 10);
    }

    /// `/dev/stdout` is such a link, which the test does not touch: a wrong writer would destroy it for everybody.
    #[test]
    fn standard_output_and_open_files_are_written_to_where_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        symlink("/proc/self/fd/1", folder.path().join("stdout")).unwrap();
        symlink("/dev/fd/3", folder.path().join("three")).unwrap();
        let expected = list(folder.path());
        for (script, before, after) in [
            ("LIST -o stdout", "", ""),
            ("LIST -o stdout | cat", "", ""),
            ("{ echo before; LIST -o stdout; echo after; } >file; cat file", "before\n", "after\n"),
            ("echo before >file; LIST -o stdout >>file; cat file", "before\n", ""),
            ("echo before >file; LIST -o three 3>>file; cat file", "before\n", ""),
            ("LIST -o three 3>&1 | cat", "", ""),
            ("LIST -o >(cat) | cat", "", ""),
        ] {
            let output = run(folder.path(), script);
            assert_eq!(output.status.code(), Some(0), "{script}: {}", text(&output.stderr));
            assert_eq!(text(&output.stdout), format!("{before}{expected}{after}"), "{script}");
        }
        for link in ["stdout", "three"] {
            assert!(fs::symlink_metadata(folder.path().join(link)).unwrap().is_symlink());
        }
    }
}
