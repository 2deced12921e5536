//! What a test read on its way: the evidence for its outcome, and the facts that it missed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::truth::Truth;

/// One fact that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The fact's name, such as `products.lync-server-2013.version`.
    pub fact: Fact,
    /// Its value on the server.
    pub value: String,
}

/// Collects evidence while a condition is tested.
///
/// A silent one allocates nothing, and looks at no more parts than the outcome takes.
#[derive(Debug, Default)]
pub struct Trace {
    listening: bool,
    evidence: Vec<Evidence>,
    missing: Vec<Fact>,
}

impl Trace {
    /// Collects nothing.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Collects evidence and missing facts.
    pub fn listening() -> Self {
        Self { listening: true, ..Self::default() }
    }

    /// A fact was read.
    pub fn read(&mut self, fact: impl FnOnce() -> Fact, value: impl FnOnce() -> String) {
        if self.listening {
            self.evidence.push(Evidence { fact: fact(), value: value() });
        }
    }

    /// A fact would have been needed.
    pub fn miss(&mut self, fact: impl FnOnce() -> Fact) {
        if self.listening {
            self.missing.push(fact());
        }
    }

    /// Whether all parts hold: their weakest.
    pub fn all<T>(&mut self, parts: impl IntoIterator<Item = T>, mut test: impl FnMut(T, &mut Self) -> Truth) -> Truth {
        match self.listening {
            true => self.join(parts, Truth::all, test),
            false => Truth::all(parts.into_iter().map(|part| test(part, self))),
        }
    }

    /// Whether one of the parts holds: their strongest.
    pub fn any<T>(&mut self, parts: impl IntoIterator<Item = T>, mut test: impl FnMut(T, &mut Self) -> Truth) -> Truth {
        match self.listening {
            true => self.join(parts, Truth::any, test),
            false => Truth::any(parts.into_iter().map(|part| test(part, self))),
        }
    }

    /// Whether all of a few different tests hold.
    pub fn all_of(&mut self, tests: &[&dyn Fn(&mut Self) -> Truth]) -> Truth {
        self.all(tests, |test, trace| test(trace))
    }

    /// Tests parts of a whole and keeps only the traces of those that made the outcome.
    ///
    /// The parts that agree with the outcome made it: the false one of an *and*, the unknown ones of an unknown.
    fn join<T>(
        &mut self,
        parts: impl IntoIterator<Item = T>,
        outcome: fn(Vec<Truth>) -> Truth,
        mut test: impl FnMut(T, &mut Self) -> Truth,
    ) -> Truth {
        let mut traced: Vec<(Truth, Self)> = Vec::new();
        for part in parts {
            let mut own = Self::listening();
            traced.push((test(part, &mut own), own));
        }
        let whole = outcome(traced.iter().map(|(truth, _)| *truth).collect());
        for (truth, own) in traced {
            if truth == whole {
                self.evidence.extend(own.evidence);
                self.missing.extend(own.missing);
            } else if whole == Truth::Unknown && truth == Truth::True {
                self.evidence.extend(own.evidence);
            }
        }
        whole
    }

    /// The evidence and the missing facts, each sorted and once.
    pub fn finish(mut self) -> (Vec<Evidence>, Vec<Fact>) {
        self.evidence.sort();
        self.evidence.dedup();
        self.missing.sort();
        self.missing.dedup();
        (self.evidence, self.missing)
    }
}
