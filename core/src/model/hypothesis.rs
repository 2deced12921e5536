//! A server as it is, or as it would be with some updates installed.
//!
//! "What if this were installed?" is answered by making that server and asking the same question again. Where it is open
//! which of some updates get installed, the question is asked of all parts of them at once: the strongest answer that any
//! part gives, or the weakest.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use hashbrown::HashSet;
use jiff::Timestamp;

use super::catalogue::{Catalogue, UpdateKnowledge};
use super::fact::Fact;
use super::id::{ProductId, UpdateId};
use super::level::{Level, extreme, lowest};
use super::neighbours::Neighbours;
use super::pending::{Brings, PendingUpdate, Restart};
use super::server::{InstalledUpdate, Server, ServerFact};
use super::time::{Day, Moment, start_of};
use super::trace::Trace;
use super::truth::Truth;
use super::version::{Version, VersionScheme, Versions};

mod unknown_builds;

use unknown_builds::after;

/// A server at a moment, with updates assumed to be installed, and others that may be.
#[derive(Clone, Debug)]
pub struct Hypothesis<'a> {
    server: &'a Server,
    catalogue: &'a Catalogue,
    at: Timestamp,
    listed: Rc<HashSet<&'a UpdateId>>,
    /// Updates that count as installed too.
    assumed: Vec<&'a UpdateId>,
    /// Updates of which any part may be installed.
    possible: Vec<&'a UpdateId>,
    /// Updates that go together with the one that is asked about.
    along: Vec<&'a UpdateId>,
    /// An update that counts as installed and whose restart is still due.
    due: Option<&'a UpdateId>,
    lean: Lean,
    products: Option<Vec<Runs<'a>>>,
    /// The other servers, as far as anything asks of them.
    neighbours: Option<Arc<Neighbours>>,
}

/// Which answer is asked for where the parts of what may be installed give different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lean {
    /// The strongest.
    Most,
    /// The weakest.
    Least,
}

/// A product on the server.
#[derive(Clone, Debug)]
struct Runs<'a> {
    product: &'a ProductId,
    /// Its version, without what may be installed.
    level: Level<'a>,
    /// What that may bring it to.
    others: Vec<Level<'a>>,
    /// What ranges are asked of instead.
    asked: Option<Level<'a>>,
    /// Whether it is there only with an update that may be installed.
    is_possible: bool,
}

impl<'a> Runs<'a> {
    fn levels(&self) -> impl Iterator<Item = Level<'a>> + '_ {
        std::iter::once(self.level).chain(self.others.iter().copied())
    }

    /// What ranges are asked of where an update of unknown build came after it: such an update is not asked what it proves itself.
    fn before_unknown_build(&self) -> Option<Level<'a>> {
        let former = self.asked.filter(|level| !matches!(level, Level::LeftOut))?;
        self.levels().any(|level| matches!(level, Level::Within(_))).then_some(former)
    }

    /// What ranges are asked of.
    fn asked(&self) -> impl Iterator<Item = Level<'a>> + '_ {
        self.asked.into_iter().chain(self.levels().filter(|_| self.asked.is_none()))
    }
}

impl<'a> Hypothesis<'a> {
    /// The server as it was collected.
    pub fn now(server: &'a Server, catalogue: &'a Catalogue, at: Timestamp) -> Self {
        let listed: HashSet<&UpdateId> = server.updates.iter().flatten().map(InstalledUpdate::id).collect();
        let products = server.products.as_ref().map(|products| {
            let level =
                |p: &'a super::server::InstalledProduct| effective(server, catalogue, &p.product, p.version.as_ref());
            let runs = products.iter().map(|p| Runs {
                product: &p.product,
                level: level(p),
                others: Vec::new(),
                asked: None,
                is_possible: false,
            });
            runs.collect()
        });
        Self {
            server,
            catalogue,
            at,
            listed: Rc::new(listed),
            assumed: Vec::new(),
            possible: Vec::new(),
            along: Vec::new(),
            due: None,
            lean: Lean::Most,
            products,
            neighbours: None,
        }
    }

    /// The same server beside others.
    #[must_use]
    pub fn beside(self, neighbours: Option<Arc<Neighbours>>) -> Self {
        Self { neighbours, ..self }
    }

    /// The other servers, as far as anything asks of them.
    pub fn neighbours(&self) -> Option<&Neighbours> {
        self.neighbours.as_deref()
    }

    /// Whether an update counts as installed beside what was collected, or may be.
    pub fn assumes(&self, update: &UpdateId) -> bool {
        self.assumed.iter().chain(&self.possible).any(|one| *one == update)
    }

    /// Whether the strongest answer of any part is asked for, and not the weakest.
    pub fn asks_for_strongest(&self) -> bool {
        self.lean == Lean::Most
    }

    /// The same server with these updates installed too.
    #[must_use]
    pub fn with(&self, updates: impl IntoIterator<Item = &'a UpdateId>) -> Self {
        let mut other = self.clone();
        for update in updates {
            other.assume(update);
        }
        other
    }

    /// The same server with an update installed too, whose restart may still be due.
    #[must_use]
    pub fn with_just(&self, update: &'a UpdateId) -> Self {
        Self { due: Some(update), ..self.with([update]) }
    }

    /// The same server where any part of these updates may be installed too.
    #[must_use]
    pub fn with_any(&self, updates: impl IntoIterator<Item = &'a UpdateId>) -> Self {
        let mut other = self.clone();
        for update in updates {
            other.suppose(update);
        }
        other
    }

    /// The same server, asked about an update that goes together with these. None of them is there before it.
    #[must_use]
    pub fn along(&self, updates: impl IntoIterator<Item = &'a UpdateId>) -> Self {
        let mut other = self.clone();
        other.along.extend(updates);
        other
    }

    /// Whether an update, or what supersedes it, goes together with the one that is asked about.
    pub fn goes_with(&self, update: &UpdateId) -> bool {
        let newer = self.catalogue.successors(update);
        self.along.iter().any(|one| newer.contains(*one))
    }

    /// The same, asked for the weakest answer that any part gives, or again for the strongest: what is asked of a negation.
    #[must_use]
    pub fn opposite(&self) -> Cow<'_, Self> {
        let is_open = !self.possible.is_empty() || self.neighbours().is_some_and(Neighbours::may_change);
        if !is_open && !self.may_have_restarted() {
            return Cow::Borrowed(self);
        }
        let lean = match self.lean {
            Lean::Most => Lean::Least,
            Lean::Least => Lean::Most,
        };
        Cow::Owned(Self { lean, ..self.clone() })
    }

    /// The same where ranges of some products are asked of the versions that an earlier hypothesis has. What proves an update
    /// is asked as before.
    #[must_use]
    pub fn with_ranges_of(&self, earlier: &Self, of: impl Fn(&ProductId) -> bool) -> Self {
        let level = |product: &ProductId| {
            let former = earlier.products.iter().flatten().find(|one| one.product == product);
            former.map(|former| former.level)
        };
        self.asked_of(of, level)
    }

    /// The same where whatever range is asked of some products holds.
    #[must_use]
    pub fn without_ranges(&self, of: impl Fn(&ProductId) -> bool) -> Self {
        self.asked_of(of, |_| Some(Level::LeftOut))
    }

    fn asked_of(&self, of: impl Fn(&ProductId) -> bool, level: impl Fn(&ProductId) -> Option<Level<'a>>) -> Self {
        let mut same = self.clone();
        for runs in same.products.iter_mut().flatten().filter(|runs| of(runs.product)) {
            runs.asked = level(runs.product);
        }
        same
    }

    /// The collected facts.
    pub fn server(&self) -> &'a Server {
        self.server
    }

    /// The moment of decision.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// How a product's versions compare.
    pub fn scheme(&self, product: &ProductId) -> VersionScheme {
        self.catalogue.rules(product).scheme
    }

    /// Whether an update is installed: listed, superseded by an installed one, or contained in a product's version.
    ///
    /// Where that is not known, what is released after the moment of decision is not installed, nor is what replaces it.
    /// The moment of collection would say too much: the update may have come since.
    pub fn installed(&self, id: &UpdateId) -> Truth {
        let truth = self.has_any_of(self.catalogue.successors_by_vendor(id)).or(self.has_by_build(id));
        if truth == Truth::Unknown && self.is_too_new(id) { Truth::False } else { truth }
    }

    /// Whether this very update is installed, and nothing that supersedes it is.
    pub fn has_itself(&self, id: &UpdateId) -> Truth {
        let newer = self.catalogue.successors_by_vendor(id).iter().filter(|successor| *successor != id);
        let opposite = self.opposite();
        let is_superseded = opposite.has_any_of(newer).or(opposite.has_by_build(id)).or(opposite.is_passed(id));
        let truth = self.is_present(id);
        let truth = if truth == Truth::Unknown && self.is_too_new(id) { Truth::False } else { truth };
        truth.and(!is_superseded)
    }

    fn has_any_of<'u>(&self, updates: impl IntoIterator<Item = &'u UpdateId>) -> Truth {
        Truth::any(updates.into_iter().map(|update| self.is_present(update)))
    }

    /// Whether an update is installed that contains this one by its build. Where it is not itself a later build of the same line,
    /// it may be for several branches, and the product has to be in that of this one.
    fn has_by_build(&self, id: &UpdateId) -> Truth {
        let by_vendor = self.catalogue.successors_by_vendor(id);
        let newer = self.catalogue.successors(id);
        if newer.len() == by_vendor.len() {
            return Truth::False;
        }
        let by_build = newer.iter().filter(|one| by_vendor.binary_search(one).is_err());
        let (later, others): (Vec<_>, Vec<_>) = by_build.partition(|newer| self.catalogue.is_later_build(newer, id));
        let [later, others] = [later, others].map(|all| self.has_any_of(all));
        let elsewhere = if others > later { others.and(self.is_in_branch_of(id)) } else { Truth::False };
        later.or(elsewhere)
    }

    /// Whether a product is in the branch of what an update brings to it, where it is known what it brings.
    fn is_in_branch_of(&self, id: &UpdateId) -> Truth {
        let brings = self.catalogue.update(id).map(|known| known.brings.as_slice()).unwrap_or_default();
        let of_product = |runs: &Runs<'a>| {
            let rules = self.catalogue.rules(runs.product);
            let own: Vec<&Version> = brought(brings, runs.product).collect();
            let is_in = |level: Level<'_>| match level.is_of_any_branch() {
                true => Truth::Unknown,
                false => Truth::any(
                    level
                        .versions()
                        .map(|version| own.iter().any(|one| one.same_branch(version, rules.branch_parts)).into()),
                ),
            };
            (!own.is_empty()).then(|| self.leaning(runs.levels().map(is_in)))
        };
        let mut known = self.products.iter().flatten().filter_map(of_product).peekable();
        match (known.peek(), &self.products) {
            (Some(_), _) => Truth::any(known),
            (None, Some(_)) => Truth::True,
            (None, None) => Truth::from(brings.is_empty()).or(Truth::Unknown),
        }
    }

    /// Whether what proves an update is reached, and nothing that supersedes it is installed.
    pub fn has_reached_itself(&self, id: &UpdateId) -> Truth {
        if self.reached(id).is_possible() { self.has_itself(id) } else { Truth::False }
    }

    /// Whether an update of unknown build took a product whose updates contain all earlier ones above what this one brings, in
    /// the same branch.
    fn is_passed(&self, id: &UpdateId) -> Truth {
        let brings = self.catalogue.update(id).map(|known| known.brings.as_slice()).unwrap_or_default();
        let is_above = |runs: &Runs<'_>| {
            let rules = self.catalogue.rules(runs.product);
            let is_passed_at = |level: Level<'_>, one: &Brings| match level {
                Level::Within(_) => level.is_above(&one.version, rules),
                _ => Truth::False,
            };
            let own = brings.iter().filter(|b| rules.is_cumulative && b.product == *runs.product);
            Truth::any(own.map(|one| self.leaning(runs.levels().map(|level| is_passed_at(level, one)))))
        };
        Truth::any(self.products.iter().flatten().filter(|runs| !runs.is_possible).map(is_above))
    }

    /// The day on which an update was installed, where the inventory tells it.
    pub fn installed_on(&self, id: &UpdateId) -> Option<Day> {
        let listed = self.server.updates.iter().flatten().find(|one| one.id() == id)?;
        match listed {
            InstalledUpdate::Bare(_) => None,
            InstalledUpdate::Dated(dated) => dated.installed,
        }
    }

    /// Whether an update is released only after the moment of decision.
    fn is_too_new(&self, id: &UpdateId) -> bool {
        let released = self.catalogue.update(id).and_then(|knowledge| knowledge.released);
        released.is_some_and(|released| released.first() > Day::of(self.at))
    }

    /// As [`Self::installed`], telling what was read.
    pub fn installed_traced(&self, id: &UpdateId, trace: &mut Trace) -> Truth {
        let truth = self.installed(id);
        if truth == Truth::Unknown {
            if !self.catalogue.successors(id).iter().all(|update| self.lists(update)) {
                trace.miss(|| ServerFact::Updates.into());
            }
            for product in self.unversioned(id) {
                trace.miss(|| product);
            }
        } else {
            trace.read(|| Fact::Installed(id.clone()), || self.describe_installed(id, truth));
        }
        truth
    }

    /// Whether the server has the product in the version range.
    pub fn runs(&self, product: &ProductId, versions: &Versions) -> Truth {
        let Some(products) = &self.products else { return Truth::Unknown };
        let rules = self.catalogue.rules(product);
        let same = products.iter().filter(|runs| runs.product == product);
        if same.clone().next().is_none() && !self.lists_product(product) {
            return Truth::Unknown;
        }
        Truth::any(same.map(|runs| match runs.is_possible && self.lean == Lean::Least {
            true => Truth::False,
            false => self.leaning(runs.asked().map(|level| level.is_in(versions, rules))),
        }))
    }

    /// As [`Self::runs`], telling what was read.
    pub fn runs_traced(&self, product: &ProductId, versions: &Versions, trace: &mut Trace) -> Truth {
        let truth = self.runs(product, versions);
        match (&self.products, truth) {
            (None, _) => trace.miss(|| ServerFact::Products.into()),
            (Some(_), Truth::Unknown) if !self.lists_product(product) => trace.miss(|| ServerFact::Products.into()),
            (_, Truth::Unknown) => trace.miss(|| self.missing_version(product)),
            (Some(products), _) => {
                let versions: Vec<_> = products.iter().filter(|runs| runs.product == product).collect();
                match versions.as_slice() {
                    [] => trace.read(|| Fact::Product(product.clone()), || "not installed".to_owned()),
                    runs => {
                        for one in runs {
                            trace.read(|| Fact::Version(product.clone()), || one.level.describe());
                        }
                    }
                }
            }
        }
        truth
    }

    /// What is asked of every version that a product may have; unknown where these disagree or are not known.
    pub fn each_version(&self, product: &ProductId, ask: impl Fn(&Version) -> Truth) -> Truth {
        let has_trains = self.catalogue.trains(product).is_some();
        let level = |level: Level<'_>| {
            let mut answers = level.versions().map(&ask);
            let first = answers.next().unwrap_or(Truth::Unknown);
            // A span may reach from one train into the other.
            let is_open =
                level.is_of_any_branch() || has_trains && matches!(level, Level::Within(_) | Level::InBranch(_));
            if is_open || answers.any(|answer| answer != first) { Truth::Unknown } else { first }
        };
        let mut own = self.products.iter().flatten().filter(|runs| runs.product == product).peekable();
        if own.peek().is_none() {
            return Truth::Unknown;
        }
        Truth::any(own.map(|runs| self.leaning(runs.levels().map(level))))
    }

    /// The version of a product, as far as it is known.
    pub fn version(&self, product: &ProductId) -> Option<Version> {
        let runs = self.products.iter().flatten().find(|runs| runs.product == product)?;
        runs.level.versions().next().cloned()
    }

    /// Whether a restart is pending, as far as what may be installed leaves it open: what was installed earlier has had its own.
    pub fn reboot_pending(&self, wanted: bool) -> Truth {
        let has_restarted = |update: &&UpdateId| self.due != Some(*update) && self.may_restart(update);
        let now = match self.assumed.iter().any(has_restarted) {
            true => Some(false),
            false => self.server.reboot_pending,
        };
        let now = Truth::from(now.map(|pending| pending == wanted));
        // Its restart may be due, or done.
        match self.possible.iter().chain(&self.due).any(|update| self.may_restart(update)) {
            true => self.leaning([Truth::True, Truth::False].into_iter()),
            false => now,
        }
    }

    /// What is asked of the last start; what is installed may have brought another since.
    pub fn since_boot(&self, ask: impl Fn(Timestamp) -> Truth) -> Truth {
        let collected = self.server.last_boot.map_or(Truth::Unknown, |boot| ask(boot.timestamp()));
        match self.may_have_restarted() {
            true => self.leaning([collected, ask(self.at)].into_iter()),
            false => collected,
        }
    }

    /// Whether anything that counts as installed, or may be, may have restarted the server.
    fn may_have_restarted(&self) -> bool {
        self.assumed.iter().chain(&self.possible).any(|update| self.may_restart(update))
    }

    fn may_restart(&self, update: &UpdateId) -> bool {
        self.catalogue.update(update).and_then(|known| known.restart) != Some(Restart::Never)
    }

    /// Whether the server has one of the products, whatever the version.
    pub fn has_any(&self, products: &[ProductId]) -> Truth {
        match &self.products {
            None => Truth::Unknown,
            Some(own) if own.iter().any(|runs| products.contains(runs.product)) => Truth::True,
            Some(_) if self.may_have_unlisted(products) => Truth::Unknown,
            Some(_) => Truth::False,
        }
    }

    /// Whether an update would bring this server a version of a product that fits: of several branches in its own.
    ///
    /// Where the product's version was not collected, brought versions of which only some fit leave it open.
    pub fn is_brought(&self, product: &ProductId, brings: &[Brings], fits: impl Fn(&Version) -> Truth) -> Truth {
        let rules = self.catalogue.rules(product);
        let own: Vec<&Runs<'_>> = self.products.iter().flatten().filter(|runs| runs.product == product).collect();
        let of_product = || brings.iter().filter(|b| b.product == *product).map(|b| &b.version);
        let brought = |level: Option<Level<'_>>| {
            let versions: Vec<&Version> = level.into_iter().flat_map(Level::versions).collect();
            let is_own = |version: &&Version| versions.iter().any(|one| one.same_branch(version, rules.branch_parts));
            let in_branch: Vec<Truth> = of_product().filter(is_own).map(&fits).collect();
            if !in_branch.is_empty() {
                return Truth::any(in_branch);
            }
            let any = Truth::any(of_product().map(&fits));
            let is_open = level.is_some_and(Level::is_of_any_branch);
            if is_open && !Truth::all(of_product().map(&fits)).is_true() { any.min(Truth::Unknown) } else { any }
        };
        match own.is_empty() {
            true => brought(None),
            false => self.leaning(own.iter().flat_map(|runs| runs.levels()).map(|level| brought(Some(level)))),
        }
    }

    /// Whether one update replaces another, transitively.
    pub fn replaces(&self, newer: &UpdateId, older: &UpdateId) -> bool {
        self.catalogue.supersedes(newer, older)
    }

    /// The products of an update; none where they are not known.
    pub fn products_of(&self, update: &UpdateId) -> &'a [ProductId] {
        self.catalogue.update(update).map(|known| known.products.as_slice()).unwrap_or_default()
    }

    /// Whether an update raises a product.
    pub fn is_raised_by(&self, product: &ProductId, update: &UpdateId) -> bool {
        self.catalogue.update(update).is_some_and(|known| known.raises(product))
    }

    /// Whether an update takes a product of this server to another branch.
    pub fn leaves_branch(&self, product: &ProductId, update: &PendingUpdate) -> Truth {
        let by_file = match (&update.brings, &update.unknown_build) {
            (_, Some(unknown)) => {
                // Of an update without a class nobody knows that it is no upgrade.
                let may_leave = unknown.of(product).is_some_and(|may_bring| may_bring.may_leave);
                let is_open = may_leave || update.classifications().is_none();
                return if is_open { Truth::Unknown } else { Truth::False };
            }
            (Some(brings), None) if !brings.is_empty() => self.is_left_by(product, brings),
            _ => Truth::False,
        };
        match update.contested.is_empty() {
            true => by_file,
            false => by_file.agreed(self.is_left_by(product, &update.contested)),
        }
    }

    fn is_left_by(&self, product: &ProductId, brings: &[Brings]) -> Truth {
        let rules = self.catalogue.rules(product);
        let mut brought = brought(brings, product).peekable();
        if brought.peek().is_none() {
            return Truth::Unknown;
        }
        let leaves = |level: Level<'_>| {
            let stays = |version: &Version| {
                Truth::any(brought.clone().map(|b| Truth::from(version.same_branch(b, rules.branch_parts))))
            };
            match level.is_of_any_branch() {
                true => Truth::Unknown,
                false => !Truth::any(level.versions().map(stays)),
            }
        };
        let own = self.products.iter().flatten().filter(|runs| runs.product == product);
        match &self.products {
            None => Truth::Unknown,
            Some(_) if own.clone().next().is_none() && !self.lists_product(product) => Truth::Unknown,
            Some(_) => Truth::any(own.map(|runs| self.leaning(runs.levels().map(leaves)))),
        }
    }

    fn leaning(&self, truths: impl Iterator<Item = Truth>) -> Truth {
        match self.lean {
            Lean::Most => Truth::any(truths),
            Lean::Least => Truth::all(truths),
        }
    }

    fn assume(&mut self, update: &'a UpdateId) {
        self.assumed.push(update);
        let catalogue = self.catalogue;
        let Some(knowledge) = catalogue.update(update) else { return };
        let Some(mut products) = self.products.take() else { return };
        for runs in products.iter_mut().filter(|runs| knowledge.raises(runs.product)) {
            let product = runs.product;
            runs.level = after(catalogue, runs.level, knowledge, product);
            runs.others.iter_mut().for_each(|level| *level = after(catalogue, *level, knowledge, product));
        }
        if !products.iter().any(|runs| knowledge.raises(runs.product)) {
            products.extend(self.new_products(knowledge, false));
        }
        self.products = Some(products);
    }

    fn suppose(&mut self, update: &'a UpdateId) {
        self.possible.push(update);
        let catalogue = self.catalogue;
        let Some(knowledge) = catalogue.update(update) else { return };
        let Some(mut products) = self.products.take() else { return };
        for runs in products.iter_mut().filter(|runs| knowledge.raises(runs.product)) {
            runs.others.push(after(catalogue, runs.level, knowledge, runs.product));
        }
        if !products.iter().any(|runs| knowledge.raises(runs.product)) {
            products.extend(self.new_products(knowledge, true));
        }
        self.products = Some(products);
    }

    /// The products that come with an update, each at the highest version that it brings. Only what may bring a product does:
    /// a patch installs none.
    fn new_products(&self, knowledge: &'a UpdateKnowledge, is_possible: bool) -> Vec<Runs<'a>> {
        // What may be for any product tells of none that it is for.
        let is_known = !knowledge.unknown_build.as_ref().is_some_and(|unknown| unknown.is_for_any);
        let new: BTreeSet<&ProductId> = knowledge.raised().filter(|_| knowledge.adds_products && is_known).collect();
        let highest =
            |product| extreme(brought(&knowledge.brings, product), self.catalogue.rules(product), Ordering::Greater);
        let runs = |product| Runs {
            product,
            level: highest(product).map_or(Level::NotCollected, Level::Exactly),
            others: Vec::new(),
            asked: None,
            is_possible,
        };
        new.into_iter().map(runs).collect()
    }

    /// Whether an update would be in the list if it were installed: the list was collected and covers its products.
    fn lists(&self, update: &UpdateId) -> bool {
        if self.server.updates.is_none() || self.server.covers_all_updates() {
            return self.server.updates.is_some();
        }
        let products = self.catalogue.update(update).map(|known| known.products.as_slice()).unwrap_or_default();
        let covers =
            |product| self.catalogue.family(product).is_some_and(|family| self.server.covers_updates_of(family));
        !products.is_empty() && products.iter().all(covers)
    }

    /// Whether a product would be in the list if it were there.
    fn lists_product(&self, product: &ProductId) -> bool {
        self.server.would_list(product, self.catalogue.family(product))
    }

    /// Whether the server may have one of some products that are not listed.
    fn may_have_unlisted<'p>(&self, products: impl IntoIterator<Item = &'p ProductId>) -> bool {
        self.server.may_have_more_products() && products.into_iter().any(|product| !self.lists_product(product))
    }

    /// Whether this very update is listed, or its version reached.
    pub fn is_present(&self, update: &UpdateId) -> Truth {
        let may_be = || self.lean == Lean::Most && self.possible.contains(&update);
        if self.listed.contains(update) || self.assumed.contains(&update) || may_be() {
            return Truth::True;
        }
        let listed = if self.lists(update) { Truth::False } else { Truth::Unknown };
        listed.or(self.reached(update))
    }

    /// Whether the server's products are at least at what proves the update, in the same branch.
    fn reached(&self, update: &UpdateId) -> Truth {
        let Some(knowledge) = self.catalogue.update(update).filter(|one| !one.proves.is_empty()) else {
            return Truth::False;
        };
        let Some(products) = &self.products else { return Truth::Unknown };
        let told = || knowledge.brings.iter().chain(&knowledge.proves);
        let mut concerned =
            products.iter().filter(|runs| !runs.is_possible && told().any(|b| b.product == *runs.product)).peekable();
        if concerned.peek().is_none() {
            return match self.may_have_unlisted(knowledge.proves.iter().map(|b| &b.product)) {
                true => Truth::Unknown,
                false => Truth::False,
            };
        }
        let all = Truth::all(concerned.map(|runs| {
            let proves = |level| self.proves(runs, level, knowledge);
            match runs.before_unknown_build() {
                Some(former) => proves(former),
                None => self.leaning(runs.levels().map(proves)),
            }
        }));
        // One that may be there too, in a version that nobody knows, may not have reached it.
        let is_there = |product: &ProductId| products.iter().any(|runs| runs.product == product);
        let unlisted = told().map(|brings| &brings.product).filter(|product| !is_there(product));
        if self.may_have_unlisted(unlisted) { all.and(Truth::Unknown) } else { all }
    }

    /// Whether a level of a product proves an update.
    fn proves(&self, runs: &Runs<'_>, level: Level<'_>, knowledge: &UpdateKnowledge) -> Truth {
        let rules = self.catalogue.rules(runs.product);
        let of_product = knowledge.proves.iter().filter(|b| b.product == *runs.product);
        // A `gdr` update proves nothing on builds of the other train, which are higher.
        let on_train = |version: &Version| match self.catalogue.trains(runs.product) {
            Some(trains) if trains.gdr.contain(Some(version), rules.scheme).is_true() => {
                !level.is_in(&trains.cu, rules)
            }
            _ => Truth::True,
        };
        Truth::any(of_product.map(|b| level.has_reached(&b.version, rules).and(on_train(&b.version))))
    }

    /// The products whose missing version leaves open whether an update is installed.
    fn unversioned(&self, id: &UpdateId) -> Vec<Fact> {
        let proves =
            |successor: &UpdateId| self.catalogue.update(successor).map(|k| k.proves.as_slice()).unwrap_or_default();
        let concerned: Vec<&Brings> = self.catalogue.successors(id).iter().flat_map(proves).collect();
        match &self.products {
            None if concerned.is_empty() => Vec::new(),
            None => vec![ServerFact::Products.into()],
            Some(products)
                if !products.iter().any(|runs| concerned.iter().any(|b| b.product == *runs.product))
                    && self.may_have_unlisted(concerned.iter().map(|b| &b.product)) =>
            {
                vec![ServerFact::Products.into()]
            }
            Some(products) => products
                .iter()
                .filter(|runs| !runs.level.is_known() && concerned.iter().any(|b| b.product == *runs.product))
                .map(|runs| self.missing_version(runs.product))
                .collect(),
        }
    }

    fn describe_installed(&self, id: &UpdateId, truth: Truth) -> String {
        let successors = self.catalogue.successors(id).iter();
        if truth == Truth::False {
            let is_known = successors.into_iter().all(|successor| !self.is_present(successor).is_possible());
            return if is_known { "not installed" } else { "released after this decision" }.to_owned();
        }
        let successor = successors.into_iter().find(|successor| self.is_present(successor).is_true());
        match successor {
            Some(successor) if self.assumed.contains(&successor) || self.possible.contains(&successor) => {
                format!("pending, once {successor} is installed")
            }
            Some(successor) if successor != id => format!("installed with {successor}"),
            _ => "installed".to_owned(),
        }
    }
}

/// What is known of a product's version: what was collected, and what the installed updates bring.
///
/// A version without its revision is a lower bound in its branch. One that was collected whole stands, unless an installed
/// update brings more: then one of the two is wrong, or a restart is due, unless the update came after the version was read.
fn effective<'a>(
    server: &'a Server,
    catalogue: &'a Catalogue,
    product: &'a ProductId,
    version: Option<&'a Version>,
) -> Level<'a> {
    let rules = catalogue.rules(product);
    let installed = server.updates.iter().flatten().filter_map(|update| Some((update, catalogue.update(update.id())?)));
    let higher = |one: &'a Version, two: &'a Version| {
        if two.compare(one, rules.scheme) == Some(Ordering::Greater) { two } else { one }
    };
    let Some(version) = version else {
        let all = installed.flat_map(|(_, known)| brought(&known.brings, product));
        return all.reduce(higher).map_or(Level::NotCollected, Level::AtLeast);
    };
    let is_floor = rules.revision.is_missing_in(version);
    let is_in_branch = |one: &&Version| one.same_branch(version, rules.branch_parts);
    let more_by = |known: &'a UpdateKnowledge| {
        let all = brought(&known.brings, product);
        let of_branch = all.clone().filter(is_in_branch).reduce(higher);
        let told = of_branch.or_else(|| lowest(all, rules).filter(|_| !is_floor));
        told.filter(|one| one.compare(version, rules.scheme).is_some_and(Ordering::is_gt))
    };
    let more = installed
        .filter_map(|(update, known)| Some((more_by(known)?, is_later(update, server.collected_at))))
        .reduce(|one, two| if two.0.compare(one.0, rules.scheme) == Some(Ordering::Greater) { two } else { one });
    match more {
        _ if is_floor => Level::InBranch(more.map_or(version, |(brought, _)| brought)),
        None => Level::Exactly(version),
        Some((brought, true)) => Level::Exactly(brought),
        Some((brought, false)) => Level::Either(version, brought),
    }
}

/// Whether an update was installed after the facts were collected.
fn is_later(update: &InstalledUpdate, collected_at: Option<Moment>) -> bool {
    let InstalledUpdate::Dated(dated) = update else { return false };
    let installed = dated.installed.zip(collected_at);
    installed.is_some_and(|(installed, collected)| start_of(installed) > collected.timestamp())
}

/// The versions of a product that an update brings.
fn brought<'a, 'p>(
    brings: &'a [Brings],
    product: &'p ProductId,
) -> impl Iterator<Item = &'a Version> + Clone + use<'a, 'p> {
    brings.iter().filter(move |b| b.product == *product).map(|b| &b.version)
}
