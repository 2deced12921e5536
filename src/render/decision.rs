//! The decision document: for people, programs, spreadsheets and tickets.

use super::{Format, Formats, Page, json, page};
use crate::document::decision::Document;

pub mod csv;
pub mod markdown;
pub mod ndjson;
pub mod text;

impl Formats for Document {
    const FORMATS: &'static [Format<Self>] = &[
        Format {
            name: "text",
            about: "for people: what is blocked and why, what waits, how much is approved",
            render: text::render,
        },
        Format { name: "json", about: "the whole decision document", render: json },
        Format { name: "ndjson", about: "one decision a line", render: ndjson::render },
        Format { name: "csv", about: "one decision a row, for spreadsheets", render: csv::render },
        Format { name: "markdown", about: "for tickets and change records", render: markdown::render },
    ];
}
