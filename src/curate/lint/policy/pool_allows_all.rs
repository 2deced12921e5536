//! Pools of which all servers may be away at once.

use std::collections::BTreeMap;

use super::{Check, CheckedPolicy, max_unavailable};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::model::key_path::KeyPath;
use crate::model::name::Folded;
use crate::model::wording::listed;
use crate::policy::pools::MaxUnavailable;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("pool-allows-all", "all servers of a pool may be away at once", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let allowed = &checked.policy.pools.max_unavailable;
    match allowed {
        MaxUnavailable::Table(table) => check_table(table, found),
        MaxUnavailable::Share(_) if allowed.allowed(2) > 1 => {
            add(max_unavailable().then("share"), "all servers of a pool may be away at once".to_owned(), found);
        }
        MaxUnavailable::Share(_) => {}
        MaxUnavailable::Number(number) => check_number(*number, &sizes(checked), found),
    }
}

fn check_table(table: &BTreeMap<usize, usize>, found: &mut Found) {
    for (size, number) in table.iter().filter(|(size, number)| **size > 1 && number >= size) {
        let message = format!("of a pool of {size}, {number} may be away at once: none is left in service");
        add(max_unavailable().then("table").then(size), message, found);
    }
}

fn check_number(number: usize, sizes: &BTreeMap<&str, usize>, found: &mut Found) {
    let emptied = || sizes.iter().filter(|(_, size)| **size > 1 && number >= **size).map(|(pool, _)| *pool);
    if emptied().next().is_some() {
        let pools = listed(emptied(), MOST_LISTED);
        add(max_unavailable(), format!("{number} may be away at once: none is left in service in {pools}"), found);
    }
}

fn add(at: KeyPath, message: String, found: &mut Found) {
    found.add(at, message, Some("keep at least one server of each pool in service".to_owned()));
}

/// The sizes of the fleet's pools.
fn sizes<'a>(checked: &CheckedPolicy<'a>) -> BTreeMap<&'a str, usize> {
    let servers = checked.fleet.map(|fleet| fleet.servers).unwrap_or_default();
    let mut sizes: BTreeMap<Folded, (&str, usize)> = BTreeMap::new();
    for pool in servers.iter().filter_map(|server| server.pool.as_deref()) {
        sizes.entry(Folded::of(pool)).or_insert((pool, 0)).1 += 1;
    }
    sizes.into_values().collect()
}
