//! All the servers that some conditions can distinguish, each in short: which of the leaves hold together on it.
//!
//! Leaves about one fact depend on each other: a product has one version, a setting one value, a service one state.
//! Each fact is a dimension with a few domains, and an assignment is one domain of every dimension. Leaves about facts
//! that are not modelled are taken to be independent, so that no contradiction is reported where there is none.

use std::collections::{BTreeMap, BTreeSet};

use crate::advisory::{Advisory, Kind};
use crate::condition::Condition;
use crate::condition::service::Service;
use crate::curate::corpus::Corpus;
use crate::model::id::{ProductId, UpdateId};
use crate::model::version::Versions;

mod domains;

/// More assignments than this are not searched; conditions of that size are not judged.
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
    fn holds(&self, assignment: &[bool]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(assignment)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(assignment)),
            Self::Not(part) => !part.holds(assignment),
            Self::Leaf(number) => assignment.get(*number).copied().unwrap_or(false),
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
    Date,
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
pub struct Solver<'a> {
    corpus: &'a Corpus<'a>,
    leaves: Vec<(Fact, Leaf)>,
    numbers: BTreeMap<String, usize>,
    is_of_one_role: bool,
}

impl<'a> Solver<'a> {
    /// No leaves yet.
    pub fn new(corpus: &'a Corpus<'a>) -> Self {
        Self { corpus, leaves: Vec::new(), numbers: BTreeMap::new(), is_of_one_role: false }
    }

    /// The same, where no server has more than one role.
    pub fn of_one_role(corpus: &'a Corpus<'a>) -> Self {
        Self { is_of_one_role: true, ..Self::new(corpus) }
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

    /// Whether a formula holds in some assignment, and whether it fails in some; none when there are too many to look at, and
    /// it may do the other in one that was left out.
    pub fn outcomes(&self, formula: &Formula) -> Option<(bool, bool)> {
        let dimensions = self.dimensions();
        let count = dimensions.iter().try_fold(1_usize, |count, domains| count.checked_mul(domains.len()))?;
        if count > MOST {
            return None;
        }
        let (mut holds, mut fails) = (false, false);
        for number in 0..count {
            match formula.holds(&self.assignment(&dimensions, number)) {
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
        leaves.into_values().chain([named.len()]).all(|count| count <= domains::FREE)
    }

    /// The assignment of a number: its digits are the domains in the dimensions.
    fn assignment(&self, dimensions: &[Vec<Vec<usize>>], mut number: usize) -> Vec<bool> {
        let mut assignment = vec![false; self.leaves.len()];
        for domains in dimensions {
            let domain = domains.get(number % domains.len());
            number /= domains.len();
            for leaf in domain.into_iter().flatten() {
                if let Some(holds) = assignment.get_mut(*leaf) {
                    *holds = true;
                }
            }
        }
        assignment
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
            Condition::Date(_) => self.number(Fact::Date, leaf),
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

    /// For each fact its domains: the leaves that hold there together, each set once.
    fn dimensions(&self) -> Vec<Vec<Vec<usize>>> {
        let mut by_fact: BTreeMap<&Fact, Vec<(usize, &Leaf)>> = BTreeMap::new();
        for (number, (fact, leaf)) in self.leaves.iter().enumerate() {
            by_fact.entry(fact).or_default().push((number, leaf));
        }
        by_fact.into_iter().map(|(fact, leaves)| self.domains(fact, &leaves).into_iter().collect()).collect()
    }
}
