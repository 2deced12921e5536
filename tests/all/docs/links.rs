//! Links between pages, and the paths of files that pages name.

use std::path::Path;

/// The first folders of paths in the repository.
const FOLDERS: &[&str] =
    &["core/", "src/", "tests/", "docs/", "examples/", "advisories/", "policies/", "benches/", "fuzz/", ".ci/"];

/// The links of a page that lead nowhere: to no file, or to no heading of one.
pub fn broken(page: &Path, text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let own = targets.filter(|target| !target.contains("://") && !target.contains([' ', '\n']));
    let is_broken = |target: &&str| {
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let file = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
        !file.exists() || !heading.is_empty() && !headings(&super::read(&file)).contains(&heading.to_owned())
    };
    own.filter(is_broken).map(|target| format!("{}: {target}", page.display())).collect()
}

/// The paths of this repository in backquotes, but for those with a placeholder.
pub fn paths(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_path = |word: &&str| {
        FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', '*', '{', ' ', '…'])
    };
    quoted.filter(is_path).map(str::to_owned).collect()
}

/// The headings of a page as links write them.
fn headings(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let as_linked = |heading: &str| {
        let letters = heading.to_lowercase().replace(' ', "-");
        letters.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
    };
    headings.map(as_linked).collect()
}
