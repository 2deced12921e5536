//! The house's policy: what each kind of advisory calls for, soak, freezes, holds, pools, windows, freshness.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::flaw::Flaws;
use crate::model::id::{ServerName, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::name::{is_among, is_same};
use crate::model::period::Period;
use crate::model::server::Server;

pub mod away;
pub mod effects;
pub mod expedite;
pub mod freeze;
pub mod freshness;
pub mod frozen;
pub mod hold;
pub mod openings;
pub mod own;
pub mod pools;
pub mod servers;
pub mod soak;
pub mod unassessed;
pub mod unsupported;
pub mod waivers;
pub mod windows;

use away::OneAtATime;
use effects::{Effects, Levels, UnknownLevels};
use expedite::Expedite;
use freeze::Freeze;
use freshness::Freshness;
use frozen::Approved;
use hold::Hold;
use own::Own;
use pools::Pools;
use servers::Servers;
use soak::{Exemption, Soak};
use unassessed::Unassessed;
use unsupported::Unsupported;
use waivers::limits::WaiverLimits;
use windows::Window;

/// A policy file. What is left out has the built-in default.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `patchgate/policy/v1`.
    pub schema: String,
    /// The policy's name, for reports.
    pub name: String,
    /// What each kind of advisory calls for, by severity.
    #[serde(default)]
    pub effects: Effects,
    /// What a condition calls for that cannot be decided, by severity.
    #[serde(default)]
    pub unknown: Levels<UnknownLevels>,
    /// The rings, in order.
    #[serde(default = "default_rings")]
    #[schemars(length(min = 1))]
    pub rings: Vec<Ring>,
    /// How long updates are left to others first.
    #[serde(default)]
    pub soak: Soak,
    /// What hurries an update.
    #[serde(default)]
    pub expedite: Expedite,
    /// What an update calls for that is younger than what the curators have looked at.
    #[serde(default)]
    pub unassessed: Unassessed,
    /// What the gate never approves.
    #[serde(default = "Hold::default_holds")]
    pub hold: Vec<Hold>,
    /// Times without changes.
    #[serde(default)]
    pub freeze: Vec<Freeze>,
    /// How many servers of a pool may be away at a time.
    #[serde(default)]
    pub pools: Pools,
    /// Whether the products' order of roles is kept.
    #[serde(default)]
    pub order: OrderMode,
    /// The house's own words, which say nothing about what the database knows.
    #[serde(default)]
    pub own: Own,
    /// A decision document, relative to the policy's file: nothing but what it approved may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<String>,
    /// What may go beside what the frozen decision approved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frozen_adds: Vec<UpdateId>,
    /// What the frozen decision approved, once its document was read.
    #[serde(skip)]
    pub approved: Approved,
    /// When servers may be changed; used by the plan.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// Servers that are never away at the same time, across pools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_together: Vec<Vec<Servers>>,
    /// Servers of which one is away at a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_at_a_time: Vec<OneAtATime>,
    /// Who may sign waivers, and for how long.
    #[serde(default)]
    pub waivers: WaiverLimits,
    /// How old the inputs may be.
    #[serde(default)]
    pub freshness: Freshness,
    /// Rings that go when the one before them is well; refused.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub promote: Unsupported,
    /// The days by which updates ought to be in; refused.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub due: Unsupported,
    /// How long updates take; refused.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub takes: Unsupported,
}

/// A ring: the servers that get updates at the same age.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// Its name.
    pub name: String,
    /// The age an update must have.
    pub soak: Period,
}

/// Whether the products' order of roles is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrderMode {
    /// Servers of later roles wait.
    #[default]
    Enforce,
    /// They are told, but do not wait.
    Note,
    /// Roles do not matter.
    Off,
}

impl Policy {
    /// The place of a server's ring in the policy's order; a server without a known ring is in the last one.
    pub fn ring_index(&self, server: &Server) -> usize {
        let named = server.ring.as_ref().and_then(|ring| self.rings.iter().position(|one| is_same(&one.name, ring)));
        named.unwrap_or(self.rings.len().saturating_sub(1))
    }

    /// Whether an update may go on a server as far as an earlier decision counts: where one is frozen, only what it approved
    /// or what is added to it.
    pub fn lets_go(&self, server: &ServerName, update: &UpdateId) -> bool {
        self.frozen.is_none() || self.frozen_adds.contains(update) || self.approved.contains(server, update)
    }

    /// What is wrong with it beyond its types.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        self.check_rings(&mut flaws);
        self.check_times(&mut flaws);
        self.check_holds(&mut flaws);
        self.check_absences(&mut flaws);
        let signers = self.waivers.approved_by.as_ref();
        if signers.is_some_and(Vec::is_empty) {
            let problem = "without a name every waiver would be an error; leave the key out to let anybody sign";
            flaws.add(KeyPath::key("waivers").then("approved_by"), problem);
        }
        flaws
    }

    fn check_rings(&self, flaws: &mut Flaws) {
        if self.rings.is_empty() {
            flaws.add(KeyPath::key("rings"), "a policy needs at least one ring");
        }
        for (index, ring) in self.rings.iter().enumerate() {
            if is_among(&ring.name, self.rings.iter().take(index).map(|other| &other.name)) {
                flaws.add(KeyPath::key("rings").then(index), format!("duplicate ring `{}`", ring.name));
            }
        }
    }

    fn check_times(&self, flaws: &mut Flaws) {
        let ends_first = |freeze: &Freeze| freeze.from.timestamp() >= freeze.to.timestamp();
        for (index, _) in self.freeze.iter().enumerate().filter(|(_, freeze)| ends_first(freeze)) {
            flaws.add(KeyPath::key("freeze").then(index), "a freeze must end after it begins");
        }
        let is_empty = |exemption: &Exemption| exemption.classification.is_empty();
        for (index, _) in self.soak.except.iter().enumerate().filter(|(_, exemption)| is_empty(exemption)) {
            let at = KeyPath::key("soak").then("except").then(index).then("classification");
            flaws.add(at, "expected at least one classification");
        }
    }

    fn check_holds(&self, flaws: &mut Flaws) {
        for (index, _) in self.hold.iter().enumerate().filter(|(_, hold)| hold.is_empty()) {
            let problem = "a hold needs at least one key that chooses updates or servers, or it would hold everything";
            flaws.add(KeyPath::key("hold").then(index), problem);
        }
        if self.frozen.is_none() && !self.frozen_adds.is_empty() {
            flaws.add(KeyPath::key("frozen_adds"), "without `frozen` there is no decision to which this could add");
        }
    }

    fn check_absences(&self, flaws: &mut Flaws) {
        for (index, _) in self.not_together.iter().enumerate().filter(|(_, selectors)| selectors.len() < 2) {
            let problem = "expected at least two selectors: those of one pool are kept apart by `pools`";
            flaws.add(KeyPath::key("not_together").then(index), problem);
        }
    }

    /// The ring of a server.
    pub fn ring(&self, server: &Server) -> Option<&Ring> {
        self.rings.get(self.ring_index(server))
    }
}

fn default_rings() -> Vec<Ring> {
    [("pilot", 0), ("broad", 7), ("critical", 14)]
        .map(|(name, days)| Ring { name: name.to_owned(), soak: Period::days(days) })
        .into()
}
