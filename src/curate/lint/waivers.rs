//! Lint rules on waivers: those that are over, that silence nothing, or that silence more than they have to.
//!
//! To add one: write `lint/waivers/<code>.rs` with a `pub const RULE`, add its line to [`WAIVER_RULES`], and write
//! `tests/waivers/<code>/{good,bad}.yaml`; the bad one must give this code and no other.

use jiff::Timestamp;

use super::selectors::IndexedFleet;
use super::{Finding, Found, FoundInFiles, LintRule, entry, without_consequences};
use crate::advisory::Advisory;
use crate::database::Database;
use crate::input::load::database::WithSource;
use crate::input::load::node;
use crate::model::key_path::KeyPath;
use crate::model::period::Period;
use crate::model::server::Server;
use crate::model::time::{Day, start_of};
use crate::policy::Policy;
use crate::policy::waivers::{Waiver, Waivers};

pub mod usage;

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
    /// How long before its end a waiver is reported. Without it none is: a waiver may be meant for a few days.
    pub within: Option<Period>,
}

/// A waiver and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct LocatedWaiver<'a> {
    /// The waiver.
    pub waiver: &'a Waiver,
    /// Its file.
    pub file: &'a WithSource<Waivers>,
    /// Its index in the file.
    pub index: usize,
    /// The line in which it begins.
    pub line: usize,
    /// Its place among the waivers of all files.
    pub number: usize,
}

impl CheckedWaivers<'_> {
    /// What a waiver silences, where that is known.
    fn silenced(&self, located: &LocatedWaiver<'_>) -> Option<&Silenced> {
        self.silenced.as_ref().and_then(|all| all.get(located.number))
    }

    /// The advisory that a waiver is about, if there is one and it exists.
    fn advisory(&self, located: &LocatedWaiver<'_>) -> Option<&Advisory> {
        located.waiver.subject().and_then(|id| self.database.advisory(id))
    }

    /// How many days are left from today to the last day of a waiver; negative when it is over.
    fn days_left(&self, located: &LocatedWaiver<'_>) -> i64 {
        let today = start_of(Day::of(self.at));
        start_of(located.waiver.expires).duration_since(today).as_hours() / 24
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

    /// The path of the key that names its advisory.
    fn advisory_path(&self) -> KeyPath {
        self.path().then(self.waiver.waives.key())
    }
}

/// Rules after which it is clear that a waiver silences nothing.
const IDLE: &str = "idle-waiver";

/// How a rule on waivers is checked: on each by itself, with the others in sight.
#[derive(Clone, Copy, Debug)]
pub struct Check(fn(&CheckedWaivers<'_>, &LocatedWaiver<'_>, &mut Found));

rules! {
    /// All rules on waivers, in the order of the docs.
    WAIVER_RULES: Check =
    expired
    expires_soon
    expires_late
    longer_than_allowed
    approved_by_other
    no_ticket
    unknown_advisory
    silent_advisory
    update_not_in_advisory
    unknown_ring
    unknown_name
    matches_no_server
    duplicate_waiver
    unused
    only_notes
    wider_than_needed
}

/// The waivers of files, in order.
pub fn located(files: &[WithSource<Waivers>]) -> Vec<LocatedWaiver<'_>> {
    let of_file = |file| {
        let lines = lines(file).into_iter().chain(std::iter::repeat(0));
        file.value.waivers.iter().enumerate().zip(lines).map(move |((index, waiver), line)| (file, index, waiver, line))
    };
    let all = files.iter().flat_map(of_file).enumerate();
    all.map(|(number, (file, index, waiver, line))| LocatedWaiver { waiver, file, index, line, number }).collect()
}

/// The lines in which the waivers of a file begin.
fn lines(file: &WithSource<Waivers>) -> Vec<usize> {
    let root = node::parse(&file.source.text).map(|(root, _)| root).ok();
    let waivers = root.as_ref().and_then(|root| root.get("waivers")).map(node::Node::items).unwrap_or_default();
    waivers.iter().map(|waiver| waiver.place.line).collect()
}

/// Checks waivers with all rules: every finding that does not merely follow from another.
pub fn check(checked: &CheckedWaivers<'_>) -> Vec<Finding> {
    let with_rule = |rule: &LintRule<Check>| {
        let mut in_files = FoundInFiles::by(rule.code);
        for located in &checked.waivers {
            let mut found = Found::default();
            (rule.check.0)(checked, located, &mut found);
            in_files.extend(&located.file.source, found);
        }
        in_files.findings
    };
    without_consequences(WAIVER_RULES, WAIVER_RULES.iter().map(with_rule).collect(), entry)
}
