//! What checks found: for people, pipelines and code review.

use super::{Format, Formats};
use crate::document::findings::{Checked, Findings, slashed};

pub mod azure;
pub mod github;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod text;

impl Formats for Findings {
    const FORMATS: &'static [Format<Self>] = &[
        Format {
            name: "text",
            about: "for people: each problem with its line, a caret and a hint",
            render: text::render,
        },
        Format { name: "json", about: "the whole document", render: json::render },
        Format { name: "sarif", about: "SARIF 2.1.0, for code scanning", render: sarif::render },
        Format { name: "github", about: "annotations of GitHub Actions", render: github::render },
        Format { name: "azure", about: "issues of Azure Pipelines", render: azure::render },
        Format { name: "junit", about: "JUnit XML, for the test reports of pipelines", render: junit::render },
    ];
}
