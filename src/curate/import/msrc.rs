//! Microsoft's security bulletins: the CVRF documents of the Security Response Center, one a month, as JSON or XML.
//!
//! What they say about updates becomes rows of `updates/*.csv`. The gate trusts these rows, so a row claims only what
//! the bulletin proves; everything else stays empty or is left out, and is reported.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::input::text::Text;

mod claims;
mod dating;
mod json;
mod names;
mod report;
mod rows;
mod words;
mod xml;

pub use names::Names;
pub use report::Report;
pub use rows::{Import, Row, import};

/// Where the bulletins are published; an id follows.
const PUBLISHED: &str = "https://api.msrc.microsoft.com/cvrf/v3.0/cvrf/";

/// The longest id of a bulletin, in bytes.
const LONGEST: usize = 40;

/// A CVRF document, as far as it is about updates.
#[derive(Clone, Debug)]
pub struct Bulletin {
    /// Its path, as diagnostics show it.
    pub path: String,
    /// Its id, such as `2026-Jun`: ASCII letters, digits and hyphens.
    pub id: String,
    /// The names of the products, by their ids in this bulletin.
    pub products: HashMap<String, String>,
    /// When it was revised and when it was released in this form, according to its tracking.
    pub dates: Vec<String>,
    /// The vulnerabilities.
    pub vulnerabilities: Vec<Vulnerability>,
}

/// A vulnerability and what is done about it.
#[derive(Clone, Debug, Default)]
pub struct Vulnerability {
    /// The times of its revisions, as they are written.
    pub revisions: Vec<String>,
    /// What is done about it.
    pub remediations: Vec<Remediation>,
}

/// Something that is done about a vulnerability. Texts are as they are written, and empty where nothing is.
#[derive(Clone, Debug, Default)]
pub struct Remediation {
    /// What it is, such as `Vendor Fix`.
    pub kind: String,
    /// The number of the update, or words.
    pub description: String,
    /// The updates that it replaces.
    pub supercedence: String,
    /// The ids of the products that it goes to.
    pub products: Vec<String>,
    /// `Yes`, `Maybe` or `No`.
    pub restart: String,
    /// Which kind of update, such as `Monthly Rollup`.
    pub sub_type: String,
    /// The build that it brings, or several, or words.
    pub build: String,
}

impl Bulletin {
    /// Reads a bulletin.
    ///
    /// # Errors
    /// When the text is neither JSON nor XML, broken, or no CVRF document.
    pub fn parse(source: &Text) -> Result<Self, Box<Diagnostic>> {
        let start = source.text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let bulletin = match source.text.get(start..).and_then(|text| text.chars().next()) {
            Some('{') => json::read(source)?,
            Some('<') => xml::read(source)?,
            _ => return Err(unexpected(source, start, "neither JSON nor XML")),
        };
        let is_sign = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if bulletin.id.is_empty() || bulletin.id.len() > LONGEST || !bulletin.id.chars().all(is_sign) {
            return Err(unexpected(source, start, "no id such as 2026-Jun"));
        }
        Ok(bulletin)
    }

    /// Where it is published.
    pub fn source(&self) -> String {
        format!("{PUBLISHED}{}", self.id)
    }
}

fn unexpected(source: &Text, offset: usize, what: &str) -> Box<Diagnostic> {
    let problem = source.problem(offset, "not-cvrf", format!("not a CVRF document: {what}"));
    let help = format!("expected what {PUBLISHED}2026-Jun gives");
    Box::new(Diagnostic { help: Some(help), ..*problem })
}
