//! What an import left out, grouped so that it stays readable: why, how often, of which update and product, and what was written.

use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::model::wording::shorten_to;

/// The largest group that is shown as a whole, in different entries.
const WHOLE: usize = 20;

/// How many entries are shown of a larger group.
const SHOWN: usize = 5;

/// How much of a text or a name is shown, in characters.
const LONGEST: usize = 100;

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Workarounds, mitigations, notes.
    NotAFix,
    /// The description is not the number of an update.
    NotAnUpdate,
    /// A fix for no product.
    NoProduct,
    /// An id that is not in the product tree.
    UnlistedProduct,
    /// A name that is not in the database.
    UnknownProduct,
    /// Words instead of a build.
    NotABuild,
    /// A build of a component, about which the system's version says nothing.
    ComponentBuild,
    /// A kind of update whose build does not prove that it is in.
    UnprovenKind,
    /// A product whose version does not show which updates are in.
    UnversionedProduct,
    /// A build of another product.
    ForeignBuild,
    /// One update with several builds of one branch.
    SeveralBuilds,
    /// One build that several updates bring.
    SharedBuild,
    /// A build that a Security Only update reaches without the rest.
    OverrunBuild,
    /// Named in bulletins of several months.
    SeveralMonths,
    /// Named only where something was revised after the month.
    Revised,
    /// Named only where nothing has revisions, in a bulletin that was revised after the month.
    BulletinRevised,
    /// Named only where a date cannot be read.
    UnreadableDate,
    /// The bulletin is not of a month.
    NoMonth,
    /// Words instead of a superseded update.
    NotSuperseded,
    /// What a Security Only update is said to supersede.
    NotContained,
    /// A superseded update that has no product in common.
    OtherProduct,
    /// A superseded update of a whole system, by one of a component.
    OtherComponent,
    /// Updates that supersede themselves or each other.
    Cycle,
    /// Another word than Yes, Maybe and No.
    UnknownRestart,
}

impl Why {
    fn code(self) -> &'static str {
        self.words().0
    }

    fn message(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotAFix => ("not-a-fix", "left out, not a vendor fix"),
            Self::NotAnUpdate => ("not-an-update", "left out, a fix whose description is no KB number"),
            Self::NoProduct => ("no-product", "left out, a fix that names no product"),
            Self::UnlistedProduct => ("unlisted-product", "left out, a product id that the document does not list"),
            Self::UnknownProduct => ("unknown-product", "left out, a product that the database does not know"),
            Self::NotABuild => ("not-a-build", "no version, not a build number"),
            Self::ComponentBuild => ("component-build", "no version, a build of a component of the system"),
            Self::UnprovenKind => {
                ("unproven-kind", "no version, a kind of update whose build number does not prove it")
            }
            Self::UnversionedProduct => {
                ("unversioned-product", "no version, a product whose version does not show its updates")
            }
            Self::ForeignBuild => ("foreign-build", "no version, a build of another product"),
            Self::SeveralBuilds => ("several-builds", "no version, several builds of one branch"),
            Self::SharedBuild => ("shared-build", "no version, a build that several updates bring"),
            Self::OverrunBuild => ("overrun-build", "no version, a build that Security Only updates reach as well"),
            Self::SeveralMonths => ("uncertain-month", "no month, named in documents of several months"),
            Self::Revised => ("uncertain-month", "no month, named only where a revision is later than the month"),
            Self::BulletinRevised => (
                "uncertain-month",
                "no month, named only where no revisions are, in a document revised after its month",
            ),
            Self::UnreadableDate => ("uncertain-month", "no month, named only where a date cannot be read"),
            Self::NoMonth => ("uncertain-month", "no month, named in a document that is not of a month"),
            Self::NotSuperseded => ("not-superseded", "nothing superseded, not a KB number"),
            Self::NotContained => ("not-contained", "nothing superseded, by a Security Only update"),
            Self::OtherProduct => ("other-product", "nothing superseded, an update of another product"),
            Self::OtherComponent => ("other-component", "nothing superseded, an update of the system by a component's"),
            Self::Cycle => ("cycle", "nothing superseded, a cycle"),
            Self::UnknownRestart => ("unknown-restart", "restart not known, neither Yes, Maybe nor No"),
        }
    }
}

/// Something that was left out: of which update and product, and what was written; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    update: String,
    product: String,
    text: String,
}

impl Entry {
    /// What was written of an update for a product.
    pub fn new(update: &str, product: &str, text: &str) -> Self {
        Self { update: update.to_owned(), product: product.to_owned(), text: text.to_owned() }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [update, product, text] = [&self.update, &self.product, &self.text].map(|one| shorten_to(LONGEST, one));
        let whose = [update, product].into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join(" for ");
        match (whose.as_str(), text.as_str()) {
            ("", text) => write!(f, "`{text}`"),
            (whose, "") => write!(f, "`{whose}`"),
            (whose, text) => write!(f, "`{whose}: {text}`"),
        }
    }
}

/// What was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    groups: BTreeMap<(String, Why), BTreeMap<Entry, usize>>,
}

impl Report {
    /// Counts an entry of a file.
    pub(super) fn add(&mut self, path: &str, why: Why, entry: Entry) {
        let entries = self.groups.entry((path.to_owned(), why)).or_default();
        *entries.entry(entry).or_default() += 1;
    }

    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// A warning for each group, by file and reason.
    pub fn groups(&self) -> Vec<Diagnostic> {
        self.groups.iter().map(|((path, why), entries)| warning(path, *why, &listed(entries))).collect()
    }

    /// A warning for each different entry, by file, reason, update and product.
    pub fn each(&self) -> Vec<Diagnostic> {
        let each = self.groups.iter().flat_map(|(key, entries)| entries.iter().map(move |entry| (key, entry)));
        each.map(|((path, why), (entry, count))| warning(path, *why, &with_count(entry, *count))).collect()
    }
}

fn warning(path: &str, why: Why, what: &str) -> Diagnostic {
    Diagnostic {
        path: path.to_owned(),
        place: Place::default(),
        level: Level::Warning,
        code: why.code(),
        message: format!("{}: {what}", why.message()),
        help: None,
        snippet: None,
    }
}

/// All entries with their counts; of many, the most frequent ones and how many more there are.
fn listed(entries: &BTreeMap<Entry, usize>) -> String {
    let mut sorted: Vec<(&Entry, usize)> = entries.iter().map(|(entry, count)| (entry, *count)).collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let length = if sorted.len() > WHOLE { SHOWN } else { sorted.len() };
    let shown = sorted.iter().take(length).map(|(entry, count)| with_count(entry, *count));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let hidden = sorted.get(length..).unwrap_or_default();
    match hidden.len() {
        0 => shown,
        others => {
            let times: usize = hidden.iter().map(|(_, count)| count).sum();
            format!("{shown} and {others} more ({times} times)")
        }
    }
}

fn with_count(entry: &Entry, count: usize) -> String {
    if count == 1 { entry.to_string() } else { format!("{entry} ({count} times)") }
}
