//! The way out of a block: what to do, or how long to wait.

use jiff::Timestamp;

use crate::advisory::{Advisory, Statement};
use crate::document::decision::Unblock;
use crate::evaluate::Gate;
use crate::evaluate::reason::Reason;
use crate::model::fact::Fact;
use crate::model::id::UpdateId;
use crate::model::rule::Rule;
use crate::model::server::ServerFact;
use crate::model::truth::Truth;

/// What lifts the block, the earliest first.
pub fn ways_out(gate: &Gate<'_>, update: &UpdateId, reasons: &[Reason], not_before: Option<Timestamp>) -> Vec<Unblock> {
    let mut ways: Vec<Unblock> = Vec::new();
    let blocking = reasons.iter().filter(|reason| reason.blocks());
    let of_blocks = blocking.flat_map(|reason| of_reason(gate, update, reason, not_before));
    for way in of_blocks.chain(reasons.iter().filter_map(restart)) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

fn of_reason(gate: &Gate<'_>, update: &UpdateId, reason: &Reason, not_before: Option<Timestamp>) -> Vec<Unblock> {
    if reason.rule == Rule::Ring {
        return vec![ring(reason.truth)];
    }
    if reason.truth == Truth::Unknown {
        return reason.missing.iter().map(|fact| collect(gate, fact)).collect();
    }
    let advisory = reason.advisory.as_ref().and_then(|id| gate.question.database.advisory(id));
    match (reason.rule, advisory) {
        (_, Some(advisory)) => of_advisory(advisory, update),
        (Rule::Superseded, _) => vec![way(format!("approve the newer update instead: {}", reason.message))],
        (Rule::Hold, _) => vec![way("approve it by hand after a review, or record a waiver of the hold".to_owned())],
        (Rule::Freshness, _) => vec![way("collect the inventory again and update the advisories".to_owned())],
        (Rule::Pool, _) => {
            vec![way("take the pool out of service first, or let the policy spare more of its servers".to_owned())]
        }
        _ => vec![Unblock { or_wait_until: not_before, ..way("wait".to_owned()) }],
    }
}

fn of_advisory(advisory: &Advisory, update: &UpdateId) -> Vec<Unblock> {
    let mut ways: Vec<Unblock> = Vec::new();
    let list = |ids: &[UpdateId]| {
        let others: Vec<&str> = ids.iter().filter(|id| *id != update).map(UpdateId::as_str).collect();
        Some(others.join(" or ")).filter(|list| !list.is_empty())
    };
    if let Some(fixes) = list(&advisory.fixed_by) {
        ways.push(way(format!("install {fixes} first or instead: it fixes this")));
    }
    if let Some(company) = list(&advisory.safe_with) {
        ways.push(way(format!("install it together with {company}, before one restart")));
    }
    if let Statement::Prerequisite { requires, .. } = &advisory.statement {
        ways.push(way(format!("first make this hold: {requires}")));
    }
    let remedy =
        advisory.remedy.iter().map(|step| Unblock { command: step.command.clone(), ..way(step.action.clone()) });
    ways.extend(remedy);
    if ways.is_empty() {
        ways.push(way(format!("no remedy is known; read the references of {}, or record a waiver", advisory.id)));
    }
    ways
}

fn collect(gate: &Gate<'_>, fact: &Fact) -> Unblock {
    let action = match fact {
        Fact::Advisories => "use a database with advisories".to_owned(),
        Fact::Server(ServerFact::CollectedAt) => {
            "collect the inventory again, with the time in `collected_at`".to_owned()
        }
        Fact::Complete => "say `complete: true` in the inventory, if it holds the whole fleet".to_owned(),
        Fact::Others(among) => format!("collect the facts of the other servers of the {among}"),
        Fact::Pending(..) => format!("add `{fact}` to the pending updates"),
        _ => format!("collect `{fact}` from this server"),
    };
    let setting = fact.setting().and_then(|name| gate.question.database.settings().get(name));
    Unblock { command: setting.and_then(|setting| setting.collect.clone()), ..way(action) }
}

/// What ends a wait for a server that has to be restarted, and that nothing pending restarts.
fn restart(reason: &Reason) -> Option<Unblock> {
    let pending = reason.evidence.iter().find(|one| one.fact == ServerFact::RebootPending.into())?;
    let waits = reason.rule == Rule::Pool && reason.counts();
    waits.then(|| way(format!("restart {}", pending.value)))
}

/// The way out where the servers of earlier rings cannot go first.
fn ring(truth: Truth) -> Unblock {
    way(match truth {
        Truth::True => {
            "decide which of the two goes first: record a waiver of rule `ring` or of rule `order`".to_owned()
        }
        _ => "let a server of an earlier ring have it first, or record a waiver of rule `ring`".to_owned(),
    })
}

fn way(action: String) -> Unblock {
    Unblock { action, command: None, or_wait_until: None }
}
