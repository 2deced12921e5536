//! All the servers that some conditions can tell apart, in short: which of their leaves hold there together.
//!
//! Leaves about one fact depend on each other: a product has one version, a setting one value, a service one state.
//! Each fact is a dimension with a few positions, and a world is one position in every dimension. Leaves about facts
//! that are not modelled are taken to be free, so that no contradiction is told where there is none.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::advisory::{Advisory, Kind};
use crate::condition::Condition;
use crate::condition::service::Service;
use crate::condition::setting::Setting;
use crate::library::Library;
use crate::model::id::{ProductId, UpdateId};
use crate::model::setting::Value;
use crate::model::truth::Truth;
use crate::model::version::{Version, VersionScheme, Versions};

/// More worlds than this are not searched; conditions of that size are not judged.
const MOST: usize = 1 << 16;

/// What is asked, over numbered leaves.
#[derive(Clone, Debug)]
pub enum Formula {
    /// All of these.
    All(Vec<Formula>),
    /// One of these.
    Any(Vec<Formula>),
    /// Not this.
    Not(Box<Formula>),
    /// The leaf of this number.
    Leaf(usize),
}

impl Formula {
    fn holds(&self, world: &[bool]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(world)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(world)),
            Self::Not(part) => !part.holds(world),
            Self::Leaf(number) => world.get(*number).copied().unwrap_or(false),
        }
    }
}

/// The fact that a leaf is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Product(ProductId),
    Roles,
    Updates,
    Setting(String),
    Service(String),
    RebootPending,
    Uptime,
    Count(String),
    Entries(&'static str),
    Free(String),
}

/// A leaf: what is asked of the fact.
#[derive(Clone, Debug)]
enum Leaf {
    Versions(Versions),
    Roles(Vec<String>),
    Update(UpdateId),
    Condition(Condition),
}

/// The leaves of some formulas, each once.
#[derive(Debug)]
pub struct Worlds<'a> {
    library: &'a Library<'a>,
    leaves: Vec<(Fact, Leaf)>,
    numbers: BTreeMap<String, usize>,
    is_of_one_role: bool,
}

impl<'a> Worlds<'a> {
    /// No leaves yet.
    pub fn new(library: &'a Library<'a>) -> Self {
        Self { library, leaves: Vec::new(), numbers: BTreeMap::new(), is_of_one_role: false }
    }

    /// The same, where no server has more than one role.
    pub fn of_one_role(library: &'a Library<'a>) -> Self {
        Self { is_of_one_role: true, ..Self::new(library) }
    }

    /// A condition as a formula.
    pub fn condition(&mut self, condition: &Condition) -> Formula {
        let mut parts = || condition.kind().parts().iter().map(|part| self.condition(part)).collect::<Vec<_>>();
        match condition {
            Condition::All(_) => Formula::All(parts()),
            Condition::Any(_) => Formula::Any(parts()),
            Condition::Not(_) => Formula::Not(Box::new(Formula::All(parts()))),
            leaf => self.leaf(leaf),
        }
    }

    /// What makes an advisory speak, as a formula. What is installed is not pending: of the updates that it is about,
    /// one at least is missing.
    pub fn advisory(&mut self, advisory: &Advisory) -> Formula {
        let mut parts = vec![self.applies(advisory)];
        if advisory.builds.is_empty() && !advisory.updates.is_empty() {
            let about = advisory.updates.iter().map(|one| self.number(Fact::Updates, Leaf::Update(one.id.clone())));
            parts.push(Formula::Not(Box::new(Formula::All(about.collect()))));
        }
        if let (Some(requires), Kind::Required | Kind::Prerequisite) = (&advisory.requires, advisory.kind) {
            let requires = self.condition(requires);
            parts.push(Formula::Not(Box::new(requires)));
        }
        Formula::All(parts)
    }

    /// What makes an advisory apply, as a formula.
    fn applies(&mut self, advisory: &Advisory) -> Formula {
        let cures = advisory.cures().map(|cure| self.number(Fact::Updates, Leaf::Update(cure.clone()))).collect();
        Formula::All(vec![self.scope(advisory), Formula::Not(Box::new(Formula::Any(cures)))])
    }

    /// Which servers an advisory concerns before anything fixes them, as a formula.
    pub fn scope(&mut self, advisory: &Advisory) -> Formula {
        let affected = self.affected(advisory);
        let when = advisory.when.as_ref().map(|when| self.condition(when));
        Formula::All([Some(affected), when].into_iter().flatten().collect())
    }

    /// The servers that `affects` names, every server where it names none, as a formula.
    pub fn affected(&mut self, advisory: &Advisory) -> Formula {
        if advisory.affects.is_empty() {
            return Formula::All(Vec::new());
        }
        let entries = advisory.affects.iter().map(|affects| {
            let product = self.number(Fact::Product(affects.product.clone()), Leaf::Versions(affects.versions.clone()));
            let roles =
                (!affects.roles.is_empty()).then(|| self.number(Fact::Roles, Leaf::Roles(affects.roles.clone())));
            Formula::All([Some(product), roles].into_iter().flatten().collect())
        });
        Formula::Any(entries.collect())
    }

    /// Whether a formula holds in some world, and whether it fails in some; none when there are too many to look at, and
    /// it may do the other in one that was left out.
    pub fn outcomes(&self, formula: &Formula) -> Option<(bool, bool)> {
        let dimensions = self.dimensions();
        let count = dimensions.iter().try_fold(1_usize, |count, positions| count.checked_mul(positions.len()))?;
        if count > MOST {
            return None;
        }
        let (mut holds, mut fails) = (false, false);
        for number in 0..count {
            match formula.holds(&self.world(&dimensions, number)) {
                true => holds = true,
                false => fails = true,
            }
            if holds && fails {
                break;
            }
        }
        (holds && fails || self.are_all_searched()).then_some((holds, fails))
    }

    /// Whether no facts have so many free leaves that only some of their sets are looked at.
    fn are_all_searched(&self) -> bool {
        let mut leaves: BTreeMap<&Fact, usize> = BTreeMap::new();
        let mut named: BTreeSet<String> = BTreeSet::new();
        for (fact, leaf) in &self.leaves {
            match leaf {
                Leaf::Roles(roles) => named.extend(roles.iter().map(|role| role.to_lowercase())),
                _ => *leaves.entry(fact).or_default() += 1,
            }
        }
        leaves.into_values().chain([named.len()]).all(|count| count <= FREE)
    }

    /// The world of a number: its digits are the positions in the dimensions.
    fn world(&self, dimensions: &[Vec<Vec<usize>>], mut number: usize) -> Vec<bool> {
        let mut world = vec![false; self.leaves.len()];
        for positions in dimensions {
            let position = positions.get(number % positions.len());
            number /= positions.len();
            for leaf in position.into_iter().flatten() {
                if let Some(holds) = world.get_mut(*leaf) {
                    *holds = true;
                }
            }
        }
        world
    }

    fn leaf(&mut self, condition: &Condition) -> Formula {
        let lower = |name: &str| name.to_lowercase();
        let leaf = Leaf::Condition(condition.clone());
        match condition {
            Condition::Product(product) => {
                self.number(Fact::Product(product.id.clone()), Leaf::Versions(product.versions.clone()))
            }
            Condition::Role(role) => self.number(Fact::Roles, Leaf::Roles(role.roles().map(str::to_owned).collect())),
            Condition::Update(update) => self.number(Fact::Updates, Leaf::Update(update.0.clone())),
            Condition::Setting(setting) => self.number(Fact::Setting(setting.name.clone()), leaf),
            Condition::Service(Service { name: Some(name), .. }) => self.number(Fact::Service(lower(name)), leaf),
            Condition::RebootPending(_) => self.number(Fact::RebootPending, leaf),
            Condition::Uptime(_) => self.number(Fact::Uptime, leaf),
            Condition::Count(count) => self.number(Fact::Count(format!("{:?}", count.counted())), leaf),
            Condition::Listener(_) | Condition::Certificate(_) => self.number(Fact::Entries(condition.key()), leaf),
            _ => self.number(Fact::Free(condition.to_string()), leaf),
        }
    }

    fn number(&mut self, fact: Fact, leaf: Leaf) -> Formula {
        let next = self.leaves.len();
        let number = *self.numbers.entry(format!("{fact:?} {leaf:?}")).or_insert(next);
        if number == next {
            self.leaves.push((fact, leaf));
        }
        Formula::Leaf(number)
    }

    /// For each fact its positions: the leaves that hold there together, each set once.
    fn dimensions(&self) -> Vec<Vec<Vec<usize>>> {
        let mut by_fact: BTreeMap<&Fact, Vec<(usize, &Leaf)>> = BTreeMap::new();
        for (number, (fact, leaf)) in self.leaves.iter().enumerate() {
            by_fact.entry(fact).or_default().push((number, leaf));
        }
        by_fact.into_iter().map(|(fact, leaves)| self.positions(fact, &leaves).into_iter().collect()).collect()
    }

    fn positions(&self, fact: &Fact, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
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
            Fact::Count(_) => counts(leaves),
            Fact::Entries(_) => entries(leaves),
            Fact::Free(_) => subsets(leaves.iter().map(|(number, _)| *number)),
        }
    }

    fn versions(&self, product: &ProductId, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        let scheme = self.library.scheme(product);
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
        let carried = |installed: Vec<usize>| {
            let is_carried = |update: &UpdateId| {
                updates
                    .iter()
                    .filter(|(number, _)| installed.contains(number))
                    .any(|(_, carrier)| *carrier == update || self.library.catalogue.carriers(update).contains(carrier))
            };
            updates.iter().filter(|(_, update)| is_carried(update)).map(|(number, _)| *number).collect()
        };
        subsets(updates.iter().map(|(number, _)| *number)).into_iter().map(carried).collect()
    }

    fn values(&self, name: &str, leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
        let settings = || {
            leaves.iter().filter_map(|(_, leaf)| match leaf {
                Leaf::Condition(Condition::Setting(setting)) => Some(setting),
                _ => None,
            })
        };
        let declared = self.library.database.settings().get(name);
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
const FREE: usize = 10;

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
    let mut positions = where_holds(leaves, &found, |condition, [state, start, account]| match condition {
        Condition::Service(service) => {
            fits(&service.state, state) && fits(&service.start, start) && fits(&service.account, account)
        }
        _ => false,
    });
    positions.insert(Vec::new());
    positions
}

fn uptimes(leaves: &[(usize, &Leaf)]) -> BTreeSet<Vec<usize>> {
    let mut limits: Vec<_> = leaves
        .iter()
        .filter_map(|(_, leaf)| match leaf {
            Leaf::Condition(Condition::Uptime(uptime)) => Some(uptime.over.duration()),
            _ => None,
        })
        .collect();
    limits.sort();
    // Just started, or up for longer than this limit and not longer than the next.
    let positions: Vec<Option<_>> = std::iter::once(None).chain(limits.into_iter().map(Some)).collect();
    where_holds(leaves, &positions, |condition, longer_than| match condition {
        Condition::Uptime(uptime) => {
            longer_than.is_some_and(|limit| uptime.over.duration().cmp(&limit) != Ordering::Greater)
        }
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
