//! Waivers that do nothing: they name an advisory that does not exist, have expired, or silence no reason.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::decide::fleet::Fleet;
use crate::document::decision::Decision;
use crate::evaluate::Question;
use crate::evaluate::reason::{Reason, silences};
use crate::model::id::ServerName;
use crate::model::server::Server;
use crate::policy::waivers::Waiver;

/// A note for each such waiver.
pub fn notes(fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<String> {
    let question = &fleet.gate.question;
    let used = used(fleet, decisions);
    let all = question.waivers.iter().enumerate();
    all.filter_map(|(index, waiver)| note(question, waiver, used.contains(&index))).collect()
}

fn note(question: &Question<'_>, waiver: &Waiver, is_used: bool) -> Option<String> {
    let known = &question.database.listing().ids;
    if let Some(id) = waiver.subject().filter(|id| !known.contains(*id)) {
        return Some(format!("{waiver}: no advisory has the id `{id}`"));
    }
    if !waiver.is_valid(question.at) {
        return Some(format!("{waiver}: expired on {}", waiver.expires));
    }
    (!is_used).then(|| format!("{waiver}: not used by this decision"))
}

/// The waivers that silence a reason. Few reasons are silenced: each is held against all waivers, not the other way round.
fn used(fleet: &Fleet<'_>, decisions: &[Decision]) -> BTreeSet<usize> {
    let servers: HashMap<&ServerName, &Server> =
        fleet.outcomes.values().map(|outcome| (&outcome.server().name, outcome.server())).collect();
    let is_waived = |decision: &&Decision| decision.reasons.iter().any(|reason| reason.waived.is_some());
    let waived = decisions.iter().filter(is_waived);
    let waived = waived.filter_map(|decision| Some((decision, *servers.get(&decision.server)?)));
    waived.flat_map(|(decision, server)| silencing(&fleet.gate.question, decision, server)).collect()
}

/// The waivers that silence reasons of a decision.
fn silencing(question: &Question<'_>, decision: &Decision, server: &Server) -> Vec<usize> {
    let waived: Vec<&Reason> = decision.reasons.iter().filter(|reason| reason.waived.is_some()).collect();
    let silences = |waiver: &Waiver| {
        waived.iter().any(|one| {
            silences(waiver, one.rule, one.advisory.as_ref(), one.truth) || question.spares_rings(waiver, one)
        }) && waiver.covers(server, &decision.update, question.policy)
    };
    let all = question.waivers.iter().enumerate();
    all.filter(|(_, waiver)| silences(waiver)).map(|(index, _)| index).collect()
}
