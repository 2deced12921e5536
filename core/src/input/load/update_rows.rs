//! Tables of updates: CSV with a header; each row says what one update brings to one product.

use std::collections::HashMap;

use super::database::Row;
use super::{Loader, keys};
use crate::database::UpdateRow;
use crate::diagnostic::{Place, did_you_mean};
use crate::input::problem::Problem;
use crate::input::text::Text;
use crate::model::id::UpdateId;

/// What makes two rows one: update, product and version.
type Key = (String, String, String);

impl Loader {
    /// Reads a table; a row that is given twice is one of somebody's errors.
    pub fn update_rows(&mut self, source: &Text) -> Vec<Row> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        if let Some(problem) = wrong_header(&headers) {
            let place = Place { line: line_of(source, headers.position()), column: 1 };
            self.report(source, problem.placed(place));
            return Vec::new();
        }
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        let mut seen: HashMap<Key, usize> = HashMap::new();
        for record in reader.records() {
            let position = record.as_ref().map_or_else(|error| error.position(), csv::StringRecord::position);
            let line = line_of(source, position);
            match record.and_then(|record| record.deserialize::<UpdateRow>(Some(&headers))) {
                Ok(row) => {
                    problems.extend(
                        not_an_id(&row).into_iter().chain(given_twice(&row, line, &mut seen)).map(|one| (line, one)),
                    );
                    rows.push(Row { line, row });
                }
                Err(error) => problems.push((line, unreadable(&error))),
            }
        }
        for (line, problem) in problems {
            self.report(source, problem.placed(Place { line, column: 1 }));
        }
        rows
    }
}

fn not_an_id(row: &UpdateRow) -> Option<Problem> {
    let columns = [("supersedes", &row.supersedes), ("repairs", &row.repairs)];
    let wrong = |ids: &'_ str| ids.split_whitespace().find(|word| is_no_id(word)).map(str::to_owned);
    let (column, word) = columns.into_iter().find_map(|(column, ids)| Some((column, wrong(ids)?)))?;
    let help = format!("the ids under `{column}` stand between blanks, such as KB1 KB2");
    Some(Problem::new("bad-row", format!("`{word}` is not the id of an update")).helped(Some(help)))
}

fn given_twice(row: &UpdateRow, line: usize, seen: &mut HashMap<Key, usize>) -> Option<Problem> {
    let version = row.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let first = seen.insert((row.update.to_string(), row.product.to_string(), version), line)?;
    Some(Problem::new("duplicate-row", format!("duplicate row, first given in line {first}")))
}

fn unreadable(error: &csv::Error) -> Problem {
    let message = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    };
    Problem::new("bad-row", message)
}

/// A header is told once, not with every row, and even where no row follows.
fn wrong_header(headers: &csv::StringRecord) -> Option<Problem> {
    let columns = keys::known::<UpdateRow>();
    if let Some(unknown) = headers.iter().find(|header| !columns.contains(header)) {
        let near = did_you_mean(unknown, columns.iter().copied());
        let help = near.unwrap_or_else(|| format!("expected {}", columns.join(",")));
        return Some(Problem::new("bad-row", format!("unknown column `{unknown}`")).helped(Some(help)));
    }
    let is_there = |column: &&str| headers.iter().any(|header| header == *column);
    let missing = columns.iter().find(|column| !is_there(column) && keys::is_required::<UpdateRow>(column))?;
    Some(Problem::new("bad-row", format!("the column `{missing}` is missing")))
}

/// Ids are told apart by blanks alone: with another sign between them they would be one id that nothing has.
fn is_no_id(word: &str) -> bool {
    word.contains([',', ';', '|']) || word.eq_ignore_ascii_case("kb") || UpdateId::new(word).is_err()
}

/// The line of a record, which begins where the one before it ended: comments and empty lines may stand between them.
fn line_of(source: &Text, position: Option<&csv::Position>) -> usize {
    let Some(position) = position else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = source.text.get(start..).unwrap_or_default();
    let is_skipped = |line: &&str| line.starts_with('#') || line.trim_end_matches(['\r', '\n']).is_empty();
    let skipped: usize = rest.split_inclusive('\n').take_while(is_skipped).map(str::len).sum();
    // A text without any record ends before it.
    source.place((start + skipped).min(source.text.len().saturating_sub(1))).line
}
