//! What kind of update a row of the database is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pending::Classification;

/// The kind of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateKind {
    /// Contains all earlier ones of its branch.
    Cumulative,
    /// Security fixes.
    Security,
    /// Released beside the monthly ones.
    OutOfBand,
    /// A preview of a later one.
    Preview,
    /// Goes without a restart.
    Hotpatch,
    /// What hotpatches start from.
    Baseline,
    /// What installs updates.
    ServicingStack,
    /// One fix.
    Hotfix,
    /// A service pack.
    ServicePack,
    /// Another release of the product.
    Upgrade,
    /// A tool.
    Tool,
    /// Definitions of malware.
    Definition,
    /// A driver.
    Driver,
    /// Anything else.
    Other,
}

impl UpdateKind {
    /// The classifications that count for it where policy or advisory name one.
    pub fn classifications(self) -> &'static [Classification] {
        match self {
            Self::Cumulative | Self::Hotpatch | Self::Baseline | Self::Security => &[Classification::Security],
            Self::OutOfBand | Self::Hotfix | Self::ServicingStack => &[],
            Self::Preview => &[Classification::Preview],
            Self::ServicePack => &[Classification::ServicePack],
            Self::Upgrade => &[Classification::Upgrade],
            Self::Tool => &[Classification::Tool],
            Self::Definition => &[Classification::Definition],
            Self::Driver => &[Classification::Driver],
            Self::Other => &[Classification::Other],
        }
    }
}
