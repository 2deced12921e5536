//! Products: their builds, roles, names, and how their versions compare.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flaw::Flaws;
use super::id::{ProductId, UpdateId};
use super::key_path::KeyPath;
use super::time::{Day, Released};
use super::update_kind::UpdateKind;
use super::version::{Version, VersionScheme, Versions};

/// The family of Windows itself.
pub const OPERATING_SYSTEM: &str = "operating-system";

/// A product file of the database.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// `patchgate/product/v1`.
    pub schema: String,
    /// The id, as the file is named.
    pub id: ProductId,
    /// The vendor's name.
    pub name: String,
    /// WSUS product titles and uninstall display names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How its versions compare.
    #[serde(default)]
    pub version_scheme: VersionScheme,
    /// Leading numbers that must agree before a higher version contains the fix of a lower one.
    #[serde(default = "default_branch_parts")]
    #[schemars(range(min = 1, max = 8))]
    pub branch_parts: usize,
    /// The versions that are its own. Only where they are given, an import of updates claims versions of it: they are
    /// left out where the version of a server does not tell which updates are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<Versions>,
    /// What one word of an inventory may stand for: products of one family are named alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Whether its updates of one branch contain all earlier ones.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cumulative: bool,
    /// The kinds of updates that install only on the branch whose build they bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub for_branch: Vec<UpdateKind>,
    /// Builds that share a branch but are serviced apart: `gdr` updates do not go on `cu` builds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trains: Option<Trains>,
    /// Words near this product that are not it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// Other words for its roles, by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub role_aliases: BTreeMap<String, Vec<String>>,
    /// How many members of a pool may be away at a time, as the vendor documents it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<usize>,
    /// The server roles it has.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Which role goes first when one update goes to several.
    #[serde(default)]
    pub update_order: Vec<String>,
    /// The last day of the vendor's support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_support: Option<Day>,
    /// The known builds.
    #[serde(default)]
    pub builds: Vec<Build>,
}

/// Two lines of builds that share a branch but are serviced apart: an update of the first does not go on builds of the
/// second and proves nothing there, one of the second goes on both.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trains {
    /// Builds with security fixes only.
    pub gdr: Versions,
    /// Builds of cumulative updates.
    pub cu: Versions,
}

impl Trains {
    /// Whether two builds are of one train.
    pub fn are_one(&self, one: &Version, two: &Version, scheme: VersionScheme) -> bool {
        let is_gdr = |version| self.gdr.contain(Some(version), scheme).is_true();
        is_gdr(one) == is_gdr(two)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A known build of a product. What is not known is left out.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The vendor's name of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The update that brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateId>,
    /// The day of release, or the month where the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    /// The updates that it replaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<UpdateId>,
    /// Where this is documented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

impl Product {
    /// What is wrong with it beyond its types.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        if self.branch_parts == 0 {
            flaws.add(KeyPath::key("branch_parts"), "`branch_parts` must be at least 1");
        }
        flaws
    }

    /// The product with only what decisions read of it: the words for it, and how its versions and roles are ordered.
    #[must_use]
    pub fn for_decisions(&self) -> Self {
        let Self {
            schema,
            id,
            name,
            aliases,
            version_scheme,
            branch_parts,
            versions: _,
            family,
            cumulative,
            for_branch,
            trains,
            not,
            role_aliases,
            max_unavailable,
            roles,
            update_order,
            end_of_support: _,
            builds: _,
        } = self;
        Self {
            schema: schema.clone(),
            id: id.clone(),
            name: name.clone(),
            aliases: aliases.clone(),
            version_scheme: *version_scheme,
            branch_parts: *branch_parts,
            versions: None,
            family: family.clone(),
            cumulative: *cumulative,
            for_branch: for_branch.clone(),
            trains: trains.clone(),
            not: not.clone(),
            role_aliases: role_aliases.clone(),
            max_unavailable: *max_unavailable,
            roles: roles.clone(),
            update_order: update_order.clone(),
            end_of_support: None,
            builds: Vec::new(),
        }
    }
}

/// Versions of most Windows server products agree in three numbers within one branch.
pub const DEFAULT_BRANCH_PARTS: usize = 3;

fn default_branch_parts() -> usize {
    DEFAULT_BRANCH_PARTS
}
