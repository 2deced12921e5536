//! One server and one update: the decision, what it rests on and where that was written, and what stayed silent (pure).

use std::borrow::Cow;

use crate::advisory::{Advisory, Kind, Step};
use crate::diagnostic::nearest;
use crate::document::decision::Document;
use crate::document::explanation::{Explanation, Procedure, Silence, Task};
use crate::evaluate::candidate::Candidate;
use crate::evaluate::reason::Reason;
use crate::evaluate::{Gate, Question, Subject};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::UpdateId;
use crate::model::name::is_same;
use crate::model::pending::PendingUpdate;
use crate::model::rule::Rule;
use crate::model::server::Server;
use crate::model::trace::Trace;

/// Why there is no decision to explain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDecision {
    /// The inventory has no such server.
    #[error("no server `{0}` in the inventory{1}")]
    UnknownServer(String, String),
    /// The pending updates have no such update.
    #[error("no pending update `{0}`{1}")]
    UnknownUpdate(UpdateId, String),
    /// The update is installed there.
    #[error("{0} is installed on {1} already: {2}")]
    Installed(UpdateId, String, String),
    /// The update is not for that server.
    #[error("{0} is not offered to {1}, and the server has none of its products")]
    NotOffered(UpdateId, String),
    /// The update may be for that server.
    #[error(
        "{0} is offered to nobody in particular, and without `products` it is open whether {1} has one of its products"
    )]
    Unplaced(UpdateId, String),
}

/// Explains one pair of a decision.
///
/// # Errors
/// When the pair was not evaluated: why not.
pub fn explain(
    question: Question<'_>,
    servers: &[Server],
    document: &Document,
    server: &str,
    update: &UpdateId,
) -> Result<Explanation, NoDecision> {
    let mut gate = Gate::new(question);
    let recognised = gate.recognise(servers);
    let server = find(&recognised, server).ok_or_else(|| {
        let near = nearest(server, servers.iter().map(|one| one.name.as_str()));
        NoDecision::UnknownServer(server.to_owned(), hint(near))
    })?;
    let candidate = gate.candidates.values().find(|candidate| candidate.update.id == *update).ok_or_else(|| {
        let near = nearest(update.as_str(), gate.candidates.values().map(|candidate| candidate.update.id.as_str()));
        NoDecision::UnknownUpdate(update.clone(), hint(near))
    })?;
    let now = gate.now(server);
    let decision = document.decisions.iter().find(|one| one.server == server.name && one.update == *update);
    let Some(decision) = decision else {
        let name = server.name.to_string();
        if now.installed(update).is_true() {
            let mut trace = Trace::listening();
            now.installed_traced(update, &mut trace);
            let why: Vec<String> = trace.finish().0.into_iter().map(|evidence| evidence.value).collect();
            return Err(NoDecision::Installed(update.clone(), name, why.join(", ")));
        }
        let why = if gate.is_unplaced(&now, update) { NoDecision::Unplaced } else { NoDecision::NotOffered };
        return Err(why(update.clone(), name));
    };
    let concerns = |note: &&String| note.contains(server.name.as_str()) || note.contains(update.as_str());
    Ok(Explanation {
        title: candidate.update.title.clone(),
        decision: decision.clone(),
        origins: Vec::new(),
        procedures: procedures(&gate, &decision.reasons, &now),
        silent: silent(&gate.subject(&now), &now, candidate),
        notes: document.notes.iter().filter(concerns).cloned().collect(),
    })
}

/// The advisories that were considered for a pair and have nothing to say.
fn silent(subject: &Subject<'_>, on: &Hypothesis<'_>, candidate: &Candidate<'_>) -> Vec<Silence> {
    let considered = candidate.advisories.iter().chain(&subject.hazards).chain(&subject.required);
    considered.filter_map(|advisory| silence(advisory, on, &candidate.update)).collect()
}

fn silence(advisory: &Advisory, on: &Hypothesis<'_>, update: &PendingUpdate) -> Option<Silence> {
    let mut trace = Trace::listening();
    let truth = match advisory.kind() {
        Kind::Hazard | Kind::Required => advisory.speaks(on, &mut trace),
        _ => advisory.names(update, on, &mut trace).and(advisory.speaks(on, &mut trace)),
    };
    (!truth.is_possible()).then(|| Silence {
        advisory: advisory.id.to_string(),
        title: advisory.title.to_string(),
        concerns: advisory.affects(on, &mut Trace::silent()).is_possible(),
        because: trace.finish().0,
    })
}

/// The steps of the procedures among some reasons, and which of those before the update the facts show to be taken.
fn procedures(gate: &Gate<'_>, reasons: &[Reason], on: &Hypothesis<'_>) -> Vec<Procedure> {
    let is_done = |step: &Step| step.verify.as_ref().map(|verify| verify.test(on, &mut Trace::silent()).is_true());
    let action = |step: &Step, done| Task { action: step.action.clone(), command: step.command.clone(), done };
    let asking = reasons.iter().filter(|reason| reason.rule == Rule::Procedure);
    let asking = asking.filter_map(|one| gate.question.database.advisory(one.advisory.as_ref()?));
    let told = asking.filter_map(|advisory| {
        let steps = advisory.statement.steps()?;
        Some(Procedure {
            advisory: advisory.id.clone(),
            before: steps.before.iter().map(|step| action(step, is_done(step))).collect(),
            after: steps.after.iter().map(|step| action(step, None)).collect(),
        })
    });
    told.collect()
}

/// A server by its name, or by its host name where only one server has it.
fn find<'a>(servers: &'a [Cow<'_, Server>], name: &str) -> Option<&'a Server> {
    let servers = servers.iter().map(AsRef::as_ref);
    let exact = servers.clone().find(|one| is_same(one.name.as_str(), name));
    let host = |one: &&Server| one.name.as_str().split('.').next().is_some_and(|host| is_same(host, name));
    let mut hosts = servers.filter(host);
    exact.or_else(|| hosts.next().filter(|_| hosts.next().is_none()))
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}
