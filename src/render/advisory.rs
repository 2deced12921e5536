//! Advisories: the list of those that match a search, and each as people read it.

use super::{Format, Formats, json};
use crate::document::advisory::{Listing, Sheets};

pub mod listing;
pub mod sheet;

impl Formats for Listing {
    const FORMATS: &'static [Format<Self>] = &[
        Format { name: "text", about: "for people: one a line", render: listing::render },
        Format { name: "json", about: "for programs", render: json },
    ];
}

impl Formats for Sheets {
    const FORMATS: &'static [Format<Self>] =
        &[Format { name: "text", about: "for people: everything that it says", render: sheet::render }];
}
