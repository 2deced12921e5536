//! What was decided for one server, before the rest of the fleet has its say.

use std::collections::BTreeSet;

use crate::document::decision::{Decision, Missing};
use crate::evaluate::Gate;
use crate::model::fact::Fact;
use crate::model::id::AdvisoryId;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::verdict::Verdict;

/// The rules by which servers have regard to each other.
const OF_FLEET: [Rule; 2] = [Rule::Pool, Rule::Order];

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
    pub undecided: BTreeSet<(Fact, AdvisoryId)>,
}

impl Outcome<'_> {
    /// The newer updates that have to wait for other servers, and would replace an older one that may go meanwhile.
    pub fn replaced_too_early(&self, gate: &Gate<'_>) -> BTreeSet<usize> {
        let newer = |place: usize| {
            let all =
                gate.candidates.get(place).map(|candidate| candidate.superseded_by.as_slice()).unwrap_or_default();
            self.decisions.iter().filter(move |(other, _)| all.contains(other))
        };
        let has = |one: &Decision, rules: &[Rule]| one.reasons.iter().any(|reason| rules.contains(&reason.rule));
        let replaced = self.decisions.iter().filter(|(_, one)| has(one, &[Rule::Superseded])).map(|(place, _)| *place);
        let too_early = replaced.filter(|place| !newer(*place).any(|(_, one)| one.verdict == Verdict::Approve));
        let waiting =
            too_early.flat_map(|place| newer(place).filter(|(_, one)| has(one, &OF_FLEET)).map(|(other, _)| *other));
        waiting.collect()
    }

    /// Whether a decision of it names other updates or servers: then it has to be made again when these change.
    pub fn has_regard_to_others(&self) -> bool {
        let is_of_fleet = |one: &Decision| one.reasons.iter().any(|reason| OF_FLEET.contains(&reason.rule));
        self.decisions.iter().any(|(_, one)| !one.after.is_empty() || !one.with.is_empty() || is_of_fleet(one))
    }
}
