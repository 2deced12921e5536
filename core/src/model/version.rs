//! Versions as vendors write them, and ranges of them; numbers are compared, never text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::text;
use super::truth::Truth;
use super::wording::shorten;

/// The longest version text that is accepted, in characters.
const LONGEST: usize = 128;

/// Why a text is not a version or not a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Neither dotted numbers nor a semantic version.
    #[error("`{0}` is not a version: expected dotted numbers such as 6.0.9319.235")]
    NotAVersion(String),
    /// A comparator without one of the known operators.
    #[error("`{0}` is not a comparator: expected >=, >, <=, < or = and a version, or `*`")]
    NotAComparator(String),
}

/// How versions of a product compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionScheme {
    /// Dotted numbers of any count.
    #[default]
    Windows,
    /// Semantic versioning.
    Semver,
}

/// A version: dotted numbers of any count, or a semantic version for products that use them.
#[derive(Clone, Debug)]
pub struct Version {
    text: Box<str>,
    /// Empty when the text is a semantic version with more than numbers.
    numbers: Box<[u64]>,
}

text!(Version, {"type": ["string", "number"], "description": "dotted numbers, compared number by number"});

impl Version {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Compares two versions by their product's rules; `None` when the scheme cannot compare them.
    ///
    /// Windows: number by number, missing parts count as 0, leading zeros do not matter.
    pub fn compare(&self, other: &Self, scheme: VersionScheme) -> Option<Ordering> {
        match scheme {
            VersionScheme::Windows => {
                if self.numbers.is_empty() || other.numbers.is_empty() {
                    return None;
                }
                Some(self.padded().cmp(other.padded()))
            }
            VersionScheme::Semver => Some(self.semantic()?.cmp_precedence(&other.semantic()?)),
        }
    }

    /// Whether nothing can be lower: all of its numbers are 0.
    pub fn is_zero(&self) -> bool {
        !self.numbers.is_empty() && self.numbers.iter().all(|&number| number == 0)
    }

    /// A version right below this one, as far as anybody counts; none below 0 and for semantic versions.
    pub fn just_below(&self) -> Option<Self> {
        let last = self.numbers.iter().rposition(|&number| number > 0)?;
        let lowered = self.numbers.iter().take(last + 1).enumerate();
        let numbers = lowered.map(|(index, &number)| if index == last { number - 1 } else { number });
        Some(Self::of(numbers.chain([u64::from(u32::MAX)])))
    }

    /// A version right above this one; none for semantic versions.
    pub fn just_above(&self) -> Option<Self> {
        let numbers = self.numbers.iter().copied().chain([1]);
        (!self.numbers.is_empty()).then(|| Self::of(numbers))
    }

    fn of(numbers: impl Iterator<Item = u64>) -> Self {
        let numbers: Box<[u64]> = numbers.collect();
        let text = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        Self { text: text.into(), numbers }
    }

    /// Whether the first `parts` numbers agree: only then does "at least" mean "contains the fix of".
    pub fn same_branch(&self, other: &Self, parts: usize) -> bool {
        let (one, two) = (self.leading(), other.leading());
        let number = |numbers: &[u64], place: usize| numbers.get(place).copied().unwrap_or(0);
        (0..parts).all(|place| number(&one, place) == number(&two, place))
    }

    /// How many numbers it gives.
    pub fn parts(&self) -> usize {
        self.numbers.len()
    }

    /// Whether its last number is 0.
    pub fn ends_in_zero(&self) -> bool {
        self.numbers.last() == Some(&0)
    }

    /// The numbers that make a branch; of a semantic version those before its words.
    fn leading(&self) -> Cow<'_, [u64]> {
        match self.semantic() {
            Some(semantic) if self.numbers.is_empty() => {
                Cow::Owned(vec![semantic.major, semantic.minor, semantic.patch])
            }
            _ => Cow::Borrowed(&self.numbers),
        }
    }

    /// The numbers without trailing zeros, so that 15.1 equals 15.1.0.0.
    fn padded(&self) -> impl Iterator<Item = u64> + '_ {
        let significant = self.numbers.iter().rposition(|&n| n != 0).map_or(0, |last| last + 1);
        self.numbers.iter().copied().take(significant)
    }

    fn semantic(&self) -> Option<semver::Version> {
        match *self.numbers {
            [] => semver::Version::parse(&self.text).ok(),
            [major] => Some(semver::Version::new(major, 0, 0)),
            [major, minor] => Some(semver::Version::new(major, minor, 0)),
            [major, minor, patch] => Some(semver::Version::new(major, minor, patch)),
            _ => None,
        }
    }
}

/// Same text; use [`Version::compare`] for the meaning.
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let text = text.trim();
        let dotted: Option<Box<[u64]>> = text
            .split('.')
            .map(|part| {
                let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                digits.then(|| part.parse().ok()).flatten()
            })
            .collect();
        let numbers = match dotted {
            Some(numbers) => numbers,
            None if semver::Version::parse(text).is_ok() => Box::default(),
            None => return Err(VersionError::NotAVersion(shorten(text))),
        };
        if text.len() > LONGEST {
            return Err(VersionError::NotAVersion(shorten(text)));
        }
        Ok(Self { text: text.into(), numbers })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A set of versions: comma-joined comparators that must all hold, or `*` for every version.
#[derive(Clone, Debug)]
pub struct Versions {
    text: Box<str>,
    comparators: Box<[(Operator, Version)]>,
}

text!(Versions, {
    "type": "string",
    "description": "comma-joined comparators that must all hold, or *",
    "pattern": r"^\s*(\*|(>=|>|<=|<|=)\s*[0-9][^,]*(,\s*(>=|>|<=|<|=)\s*[0-9][^,]*)*)\s*$"
});

/// How a comparator compares with its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `=`
    Exactly,
}

impl Versions {
    /// Every version, and also a product whose version was not collected.
    pub fn every() -> Self {
        Self { text: "*".into(), comparators: Box::default() }
    }

    /// Whether the range is `*`, which holds even for a product without a version.
    pub fn is_every(&self) -> bool {
        self.comparators.is_empty()
    }

    /// The comparators; none for `*`.
    pub fn bounds(&self) -> &[(Operator, Version)] {
        &self.comparators
    }

    /// The range of these comparators; without any, every version.
    pub fn of(bounds: &[(Operator, Version)]) -> Self {
        if bounds.is_empty() {
            return Self::every();
        }
        let text =
            bounds.iter().map(|(operator, version)| format!("{operator}{version}")).collect::<Vec<_>>().join(", ");
        Self { text: text.into(), comparators: bounds.into() }
    }

    /// Whether a version that is at least this one is in the range, whatever it is exactly.
    pub fn contain_at_least(&self, floor: &Version, scheme: VersionScheme) -> Truth {
        if self.is_every() {
            return Truth::True;
        }
        Truth::all(self.comparators.iter().map(|(operator, bound)| match floor.compare(bound, scheme) {
            Some(ordering) => operator.accepts_all_above(ordering),
            None => Truth::Unknown,
        }))
    }

    /// Whether a version that is at least this one, in its branch of so many leading numbers, is in the range.
    ///
    /// A bound of another branch lies above or below all of them.
    pub fn contain_in_branch(&self, floor: &Version, scheme: VersionScheme, parts: usize) -> Truth {
        Truth::all(self.comparators.iter().map(|(operator, bound)| match floor.compare(bound, scheme) {
            None => Truth::Unknown,
            Some(ordering) if floor.same_branch(bound, parts) => operator.accepts_all_above(ordering),
            Some(ordering) => operator.accepts(ordering).into(),
        }))
    }

    /// Whether the version is in the range; unknown when there is no version or the scheme cannot compare it.
    pub fn contain(&self, version: Option<&Version>, scheme: VersionScheme) -> Truth {
        if self.is_every() {
            return Truth::True;
        }
        let Some(version) = version else { return Truth::Unknown };
        match scheme {
            VersionScheme::Windows => Truth::all(self.comparators.iter().map(|(operator, bound)| {
                let ordering = version.compare(bound, scheme);
                Truth::from(ordering.map(|ordering| operator.accepts(ordering)))
            })),
            VersionScheme::Semver => match (semver::VersionReq::parse(&self.text), version.semantic()) {
                (Ok(range), Some(version)) => range.matches(&version).into(),
                _ => Truth::Unknown,
            },
        }
    }
}

impl Operator {
    /// Whether it keeps lower versions out.
    pub fn bounds_below(self) -> bool {
        matches!(self, Self::AtLeast | Self::Above | Self::Exactly)
    }

    /// Whether it keeps higher versions out.
    pub fn bounds_above(self) -> bool {
        matches!(self, Self::AtMost | Self::Below | Self::Exactly)
    }

    /// Whether the version that it names is let in.
    pub fn includes_bound(self) -> bool {
        matches!(self, Self::AtLeast | Self::AtMost | Self::Exactly)
    }

    /// Whether a version that compares so with the one that it names is let in.
    pub fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Self::AtLeast => ordering.is_ge(),
            Self::Above => ordering.is_gt(),
            Self::AtMost => ordering.is_le(),
            Self::Below => ordering.is_lt(),
            Self::Exactly => ordering.is_eq(),
        }
    }
}

impl Operator {
    /// What is known of all versions at or above one that compares so with the bound.
    fn accepts_all_above(self, floor: Ordering) -> Truth {
        match self {
            Self::AtLeast if floor.is_ge() => Truth::True,
            Self::Above if floor.is_gt() => Truth::True,
            Self::Below if floor.is_ge() => Truth::False,
            Self::AtMost | Self::Exactly if floor.is_gt() => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = OPERATORS.iter().find(|(_, operator)| operator == self).map_or("=", |(sign, _)| sign);
        f.write_str(sign)
    }
}

impl PartialEq for Versions {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl FromStr for Versions {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::every());
        }
        let comparators = text.split(',').map(comparator).collect::<Result<_, _>>()?;
        Ok(Self { text: text.into(), comparators })
    }
}

/// The signs of the operators; longer ones first.
const OPERATORS: [(&str, Operator); 5] = [
    (">=", Operator::AtLeast),
    (">", Operator::Above),
    ("<=", Operator::AtMost),
    ("<", Operator::Below),
    ("=", Operator::Exactly),
];

fn comparator(text: &str) -> Result<(Operator, Version), VersionError> {
    let text = text.trim();
    let (operator, version) = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)))
        .ok_or_else(|| VersionError::NotAComparator(shorten(text)))?;
    Ok((operator, version.parse()?))
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
