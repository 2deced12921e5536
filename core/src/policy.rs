//! The house's policy: what each kind of advisory calls for, soak, freezes, holds, pools, windows, freshness.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::flaw::Flaws;
use crate::model::key_path::KeyPath;
use crate::model::name::{is_among, is_same};
use crate::model::period::Period;
use crate::model::server::Server;

pub mod effects;
pub mod expedite;
pub mod freeze;
pub mod freshness;
pub mod hold;
pub mod openings;
pub mod pools;
pub mod servers;
pub mod soak;
pub mod waivers;
pub mod windows;

use effects::{Effects, Levels, UnknownLevels};
use expedite::Expedite;
use freeze::Freeze;
use freshness::Freshness;
use hold::Hold;
use pools::Pools;
use soak::Soak;
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
    /// What the gate never approves.
    #[serde(default)]
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
    /// When servers may be changed; used by the plan.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// How old the inputs may be.
    #[serde(default)]
    pub freshness: Freshness,
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

    /// What is wrong with it beyond its types.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        if self.rings.is_empty() {
            flaws.add(KeyPath::key("rings"), "a policy needs at least one ring");
        }
        for (index, ring) in self.rings.iter().enumerate() {
            if is_among(&ring.name, self.rings.iter().take(index).map(|other| &other.name)) {
                flaws.add(KeyPath::key("rings").then(index), format!("duplicate ring `{}`", ring.name));
            }
        }
        for (index, _) in self.freeze.iter().enumerate().filter(|(_, freeze)| freeze.from >= freeze.to) {
            flaws.add(KeyPath::key("freeze").then(index), "a freeze must end after it begins");
        }
        for (index, _) in self.hold.iter().enumerate().filter(|(_, hold)| hold.is_empty()) {
            let problem = "a hold needs at least one key, or it would hold nothing or everything";
            flaws.add(KeyPath::key("hold").then(index), problem);
        }
        flaws
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
