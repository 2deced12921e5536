//! Tables of updates: CSV with a header; each row says what one update brings to one product.

use std::collections::HashMap;

use super::database::Row;
use super::problem::Problem;
use super::{Loader, Source};
use crate::database::UpdateRow;
use crate::diagnostic::{Place, nearest};

impl Loader {
    /// Reads a table; a row that is given twice is one of somebody's errors.
    pub fn update_rows(&mut self, source: &Source) -> Vec<Row> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let mut seen: HashMap<(String, String, String), usize> = HashMap::new();
        let headers = reader.headers().cloned().unwrap_or_default();
        if let Some(problem) = wrong_header(&headers) {
            self.report_row(source, line_of(&source.text, headers.position()), problem);
            return Vec::new();
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let (row, line) = match record {
                Ok(record) => {
                    let line = line_of(&source.text, record.position());
                    (record.deserialize::<UpdateRow>(Some(&headers)), line)
                }
                Err(error) => {
                    let line = line_of(&source.text, error.position());
                    (Err(error), line)
                }
            };
            match row {
                Ok(row) => {
                    if let Some(word) = row.supersedes.split_whitespace().find(|word| is_no_id(word)) {
                        let message = format!("`{word}` is not the id of an update");
                        let problem = Problem::new("bad-row", message);
                        let help = "the ids under `supersedes` stand between blanks, such as KB1 KB2".to_owned();
                        self.report_row(source, line, problem.helped(Some(help)));
                    }
                    let version = row.version.as_ref().map(ToString::to_string).unwrap_or_default();
                    let key = (row.update.to_string(), row.product.to_string(), version);
                    if let Some(first) = seen.insert(key, line) {
                        let message = format!("duplicate row, first given in line {first}");
                        self.report_row(source, line, Problem::new("duplicate-row", message));
                    }
                    rows.push(Row { line, row });
                }
                Err(error) => {
                    let message = match error.kind() {
                        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                        _ => error.to_string(),
                    };
                    self.report_row(source, line, Problem::new("bad-row", message));
                }
            }
        }
        rows
    }

    fn report_row(&mut self, source: &Source, line: usize, problem: Problem) {
        self.report(&source.path, &source.text, problem.placed(Place { line, column: 1 }));
    }
}

/// The columns that a row may have, the two that it must have first.
const COLUMNS: [&str; 7] = ["update", "product", "version", "released", "restart", "supersedes", "source"];

/// A header is told once, not with every row, and even where no row follows.
fn wrong_header(headers: &csv::StringRecord) -> Option<Problem> {
    let is_there = |column: &&str| headers.iter().any(|header| header == *column);
    if let Some(unknown) = headers.iter().find(|header| !COLUMNS.contains(header)) {
        let near = nearest(unknown, COLUMNS).map(|near| format!("did you mean `{near}`?"));
        let help = near.unwrap_or_else(|| format!("expected {}", COLUMNS.join(",")));
        return Some(Problem::new("bad-row", format!("unknown column `{unknown}`")).helped(Some(help)));
    }
    let missing = COLUMNS.iter().take(2).find(|column| !is_there(column))?;
    Some(Problem::new("bad-row", format!("the column `{missing}` is missing")))
}

/// Ids are told apart by blanks alone: with another sign between them they would be one id that nothing has.
fn is_no_id(word: &str) -> bool {
    word.contains([',', ';', '|']) || word.eq_ignore_ascii_case("kb")
}

/// The line of a record, which begins where the one before it ended: comments and empty lines may stand between them.
fn line_of(text: &str, position: Option<&csv::Position>) -> usize {
    let Some(position) = position else { return 0 };
    let line = usize::try_from(position.line()).unwrap_or(0);
    let rest = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
    line + rest.lines().take_while(|line| line.is_empty() || line.starts_with('#')).count()
}
