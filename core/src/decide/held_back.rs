//! What other servers hold back on one server.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::candidate::CandidateId;
use crate::evaluate::reason::Reason;

/// What the fleet holds back on one server.
#[derive(Clone, Debug, Default)]
pub struct HeldBack {
    /// The candidates that have to wait for other servers.
    pub waiting: BTreeSet<CandidateId>,
    /// The candidates that other servers stop, and why.
    pub stopped: BTreeMap<CandidateId, Vec<Reason>>,
    /// The candidates that do not have to wait for earlier rings, because one of their servers has them.
    pub tried: BTreeSet<CandidateId>,
}
