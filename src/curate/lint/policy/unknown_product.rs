//! Holds on updates of products that the database does not declare.

use super::{Check, CheckedPolicy, item};
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::did_you_mean;
use crate::policy::hold::Glob;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "unknown-product",
    "a hold on a product that neither the database declares nor the policy's `own`",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let (own, known) = (&checked.policy.own.products, checked.database.products());
    let is_own = |id: &str| own.iter().any(|pattern: &Glob| pattern.matches(id));
    for (index, hold) in checked.holds() {
        for (place, product) in hold.products.iter().flatten().enumerate() {
            if !known.contains_key(product) && !is_own(product.as_str()) {
                let help = did_you_mean(product.as_str(), known.keys().map(|id| id.as_str()))
                    .unwrap_or_else(|| "name your own database with -a, or list it under `own.products`".to_owned());
                let at = item("hold", index).then("products").then(place);
                found.add(at, format!("no product has the id `{product}`"), Some(help));
            }
        }
    }
}
