//! What checks of the house's own data found: one document for people, pipelines and code review.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{Described, Diagnostic, Level};
use crate::document::decision::TOOL;
use crate::model::wording::counted;

/// What was checked, and what was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The command that checked, such as `advisory lint`.
    pub command: &'static str,
    /// What was checked, in a few words: `7 advisories, 37 products`.
    pub scope: String,
    /// The rules of that command.
    pub rules: Vec<Described>,
    /// Everything that was checked, each with what was found in it.
    pub checked: Vec<Checked>,
}

/// One thing that was checked: a file, or a case.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it belongs to: the file of a case, `lint` of a file.
    pub suite: String,
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub problems: Vec<Diagnostic>,
}

/// The document that programs read.
#[derive(Debug, Serialize)]
pub struct FindingsJson<'a> {
    schema: String,
    tool: &'static str,
    command: &'static str,
    checked: Counted,
    summary: Summary,
    findings: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
struct Counted {
    scope: String,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    code: &'static str,
    level: Level,
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

impl Checked {
    /// Files, each with what was found in it; `name` is what was done with them.
    pub fn files<'a>(paths: impl Iterator<Item = &'a str>, name: &str, found: Vec<Diagnostic>) -> Vec<Self> {
        let mut by_path: BTreeMap<String, Vec<Diagnostic>> = paths.map(|path| (path.to_owned(), Vec::new())).collect();
        for diagnostic in found {
            by_path.entry(diagnostic.path.clone()).or_default().push(diagnostic);
        }
        let checked = by_path.into_iter();
        checked.map(|(path, problems)| Self { suite: path, name: name.to_owned(), problems }).collect()
    }
}

impl Findings {
    /// Everything that is wrong, sorted by file and place.
    pub fn problems(&self) -> Vec<&Diagnostic> {
        let mut problems: Vec<&Diagnostic> = self.checked.iter().flat_map(|checked| &checked.problems).collect();
        problems.sort();
        problems
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.checked.iter().all(|checked| checked.problems.is_empty())
    }

    /// How many problems are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.problems().iter().filter(|problem| problem.level == level).count()
    }

    /// One line that says what was checked and how it came out.
    pub fn summary(&self) -> String {
        let (errors, warnings) = (self.count(Level::Error), self.count(Level::Warning));
        let found = match (errors, warnings) {
            (0, 0) => "nothing wrong".to_owned(),
            (errors, 0) => counted(errors, "error"),
            (0, warnings) => counted(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        format!("{}: {found} in {}", self.command, self.scope)
    }

    /// The document that programs read.
    pub fn json(&self) -> FindingsJson<'_> {
        let place = |one: &'_ Diagnostic| (slashed(&one.path), Some(one.place.line).filter(|line| *line > 0));
        let findings = self.problems().into_iter().map(|one| {
            let (path, line) = place(one);
            let column = line.map(|_| one.place.column);
            Finding {
                code: one.code,
                level: one.level,
                path,
                line,
                column,
                message: &one.message,
                help: one.help.as_deref(),
            }
        });
        FindingsJson {
            schema: crate::model::schema::schema("findings"),
            tool: TOOL,
            command: self.command,
            checked: Counted { scope: self.scope.clone(), count: self.checked.len() },
            summary: Summary { errors: self.count(Level::Error), warnings: self.count(Level::Warning) },
            findings: findings.collect(),
        }
    }

    /// The rules, with those of the loader that found something.
    pub fn rules(&self) -> Vec<Described> {
        let mut rules = self.rules.clone();
        for problem in self.problems() {
            if !rules.iter().any(|rule| rule.code == problem.code) {
                let about = "what the file says cannot be read as what it should be";
                rules.push(Described { code: problem.code, level: problem.level, about });
            }
        }
        rules
    }
}

/// A path as pipelines write it on every system.
pub fn slashed(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").map_or(path.clone(), str::to_owned)
}
