//! The rules on waivers: what is over, what silences nothing, what silences more than it has to.
//!
//! To add one: write `lint/waivers/<rule>.rs` with a `pub const RULE`, add it to [`WAIVER_RULES`], and write
//! `tests/waivers/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use jiff::Timestamp;

use super::selectors::IndexedFleet;
use super::{Finding, Found, FoundInFiles, LintRule, entry, without_consequences};
use crate::database::Database;
use crate::input::load::database::Filed;
use crate::input::load::node;
use crate::model::key_path::KeyPath;
use crate::model::period::Period;
use crate::model::server::Server;
use crate::policy::Policy;
use crate::policy::waivers::{Waiver, Waivers};

pub mod duplicate_waiver;
pub mod expires_soon;
pub mod no_ticket;
pub mod selectors;
pub mod unused;
pub mod update_not_in_advisory;
pub mod usage;
pub mod wider_than_needed;

use usage::Silenced;

/// Waivers, and what they are held against.
#[derive(Debug)]
pub struct CheckedWaivers<'a> {
    /// All waivers of all files.
    pub waivers: Vec<LocatedWaiver<'a>>,
    /// The policy whose rules they waive.
    pub policy: &'a Policy,
    /// The advisories that they waive.
    pub database: &'a Database,
    /// The fleet, where one was given.
    pub fleet: Option<&'a IndexedFleet<'a>>,
    /// What they silence, where a fleet and pending updates were given.
    pub silenced: Option<Vec<Silenced>>,
    /// The moment for which they are checked.
    pub at: Timestamp,
    /// How long before its end a waiver is told. Without it none is: a waiver may be meant for a few days.
    pub within: Option<Period>,
}

/// A waiver and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct LocatedWaiver<'a> {
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Its file.
    pub file: &'a Filed<Waivers>,
    /// Its place in the file.
    pub index: usize,
    /// Its place among the waivers of all files.
    pub number: usize,
}

impl CheckedWaivers<'_> {
    /// What a waiver silences, where that is known.
    fn silenced(&self, located: &LocatedWaiver<'_>) -> Option<&Silenced> {
        self.silenced.as_ref().and_then(|all| all.get(located.number))
    }

    /// The servers of the fleet that a waiver is for.
    fn covered(&self, located: &LocatedWaiver<'_>) -> Vec<&Server> {
        self.fleet.map(|fleet| fleet.chosen(&located.waiver.servers, self.policy)).unwrap_or_default()
    }
}

impl LocatedWaiver<'_> {
    /// The path of the waiver in its file.
    pub fn path(&self) -> KeyPath {
        KeyPath::key("waivers").then(self.index)
    }

    /// The line in which it begins.
    fn line(&self) -> usize {
        node::parse(&self.file.source.text).map_or(0, |(root, _)| root.follow(self.path().steps()).place.line)
    }
}

/// How a rule on waivers is checked: on each by itself, with the others in sight.
pub type Check = fn(&CheckedWaivers<'_>, &LocatedWaiver<'_>, &mut Found);

/// All rules on waivers, in the order in which people think of them.
pub const WAIVER_RULES: &[LintRule<Check>] = &[
    expires_soon::EXPIRED,
    expires_soon::SOON,
    expires_soon::LATE,
    no_ticket::RULE,
    update_not_in_advisory::UNKNOWN,
    update_not_in_advisory::SILENT,
    update_not_in_advisory::OTHER_UPDATE,
    selectors::UNKNOWN_RING,
    selectors::UNKNOWN_NAME,
    selectors::NOBODY,
    duplicate_waiver::RULE,
    unused::RULE,
    unused::ONLY_NOTES,
    wider_than_needed::RULE,
];

/// The waivers of files, in order.
pub fn located(files: &[Filed<Waivers>]) -> Vec<LocatedWaiver<'_>> {
    let all = files
        .iter()
        .flat_map(|file| file.value.waivers.iter().enumerate().map(move |(index, waiver)| (file, index, waiver)));
    all.enumerate().map(|(number, (file, index, waiver))| LocatedWaiver { waiver, file, index, number }).collect()
}

/// Checks waivers with all rules; every finding, but for those that are the consequence of another.
pub fn check(checked: &CheckedWaivers<'_>) -> Vec<Finding> {
    let with_rule = |rule: &LintRule<Check>| {
        let mut in_files = FoundInFiles::by(rule.code);
        for located in &checked.waivers {
            let mut found = Found::default();
            (rule.check)(checked, located, &mut found);
            in_files.extend(&located.file.source, found);
        }
        in_files.findings
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
