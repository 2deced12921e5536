//! Lint rules on the organisation's own data: what a reviewer would otherwise have to look for in every file.
//!
//! To add one on advisories: write `lint/<code>.rs` with a `pub const RULE`, add its line to [`RULES`], and write
//! `tests/lint/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::input::load::database::WithSource;
use crate::input::load::node;
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

pub mod conflicts;
pub mod levels;
pub mod satisfiable;
pub mod selectors;

mod addresses;
mod rule;

pub use rule::{LintRule, described};

/// How a rule is checked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// On each advisory by itself; all at the same time.
    Advisory(fn(&Corpus<'_>, &Advisory, &mut Found)),
    /// On the whole database.
    Database(fn(&Corpus<'_>, &mut FoundInFiles)),
}

/// A list of rules: one line declares the file of each and takes up its `RULE`.
macro_rules! rules {
    ($(#[$doc:meta])* $list:ident: $check:ty = $($rule:ident)+) => {
        $(pub mod $rule;)+

        $(#[$doc])*
        pub const $list: &[LintRule<$check>] = &[$($rule::RULE),+];
    };
}

rules! {
    /// All rules on advisories, in the order of the docs; the command line, SARIF and the tables in the
    /// docs come from this list.
    RULES: Check =
    id_not_file_name
    id_not_year
    unknown_product
    unknown_role
    unknown_setting
    unknown_event_source
    unknown_update
    unknown_override
    value_never_collected
    key_without_effect
    empty_range
    range_without_build
    contradiction
    missing_case
    same_case_name
    failing_case
    leaf_without_effect
    no_reference
    reference_not_https
    weak_source
    critical_without_remedy
    harm_not_told
    fix_is_bad
    required_but_bad
    no_way_out
    supersedence_cycle
    requirement_cycle
    same_statement
    shared_alias
    published_in_future
    updated_before_published
    title_too_long
    withdrawn_but_referred_to
}

// After the macro, with which these make their lists.
pub mod online;
pub mod policy;
pub mod waivers;

/// Rules after which a condition's outcome says nothing new.
const BROKEN_CONDITION: &str = "broken-condition";

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The value at the end of a path.
    Path(KeyPath),
    /// A line of a table.
    Line(usize),
}

/// One thing that a rule found in one file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's code.
    pub code: &'static str,
    /// The file.
    pub source: Arc<Text>,
    /// Where in it.
    pub at: At,
    /// What is wrong: lower case, no final stop, input in backticks.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// What one rule finds in one advisory.
#[derive(Debug, Default)]
pub struct Found(Vec<(KeyPath, String, Option<String>)>);

impl Found {
    /// Adds a finding.
    pub fn add(&mut self, at: KeyPath, message: String, help: Option<String>) {
        self.0.push((at, message, help));
    }
}

/// What one rule finds in a database.
#[derive(Debug)]
pub struct FoundInFiles {
    code: &'static str,
    findings: Vec<Finding>,
}

impl FoundInFiles {
    fn by(code: &'static str) -> Self {
        Self { code, findings: Vec::new() }
    }

    /// Adds a finding.
    pub fn add(&mut self, source: &Arc<Text>, at: At, message: String, help: Option<String>) {
        self.findings.push(Finding { code: self.code, source: source.clone(), at, message, help });
    }

    /// Adds what was found in one advisory.
    fn extend(&mut self, source: &Arc<Text>, found: Found) {
        for (at, message, help) in found.0 {
            self.add(source, At::Path(at), message, help);
        }
    }
}

/// Checks a database with all rules: every finding that does not merely follow from another.
pub fn check(corpus: &Corpus<'_>) -> Vec<Finding> {
    let advisories: Vec<&WithSource<Advisory>> = corpus.advisories().collect();
    let mut all: Vec<Vec<Finding>> = RULES.par_iter().map(|rule| check_rule(rule, corpus, &advisories)).collect();
    if corpus.files.unread.iter().any(|path| may_declare(path)) {
        let needing = RULES.iter().zip(&mut all).filter(|(rule, _)| rule.needs_declarations);
        needing.for_each(|(_, findings)| findings.clear());
    }
    without_consequences(RULES, all, |_| KeyPath::default())
}

/// Whether a file may declare anything: every kind of file but an advisory.
fn may_declare(file: &Path) -> bool {
    file.file_stem().is_none_or(|stem| AdvisoryId::new(&stem.to_string_lossy()).is_err())
}

/// What the rules found, without what merely follows from another finding in the same part of the same file.
fn without_consequences<C>(rules: &[LintRule<C>], all: Vec<Vec<Finding>>, part: fn(&At) -> KeyPath) -> Vec<Finding> {
    let part_of = |finding: &Finding| (Arc::as_ptr(&finding.source), part(&finding.at));
    let mut by_part: HashMap<(*const Text, KeyPath), HashSet<&str>> = HashMap::new();
    for (rule, finding) in rules.iter().zip(&all).flat_map(|(rule, found)| found.iter().map(move |one| (rule, one))) {
        by_part.entry(part_of(finding)).or_default().extend([rule.code].into_iter().chain(rule.group));
    }
    let is_consequence = |rule: &LintRule<C>, finding: &Finding| {
        let codes = by_part.get(&part_of(finding));
        codes.is_some_and(|codes| rule.follows.iter().any(|code| codes.contains(code)))
    };
    let kept = rules.iter().zip(all).flat_map(|(rule, findings)| {
        findings.into_iter().filter(move |finding| !is_consequence(rule, finding)).collect::<Vec<_>>()
    });
    kept.collect()
}

/// The entry of a list, or the key, that something is in: the first two steps of its path.
fn entry(at: &At) -> KeyPath {
    match at {
        At::Path(path) => path.steps().take(2).fold(KeyPath::default(), |path, step| path.then(step)),
        At::Line(line) => KeyPath::default().then(line),
    }
}

fn check_rule(rule: &LintRule, corpus: &Corpus<'_>, advisories: &[&WithSource<Advisory>]) -> Vec<Finding> {
    let mut in_files = FoundInFiles::by(rule.code);
    match rule.check {
        Check::Database(check) => check(corpus, &mut in_files),
        Check::Advisory(check) => {
            let found: Vec<Found> = advisories.par_iter().map(|file| found_in(&file.value, corpus, check)).collect();
            for (file, found) in advisories.iter().zip(found) {
                in_files.extend(&file.source, found);
            }
        }
    }
    in_files.findings
}

fn found_in(advisory: &Advisory, corpus: &Corpus<'_>, check: fn(&Corpus<'_>, &Advisory, &mut Found)) -> Found {
    let mut found = Found::default();
    check(corpus, advisory, &mut found);
    found
}

/// FoundInFiles with their places, sorted; each file with findings is read once more to find them.
pub fn locate(findings: Vec<Finding>, levels: &levels::RuleLevels) -> Vec<Diagnostic> {
    let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings.into_iter().filter(|finding| levels.level(finding.code).is_some()) {
        by_file.entry(finding.source.path.clone()).or_default().push(finding);
    }
    let located = by_file.into_values().flat_map(|findings| locate_in_file(findings, levels));
    let mut diagnostics: Vec<Diagnostic> = located.collect();
    diagnostics.sort();
    diagnostics.dedup();
    diagnostics
}

fn locate_in_file(findings: Vec<Finding>, levels: &levels::RuleLevels) -> Vec<Diagnostic> {
    let root = findings.first().and_then(|finding| tree(&finding.source));
    let with_level = |finding: Finding| levels.level(finding.code).map(|level| (finding, level));
    findings.into_iter().filter_map(with_level).map(|(finding, level)| finding.located(root.as_ref(), level)).collect()
}

/// The tree of a file, in which the places of findings are found.
pub fn tree(source: &Text) -> Option<node::Node> {
    node::parse(&source.text).ok().map(|(root, _)| root)
}

impl Finding {
    /// The finding with its place, in the tree of its file.
    pub fn located(self, root: Option<&node::Node>, level: Level) -> Diagnostic {
        let place = match (&self.at, root) {
            (At::Line(line), _) => Place { line: *line, column: 1 },
            (At::Path(path), Some(root)) => root.place_of(path.steps()),
            (At::Path(_), None) => Place::default(),
        };
        let problem = Problem::new(self.code, self.message).placed(place).helped(self.help);
        Diagnostic { level, ..*self.source.diagnostic(problem) }
    }
}
