//! The rules on the house's own data: what a reviewer would have to look for in every file, looked for by the program.
//!
//! The rules on advisories stand here. To add one on
//! advisories: write `lint/<rule>.rs` with a `pub const RULE`, add it to [`RULES`], and write
//! `tests/lint/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::{Described, Diagnostic, Level, Place};
use crate::input::load::database::Filed;
use crate::input::load::node;
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::id::AdvisoryId;
use crate::model::key_path::KeyPath;

pub mod bad_fix;
pub mod conflicts;
pub mod contradiction;
pub mod critical_without_remedy;
pub mod dates;
pub mod empty_range;
pub mod failing_case;
pub mod file_name;
pub mod idle_key;
pub mod idle_leaf;
pub mod levels;
pub mod long_title;
pub mod missing_case;
pub mod no_way_out;
pub mod online;
pub mod policy;
pub mod range_without_build;
pub mod references;
pub mod required_but_bad;
pub mod requirement_cycle;
pub mod same_case_name;
pub mod same_statement;
pub mod satisfiable;
pub mod selectors;
pub mod shared_alias;
pub mod supersedence_cycle;
pub mod unknown_event_source;
pub mod unknown_override;
pub mod unknown_product;
pub mod unknown_role;
pub mod unknown_setting;
pub mod unknown_update;
pub mod value_never_collected;
pub mod waivers;
pub mod weak_source;
pub mod withdrawn;

/// A rule: what it is called, how grave it is unless somebody says otherwise, and how it is checked.
#[derive(Clone, Copy, Debug)]
pub struct Rule<C = Check> {
    /// Its stable code, in kebab case.
    pub code: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What it finds, in one line.
    pub about: &'static str,
    /// Rules whose finding in the same part makes this one's a mere consequence: it is not told then. A part is an
    /// advisory, an entry of a policy, a waiver.
    pub follows: &'static [&'static str],
    /// How it is checked.
    pub check: C,
}

/// Rules as people see them.
pub fn described<C>(rules: &[Rule<C>]) -> Vec<Described> {
    rules.iter().map(|rule| Described { code: rule.code, level: rule.level, about: rule.about }).collect()
}

/// How a rule is checked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// On each advisory by itself; all at the same time.
    Advisory(fn(&Corpus<'_>, &Advisory, &mut Found)),
    /// On the whole database.
    Database(fn(&Corpus<'_>, &mut Findings)),
}

/// All rules, in the order in which people think of them; the command line, SARIF and README's table come from this list.
pub const RULES: &[Rule] = &[
    file_name::NAME,
    file_name::YEAR,
    unknown_product::RULE,
    unknown_role::RULE,
    unknown_setting::RULE,
    unknown_event_source::RULE,
    unknown_update::RULE,
    unknown_override::RULE,
    value_never_collected::RULE,
    idle_key::RULE,
    empty_range::RULE,
    range_without_build::RULE,
    contradiction::RULE,
    missing_case::RULE,
    same_case_name::RULE,
    failing_case::RULE,
    idle_leaf::RULE,
    references::NONE,
    references::NOT_HTTPS,
    weak_source::RULE,
    critical_without_remedy::RULE,
    bad_fix::RULE,
    required_but_bad::RULE,
    no_way_out::RULE,
    supersedence_cycle::RULE,
    requirement_cycle::RULE,
    same_statement::RULE,
    shared_alias::RULE,
    dates::FUTURE,
    dates::ORDER,
    long_title::RULE,
    withdrawn::RULE,
];

/// Rules after which a condition's outcome says nothing new.
const BROKEN_CONDITION: &[&str] = &[
    "unknown-product",
    "unknown-role",
    "unknown-setting",
    "value-never-collected",
    "empty-range",
    "range-without-build",
    "contradiction",
];

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
pub struct Findings {
    code: &'static str,
    found: Vec<Finding>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, source: &Arc<Text>, at: At, message: String, help: Option<String>) {
        self.found.push(Finding { code: self.code, source: source.clone(), at, message, help });
    }

    /// Adds what was found in one advisory.
    fn extend(&mut self, source: &Arc<Text>, found: Found) {
        for (at, message, help) in found.0 {
            self.add(source, At::Path(at), message, help);
        }
    }
}

/// Checks a database with all rules; every finding, but for those that are the consequence of another.
pub fn check(corpus: &Corpus<'_>) -> Vec<Finding> {
    let advisories: Vec<&Filed<Advisory>> = corpus.advisories().collect();
    let mut all: Vec<Vec<Finding>> = RULES.par_iter().map(|rule| check_rule(rule, corpus, &advisories)).collect();
    if corpus.files.unread.iter().any(|path| may_declare(path)) {
        // What a file that cannot be read declares is unknown, not absent: only what needs no declaration is told.
        all.iter_mut().for_each(|findings| findings.retain(|finding| !NEEDS_DECLARATIONS.contains(&finding.code)));
    }
    without_consequences(RULES, all, |_| KeyPath::default())
}

/// Rules that look things up which products, settings, event sources and tables declare.
const NEEDS_DECLARATIONS: &[&str] = &[
    "unknown-product",
    "unknown-role",
    "unknown-setting",
    "unknown-event-source",
    "unknown-update",
    "value-never-collected",
    "range-without-build",
    "contradiction",
    "failing-case",
    "leaf-without-effect",
    "fix-is-bad",
    "required-but-bad",
    "no-way-out",
    "requirement-cycle",
];

/// Whether a file is something else than an advisory.
fn may_declare(file: &Path) -> bool {
    file.file_stem().is_none_or(|stem| AdvisoryId::new(&stem.to_string_lossy()).is_err())
}

/// What each rule found, but for what is the consequence of another finding in the same part of the same file.
fn without_consequences<C>(rules: &[Rule<C>], all: Vec<Vec<Finding>>, part: fn(&At) -> KeyPath) -> Vec<Finding> {
    let place = |finding: &Finding| (Arc::as_ptr(&finding.source), part(&finding.at));
    let mut told: HashMap<(*const Text, KeyPath), HashSet<&str>> = HashMap::new();
    for finding in all.iter().flatten() {
        told.entry(place(finding)).or_default().insert(finding.code);
    }
    let is_consequence = |rule: &Rule<C>, finding: &Finding| {
        let told = told.get(&place(finding));
        told.is_some_and(|codes| rule.follows.iter().any(|code| codes.contains(code)))
    };
    let kept = rules.iter().zip(all).flat_map(|(rule, findings)| {
        findings.into_iter().filter(move |finding| !is_consequence(rule, finding)).collect::<Vec<_>>()
    });
    kept.collect()
}

/// The entry of a list, or the key, in which something is: its first two steps.
fn entry(at: &At) -> KeyPath {
    match at {
        At::Path(path) => path.steps().take(2).fold(KeyPath::default(), |path, step| path.then(step)),
        At::Line(line) => KeyPath::default().then(line),
    }
}

fn check_rule(rule: &Rule, corpus: &Corpus<'_>, advisories: &[&Filed<Advisory>]) -> Vec<Finding> {
    let mut findings = Findings { code: rule.code, found: Vec::new() };
    match rule.check {
        Check::Database(check) => check(corpus, &mut findings),
        Check::Advisory(check) => {
            let found: Vec<Found> = advisories
                .par_iter()
                .map(|file| {
                    let mut found = Found::default();
                    check(corpus, &file.value, &mut found);
                    found
                })
                .collect();
            for (file, found) in advisories.iter().zip(found) {
                findings.extend(&file.source, found);
            }
        }
    }
    findings.found
}

/// Findings with their places, sorted; each file with findings is read once more to find them.
pub fn locate(findings: Vec<Finding>, levels: &levels::Levels) -> Vec<Diagnostic> {
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

fn locate_in_file(findings: Vec<Finding>, levels: &levels::Levels) -> Vec<Diagnostic> {
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
