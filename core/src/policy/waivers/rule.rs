//! The policy rules that can be waived.

use std::fmt;
use std::str::FromStr;

use crate::model::id::AdvisoryId;
use crate::model::rule::Rule;
use crate::model::text::text;
use crate::model::wording::shorten;

/// A policy rule that can be waived, such as `soak`, or `unknown:<advisory id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaivedRule {
    /// A rule of the policy, or of how servers wait for each other: one of [`WAIVABLE`].
    Of(Rule),
    /// The doubt whether an advisory applies.
    Unknown(AdvisoryId),
}

/// The rules that can be waived by their word.
pub const WAIVABLE: [Rule; 10] = [
    Rule::Soak,
    Rule::Hold,
    Rule::Freeze,
    Rule::Freshness,
    Rule::WrongProduct,
    Rule::Unassessed,
    Rule::Promote,
    Rule::Ring,
    Rule::Order,
    Rule::Pool,
];

text!(WaivedRule, {
    "type": "string",
    "pattern": "^(soak|hold|freeze|freshness|wrong-product|unassessed|promote|ring|order|pool|unknown:.+)$"
});

/// The text names no rule that can be waived.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a rule that can be waived: expected {}, or unknown:<advisory id>", waivable())]
pub struct WaivedRuleError {
    word: String,
}

fn waivable() -> String {
    WAIVABLE.map(Rule::word).join(", ")
}

impl FromStr for WaivedRule {
    type Err = WaivedRuleError;

    fn from_str(text: &str) -> Result<Self, WaivedRuleError> {
        let error = || WaivedRuleError { word: shorten(text) };
        if let Some(rule) = WAIVABLE.into_iter().find(|rule| rule.word() == text) {
            return Ok(Self::Of(rule));
        }
        let id = text.strip_prefix("unknown:").ok_or_else(error)?;
        AdvisoryId::new(id).map(Self::Unknown).map_err(|_| error())
    }
}

impl fmt::Display for WaivedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(rule) => rule.fmt(f),
            Self::Unknown(id) => write!(f, "unknown:{id}"),
        }
    }
}
