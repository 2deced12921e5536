//! The rules on waivers: what is over, what silences nothing, what silences more than it has to.
//!
//! To add one: write `lint/waivers/<rule>.rs` with a `pub const RULE`, add it to [`WAIVER_RULES`], and write
//! `tests/waivers/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use jiff::Timestamp;

use super::selectors::Fleet;
use super::{Finding, Findings, Found, Rule, entry, without_consequences};
use crate::database::Database;
use crate::input::load::database::Filed;
use crate::input::load::node;
use crate::model::key_path::KeyPath;
use crate::model::period::Period;
use crate::model::server::Server;
use crate::policy::Policy;
use crate::policy::waivers::{Waiver, Waivers};

pub mod advisories;
pub mod duplicate;
pub mod expiry;
pub mod no_ticket;
pub mod selectors;
pub mod unused;
pub mod usage;
pub mod wider;

use usage::Silenced;

/// Waivers, and what they are held against.
#[derive(Debug)]
pub struct Exceptions<'a> {
    /// All waivers of all files.
    pub waivers: Vec<Stated<'a>>,
    /// The policy whose rules they waive.
    pub policy: &'a Policy,
    /// The advisories that they waive.
    pub database: &'a Database,
    /// The fleet, where one was given.
    pub fleet: Option<&'a Fleet<'a>>,
    /// What they silence, where a fleet and pending updates were given.
    pub silenced: Option<Vec<Silenced>>,
    /// The moment for which they are checked.
    pub at: Timestamp,
    /// How long before its end a waiver is told. Without it none is: a waiver may be meant for a few days.
    pub within: Option<Period>,
}

/// A waiver and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Stated<'a> {
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Its file.
    pub file: &'a Filed<Waivers>,
    /// Its place in the file.
    pub index: usize,
    /// The line in which it begins.
    pub line: usize,
    /// Its place among the waivers of all files.
    pub number: usize,
}

impl Exceptions<'_> {
    /// What a waiver silences, where that is known.
    fn silenced(&self, stated: &Stated<'_>) -> Option<&Silenced> {
        self.silenced.as_ref().and_then(|all| all.get(stated.number))
    }

    /// The servers of the fleet that a waiver is for.
    fn covered(&self, stated: &Stated<'_>) -> Vec<&Server> {
        self.fleet.map(|fleet| fleet.chosen(&stated.waiver.servers, self.policy)).unwrap_or_default()
    }
}

impl Stated<'_> {
    /// The path of the waiver in its file.
    pub fn path(&self) -> KeyPath {
        KeyPath::key("waivers").then(self.index)
    }
}

/// How a rule on waivers is checked: on each by itself, with the others in sight.
pub type Check = fn(&Exceptions<'_>, &Stated<'_>, &mut Found);

/// All rules on waivers, in the order in which people think of them.
pub const WAIVER_RULES: &[Rule<Check>] = &[
    expiry::EXPIRED,
    expiry::SOON,
    expiry::LATE,
    no_ticket::RULE,
    advisories::UNKNOWN,
    advisories::SILENT,
    advisories::OTHER_UPDATE,
    selectors::UNKNOWN_RING,
    selectors::UNKNOWN_NAME,
    selectors::NOBODY,
    duplicate::RULE,
    unused::RULE,
    unused::ONLY_NOTES,
    wider::RULE,
];

/// The waivers of files, in order.
pub fn stated(files: &[Filed<Waivers>]) -> Vec<Stated<'_>> {
    let of_file = |file| {
        let lines = lines(file).into_iter().chain(std::iter::repeat(0));
        file.value.waivers.iter().enumerate().zip(lines).map(move |((index, waiver), line)| (file, index, waiver, line))
    };
    let all = files.iter().flat_map(of_file).enumerate();
    all.map(|(number, (file, index, waiver, line))| Stated { waiver, file, index, line, number }).collect()
}

/// The lines in which the waivers of a file begin.
fn lines(file: &Filed<Waivers>) -> Vec<usize> {
    let root = node::parse(&file.source.text).map(|(root, _)| root).ok();
    let waivers = root.as_ref().and_then(|root| root.get("waivers")).map(node::Node::items).unwrap_or_default();
    waivers.iter().map(|waiver| waiver.place.line).collect()
}

/// Checks waivers with all rules; every finding, but for those that are the consequence of another.
pub fn check(exceptions: &Exceptions<'_>) -> Vec<Finding> {
    let with_rule = |rule: &Rule<Check>| {
        let mut findings = Findings { code: rule.code, found: Vec::new() };
        for stated in &exceptions.waivers {
            let mut found = Found::default();
            (rule.check)(exceptions, stated, &mut found);
            findings.extend(&stated.file.source, found);
        }
        findings.found
    };
    without_consequences(WAIVER_RULES, WAIVER_RULES.iter().map(with_rule).collect(), entry)
}

/// The rules after which it is clear that a waiver silences nothing.
const IDLE: &[&str] = &[
    "expired",
    "unknown-advisory",
    "silent-advisory",
    "update-not-in-advisory",
    "unknown-ring",
    "unknown-name",
    "matches-no-server",
];
