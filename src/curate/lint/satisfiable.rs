//! All the servers that some conditions can distinguish, each in short: which of the leaves hold together on it.
//!
//! Leaves about one fact depend on each other: a product has one version, a setting one value, a service one state.
//! Each fact is a dimension with a few domains, and an assignment is one domain of every dimension. Conditions say of
//! themselves what they claim; those that claim nothing are free, so that no contradiction is told where there is none.

use std::collections::{BTreeMap, BTreeSet};

use crate::advisory::Advisory;
use crate::condition::claim::Claim;
use crate::condition::{Condition, Parts};
use crate::curate::corpus::Corpus;
use crate::model::fact::Fact;
use crate::model::id::ProductId;
use crate::model::name::Folded;
use crate::model::server::ServerFact;

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

/// What a leaf is about; leaves about the same depend on each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dimension {
    Product(ProductId),
    Roles,
    Updates,
    Value(Fact),
    OnlyEntry(Fact),
    Entries(ServerFact),
    Free(String),
}

impl Dimension {
    /// What a claim is about; a free one is about its words.
    fn of(claim: &Claim<'_>, words: impl FnOnce() -> String) -> Self {
        match claim {
            Claim::Free => Self::Free(words()),
            Claim::Product(product, _) => Self::Product((*product).clone()),
            Claim::Roles(_) => Self::Roles,
            Claim::Update(_) => Self::Updates,
            Claim::Value(fact, _) => Self::Value(fact.clone()),
            Claim::Entry(list, _) => Self::Entries(*list),
            Claim::OnlyEntry(fact, _) => Self::OnlyEntry(fact.clone()),
        }
    }
}

/// The leaves of some formulas, each once.
#[derive(Debug)]
pub struct Solver<'a> {
    corpus: &'a Corpus<'a>,
    leaves: Vec<(Dimension, Claim<'a>)>,
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
    pub fn condition(&mut self, condition: &'a Condition) -> Formula {
        match condition.parts() {
            Parts::All(parts) => Formula::All(parts.iter().map(|part| self.condition(part)).collect()),
            Parts::Any(parts) => Formula::Any(parts.iter().map(|part| self.condition(part)).collect()),
            Parts::Not(part) => Formula::Not(Box::new(self.condition(part))),
            Parts::None => self.leaf(condition.claim(), || condition.to_string()),
        }
    }

    /// What makes an advisory speak, as a formula. What is installed is not pending: of the updates that it is about,
    /// one at least is missing.
    pub fn advisory(&mut self, advisory: &'a Advisory) -> Formula {
        let mut parts = vec![self.applies(advisory)];
        if advisory.builds().is_empty() && !advisory.updates().is_empty() {
            let about = advisory.updates().iter().map(|one| self.claim(Claim::Update(&one.id)));
            parts.push(Formula::Not(Box::new(Formula::All(about.collect()))));
        }
        if let Some(requires) = advisory.statement.requires() {
            let requires = self.condition(requires);
            parts.push(Formula::Not(Box::new(requires)));
        }
        Formula::All(parts)
    }

    /// What makes an advisory apply, as a formula.
    fn applies(&mut self, advisory: &'a Advisory) -> Formula {
        let fixes = advisory.fixes().map(|fix| self.claim(Claim::Update(fix))).collect();
        Formula::All(vec![self.scope(advisory), Formula::Not(Box::new(Formula::Any(fixes)))])
    }

    /// Which servers an advisory concerns before anything fixes them, as a formula.
    pub fn scope(&mut self, advisory: &'a Advisory) -> Formula {
        let affected = self.affected(advisory);
        let when = advisory.when.as_ref().map(|when| self.condition(when));
        Formula::All([Some(affected), when].into_iter().flatten().collect())
    }

    /// The servers that `affects` names, every server where it names none, as a formula.
    pub fn affected(&mut self, advisory: &'a Advisory) -> Formula {
        if advisory.affects.is_empty() {
            return Formula::All(Vec::new());
        }
        let entries = advisory.affects.iter().map(|affects| {
            let product = self.claim(Claim::Product(&affects.product, &affects.versions));
            let roles = Some(Claim::Roles(affects.roles.iter().map(String::as_str).collect()));
            let roles = roles.filter(|_| !affects.roles.is_empty()).map(|roles| self.claim(roles));
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
        let mut leaves: BTreeMap<&Dimension, usize> = BTreeMap::new();
        let mut named: BTreeSet<Folded> = BTreeSet::new();
        for (dimension, claim) in &self.leaves {
            match claim {
                Claim::Roles(roles) => named.extend(roles.iter().map(|role| Folded::of(role))),
                _ => *leaves.entry(dimension).or_default() += 1,
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

    fn claim(&mut self, claim: Claim<'a>) -> Formula {
        self.leaf(claim, String::new)
    }

    /// The leaf of a claim; of a free one, that of its words.
    fn leaf(&mut self, claim: Claim<'a>, words: impl FnOnce() -> String) -> Formula {
        let dimension = Dimension::of(&claim, words);
        let next = self.leaves.len();
        let number = *self.numbers.entry(format!("{dimension:?} {claim:?}")).or_insert(next);
        if number == next {
            self.leaves.push((dimension, claim));
        }
        Formula::Leaf(number)
    }

    /// For each dimension its domains: the leaves that hold there together, each set once.
    fn dimensions(&self) -> Vec<Vec<Vec<usize>>> {
        let mut by_dimension: BTreeMap<&Dimension, Vec<(usize, &Claim<'a>)>> = BTreeMap::new();
        for (number, (dimension, claim)) in self.leaves.iter().enumerate() {
            by_dimension.entry(dimension).or_default().push((number, claim));
        }
        let domains = by_dimension.into_iter().map(|(dimension, leaves)| self.domains(dimension, &leaves));
        domains.map(|domains| domains.into_iter().collect()).collect()
    }
}
