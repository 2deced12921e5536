//! Whether what a bulletin names was there in the bulletin's month: bulletins are revised with newer updates.

use super::words;
use super::{Bulletin, Vulnerability};
use crate::model::time::Month;

/// What the dates of a vulnerability and its bulletin say; of several answers the least counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dating {
    /// Nothing changed after the month.
    InMonth,
    /// The vulnerability was revised after the month.
    Revised,
    /// The vulnerability has no revisions, and something else of the bulletin changed after the month.
    BulletinRevised,
    /// A date cannot be read.
    Unreadable,
    /// The bulletin is not of a month.
    NoMonth,
}

impl Bulletin {
    /// The month that it is of.
    pub(super) fn month(&self) -> Option<Month> {
        words::month_of_id(&self.id)
    }

    /// What all its dates say, for vulnerabilities that have none; without any date its month stands.
    pub(super) fn dating(&self) -> Dating {
        let revisions = self.vulnerabilities.iter().flat_map(|one| &one.revisions);
        match dating(self.month(), self.dates.iter().chain(revisions)) {
            Dating::Revised => Dating::BulletinRevised,
            other => other,
        }
    }
}

impl Vulnerability {
    /// What its own revisions say; without any, what the bulletin's dates say.
    pub(super) fn dating(&self, month: Option<Month>, bulletin: Dating) -> Dating {
        if self.revisions.is_empty() { bulletin } else { dating(month, &self.revisions) }
    }
}

fn dating<'a>(month: Option<Month>, dates: impl IntoIterator<Item = &'a String>) -> Dating {
    let Some(month) = month else { return Dating::NoMonth };
    let one = |date: &String| match words::month_of_time(date) {
        Some(date) if date <= month => Dating::InMonth,
        Some(_) => Dating::Revised,
        None => Dating::Unreadable,
    };
    dates.into_iter().map(one).max().unwrap_or(Dating::InMonth)
}
