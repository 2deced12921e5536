//! Dates in the future.

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "published-in-future",
    "a date of publication, update or release that is in the future",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    check_advisories(corpus, found);
    check_builds(corpus, found);
    check_rows(corpus, found);
}

fn check_advisories(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for file in corpus.advisories() {
        let days = [("published", Some(file.value.published)), ("updated", file.value.updated)];
        for (key, day) in days.into_iter().filter_map(|(key, day)| Some((key, day?))) {
            if day > corpus.today {
                let message = format!("`{key}: {day}` is after today, {}", corpus.today);
                found.add(&file.source, At::Path(KeyPath::key(key)), message, None);
            }
        }
    }
}

fn check_builds(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for file in &corpus.files.products {
        for (index, build) in file.value.builds.iter().enumerate() {
            if let Some(day) = build.released.filter(|day| day.first() > corpus.today) {
                let at = At::Path(KeyPath::key("builds").then(index).then("released"));
                found.add(&file.source, at, format!("`released: {day}` is after today, {}", corpus.today), None);
            }
        }
    }
}

fn check_rows(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for table in &corpus.files.tables {
        for row in &table.value {
            if let Some(day) = row.row.released.filter(|day| day.first() > corpus.today) {
                let message = format!("released {day}, which is after today, {}", corpus.today);
                found.add(&table.source, At::Line(row.line), message, None);
            }
        }
    }
}
