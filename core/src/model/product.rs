//! Products: their builds, roles, names, and how their versions compare.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flaw::Flaws;
use super::id::{ProductId, UpdateId};
use super::key_path::KeyPath;
use super::time::{Day, Released};
use super::version::{Version, VersionScheme, Versions};

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

    /// The product with only what decisions read of it: its id and how its versions and roles are ordered.
    #[must_use]
    pub fn for_decisions(&self) -> Self {
        let Self {
            schema,
            id,
            name: _,
            aliases: _,
            version_scheme,
            branch_parts,
            versions: _,
            roles: _,
            update_order,
            end_of_support: _,
            builds: _,
        } = self;
        Self {
            schema: schema.clone(),
            id: id.clone(),
            name: String::new(),
            aliases: Vec::new(),
            version_scheme: *version_scheme,
            branch_parts: *branch_parts,
            versions: None,
            roles: Vec::new(),
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
