//! Advisories without the cases that prove them: one in which they speak, one in which they are silent, one undecided.

use super::{Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::advisory::case::Expect;
use crate::curate::corpus::Corpus;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::ServerName;
use crate::model::key_path::KeyPath;
use crate::model::server::Server;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "missing-case",
    "no case in which the advisory speaks, in which it is silent, or (if it reads facts) in which it is undecided",
    Check::Advisory(check),
);

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let expects = |expect| advisory.cases.iter().any(|case| case.expect == expect);
    let missing: Vec<String> =
        wanted(corpus, advisory).filter(|wanted| !expects(*wanted)).map(|e| format!("`{e}`")).collect();
    if !missing.is_empty() {
        let message = format!("no case expects {}", missing.join(" or "));
        found.add(KeyPath::key(if advisory.cases.is_empty() { "id" } else { "cases" }), message, None);
    }
}

/// An advisory without any condition always speaks; one that reads a fact can also be silent, or lack the fact.
fn wanted(corpus: &Corpus<'_>, advisory: &Advisory) -> impl Iterator<Item = Expect> {
    let is_doubtful = match ServerName::new("unknown") {
        Ok(name) => {
            let unknown = Server::unknown(name);
            let on = Hypothesis::now(&unknown, &corpus.catalogue, corpus.usual_moment(advisory));
            advisory.speaks(&on, &mut Trace::silent()) == Truth::Unknown
        }
        Err(_) => false,
    };
    let reads = [Expect::Silent, Expect::Unknown].into_iter().filter(move |_| is_doubtful);
    std::iter::once(Expect::Speaks).chain(reads)
}
