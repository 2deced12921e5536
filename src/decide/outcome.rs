//! What was decided for one server, before the rest of the fleet has its say.

use std::collections::BTreeSet;

use crate::decision::{Decision, Missing};
use crate::model::id::AdvisoryId;
use crate::model::server::Server;

/// One server's decisions and what is told beside them.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The server.
    pub server: &'a Server,
    /// The place of the update among the candidates, and its decision.
    pub decisions: Vec<(usize, Decision)>,
    /// What the server ought to have and nothing pending brings.
    pub missing: Vec<Missing>,
    /// Facts that leave required advisories undecided.
    pub undecided: BTreeSet<(String, AdvisoryId)>,
}
