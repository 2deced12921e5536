//! Pending updates: what awaits approval.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::{ProductId, UpdateId};
use super::time::{Day, Released};
use super::unknown_build::UnknownBuild;
use super::update_kind::UpdateKind;
use super::version::Version;
use super::words::words;

/// A file of pending updates.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// `patchgate/pending/v1`.
    pub schema: String,
    /// The updates.
    pub updates: Vec<PendingUpdate>,
}

/// An update that awaits approval. Only the id is required; the database fills what is left out.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PendingUpdate {
    /// `KB974571`, or a vendor's id.
    pub id: UpdateId,
    /// The title in the approval console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The products that it updates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<ProductId>>,
    /// The product versions that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brings: Option<Vec<Brings>>,
    /// The vendor's classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// The vendor's severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<VendorSeverity>,
    /// The day of release, or the month where the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    /// The day on which the current revision was published, when the update was released again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised: Option<Day>,
    /// The WSUS revision number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// The updates that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Vec<UpdateId>>,
    /// Whether it restarts the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
    /// Whether what it fixes is known to be exploited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploited: Option<bool>,
    /// Servers and groups; absent means every server that has one of the products and lacks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_to: Option<Vec<String>>,
    /// What kinds of update the database has it as; none where it does not know it.
    #[serde(skip)]
    pub kinds: Option<Vec<UpdateKind>>,
    /// What the database says that it brings, where the file says less: either may be true.
    #[serde(skip)]
    pub contested: Vec<Brings>,
    /// What it may bring, where nobody knows its build.
    #[serde(skip)]
    pub unknown_build: Option<Arc<UnknownBuild>>,
    /// The WSUS UpdateId or Configuration Manager CI_UniqueID, carried through to the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
}

impl PendingUpdate {
    /// An update of which only the id is known.
    pub fn of(id: UpdateId) -> Self {
        Self {
            id,
            title: None,
            products: None,
            brings: None,
            classification: None,
            severity: None,
            released: None,
            revised: None,
            revision: None,
            supersedes: None,
            restart: None,
            exploited: None,
            offered_to: None,
            kinds: None,
            contested: Vec::new(),
            unknown_build: None,
            source_id: None,
        }
    }

    /// The same by the number that its title names, where its id is only that of WSUS or Configuration Manager.
    #[must_use]
    pub fn by_number(self) -> Self {
        let Some(number) = self.title.as_deref().and_then(|title| self.id.named_in(title)) else { return self };
        let source_id = self.source_id.or_else(|| Some(self.id.as_str().to_owned()));
        Self { id: number, source_id, ..self }
    }

    /// What it is classified as, by the file and by the database; none where neither says anything of it.
    pub fn classifications(&self) -> Option<Vec<Classification>> {
        let of_kinds = self.kinds.iter().flatten().flat_map(|kind| of_kind(*kind));
        let all: Vec<Classification> = self.classification.into_iter().chain(of_kinds).collect();
        (!all.is_empty() || self.kinds.is_some()).then_some(all)
    }

    /// Whether it is of one of some kinds, by the database or by what the file calls it.
    pub fn has_kind_of(&self, kinds: &[UpdateKind]) -> bool {
        let is_called = |kind: &&UpdateKind| self.classification.is_some() && of_kind(**kind) == self.classification;
        kinds.iter().any(|kind| self.kinds.iter().flatten().any(|own| own == kind) || is_called(&kind))
    }

    /// Whether it updates a product: it names it, or brings it to a version.
    pub fn concerns(&self, product: &ProductId) -> bool {
        let mut brought = self.brings.iter().flatten().map(|brings| &brings.product);
        self.products.iter().flatten().any(|one| one == product) || brought.any(|one| one == product)
    }
}

/// A product version that an update brings.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brings {
    /// The product.
    pub product: ProductId,
    /// The version after installation.
    pub version: Version,
}

/// The classification of an update in WSUS and Configuration Manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Classification {
    /// Security Updates.
    Security,
    /// Critical Updates.
    Critical,
    /// Update Rollups.
    UpdateRollup,
    /// Service Packs.
    ServicePack,
    /// Feature Packs.
    FeaturePack,
    /// Upgrades.
    Upgrade,
    /// Drivers.
    Driver,
    /// Definition Updates.
    Definition,
    /// Previews of later updates.
    Preview,
    /// Tools.
    Tool,
    /// Anything else.
    Other,
}

/// What an update of a kind counts as, where policy or advisory name a classification.
fn of_kind(kind: UpdateKind) -> Option<Classification> {
    match kind {
        UpdateKind::Cumulative | UpdateKind::Security | UpdateKind::Hotpatch | UpdateKind::Baseline => {
            Some(Classification::Security)
        }
        UpdateKind::OutOfBand | UpdateKind::ServicingStack | UpdateKind::Hotfix => None,
        UpdateKind::Preview => Some(Classification::Preview),
        UpdateKind::ServicePack => Some(Classification::ServicePack),
        UpdateKind::Upgrade => Some(Classification::Upgrade),
        UpdateKind::Tool => Some(Classification::Tool),
        UpdateKind::Definition => Some(Classification::Definition),
        UpdateKind::Driver => Some(Classification::Driver),
        UpdateKind::Other => Some(Classification::Other),
    }
}

words! {
    Classification {
        Security = "security", Critical = "critical", UpdateRollup = "update-rollup", ServicePack = "service-pack",
        FeaturePack = "feature-pack", Upgrade = "upgrade", Driver = "driver", Definition = "definition", Preview = "preview",
        Tool = "tool", Other = "other",
    }
}

/// The vendor's severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VendorSeverity {
    /// Critical.
    Critical,
    /// Important.
    Important,
    /// Moderate.
    Moderate,
    /// Low.
    Low,
    /// The vendor does not say.
    Unspecified,
}

/// Whether an update restarts the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Restart {
    /// Never.
    Never,
    /// When files are in use.
    Possible,
    /// Always.
    Required,
}
