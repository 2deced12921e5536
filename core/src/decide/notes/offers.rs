//! Names that updates are offered to and that nobody in the inventory has, or that mean somebody with a longer name.

use std::collections::BTreeSet;

use crate::diagnostic::nearest;
use crate::evaluate::Gate;
use crate::evaluate::candidate::CandidateId;
use crate::model::name::Folded;
use crate::model::server::{Server, ServerFact};

/// How many names are told one by one: looking for what was meant takes time for each.
const TOLD: usize = 20;

/// A note for each unknown name, one for all beyond the first, and one each for all short names and all possible members.
pub fn notes(gate: &Gate<'_>, servers: &[&Server]) -> Vec<String> {
    let unknown = &gate.offers.unknown;
    let known = if unknown.is_empty() { BTreeSet::new() } else { known(servers) };
    let more = unknown.len().saturating_sub(TOLD);
    let rest = unknown.keys().nth(TOLD).map(|first| {
        let words = "are neither servers nor groups of the inventory";
        format!("{more} more names that updates are offered to, from `{first}` on, {words}")
    });
    let told = unknown.iter().take(TOLD).filter_map(|(name, updates)| of_name(gate, name, updates, &known));
    told.chain(rest).chain(short_names(gate)).chain(possible_members(gate, servers)).collect()
}

/// The servers and groups of the inventory.
fn known(servers: &[&Server]) -> BTreeSet<Folded> {
    let groups = servers.iter().flat_map(|server| server.groups.iter().flatten()).map(|group| Folded::of(group));
    servers.iter().map(|server| server.name.folded()).chain(groups).collect()
}

fn of_name(gate: &Gate<'_>, name: &str, updates: &[CandidateId], known: &BTreeSet<Folded>) -> Option<String> {
    let near = nearest(name, known.iter().map(Folded::as_str));
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let first = &gate.candidates.get(*updates.first()?)?.update.id;
    let more = if updates.len() > 1 { format!(" and {} more", updates.len() - 1) } else { String::new() };
    Some(format!("{first}{more}: offered to `{name}`, which is neither a server nor a group of the inventory{hint}"))
}

fn short_names(gate: &Gate<'_>) -> Option<String> {
    let short = &gate.offers.short;
    let (name, server) = short.first_key_value()?;
    let more = if short.len() > 1 { format!(", and {} more likewise", short.len() - 1) } else { String::new() };
    Some(format!("offers to short names are taken for the servers with these names: `{name}` for `{server}`{more}"))
}

/// Whoever may be a member of a group for want of facts.
fn possible_members(gate: &Gate<'_>, servers: &[&Server]) -> Option<String> {
    let mut without = servers.iter().filter(|server| server.groups.is_none() && gate.offers.has_groups());
    let first = without.next()?;
    let more = match without.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let words = "perhaps in every group that an update is offered to, and decided as if";
    Some(format!("`{}` were not collected on {}{more}: {words}", ServerFact::Groups, first.name))
}
