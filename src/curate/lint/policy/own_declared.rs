//! The house's own words for what the database declares.

use super::{Check, CheckedPolicy};
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;
use crate::model::name::is_among;
use crate::model::product::Product;

/// The rule.
pub const RULE: LintRule<Check> = LintRule::warning(
    "own-declared",
    "a word under `own` that the database declares, so that what it knows of it would count for nothing",
    Check(check),
);

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let (own, products) = (&checked.policy.own, checked.database.products());
    let at = |key: &str, place: usize| KeyPath::key("own").then(key).then(place);
    let help = || Some("remove it: what the database declares is not the house's own".to_owned());
    for (place, role) in own.roles.iter().enumerate() {
        if let Some(product) = products.values().find(|product| declares(product, role)) {
            found.add(at("roles", place), format!("`{role}` is a role of {}", product.id), help());
        }
    }
    for (place, pattern) in own.products.iter().enumerate() {
        if let Some(declared) = products.keys().find(|id| pattern.matches(id.as_str())) {
            found.add(at("products", place), format!("`{pattern}` matches {declared}, which is declared"), help());
        }
    }
}

fn declares(product: &Product, role: &str) -> bool {
    is_among(role, &product.roles) || product.role_aliases.values().any(|aliases| is_among(role, aliases))
}
