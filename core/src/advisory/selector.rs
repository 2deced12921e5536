//! What an advisory speaks about: updates, builds, and the servers it affects.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::condition::entries;
use crate::model::fact::{Fact, PendingFact};
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{ProductId, UpdateId, id_or_mapping};
use crate::model::name::is_alike;
use crate::model::pending::{Brings, Classification, PendingUpdate};
use crate::model::time::{Day, Released};
use crate::model::trace::Trace;
use crate::model::truth::Truth;
use crate::model::unknown_build::UnknownBuild;
use crate::model::version::Versions;

/// An update that an advisory speaks about: an id, or a release of it that was replaced later.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(into = "Written")]
#[schemars(with = "Written")]
pub struct UpdateSelector {
    /// The update.
    pub id: UpdateId,
    /// Only the release before this day.
    pub released_before: Option<Day>,
    /// Only revisions below this number.
    pub revision_below: Option<u32>,
}

/// How it is written.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "UpdateSelector")]
enum Written {
    Bare(UpdateId),
    Release(Release),
}

/// A release of an update.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Release {
    id: UpdateId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    released_before: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision_below: Option<u32>,
}

impl UpdateSelector {
    /// Whether it names only a release of the update.
    pub fn is_of_release(&self) -> bool {
        self.released_before.is_some() || self.revision_below.is_some()
    }

    /// Whether it names this pending release; unknown when the day or revision that decides is missing.
    pub fn matches(&self, update: &PendingUpdate, trace: &mut Trace) -> Truth {
        if self.id != update.id {
            return Truth::False;
        }
        let released = update.revised.map(Released::On).or(update.released);
        let is_early =
            self.released_before.map(|day| released.map_or(Truth::Unknown, |released| released.is_before(day)));
        if is_early == Some(Truth::Unknown) {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Released));
        }
        let is_old = self.revision_below.map(|bound| Truth::from(update.revision.map(|revision| revision < bound)));
        if is_old == Some(Truth::Unknown) {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Revision));
        }
        Truth::all([is_early, is_old].into_iter().flatten())
    }
}

impl From<UpdateSelector> for Written {
    fn from(selector: UpdateSelector) -> Self {
        let UpdateSelector { id, released_before, revision_below } = selector;
        match (released_before, revision_below) {
            (None, None) => Self::Bare(id),
            _ => Self::Release(Release { id, released_before, revision_below }),
        }
    }
}

impl From<UpdateId> for UpdateSelector {
    fn from(id: UpdateId) -> Self {
        Self { id, released_before: None, revision_below: None }
    }
}

impl From<Release> for UpdateSelector {
    fn from(release: Release) -> Self {
        let Release { id, released_before, revision_below } = release;
        Self { id, released_before, revision_below }
    }
}

impl<'de> Deserialize<'de> for UpdateSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expecting = "an update id, or {id, released_before} or {id, revision_below}";
        id_or_mapping::<Release, _, _>(deserializer, expecting)
    }
}

/// Any update that brings a product into a range.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildSelector {
    /// The product.
    pub product: ProductId,
    /// The range.
    #[serde(default = "Versions::every")]
    pub versions: Versions,
}

impl BuildSelector {
    /// Whether what an update brings this server is in the range; every update of the product brings it something.
    pub fn matches(&self, update: &PendingUpdate, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        if self.is_every_update() && update.concerns(&self.product) {
            return Truth::True;
        }
        if let Some(unknown) = &update.unknown_build {
            return self.may_match(update, unknown, on, trace);
        }
        let scheme = on.scheme(&self.product);
        let is_brought = |brings: &[Brings]| {
            on.is_brought(&self.product, brings, |version| self.versions.contain(Some(version), scheme))
        };
        let by_file = is_brought(update.brings.as_deref().unwrap_or_default());
        if by_file == Truth::Unknown {
            trace.miss(|| Fact::Version(self.product.clone()));
        }
        if update.contested.is_empty() {
            return by_file;
        }
        let truth = by_file.agreed(is_brought(&update.contested));
        if truth == Truth::Unknown {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Brings));
        }
        truth
    }

    /// Whether all, none or only some of what an update of unknown build may bring are in the range.
    fn may_match(
        &self,
        update: &PendingUpdate,
        unknown: &UnknownBuild,
        on: &Hypothesis<'_>,
        trace: &mut Trace,
    ) -> Truth {
        let truth = on.may_be_brought(&self.product, unknown, &self.versions);
        if truth == Truth::Unknown && self.is_every_update() {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Products));
        } else if truth == Truth::Unknown {
            trace.miss(|| Fact::Pending(update.id.clone(), PendingFact::Brings));
            if !on.has_version(&self.product) {
                trace.miss(|| Fact::Version(self.product.clone()));
            }
        }
        truth
    }

    /// Whether it needs no build: any update of the product is meant.
    pub fn is_every_update(&self) -> bool {
        self.versions.is_every()
    }
}

/// Any update of a class, so that the next one is meant too.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindSelector {
    /// The product that it updates.
    pub product: ProductId,
    /// One of these classifications; left out, any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classification: Vec<Classification>,
    /// Only what takes the server to another branch of the product, or only what does not; left out, both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_branch: Option<bool>,
}

impl KindSelector {
    /// Whether an update is of the class, on this server.
    pub fn matches(&self, update: &PendingUpdate, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        let is_open = update.products.is_none() && update.brings.is_none();
        let product = (!is_open).then(|| update.concerns(&self.product));
        let missing = |fact| Fact::Pending(update.id.clone(), fact);
        if product == Some(false) {
            return Truth::False;
        }
        if product.is_none() {
            trace.miss(|| missing(PendingFact::Products));
        }
        let of_class = match update.classifications() {
            _ if self.classification.is_empty() => Truth::True,
            None => {
                trace.miss(|| missing(PendingFact::Classification));
                Truth::Unknown
            }
            Some(classes) => classes.iter().any(|class| self.classification.contains(class)).into(),
        };
        let changes = self.changes_branch.map(|wanted| {
            let changes = on.leaves_branch(&self.product, update);
            if changes == Truth::Unknown && (update.unknown_build.is_some() || !update.contested.is_empty()) {
                trace.miss(|| missing(PendingFact::Brings));
            } else if changes == Truth::Unknown {
                trace.miss(|| Fact::Version(self.product.clone()));
            }
            if wanted { changes } else { !changes }
        });
        Truth::from(product).and(of_class).and(changes.unwrap_or(Truth::True))
    }
}

/// Servers that an advisory concerns: a product, in a range, in some roles.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Affects {
    /// The product.
    pub product: ProductId,
    /// The range; left out, every version.
    #[serde(default = "Versions::every", skip_serializing_if = "Versions::is_every")]
    pub versions: Versions,
    /// One of these roles; left out, every role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

impl Affects {
    /// Whether the server is one of them.
    pub fn matches(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace
            .all_of(&[&|trace| on.runs_traced(&self.product, &self.versions, trace), &|trace| self.has_role(on, trace)])
    }

    fn has_role(&self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        if self.roles.is_empty() {
            return Truth::True;
        }
        entries::has_role(on, |role| self.roles.iter().any(|wanted| is_alike(wanted, role)), trace)
    }
}
