//! How the versions of one product compare, and which of them make a branch.

use serde::{Deserialize, Serialize};

use super::product::DEFAULT_BRANCH_PARTS;
use super::version::{Version, VersionScheme};

/// How the versions of one product compare.
#[derive(Clone, Copy, Debug)]
pub struct VersionRules {
    /// Windows numbers or semantic versions.
    pub scheme: VersionScheme,
    /// Leading numbers that make a branch.
    pub branch_parts: usize,
    /// How to tell that a version lacks its revision.
    pub revision: Revision,
    /// Whether its updates of one branch contain all earlier ones.
    pub is_cumulative: bool,
}

/// How to tell that a version lacks its revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Revision {
    /// How many numbers each of the product's builds has at least; 0 where none is known.
    pub parts: usize,
    /// Whether one of them ends in 0.
    pub has_zero: bool,
}

impl Revision {
    /// What these builds tell.
    pub fn of<'v>(builds: impl IntoIterator<Item = &'v Version>) -> Self {
        let (mut parts, mut has_zero) = (None, false);
        for build in builds {
            parts = Some(parts.map_or(build.parts(), |parts: usize| parts.min(build.parts())));
            has_zero |= build.ends_in_zero();
        }
        Self { parts: parts.unwrap_or_default(), has_zero }
    }

    /// Whether a version lacks it: it has fewer numbers than the builds, or ends in a 0 that none of them ends in.
    pub fn is_missing_in(self, version: &Version) -> bool {
        let is_short = version.parts() > 0 && version.parts() < self.parts;
        is_short || self.parts > 0 && !self.has_zero && version.ends_in_zero()
    }
}

impl Default for VersionRules {
    fn default() -> Self {
        Self {
            scheme: VersionScheme::default(),
            branch_parts: DEFAULT_BRANCH_PARTS,
            revision: Revision::default(),
            is_cumulative: false,
        }
    }
}
