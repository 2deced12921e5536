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

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTHS: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];

    /// Joins parts with these outcomes, each of which reads or misses a fact of its own: the outcome, the parts that
    /// were tested, and what was told.
    fn joined(mut trace: Trace, is_all: bool, truths: [Truth; 3]) -> (Truth, Vec<usize>, Vec<Evidence>, Vec<Fact>) {
        let mut tested = Vec::new();
        let test = |(place, truth): (usize, Truth), trace: &mut Trace| {
            tested.push(place);
            let fact = || Fact::Setting(place.to_string().into());
            if truth == Truth::Unknown {
                trace.miss(fact)
            } else {
                trace.read(fact, String::new)
            }
            truth
        };
        let parts = truths.into_iter().enumerate();
        let truth = if is_all { trace.all(parts, test) } else { trace.any(parts, test) };
        let (evidence, missing) = trace.finish();
        (truth, tested, evidence, missing)
    }

    #[test]
    fn a_silent_trace_has_the_outcome_of_a_listening_one_and_stops_where_it_is_clear() {
        let all = TRUTHS.iter().flat_map(|a| TRUTHS.iter().flat_map(move |b| TRUTHS.iter().map(move |c| [*a, *b, *c])));
        for truths in all {
            for (is_all, decisive) in [(true, Truth::False), (false, Truth::True)] {
                let (truth, tested, evidence, missing) = joined(Trace::silent(), is_all, truths);
                let (heard, all_tested, ..) = joined(Trace::listening(), is_all, truths);
                assert_eq!(truth, heard, "{truths:?}");
                assert_eq!((evidence, missing), (Vec::new(), Vec::new()), "{truths:?}");
                let end = truths.iter().position(|one| *one == decisive).map_or(3, |place| place + 1);
                assert_eq!(tested, (0..end).collect::<Vec<_>>(), "{truths:?}");
                assert_eq!(all_tested, [0, 1, 2], "{truths:?}");
            }
        }
    }

    #[test]
    fn a_listening_trace_keeps_the_parts_that_made_the_outcome() {
        let told = |is_all, truths| {
            let (_, _, evidence, missing) = joined(Trace::listening(), is_all, truths);
            (evidence.iter().map(|one| one.fact.to_string()).collect::<Vec<_>>(), crate::model::fact::joined(&missing))
        };
        let [no, unknown, yes] = TRUTHS;
        let words = |words: &[&str]| words.iter().map(|word| format!("settings.{word}")).collect::<Vec<_>>();
        assert_eq!(told(true, [yes, no, no]), (words(&["1", "2"]), String::new()));
        assert_eq!(told(true, [yes, unknown, yes]), (words(&["0", "2"]), "settings.1".to_owned()));
        assert_eq!(told(false, [yes, no, unknown]), (words(&["0"]), String::new()));
        assert_eq!(told(false, [no, unknown, no]), (words(&[]), "settings.1".to_owned()));
    }
}
