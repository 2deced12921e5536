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

/// Collects evidence while a condition is tested; a silent one costs nothing.
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

    /// Tests parts of a whole and keeps only the traces of those that made the outcome.
    ///
    /// The parts that agree with the outcome made it: the false one of an *and*, the unknown ones of an unknown.
    pub fn join<T>(
        &mut self,
        parts: impl IntoIterator<Item = T>,
        outcome: fn(Vec<Truth>) -> Truth,
        mut test: impl FnMut(T, &mut Self) -> Truth,
    ) -> Truth {
        let mut traced: Vec<(Truth, Self)> = Vec::new();
        for part in parts {
            let mut own = Self { listening: self.listening, ..Self::default() };
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
