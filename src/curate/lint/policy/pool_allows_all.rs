//! Pools of which nobody, or everybody, may be away.

use std::collections::BTreeMap;

use super::{Check, CheckedPolicy};
use crate::curate::lint::selectors::listed;
use crate::curate::lint::{Found, LintRule};
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;
use crate::policy::pools::MaxUnavailable;

/// Allowances of nobody.
pub const NOTHING: LintRule<Check> = LintRule {
    code: "pool-allows-nobody",
    level: Level::Error,
    about: "no server of any pool may be away, so that no update that restarts is ever approved there",
    follows: &[],
    check: nothing,
};

/// Allowances of everybody.
pub const WHOLE: LintRule<Check> = LintRule {
    code: "pool-allows-all",
    level: Level::Warning,
    about: "all servers of a pool may be away at the same time",
    follows: &[],
    check: whole,
};

/// Tables with gaps.
pub const GAP: LintRule<Check> = LintRule {
    code: "pool-table-gap",
    level: Level::Warning,
    about: "a table of pool sizes that leaves out sizes between two with different numbers",
    follows: &["pool-allows-nobody"],
    check: gap,
};

fn path() -> KeyPath {
    KeyPath::key("pools").then("max_unavailable")
}

fn nothing(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let allowed = &checked.policy.pools.max_unavailable;
    let is_nobody = match allowed {
        MaxUnavailable::Number(_) | MaxUnavailable::Share(_) => allowed.allowed(100) == 0,
        MaxUnavailable::Table(table) => !table.is_empty() && table.values().all(|number| *number == 0),
    };
    if is_nobody {
        let message = "no server of a pool may ever be away: updates that restart it stay blocked".to_owned();
        found.add(path(), message, Some("write 1, a share such as 25%, or a table by size".to_owned()));
    }
}

fn whole(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let allowed = &checked.policy.pools.max_unavailable;
    let help = || Some("keep at least one server of each pool in service".to_owned());
    match allowed {
        MaxUnavailable::Table(table) => {
            for (size, number) in table.iter().filter(|(size, number)| **size > 1 && number >= size) {
                let message = format!("of a pool of {size}, {number} may be away: nobody is left");
                found.add(path().then("table").then(size), message, help());
            }
        }
        MaxUnavailable::Share(_) if allowed.allowed(2) > 1 => {
            found.add(path().then("share"), "all servers of a pool may be away at a time".to_owned(), help());
        }
        MaxUnavailable::Share(_) => {}
        MaxUnavailable::Number(number) => {
            let sizes = sizes(checked);
            let emptied = || sizes.iter().filter(|(_, size)| **size > 1 && number >= size).map(|(pool, _)| *pool);
            if emptied().next().is_some() {
                let message = format!("{number} may be away at a time: nobody is left in {}", listed(emptied()));
                found.add(path(), message, help());
            }
        }
    }
}

/// The sizes of the fleet's pools.
fn sizes<'a>(checked: &CheckedPolicy<'a>) -> BTreeMap<&'a str, usize> {
    let servers = checked.fleet.map(|fleet| fleet.servers).unwrap_or_default();
    let mut sizes: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for pool in servers.iter().filter_map(|server| server.pool.as_deref()) {
        sizes.entry(pool.to_lowercase()).or_insert((pool, 0)).1 += 1;
    }
    sizes.into_values().collect()
}

fn gap(checked: &CheckedPolicy<'_>, found: &mut Found) {
    let MaxUnavailable::Table(table) = &checked.policy.pools.max_unavailable else { return };
    if table.is_empty() {
        let message = "an empty table allows one server of each pool".to_owned();
        found.add(path().then("table"), message, Some("write `max_unavailable: 1`".to_owned()));
    }
    for ((size, number), (next, other)) in table.iter().zip(table.iter().skip(1)) {
        if next - size > 1 && number != other {
            let sizes = match next - 1 {
                last if last == size + 1 => format!("size {last}"),
                last => format!("sizes {} to {last}", size + 1),
            };
            let message = format!("{sizes} left out, between {number} for {size} and {other} for {next}");
            let help = format!("they take {number}, the entry of the next smaller size; write it to be understood");
            found.add(path().then("table").then(next), message, Some(help));
        }
    }
}
