//! The explanation of one decision: a tree for people, JSON for programs.

use super::{Format, Formats, Page, json, page};
use crate::document::explanation::Explanation;

pub mod text;

impl Formats for Explanation {
    const FORMATS: &'static [Format<Self>] = &[
        Format { name: "text", about: "for people: why, as a tree", render: text::render },
        Format { name: "json", about: "the whole document", render: json },
    ];
}
