//! Titles with brackets, which stand for a choice.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::policy::hold::Glob;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "hold-title-brackets",
    "a title with `[` or `{`, which stand for a choice and not for themselves",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    for (index, hold) in checked.holds() {
        if let Some(pattern) = hold.title.as_ref().map(Glob::pattern).filter(|pattern| pattern.contains(['[', '{'])) {
            let message = format!(
                "`{pattern}` does not match a title with brackets: `[ab]` is one of these letters, `{{a,b}}` one of these words"
            );
            let help = Some(format!("write `{}`", pattern.replace(['[', ']', '{', '}'], "?")));
            found.add(item("hold", index).then("title"), message, help);
        }
    }
}
