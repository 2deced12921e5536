//! Roles that the product, or any product, does not declare.

use std::collections::BTreeSet;

use super::{BROKEN_CONDITION, Check, Found, FoundInFiles, LintRule};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::did_you_mean;
use crate::model::key_path::KeyPath;
use crate::model::name::is_among;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "unknown-role",
    "a role that the product, or any product, does not declare",
    Check::Database(check),
)
.follows(&["unknown-product"])
.of_group(BROKEN_CONDITION)
.needs_declarations();

fn check(corpus: &Corpus<'_>, findings: &mut FoundInFiles) {
    let all: BTreeSet<&str> =
        corpus.database.products().values().flat_map(|product| &product.roles).map(String::as_str).collect();
    for file in corpus.advisories() {
        let mut found = Found::default();
        check_affects(corpus, &file.value, &mut found);
        for (path, role) in roles_of_conditions(&file.value).into_iter().chain(roles_of_cases(&file.value)) {
            check_role(path, role, &all, "no product has", &mut found);
        }
        findings.extend(&file.source, found);
    }
    check_update_orders(corpus, findings);
}

/// A product orders its own roles.
fn check_update_orders(corpus: &Corpus<'_>, findings: &mut FoundInFiles) {
    for file in &corpus.files.products {
        let roles = file.value.roles.iter().map(String::as_str).collect();
        for (index, role) in file.value.update_order.iter().enumerate() {
            let mut found = Found::default();
            let words = format!("{} does not have", file.value.id);
            check_role(KeyPath::key("update_order").then(index), role, &roles, &words, &mut found);
            findings.extend(&file.source, found);
        }
    }
}

fn check_affects(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (index, affects) in advisory.affects.iter().enumerate() {
        let Some(product) = corpus.database.products().get(&affects.product) else { continue };
        let roles = product.roles.iter().map(String::as_str).collect();
        for (position, role) in affects.roles.iter().enumerate() {
            let path = KeyPath::key("affects").then(index).then("roles").then(position);
            check_role(path, role, &roles, &format!("{} does not have", affects.product), found);
        }
    }
}

fn check_role(path: KeyPath, role: &str, known: &BTreeSet<&str>, words: &str, found: &mut Found) {
    if is_among(role, known) {
        return;
    }
    let help = did_you_mean(role, known.iter().copied()).unwrap_or_else(|| match known.is_empty() {
        true => "its file declares no role".to_owned(),
        false => format!("known are {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
    });
    found.add(path, format!("role `{role}`, which {words}"), Some(help));
}

fn roles_of_conditions(advisory: &Advisory) -> Vec<(KeyPath, &str)> {
    let mut roles = Vec::new();
    for (path, name) in corpus::names(advisory) {
        if let Name::Role(role) = name {
            roles.push((path, role));
        }
    }
    roles
}

fn roles_of_cases(advisory: &Advisory) -> Vec<(KeyPath, &str)> {
    let mut roles = Vec::new();
    for (index, case) in advisory.cases.iter().enumerate() {
        let path = KeyPath::key("cases").then(index).then("server").then("roles");
        roles.extend(
            case.server
                .0
                .roles
                .iter()
                .flatten()
                .enumerate()
                .map(|(position, role)| (path.then(position), role.as_str())),
        );
    }
    roles
}
