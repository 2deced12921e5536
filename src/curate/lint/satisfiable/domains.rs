//! The domains in each dimension: for one fact, the sets of leaves that can hold there together.

use std::collections::{BTreeSet, HashMap};

use jiff::SignedDuration;

use super::{Fact, Leaf, Solver};
use crate::condition::Condition;
use crate::condition::service::Service;
use crate::condition::setting::Setting;
use crate::model::id::{ProductId, UpdateId};
use crate::model::setting::Value;
use crate::model::time::Day;
use crate::model::truth::Truth;
use crate::model::version::{Version, VersionScheme};

impl Solver<'_> {
    /// The sets of leaves of a fact that can hold together, each once.
    pub(super) fn domains(&self, fact: &Fact, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        match fact {
            Fact::Product(product) => self.versions(product, leaves),
            Fact::Roles => roles(leaves, self.is_of_one_role),
            Fact::Updates => self.installed(leaves),
            Fact::Setting(name) => self.values(name, leaves),
            Fact::Service(_) => states(leaves),
            Fact::RebootPending => where_holds(leaves, &[true, false], |condition, pending| match condition {
                Condition::RebootPending(wanted) => wanted.is_pending() == *pending,
                _ => false,
            }),
            Fact::Uptime => uptimes(leaves),
            Fact::Date => dates(leaves),
            Fact::Count(_) => counts(leaves),
            Fact::Entries(_) => entries(leaves),
            Fact::Free(_) => subsets(leaves.iter().map(|(number, _)| *number)),
        }
    }

    fn versions(&self, product: &ProductId, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        let scheme = self.corpus.scheme(product);
        if scheme == VersionScheme::Semver {
            return subsets(leaves.iter().map(|(number, _)| *number));
        }
        let ranges = || {
            leaves.iter().filter_map(|(number, leaf)| match leaf {
                Leaf::Versions(versions) => Some((*number, versions)),
                _ => None,
            })
        };
        let named = ranges().flat_map(|(_, versions)| versions.bounds()).map(|(_, version)| version);
        let near = |version: &Version| [Some(version.clone()), version.just_below(), version.just_above()];
        let candidates: Vec<Version> = named.flat_map(near).flatten().chain("0".parse()).collect();
        let holding = |version: &Version| {
            ranges()
                .filter(|(_, versions)| versions.contain(Some(version), scheme).is_true())
                .map(|(number, _)| number)
                .collect()
        };
        // Without the product no range holds, not even `*`.
        candidates.iter().map(holding).chain([Vec::new()]).collect()
    }

    fn installed(&self, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        let updates: Vec<(usize, &UpdateId)> = leaves
            .iter()
            .filter_map(|(number, leaf)| match leaf {
                Leaf::Update(update) => Some((*number, update)),
                _ => None,
            })
            .collect();
        // What is installed together with each.
        let carries = |carrier: &UpdateId| {
            let is_carried =
                |update: &UpdateId| update == carrier || self.corpus.catalogue.carriers(update).contains(carrier);
            updates.iter().filter(|(_, update)| is_carried(update)).map(|(number, _)| *number).collect::<Vec<_>>()
        };
        let carried: HashMap<usize, Vec<usize>> =
            updates.iter().map(|(number, carrier)| (*number, carries(carrier))).collect();
        let with_carried = |installed: Vec<usize>| {
            let all: BTreeSet<usize> =
                installed.iter().filter_map(|number| carried.get(number)).flatten().copied().collect();
            all.into_iter().collect()
        };
        subsets(updates.iter().map(|(number, _)| *number)).into_iter().map(with_carried).collect()
    }

    fn values(&self, name: &str, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        let settings = || {
            leaves.iter().filter_map(|(_, leaf)| match leaf {
                Leaf::Condition(Condition::Setting(setting)) => Some(setting),
                _ => None,
            })
        };
        let declared = self.corpus.database.settings().get(name);
        let mut values: Vec<Value> = settings().flat_map(named_values).collect();
        values.extend(declared.iter().flat_map(|declared| &declared.values).cloned().map(Value::Text));
        let bounds: Vec<f64> = settings().flat_map(|setting| [setting.at_least, setting.below]).flatten().collect();
        let numbers: Vec<f64> = values.iter().filter_map(Value::number).chain(bounds).collect();
        values.extend(numbers.iter().flat_map(|number| [*number, number - 0.5, number + 0.5]).map(Value::Number));
        let has = |word: &str| values.iter().any(|value| value.word() == word);
        let (has_truths, has_texts) = (has("bool"), has("text"));
        if has_truths {
            values.extend([true, false].map(Value::Bool));
        }
        // Where the values that occur are declared, there is no other.
        if has_texts && declared.is_none_or(|declared| declared.values.is_empty()) {
            values.push(Value::Text("another value".to_owned()));
        }
        if values.is_empty() {
            // No comparison at all: it holds as soon as the setting is known.
            values.push(Value::Bool(true));
        }
        where_holds(leaves, &values, |condition, value| match condition {
            Condition::Setting(setting) => setting.compare(value) == Truth::True,
            _ => false,
        })
    }
}

fn named_values(setting: &Setting) -> impl Iterator<Item = Value> {
    setting.equals.iter().chain(setting.among.iter().flatten()).cloned()
}

/// The sets of leaves that hold for each of some values.
fn where_holds<T>(
    leaves: &[(usize, &Leaf)],
    values: &[T],
    holds: impl Fn(&Condition, &T) -> bool,
) -> BTreeSet<Vec<usize>> {
    let holding = |value| {
        let holding = leaves.iter().filter(|(_, leaf)| match leaf {
            Leaf::Condition(condition) => holds(condition, value),
            _ => false,
        });
        holding.map(|(number, _)| *number).collect()
    };
    values.iter().map(holding).collect()
}

/// Beyond this many free leaves of one fact, only none, each alone, all but each, and all of them are looked at.
pub(super) const FREE: usize = 10;

fn subsets(numbers: impl Iterator<Item = usize>) -> BTreeSet<Vec<usize>> {
    let numbers: Vec<usize> = numbers.collect();
    match numbers.len() {
        count if count <= FREE => {
            let chosen = |bits: u32| {
                let is_chosen = |(index, _): &(usize, &usize)| bits >> index & 1 == 1;
                numbers.iter().enumerate().filter(is_chosen).map(|(_, number)| *number).collect()
            };
            (0..1_u32 << count).map(chosen).collect()
        }
        _ => {
            let without = |left_out: &usize| numbers.iter().copied().filter(|number| number != left_out).collect();
            let edges = [Vec::new(), numbers.clone()];
            numbers.iter().map(|number| vec![*number]).chain(numbers.iter().map(without)).chain(edges).collect()
        }
    }
}

/// A server has any set of roles, or at most one.
fn roles(leaves: &[(usize, &Leaf)], is_of_one_role: bool) -> BTreeSet<Vec<usize>> {
    let wanted: Vec<(usize, &Vec<String>)> = leaves
        .iter()
        .filter_map(|(number, leaf)| match leaf {
            Leaf::Roles(roles) => Some((*number, roles)),
            _ => None,
        })
        .collect();
    let all: BTreeSet<String> =
        wanted.iter().flat_map(|(_, roles)| roles.iter().map(|role| role.to_lowercase())).collect();
    let all: Vec<String> = all.into_iter().collect();
    let holding = |own: Vec<usize>| {
        let has =
            |role: &String| own.iter().filter_map(|index| all.get(*index)).any(|one| one.eq_ignore_ascii_case(role));
        wanted.iter().filter(|(_, roles)| roles.iter().any(has)).map(|(number, _)| *number).collect()
    };
    match is_of_one_role {
        true => (0..all.len()).map(|role| vec![role]).chain([Vec::new()]).map(holding).collect(),
        false => subsets(0..all.len()).into_iter().map(holding).collect(),
    }
}

/// An entry that matches more fields matches fewer; else the leaves are free, for a server has many entries.
fn entries(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let fields = |leaf: &Leaf| match leaf {
        Leaf::Condition(condition) => match serde_json::to_value(condition).ok()?.get(condition.key())?.clone() {
            serde_json::Value::Object(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    };
    let all: Vec<_> = leaves.iter().filter_map(|(number, leaf)| Some((*number, fields(leaf)?))).collect();
    let is_same =
        |one: &serde_json::Value, two: &serde_json::Value| one.to_string().eq_ignore_ascii_case(&two.to_string());
    let implied = |holding: &[usize], number: usize| {
        let asked = all.iter().find(|(one, _)| *one == number);
        all.iter().filter(|(one, _)| holding.contains(one)).any(|(_, found)| {
            asked.is_some_and(|(_, asked)| {
                asked.iter().all(|(key, value)| found.get(key).is_some_and(|own| is_same(own, value)))
            })
        })
    };
    let with_implied =
        |holding: Vec<usize>| leaves.iter().map(|(number, _)| *number).filter(|one| implied(&holding, *one)).collect();
    subsets(leaves.iter().map(|(number, _)| *number)).into_iter().map(with_implied).collect()
}

/// A service is absent, or has one state, start and account.
fn states(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let services: Vec<&Service> = leaves
        .iter()
        .filter_map(|(_, leaf)| match leaf {
            Leaf::Condition(Condition::Service(service)) => Some(service),
            _ => None,
        })
        .collect();
    let values = |field: fn(&Service) -> Option<&String>| {
        let named: BTreeSet<String> =
            services.iter().filter_map(|service| field(service)).map(|v| v.to_lowercase()).collect();
        named.into_iter().map(Some).chain([None]).collect::<Vec<Option<String>>>()
    };
    let (of_state, of_start, of_account) =
        (values(|s| s.state.as_ref()), values(|s| s.start.as_ref()), values(|s| s.account.as_ref()));
    let mut found = Vec::new();
    for state in &of_state {
        for start in &of_start {
            found.extend(of_account.iter().map(|account| [state.clone(), start.clone(), account.clone()]));
        }
    }
    let fits = |wanted: &Option<String>, own: &Option<String>| match (wanted, own) {
        (None, _) => true,
        (Some(wanted), own) => own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(wanted)),
    };
    let mut domains = where_holds(leaves, &found, |condition, [state, start, account]| match condition {
        Condition::Service(service) => {
            fits(&service.state, state) && fits(&service.start, start) && fits(&service.account, account)
        }
        _ => false,
    });
    domains.insert(Vec::new());
    domains
}

fn uptimes(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let ends = leaves.iter().filter_map(|(_, leaf)| match leaf {
        Leaf::Condition(Condition::Uptime(uptime)) => Some(uptime.ends()),
        _ => None,
    });
    let moment = SignedDuration::from_secs(1);
    let near = |end: SignedDuration| [end.saturating_sub(moment), end, end.saturating_add(moment)];
    let times: Vec<SignedDuration> = ends.flatten().flat_map(near).chain([SignedDuration::ZERO]).collect();
    where_holds(leaves, &times, |condition, up| match condition {
        Condition::Uptime(uptime) => uptime.accepts(*up),
        _ => false,
    })
}

fn dates(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let ends = leaves.iter().filter_map(|(_, leaf)| match leaf {
        Leaf::Condition(Condition::Date(date)) => Some(date.ends()),
        _ => None,
    });
    // Between two ends nothing changes.
    let days: Vec<Day> = ends.flatten().chain([Day::from(jiff::civil::Date::MIN)]).collect();
    where_holds(leaves, &days, |condition, day| match condition {
        Condition::Date(date) => date.contains(*day),
        _ => false,
    })
}

fn counts(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let count = |leaf: &&Leaf| match leaf {
        Leaf::Condition(Condition::Count(count)) => Some(count.figures().map(u64::from).collect::<Vec<_>>()),
        _ => None,
    };
    let figures = leaves.iter().filter_map(|(_, leaf)| count(leaf)).flatten();
    let numbers: BTreeSet<u64> =
        figures.flat_map(|figure| [figure.saturating_sub(1), figure, figure + 1]).chain([0]).collect();
    let numbers: Vec<u64> = numbers.into_iter().collect();
    where_holds(leaves, &numbers, |condition, number| match condition {
        Condition::Count(count) => count.accepts(*number),
        _ => false,
    })
}
