//! What conditions on lists of facts share: an entry matches all given fields, and a field it lacks is unknown.

use std::fmt;

use super::{Condition, Parts};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::name::is_same;
use crate::model::server::{Named, ServerFact};
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// The field by which a renewal is judged and which is the server's own.
pub const LAST_BOOT: &str = "last_boot";

/// A condition on the entries of one list of facts.
pub trait Entry {
    /// The entries.
    type Of: Named;
    /// The name of the list.
    const FACT: ServerFact;

    /// The list, when it was collected.
    fn collected<'a>(on: &Hypothesis<'a>) -> Option<&'a [Self::Of]>;

    /// Compares the given fields with one entry's.
    fn compare(&self, one: &Self::Of, on: &Hypothesis<'_>, fields: &mut Fields);

    /// What evidence says of the entry.
    fn describe(&self, one: &Self::Of) -> String;

    /// The outcome for one entry.
    fn fields(&self, one: &Self::Of, on: &Hypothesis<'_>) -> Fields {
        let mut fields = Fields { truth: Truth::True, missing: Vec::new() };
        self.compare(one, on, &mut fields);
        fields
    }
}

/// The comparison of all given fields with one entry.
#[derive(Debug)]
pub struct Fields {
    truth: Truth,
    missing: Vec<&'static str>,
}

impl Fields {
    /// Compares one field, if the condition gives it.
    pub fn check<W, F>(
        &mut self,
        field: &'static str,
        wanted: Option<W>,
        found: Option<F>,
        agree: impl FnOnce(W, F) -> bool,
    ) {
        let Some(wanted) = wanted else { return };
        let truth = Truth::from(found.map(|found| agree(wanted, found)));
        if truth == Truth::Unknown {
            self.missing.push(field);
        }
        self.truth = self.truth.and(truth);
    }

    /// Compares a text, if the condition gives it, whatever its case.
    pub fn text(&mut self, field: &'static str, wanted: Option<&String>, found: Option<&String>) {
        self.check(field, wanted, found, |wanted, found| is_same(wanted, found));
    }

    /// The outcome.
    pub fn truth(&self) -> Truth {
        self.truth
    }

    /// Tells which fields leave the outcome open.
    pub fn tell_missing(&self, fact: ServerFact, trace: &mut Trace) {
        if self.truth != Truth::Unknown {
            return;
        }
        for field in &self.missing {
            // A certificate's renewal is judged by the server's own last start.
            trace.miss(|| match *field {
                LAST_BOOT => ServerFact::LastBoot.into(),
                field => Fact::Entry(fact, field.into()),
            });
        }
    }
}

/// Whether an entry of the list matches.
pub fn any_matches<E: Entry>(wanted: &E, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
    let Some(entries) = E::collected(on) else {
        trace.miss(|| E::FACT.into());
        return Truth::Unknown;
    };
    let fields: Vec<(&E::Of, Fields)> = entries.iter().map(|one| (one, wanted.fields(one, on))).collect();
    let truth = Truth::any(fields.iter().map(|(_, fields)| fields.truth));
    match truth {
        Truth::True => {
            for (one, _) in fields.iter().filter(|(_, fields)| fields.truth.is_true()) {
                let name = || one.name().unwrap_or_else(|| "unnamed".into());
                trace.read(|| Fact::Entry(E::FACT, name().into()), || wanted.describe(one));
            }
        }
        Truth::Unknown => fields.iter().for_each(|(_, fields)| fields.tell_missing(E::FACT, trace)),
        Truth::False => trace.read(|| E::FACT.into(), || format!("none of {} matches", entries.len())),
    }
    truth
}

/// Whether the server has a role that fits.
pub fn has_role(on: &Hypothesis<'_>, fits: impl Fn(&str) -> bool, trace: &mut Trace) -> Truth {
    let Some(roles) = &on.server().roles else {
        trace.miss(|| ServerFact::Roles.into());
        return Truth::Unknown;
    };
    let has = roles.iter().any(|role| fits(role));
    // One of its words is not known, and may stand for the role.
    if !has && on.server().perhaps.roles {
        trace.miss(|| ServerFact::Roles.into());
        return Truth::Unknown;
    }
    trace.read(|| ServerFact::Roles.into(), || describe(sorted(roles).into_iter(), "none"));
    has.into()
}

/// Words in one order, whatever order the inventory lists them in.
fn sorted(words: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// The known parts of an entry, or a word when none is.
pub fn describe<'a>(shown: impl Iterator<Item = &'a str>, otherwise: &str) -> String {
    let text = shown.collect::<Vec<_>>().join(", ");
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// Writes a field of a condition, if given.
pub fn write_field<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, value: Option<&T>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, " {name} {value}"))
}

/// Writes conditions with a word between them.
pub fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part.parts() {
            Parts::All(_) | Parts::Any(_) if parts.len() > 1 => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}
