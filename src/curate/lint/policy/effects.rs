//! Effects that mean something else than they say, or weigh what matters less more.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::effect::Effect;
use crate::model::key_path::KeyPath;
use crate::policy::effects::Call;

/// Calls that mean nothing for their kind.
pub const MEANINGLESS: LintRule<Check> = LintRule {
    code: "meaningless-effect",
    level: Level::Warning,
    about: "an effect that means nothing for its kind, such as `known-bad: enforce`",
    follows: &[],
    check: meaningless,
};

/// Calls that are milder for what is graver.
pub const FALLING: LintRule<Check> = LintRule {
    code: "graver-is-milder",
    level: Level::Warning,
    about: "a graver severity calls for less than a lesser one",
    follows: &["meaningless-effect"],
    check: falling,
};

/// Reports that weigh more than what is confirmed.
pub const REPORTED: LintRule<Check> = LintRule {
    code: "reported-outweighs-confirmed",
    level: Level::Warning,
    about: "an unsure advisory calls for more than a confirmed one ever does",
    follows: &["meaningless-effect"],
    check: reported,
};

/// The calls of one kind by severity.
type Calls = [(&'static str, Call); 4];

/// Each kind and `unknown`, with the path where its calls are written.
fn kinds(checked: &CheckedPolicy<'_>) -> impl Iterator<Item = (KeyPath, &'static str, Calls)> {
    let of_kinds =
        checked.policy.effects.kinds().map(|(kind, calls)| (KeyPath::key("effects").then(kind), kind, calls));
    of_kinds.into_iter().chain([(KeyPath::key("unknown"), "unknown", checked.policy.unknown.calls())])
}

fn meaningless(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let reported = (KeyPath::key("effects").then("reported"), "reported", checked.policy.effects.reported);
    let of_kinds =
        kinds(checked).flat_map(|(path, kind, calls)| calls.map(|(severity, call)| (path.then(severity), kind, call)));
    for (path, kind, call) in of_kinds.chain([reported]) {
        if let Some((message, help)) = sense(kind, call) {
            found.add(path, message, Some(help.to_owned()));
        }
    }
}

/// What is wrong with a call for a kind, and what to write instead.
fn sense(kind: &str, call: Call) -> Option<(String, &'static str)> {
    match (kind, call) {
        ("prerequisite", Call::Block) => {
            let message = "`block` does the same as `enforce` here: what can go first still goes first";
            Some((message.to_owned(), "write `enforce`, or hold the update"))
        }
        ("prerequisite", Call::Sequence) => {
            let message = "`sequence` lets the update go without what it needs: nothing says after what";
            Some((message.to_owned(), "write `enforce` (sequence, or block when nothing pending helps), or `note`"))
        }
        ("prerequisite", _) => None,
        (kind, Call::Enforce) => {
            let message = format!("`enforce` is for prerequisites; for `{kind}` it does the same as `block`");
            Some((message, "write `block`"))
        }
        _ => None,
    }
}

fn falling(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (path, _, calls) in kinds(checked) {
        for ((severity, call), (lesser, stricter)) in calls.iter().zip(calls.iter().skip(1)) {
            if call.effect() < stricter.effect() {
                let message = format!("`{severity}` calls for `{call}`, but `{lesser}` for `{stricter}`");
                let help = format!("write at least `{stricter}` for `{severity}`; what is left out has the default");
                found.add(path.then(severity), message, Some(help));
            }
        }
    }
}

fn reported(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let effects = &checked.policy.effects;
    let most = |calls: &Calls| calls.iter().map(|(_, call)| call.effect()).max().unwrap_or(Effect::Note);
    let weaker: Vec<&str> = effects
        .kinds()
        .iter()
        .filter(|(_, calls)| most(calls) < effects.reported.effect())
        .map(|(kind, _)| *kind)
        .collect();
    if !weaker.is_empty() {
        let message = format!(
            "advisories that are only reported call for `{}`; confirmed ones of kind {} never call for so much",
            effects.reported,
            weaker.join(", ")
        );
        found.add(KeyPath::key("effects").then("reported"), message, Some("write `sequence` or `note`".to_owned()));
    }
}
