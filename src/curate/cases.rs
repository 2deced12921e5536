//! The cases of advisories, run: what each says, and what comes out.

use std::fmt;

use crate::advisory::Advisory;
use crate::advisory::case::Expect;
use crate::curate::corpus::Corpus;
use crate::model::fact::Fact;
use crate::model::trace::Evidence;

/// A case that came out otherwise than it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCase {
    /// Its place among the advisory's cases.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// What it says.
    pub expected: Expect,
    /// What came out.
    pub found: Expect,
    /// The facts that made it come out so.
    pub because: Option<String>,
}

/// Runs the cases of an advisory: those that fail, in their order.
pub fn failures(corpus: &Corpus<'_>, advisory: &Advisory) -> Vec<FailedCase> {
    let failed = advisory.cases.iter().enumerate().filter_map(|(index, case)| {
        if corpus.outcome(advisory, case) == case.expect {
            return None;
        }
        let (found, evidence, missing) = corpus.explained(advisory, case);
        Some(FailedCase {
            index,
            name: case.name.clone(),
            expected: case.expect,
            found,
            because: because(&evidence, &missing),
        })
    });
    failed.collect()
}

fn because(evidence: &[Evidence], missing: &[Fact]) -> Option<String> {
    let read = evidence.iter().map(|one| format!("{} is {}", one.fact, one.value));
    let missed = missing.iter().map(|fact| format!("{fact} is missing"));
    let all: Vec<String> = read.chain(missed).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

impl fmt::Display for FailedCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |expect| match expect {
            Expect::Speaks => "the advisory speaks",
            Expect::Silent => "the advisory is silent",
            Expect::Unknown => "it cannot be decided",
        };
        write!(f, "case `{}` expects `{}`, but {}", self.name, self.expected, words(self.found))
    }
}
