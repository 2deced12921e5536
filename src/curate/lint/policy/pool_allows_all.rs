//! Pools of which all servers may be away at once.

use std::collections::BTreeMap;

use super::{Check, CheckedPolicy, max_unavailable};
use crate::curate::lint::selectors::MOST_LISTED;
use crate::curate::lint::{Found, LintRule};
use crate::model::name::Folded;
use crate::model::wording::listed;
use crate::policy::pools::MaxUnavailable;

/// The rule.
pub const RULE: LintRule<Check> =
    LintRule::warning("pool-allows-all", "all servers of a pool may be away at once", Check(check));

fn check(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let allowed = &checked.policy.pools.max_unavailable;
    let help = || Some("keep at least one server of each pool in service".to_owned());
    match allowed {
        MaxUnavailable::Table(table) => {
            for (size, number) in table.iter().filter(|(size, number)| **size > 1 && number >= size) {
                let message = format!("of a pool of {size}, {number} may be away at once: none is left in service");
                found.add(max_unavailable().then("table").then(size), message, help());
            }
        }
        MaxUnavailable::Share(_) if allowed.allowed(2) > 1 => {
            found.add(max_unavailable().then("share"), "all servers of a pool may be away at once".to_owned(), help());
        }
        MaxUnavailable::Share(_) => {}
        MaxUnavailable::Number(number) => {
            let sizes = sizes(checked);
            let emptied = || sizes.iter().filter(|(_, size)| **size > 1 && number >= size).map(|(pool, _)| *pool);
            if emptied().next().is_some() {
                let message = format!(
                    "{number} may be away at once: none is left in service in {}",
                    listed(emptied(), MOST_LISTED)
                );
                found.add(max_unavailable(), message, help());
            }
        }
    }
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
