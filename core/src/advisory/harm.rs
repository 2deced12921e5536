//! Whether an update that is known to be bad does harm where it is installed already.

use super::Advisory;
use super::selector::{BuildSelector, UpdateSelector};
use crate::model::fact::Fact;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::ProductId;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// Something that an advisory calls bad and that a server may have.
#[derive(Clone, Copy, Debug)]
pub enum Bad<'a> {
    /// An update.
    Update(&'a UpdateSelector),
    /// A product in a range of builds.
    Build(&'a BuildSelector),
}

impl Bad<'_> {
    /// Whether the server has it: that very update, or a build in the range.
    pub fn is_there(self, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        match self {
            Self::Update(selector) => {
                let has = on.has_itself(&selector.id);
                match has {
                    Truth::Unknown => trace.miss(|| Fact::Installed(selector.id.clone())),
                    _ => trace.read(|| Fact::Installed(selector.id.clone()), || "installed".to_owned()),
                }
                // Which release of it is installed nobody collects; before the next one it was this.
                let is_first =
                    || on.installed_on(&selector.id).zip(selector.released_before).is_some_and(|(on, next)| on < next);
                if selector.is_of_release() && !is_first() { has.and(Truth::Unknown) } else { has }
            }
            Self::Build(selector) => on.runs_traced(&selector.product, &selector.versions, trace),
        }
    }

    /// Whether it raises a product, so that what is asked of the product's version describes the server before it.
    pub fn raises(self, product: &ProductId, on: &Hypothesis<'_>) -> bool {
        match self {
            Self::Update(selector) => on.is_raised_by(product, &selector.id),
            Self::Build(selector) => selector.product == *product,
        }
    }
}

impl Advisory {
    /// What it calls bad and a server may have. A range of all builds is none: every server would have it.
    pub fn bad(&self) -> impl Iterator<Item = Bad<'_>> {
        let builds = self.builds().iter().filter(|build| !build.is_every_update());
        self.updates().iter().map(Bad::Update).chain(builds.map(Bad::Build))
    }

    /// Whether something bad that a server has does harm there.
    pub fn harms(&self, bad: Bad<'_>, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.all_of(&[&|trace| bad.is_there(on, trace), &|trace| self.applies_with(bad, on, trace)])
    }

    /// Whether it applies to a server that has something bad. `affects` and `when` are asked without the versions that this
    /// raised: they describe the server before it.
    pub fn applies_with(&self, bad: Bad<'_>, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        self.applies_as(&on.without_ranges(|product| bad.raises(product, on)), on, trace)
    }

    /// Whether it applies where `affects` and `when` are asked of the server as it was before.
    pub fn applies_as(&self, before: &Hypothesis<'_>, on: &Hypothesis<'_>, trace: &mut Trace) -> Truth {
        trace.all_of(&[
            &|trace| self.affects(before, trace),
            &|trace| self.when.as_ref().map_or(Truth::True, |when| when.test(before, trace)),
            &|trace| !self.is_fixed(&on.opposite(), trace),
        ])
    }
}
