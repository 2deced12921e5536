//! What an import left out, grouped so that it stays readable: why, how often, and some of the texts.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Level, Place};

/// How many different texts are shown of a group.
const SHOWN: usize = 5;

/// How much of a text is shown, in characters.
const LONGEST: usize = 100;

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Workarounds, mitigations, notes.
    NotAFix,
    /// The description is no number of an update.
    NotAnUpdate,
    /// A fix for no product.
    NoProduct,
    /// An id that is not in the product tree.
    UnlistedProduct,
    /// A name that is not in the database.
    UnknownProduct,
    /// Words instead of a build.
    NotABuild,
    /// A kind of update whose build does not prove that it is in.
    UntoldKind,
    /// A product whose version does not tell which updates are in.
    UntoldProduct,
    /// A build of another product.
    ForeignBuild,
    /// One update with several builds of one branch.
    SeveralBuilds,
    /// One build that several updates bring.
    SharedBuild,
    /// A build that a Security Only update reaches without the rest.
    OverrunBuild,
    /// The month of release is not certain.
    UncertainMonth,
    /// Words instead of a superseded update.
    NotSuperseded,
    /// What a Security Only update is said to supersede.
    NotContained,
    /// A superseded update that has no product in common.
    OtherProduct,
    /// Updates that supersede themselves or each other.
    Circle,
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
            Self::UntoldKind => ("untold-kind", "no version, a kind of update whose build number does not prove it"),
            Self::UntoldProduct => ("untold-product", "no version, a product whose version does not tell its updates"),
            Self::ForeignBuild => ("foreign-build", "no version, a build of another product"),
            Self::SeveralBuilds => ("several-builds", "no version, several builds of one branch"),
            Self::SharedBuild => ("shared-build", "no version, a build that several updates bring"),
            Self::OverrunBuild => ("overrun-build", "no version, a build that Security Only updates reach as well"),
            Self::UncertainMonth => ("uncertain-month", "no month, named in several or revised after it"),
            Self::NotSuperseded => ("not-superseded", "nothing superseded, not a KB number"),
            Self::NotContained => ("not-contained", "nothing superseded, by a Security Only update"),
            Self::OtherProduct => ("other-product", "nothing superseded, an update of another product"),
            Self::Circle => ("circle", "nothing superseded, a circle"),
            Self::UnknownRestart => ("unknown-restart", "restart not known, neither Yes, Maybe nor No"),
        }
    }
}

/// What was left out.
#[derive(Clone, Debug, Default)]
pub struct Report {
    groups: BTreeMap<(String, Why), BTreeMap<String, usize>>,
}

impl Report {
    /// Counts a text of a file.
    pub fn add(&mut self, path: &str, why: Why, text: &str) {
        let texts = self.groups.entry((path.to_owned(), why)).or_default();
        *texts.entry(text.to_owned()).or_default() += 1;
    }

    /// The groups as warnings, by file and reason.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let warning = |((path, why), texts): (&(String, Why), &BTreeMap<String, usize>)| Diagnostic {
            path: path.clone(),
            place: Place::default(),
            level: Level::Warning,
            code: why.code(),
            message: format!("{}: {}", why.message(), listed(texts)),
            help: None,
            snippet: None,
        };
        self.groups.iter().map(warning).collect()
    }
}

/// The most frequent texts with their counts, and how many more there are.
fn listed(texts: &BTreeMap<String, usize>) -> String {
    let mut sorted: Vec<(&String, usize)> = texts.iter().map(|(text, count)| (text, *count)).collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = sorted.iter().take(SHOWN).map(|(text, count)| match count {
        1 => format!("`{}`", shorten(text)),
        _ => format!("`{}` ({count} times)", shorten(text)),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    let hidden = sorted.get(SHOWN..).unwrap_or_default();
    match hidden.len() {
        0 => shown,
        others => {
            let times: usize = hidden.iter().map(|(_, count)| count).sum();
            format!("{shown} and {others} more ({times} times)")
        }
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
