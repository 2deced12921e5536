//! Days that are not there yet, or in the wrong order.

use super::{At, Check, Found, FoundInFiles, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::model::key_path::KeyPath;

/// Days in the future.
pub const FUTURE: LintRule = LintRule {
    code: "published-in-future",
    level: Level::Error,
    about: "published, updated or released on a day that is still to come",
    follows: &[],
    check: Check::Database(check_future),
};

/// Days in the wrong order.
pub const ORDER: LintRule = LintRule {
    code: "updated-before-published",
    level: Level::Error,
    about: "updated before it was published",
    follows: &["published-in-future"],
    check: Check::Advisory(check_order),
};

fn check_future(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for file in corpus.advisories() {
        let days = [("published", Some(file.value.published)), ("updated", file.value.updated)];
        for (key, day) in days.into_iter().filter_map(|(key, day)| Some((key, day?))) {
            if day > corpus.today {
                let message = format!("`{key}: {day}` is after today, {}", corpus.today);
                found.add(&file.source, At::Path(KeyPath::key(key)), message, None);
            }
        }
    }
    for file in &corpus.files.products {
        for (index, build) in file.value.builds.iter().enumerate() {
            if let Some(day) = build.released.filter(|day| day.first() > corpus.today) {
                let at = At::Path(KeyPath::key("builds").then(index).then("released"));
                found.add(&file.source, at, format!("`released: {day}` is after today, {}", corpus.today), None);
            }
        }
    }
    for table in &corpus.files.tables {
        for row in &table.value {
            if let Some(day) = row.row.released.filter(|day| day.first() > corpus.today) {
                let message = format!("released {day}, which is after today, {}", corpus.today);
                found.add(&table.source, At::Line(row.line), message, None);
            }
        }
    }
}

fn check_order(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if let Some(updated) = advisory.updated.filter(|updated| *updated < advisory.published) {
        let message = format!("`updated: {updated}` is before `published: {}`", advisory.published);
        found.add(KeyPath::key("updated"), message, None);
    }
}
