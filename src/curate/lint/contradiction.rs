//! Conditions that can never be true, or never be false, and advisories that can never speak.

use super::satisfiable::{Formula, Solver};
use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::Condition;
use crate::curate::corpus::{self, Corpus};
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "contradiction",
    "a condition that can never be true, or never be false, or an advisory that can never speak",
    Check::Advisory(check),
)
.follows(&["unknown-product", "unknown-setting", "value-never-collected", "empty-range"])
.of_group(BROKEN_CONDITION)
.needs_declarations();

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let mut constant: Vec<KeyPath> = Vec::new();
    for (path, condition) in corpus::conditions(advisory) {
        // A condition that is reported is not reported again for its parts.
        let is_inside = |outer: &KeyPath| path.pointer().starts_with(&format!("{}/", outer.pointer()));
        if constant.iter().any(is_inside) {
            continue;
        }
        let where_it_counts = Some(advisory).filter(|_| path.steps().next() == Some("when"));
        if let Some(words) = constancy(corpus, condition, where_it_counts) {
            found.add(path.clone(), format!("`{}` can never be {words}", shown(condition)), None);
            constant.push(path);
        }
    }
    if constant.is_empty() && can_never_speak(corpus, advisory) {
        let message = "no server can match `affects`, `when`, `fixed_by` and `requires` together".to_owned();
        found.add(KeyPath::key(if advisory.when.is_some() { "when" } else { "affects" }), message, None);
    }
}

/// A condition as people read it; an empty one by its key.
fn shown(condition: &Condition) -> String {
    Some(condition.to_string()).filter(|text| !text.is_empty()).unwrap_or_else(|| format!("{}: []", condition.key()))
}

/// What a condition can never be, on any server, or on those that the advisory affects.
fn constancy(corpus: &Corpus<'_>, condition: &Condition, advisory: Option<&Advisory>) -> Option<String> {
    let mut solver = Solver::new(corpus);
    let formula = solver.condition(condition);
    let word = |(holds, fails): (bool, bool)| match (holds, fails) {
        (false, _) => Some("true"),
        (_, false) => Some("false"),
        _ => None,
    };
    if let Some(word) = word(solver.outcomes(&formula)?) {
        return Some(word.to_owned());
    }
    let affected = solver.affected(advisory.filter(|advisory| !advisory.affects.is_empty())?);
    let with = |part: Formula| Formula::All(vec![affected.clone(), part]);
    let (holds, _) = solver.outcomes(&with(formula.clone()))?;
    let (fails, _) = solver.outcomes(&with(Formula::Not(Box::new(formula))))?;
    word((holds, fails)).map(|word| format!("{word} on a server of `affects`"))
}

fn can_never_speak(corpus: &Corpus<'_>, advisory: &Advisory) -> bool {
    let mut solver = Solver::new(corpus);
    let formula = solver.advisory(advisory);
    solver.outcomes(&formula).is_some_and(|(holds, _)| !holds)
}
