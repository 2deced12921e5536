//! The effects that a policy gives each kind of advisory: what the rules on effects share.

use super::CheckedPolicy;
use crate::model::key_path::KeyPath;
use crate::policy::effects::Action;

/// The calls of one kind by severity, the highest first.
pub(super) type Actions = [(&'static str, Action); 4];

/// Each kind, `reported` and `unknown`, with the path where its calls are written.
pub(super) fn kinds(checked: &CheckedPolicy<'_>) -> impl Iterator<Item = (KeyPath, &'static str, Actions)> {
    let effects = &checked.policy.effects;
    let of_kinds = effects.kinds().into_iter().chain([("reported", effects.reported.actions())]);
    let of_kinds = of_kinds.map(|(kind, calls)| (KeyPath::key("effects").then(kind), kind, calls));
    of_kinds.chain([(KeyPath::key("unknown"), "unknown", checked.policy.unknown.actions())])
}
