//! Waivers: dated, signed exceptions to one advisory or policy rule on named servers.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Policy;
use super::servers::Servers;
use crate::model::flaw::Flaws;
use crate::model::id::{AdvisoryId, UpdateId};
use crate::model::key_path::KeyPath;
use crate::model::server::Server;
use crate::model::time::{Day, end_of};

pub mod file;
pub mod limits;
pub mod rule;

pub use rule::WaivedRule;

use file::{WaiverFile, WaiversFile};

/// Waivers of one file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "WaiversFile", into = "WaiversFile")]
pub struct Waivers {
    /// `patchgate/waivers/v1`.
    pub schema: String,
    /// The waivers.
    pub waivers: Vec<Waiver>,
}

/// An exception to one advisory or policy rule on named servers.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "WaiverFile", into = "WaiverFile")]
pub struct Waiver {
    /// What it waives.
    pub waives: Waives,
    /// On which servers.
    pub servers: Servers,
    /// For which updates; left out, for all.
    pub updates: Option<Vec<UpdateId>>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approved_by: String,
    /// The change record.
    pub ticket: Option<String>,
    /// Its last day, in UTC.
    pub expires: Day,
}

/// What a waiver waives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waives {
    /// An advisory.
    Advisory(AdvisoryId),
    /// A policy rule, or the doubt about an advisory.
    Rule(WaivedRule),
}

impl Waives {
    /// The key under which it is written.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Advisory(_) => "advisory",
            Self::Rule(_) => "rule",
        }
    }

    fn new(advisory: Option<AdvisoryId>, rule: Option<WaivedRule>, flaws: &mut Flaws) -> Option<Self> {
        match (advisory, rule) {
            (Some(advisory), None) => return Some(Self::Advisory(advisory)),
            (None, Some(rule)) => return Some(Self::Rule(rule)),
            (None, None) => flaws.add(KeyPath::default(), "a waiver needs `advisory` or `rule`"),
            (Some(_), Some(_)) => {
                flaws.add(KeyPath::key("rule"), "a waiver has either `advisory` or `rule`, not both");
            }
        }
        None
    }
}

impl fmt::Display for Waives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Advisory(advisory) => advisory.fmt(f),
            Self::Rule(rule) => rule.fmt(f),
        }
    }
}

impl Waiver {
    /// Whether it still holds at a moment: valid to the end of its last day, UTC.
    pub fn is_valid(&self, at: Timestamp) -> bool {
        at < end_of(self.expires)
    }

    /// Whether it is about this update on this server.
    pub fn covers(&self, server: &Server, update: &UpdateId, policy: &Policy) -> bool {
        self.updates.as_ref().is_none_or(|updates| updates.contains(update)) && self.servers.include(server, policy)
    }

    /// The advisory that it is about, whether it waives it or the doubt about it.
    pub fn subject(&self) -> Option<&AdvisoryId> {
        match &self.waives {
            Waives::Advisory(id) | Waives::Rule(WaivedRule::Unknown(id)) => Some(id),
            Waives::Rule(_) => None,
        }
    }
}

impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "waiver of {}", self.waives)?;
        match &self.ticket {
            Some(ticket) => write!(f, " ({ticket}, {})", self.approved_by),
            None => write!(f, " ({})", self.approved_by),
        }
    }
}

impl TryFrom<WaiverFile> for Waiver {
    type Error = Flaws;

    fn try_from(file: WaiverFile) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        file.check_signature(&mut flaws);
        let WaiverFile { advisory, rule, servers, updates, reason, approved_by, ticket, expires } = file;
        let waives = Waives::new(advisory, rule, &mut flaws);
        let waives = flaws.or(waives)?;
        Ok(Self { waives, servers, updates, reason, approved_by, ticket, expires })
    }
}

impl From<Waiver> for WaiverFile {
    fn from(waiver: Waiver) -> Self {
        let Waiver { waives, servers, updates, reason, approved_by, ticket, expires } = waiver;
        let (advisory, rule) = match waives {
            Waives::Advisory(advisory) => (Some(advisory), None),
            Waives::Rule(rule) => (None, Some(rule)),
        };
        Self { advisory, rule, servers, updates, reason, approved_by, ticket, expires }
    }
}

impl TryFrom<WaiversFile> for Waivers {
    type Error = Flaws;

    fn try_from(file: WaiversFile) -> Result<Self, Flaws> {
        let (mut flaws, mut waivers) = (Flaws::default(), Vec::new());
        for (index, waiver) in file.waivers.into_iter().enumerate() {
            match Waiver::try_from(waiver) {
                Ok(waiver) => waivers.push(waiver),
                Err(its) => flaws.add_within(&KeyPath::key("waivers").then(index), its),
            }
        }
        flaws.or(Some(Self { schema: file.schema, waivers }))
    }
}

impl From<Waivers> for WaiversFile {
    fn from(waivers: Waivers) -> Self {
        Self { schema: waivers.schema, waivers: waivers.waivers.into_iter().map(WaiverFile::from).collect() }
    }
}
