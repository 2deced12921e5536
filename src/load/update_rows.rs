//! Tables of updates: CSV with a header; each row says what one update brings to one product.

use std::collections::HashMap;

use super::database::Row;
use super::problem::Problem;
use super::{Loader, Source};
use crate::database::UpdateRow;
use crate::diagnostic::Place;

impl Loader {
    /// Reads a table; a row that is given twice is one of somebody's errors.
    pub fn update_rows(&mut self, source: &Source) -> Vec<Row> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let mut seen: HashMap<(String, String, String), usize> = HashMap::new();
        let headers = reader.headers().cloned().unwrap_or_default();
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

/// The line of a record, which begins where the one before it ended: comments and empty lines may stand between them.
fn line_of(text: &str, position: Option<&csv::Position>) -> usize {
    let Some(position) = position else { return 0 };
    let line = usize::try_from(position.line()).unwrap_or(0);
    let rest = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
    line + rest.lines().take_while(|line| line.is_empty() || line.starts_with('#')).count()
}
