//! What is known of servers and updates, three-valued, and the conditions that ask for it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;

use super::world::{Product, Range, Server, Version, World, date_of, fold, list, moment, plus, seconds, text, texts};

/// False, unknown or true, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Known not to be.
    False,
    /// Not known.
    Unknown,
    /// Known to be.
    True,
}

use Truth::{False, True, Unknown};

impl Truth {
    /// Of what is known.
    pub fn of(known: bool) -> Self {
        if known { True } else { False }
    }

    /// Of what may not be known.
    pub fn maybe(known: Option<bool>) -> Self {
        known.map_or(Unknown, Self::of)
    }

    /// The other end.
    #[must_use]
    pub fn not(self) -> Self {
        match self {
            False => True,
            Unknown => Unknown,
            True => False,
        }
    }

    /// The weaker of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// The stronger of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The weakest of many; of none, true.
    pub fn all(many: impl IntoIterator<Item = Self>) -> Self {
        many.into_iter().min().unwrap_or(True)
    }

    /// The strongest of many; of none, false.
    pub fn any(many: impl IntoIterator<Item = Self>) -> Self {
        many.into_iter().max().unwrap_or(False)
    }

    /// One outcome for several possibilities of which one is real: unknown unless they agree.
    pub fn agreed(many: impl IntoIterator<Item = Self>) -> Self {
        let mut seen = many.into_iter();
        let Some(first) = seen.next() else { return False };
        if seen.all(|other| other == first) { first } else { Unknown }
    }

    /// As the document writes it.
    pub fn word(self) -> &'static str {
        match self {
            False => "false",
            Unknown => "unknown",
            True => "true",
        }
    }
}

/// A version that is known, or the versions among which it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// This one.
    At(Version),
    /// From `low` (itself excluded when `open`) to below `high`.
    From {
        /// The lower bound.
        low: Version,
        /// Whether the bound itself is excluded.
        open: bool,
        /// What all are below.
        high: Option<Version>,
    },
}

impl Span {
    /// Every version.
    pub fn any() -> Self {
        Self::From { low: Version(vec![0]), open: false, high: None }
    }

    /// The lower bound.
    pub fn low(&self) -> &Version {
        match self {
            Self::At(version) | Self::From { low: version, .. } => version,
        }
    }

    /// The branch, where all of it lies in one.
    pub fn branch(&self, parts: usize) -> Option<Version> {
        match self {
            Self::At(version) => Some(version.branch(parts)),
            Self::From { low, high, .. } => {
                high.as_ref().filter(|high| **high <= low.branch_end(parts)).map(|_| low.branch(parts))
            }
        }
    }

    /// Whether it is in a range.
    pub fn within(&self, range: &Range) -> Truth {
        let (low, open, high) = match self {
            Self::At(version) => return Truth::of(range.0.iter().all(|(sign, bound)| holds(version, sign, bound))),
            Self::From { low, open, high } => (low, *open, high),
        };
        let below = |bound: &Version| high.as_ref().is_some_and(|high| high <= bound);
        let every = range.0.iter().all(|(sign, bound)| match sign.as_str() {
            ">=" => low >= bound,
            ">" => low > bound || (low == bound && open),
            "<" | "<=" => below(bound),
            _ => false,
        });
        if every { True } else { Truth::of(!self.misses(range)).and(Unknown) }
    }

    /// Whether nothing of it is in a range.
    fn misses(&self, range: &Range) -> bool {
        let (mut low, mut low_open) = (self.low().clone(), matches!(self, Self::From { open: true, .. }));
        let (mut high, mut high_open) = match self {
            Self::At(version) => (Some(version.clone()), false),
            Self::From { high, .. } => (high.clone(), true),
        };
        for (sign, bound) in &range.0 {
            if matches!(sign.as_str(), ">=" | ">" | "=") {
                let open = sign == ">";
                if *bound > low || (*bound == low && open) {
                    (low, low_open) = (bound.clone(), open);
                }
            }
            if matches!(sign.as_str(), "<=" | "<" | "=") {
                let open = sign == "<";
                if high.as_ref().is_none_or(|high| bound < high || (bound == high && open)) {
                    (high, high_open) = (Some(bound.clone()), open);
                }
            }
        }
        high.is_some_and(|high| low > high || (low == high && (low_open || high_open)))
    }

    /// The later of two versions that do not depend on each other.
    pub fn later(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::At(one), Self::At(two)) => Self::At(one.max(two).clone()),
            (Self::At(one), Self::From { low, open, high }) | (Self::From { low, open, high }, Self::At(one)) => {
                if high.as_ref().is_some_and(|high| one >= high) {
                    Self::At(one.clone())
                } else if one > low {
                    Self::From { low: one.clone(), open: false, high: high.clone() }
                } else {
                    Self::From { low: low.clone(), open: *open, high: high.clone() }
                }
            }
            (Self::From { low: a, open: x, high: h }, Self::From { low: b, open: y, high: i }) => Self::From {
                low: a.max(b).clone(),
                open: if a == b {
                    *x || *y
                } else if a > b {
                    *x
                } else {
                    *y
                },
                high: h.as_ref().zip(i.as_ref()).map(|(h, i)| h.max(i).clone()),
            },
        }
    }
}

fn holds(version: &Version, sign: &str, bound: &Version) -> bool {
    match sign {
        ">=" => version >= bound,
        ">" => version > bound,
        "<=" => version <= bound,
        "<" => version < bound,
        _ => version == bound,
    }
}

/// What an update brings of one product.
#[derive(Clone, Debug, PartialEq)]
pub enum Brings {
    /// No build.
    Nothing,
    /// These builds, one for each branch.
    Known(Vec<Version>),
    /// File and database disagree: one of these.
    Either(Vec<Option<Version>>),
    /// A build that nobody knows.
    Open,
}

/// All that file and database say of one update.
#[derive(Clone, Debug)]
pub struct Update {
    /// Its id.
    pub id: String,
    /// Title.
    pub title: Option<String>,
    /// Products, where known.
    pub products: Option<Vec<String>>,
    /// What it brings, by product.
    pub brings: BTreeMap<String, Brings>,
    /// Restart word.
    pub restart: Option<String>,
    /// Release day.
    pub released: Option<jiff::civil::Date>,
    /// Classification and kinds; none where nobody knows.
    pub words: Option<BTreeSet<String>>,
    /// The same without what the kinds count as besides.
    pub kinds: Option<BTreeSet<String>>,
    /// What it supersedes, by itself.
    pub supersedes: BTreeSet<String>,
    /// What it repairs.
    pub repairs: BTreeSet<String>,
    /// Known to be exploited.
    pub exploited: bool,
    /// Revision number.
    pub revision: Option<i64>,
}

impl Update {
    /// Whether it may restart the server.
    pub fn restarts(&self) -> bool {
        self.restart.as_deref() != Some("never")
    }

    /// Whether it is of one of these classes.
    pub fn is_any(&self, words: &[String]) -> Truth {
        Truth::maybe(self.words.as_ref().map(|own| words.iter().any(|word| own.contains(word))))
    }

    /// What it brings of a product.
    pub fn brings(&self, product: &str) -> Brings {
        let unknown = if self.products.is_none() { Brings::Open } else { Brings::Nothing };
        self.brings.get(product).cloned().unwrap_or(unknown)
    }

    /// Whether it is for a product.
    pub fn is_for(&self, product: &str) -> Truth {
        Truth::maybe(self.products.as_ref().map(|products| products.iter().any(|one| one == product)))
    }
}

/// A product on a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Have {
    /// Whether it is there.
    pub there: Truth,
    /// Its version, if it is: one of these.
    pub alts: Vec<Span>,
}

/// Whether the server was restarted since something was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boot {
    /// Nothing placed restarts it.
    AsBefore,
    /// A restart is due.
    Due,
    /// It was restarted.
    Done,
}

/// A server after some updates were placed on it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What was placed.
    pub placed: BTreeSet<String>,
    /// Products of which anything is known.
    pub have: BTreeMap<String, Have>,
    /// Restarts.
    pub boot: Boot,
}

/// Everything that is derived from the inputs once.
pub struct Facts<'a> {
    /// The inputs.
    pub world: &'a World,
    /// Updates by id.
    pub updates: Rc<BTreeMap<String, Update>>,
    /// For each update those that supersede it, transitively.
    pub above: Rc<BTreeMap<String, BTreeSet<String>>>,
    /// Each server as collected.
    pub base: Vec<Rc<State>>,
    /// For each server its roles as declared words, folded, and whether some word was not understood.
    pub roles: Vec<Option<(BTreeSet<String>, bool)>>,
}

impl<'a> Facts<'a> {
    /// Derives everything.
    pub fn new(world: &'a World) -> Self {
        let updates: BTreeMap<_, _> =
            world.update_ids().into_iter().map(|id| (id.clone(), merged(world, &id))).collect();
        let above = Rc::new(superseders(world, &updates));
        let updates = Rc::new(updates);
        let roles = world.servers.iter().map(|server| roles(world, server)).collect();
        let mut facts = Self { world, updates, above, base: Vec::new(), roles };
        facts.base = (0..world.servers.len()).map(|server| Rc::new(facts.collected(server))).collect();
        facts
    }

    /// Of a world that differs from another only in some servers.
    pub fn like(other: &Facts, world: &'a World, servers: &[usize]) -> Self {
        let (updates, above) = (other.updates.clone(), other.above.clone());
        let mut facts = Self { world, updates, above, base: other.base.clone(), roles: other.roles.clone() };
        for server in servers {
            facts.roles[*server] = roles(world, &world.servers[*server]);
            facts.base[*server] = Rc::new(facts.collected(*server));
        }
        facts
    }

    /// Whether a list of a server holds an update, before anything is derived from it.
    fn listed(&self, server: usize, placed: &BTreeSet<String>, id: &str) -> Truth {
        let host = &self.world.servers[server];
        if placed.contains(id) {
            return True;
        }
        let Some(list) = &host.updates else { return Unknown };
        if list.iter().any(|(one, _)| one == id) {
            return True;
        }
        let Some(covers) = host.covers.get("updates") else { return False };
        let products = self.updates.get(id).and_then(|update| update.products.clone());
        let covered =
            |product: &String| self.world.family(product).is_some_and(|family| covers.iter().any(|one| one == family));
        Truth::of(!products.is_some_and(|products| products.iter().all(covered))).and(Unknown)
    }

    /// The installed updates that a list shows, and what they supersede.
    fn certain(&self, server: usize) -> BTreeMap<String, Option<jiff::civil::Date>> {
        let listed: BTreeMap<_, _> = self.world.servers[server].updates.iter().flatten().cloned().collect();
        let mut all = listed.clone();
        for (id, above) in self.above.iter() {
            if let Some(newer) = above.iter().find(|newer| listed.contains_key(*newer)) {
                all.entry(id.clone()).or_insert(listed[newer]);
            }
        }
        all
    }

    /// A server as collected: products, near words, offers that contradict, effective versions.
    fn collected(&self, server: usize) -> State {
        let host = &self.world.servers[server];
        let mut have = BTreeMap::new();
        for product in self.world.products.iter().map(|product| product.id.clone()) {
            have.insert(product.clone(), Have { there: self.absent(host, &product), alts: vec![Span::any()] });
        }
        for (word, version) in host.products.iter().flatten() {
            if self.world.product(word).is_some() {
                let version = version.as_deref().and_then(Version::read);
                let alts = self.effective(server, word, version);
                have.insert(word.clone(), Have { there: True, alts });
            } else if let Some(nearest) = nearest(self.world, word) {
                self.perhaps(&mut have, nearest, server);
            } else {
                let alts = vec![version.as_deref().and_then(Version::read).map_or(Span::any(), Span::At)];
                have.insert(word.clone(), Have { there: True, alts });
            }
        }
        self.contradicted(host, server, &mut have);
        State { placed: BTreeSet::new(), have, boot: Boot::AsBefore }
    }

    /// A near word: the nearest product in an unknown version, and the rest of its family perhaps.
    fn perhaps(&self, have: &mut BTreeMap<String, Have>, nearest: &Product, server: usize) {
        for product in self.world.products.iter() {
            let is_nearest = product.id == nearest.id;
            let is_kin = product.family.is_some() && product.family == nearest.family;
            let there = if is_nearest { True } else { Unknown };
            let known = have.get(&product.id).map_or(False, |one| one.there);
            if (is_nearest || is_kin) && known < there {
                have.insert(product.id.clone(), Have { there, alts: self.effective(server, &product.id, None) });
            }
        }
    }

    /// What a product's absence from the list says.
    fn absent(&self, host: &Server, product: &str) -> Truth {
        let Some(list) = &host.products else { return Unknown };
        let family = self.world.family(product);
        let covered =
            host.covers.get("products").is_none_or(|covers| family.is_some_and(|one| covers.iter().any(|c| c == one)));
        let is_system = |word: &str| self.world.family(word) == Some("operating-system");
        let has_system = list
            .iter()
            .any(|(word, _)| is_system(word) || nearest(self.world, word).is_some_and(|one| is_system(&one.id)));
        Truth::of(!covered || (is_system(product) && !has_system)).and(Unknown)
    }

    /// Offers by name of updates none of whose products is there.
    fn contradicted(&self, host: &Server, server: usize, have: &mut BTreeMap<String, Have>) {
        for pending in self.world.pending.iter() {
            let by_name = pending.offered_to.iter().flatten().any(|word| self.named(word) == Some(server));
            let Some(products) = self.updates.get(&pending.id).and_then(|update| update.products.clone()) else {
                continue;
            };
            let is_there =
                |product: &String| have.get(product).map_or(Unknown.and(self.absent(host, product)), |one| one.there);
            if !by_name || products.is_empty() || products.iter().any(|product| is_there(product) != False) {
                continue;
            }
            if products.iter().all(|product| self.world.family(product) == Some("operating-system")) {
                continue;
            }
            let there = if products.len() == 1 { True } else { Unknown };
            for product in products {
                let alts = self.effective(server, &product, None);
                have.insert(product, Have { there, alts });
            }
        }
    }

    /// The server that a name means.
    pub fn named(&self, word: &str) -> Option<usize> {
        let lower = word.to_lowercase();
        let names: Vec<_> = self.world.servers.iter().map(|server| server.name.to_lowercase()).collect();
        names.iter().position(|name| *name == lower).or_else(|| {
            let short: Vec<_> = (0..names.len()).filter(|one| names[*one].split('.').next() == Some(&lower)).collect();
            (short.len() == 1).then(|| short[0])
        })
    }

    /// The effective version of a product, from what was collected and what is installed.
    fn effective(&self, server: usize, product: &str, collected: Option<Version>) -> Vec<Span> {
        let parts = self.world.parts(product);
        let installed: Vec<_> = self
            .certain(server)
            .into_iter()
            .filter_map(|(id, day)| match self.updates.get(&id)?.brings(product) {
                Brings::Known(builds) => Some((builds, day)),
                _ => None,
            })
            .collect();
        let Some(version) = collected else {
            let least = installed.iter().filter_map(|(builds, _)| builds.iter().min()).max();
            return vec![least.map_or(Span::any(), |low| Span::From { low: low.clone(), open: false, high: None })];
        };
        let branch = version.branch(parts);
        let here = |builds: &[Version]| builds.iter().filter(|build| build.branch(parts) == branch).max().cloned();
        if self.has_no_revision(product, &version) {
            let low = installed.iter().filter_map(|(builds, _)| here(builds)).fold(version.clone(), Version::max);
            return vec![Span::From { low, open: false, high: Some(version.branch_end(parts)) }];
        }
        let host = &self.world.servers[server];
        let at = host.list_at.get("products").copied().or(host.collected_at).map(date_of);
        let more = |builds: &[Version]| {
            here(builds)
                .or_else(|| builds.iter().all(|build| *build > version).then(|| builds.iter().min().cloned()).flatten())
        };
        let later = installed.iter().filter(|(_, day)| day.zip(at).is_some_and(|(day, at)| day > at));
        let raised = later.filter_map(|(builds, _)| more(builds)).fold(version.clone(), Version::max);
        let mut alts = vec![Span::At(raised.clone())];
        for build in installed.iter().filter_map(|(builds, _)| more(builds)).filter(|build| *build > raised) {
            if !alts.contains(&Span::At(build.clone())) {
                alts.push(Span::At(build));
            }
        }
        alts
    }

    fn has_no_revision(&self, product: &str, version: &Version) -> bool {
        let builds = self.world.builds(product);
        let longest = builds.iter().map(|(build, _)| build.0.len()).max().unwrap_or(0);
        let zero = |version: &Version| version.0.last() == Some(&0);
        version.0.len() < longest
            || (zero(version) && !builds.is_empty() && !builds.iter().any(|(build, _)| zero(build)))
    }

    /// The server after updates were placed on it, without a restart.
    pub fn placed(&self, server: usize, ids: &BTreeSet<String>) -> State {
        let mut state = (*self.base[server]).clone();
        let mut order: Vec<_> = ids.iter().filter_map(|id| self.updates.get(id)).collect();
        order.sort_by_key(|update| {
            update.brings.values().map(|one| matches!(one, Brings::Known(builds) if builds.len() > 1)).max()
        });
        for update in order {
            self.install(&mut state, server, update);
        }
        state.placed.clone_from(ids);
        if ids.iter().any(|id| self.updates.get(id).is_none_or(Update::restarts)) {
            state.boot = Boot::Due;
        }
        state
    }

    fn install(&self, state: &mut State, server: usize, update: &Update) {
        let adds =
            update.words.as_ref().is_some_and(|words| words.contains("upgrade") || words.contains("feature-pack"));
        let products: BTreeSet<_> = update.brings.keys().chain(state.have.keys()).cloned().collect();
        for product in products {
            let had = state.have.get(&product).cloned().unwrap_or(Have { there: False, alts: vec![Span::any()] });
            if let (False, true, Brings::Known(builds)) = (had.there, adds, update.brings(&product)) {
                state.have.insert(product, Have { there: True, alts: builds.into_iter().map(Span::At).collect() });
                continue;
            }
            let mut alts: Vec<Span> = Vec::new();
            for alt in &had.alts {
                // What an update of unknown build may bring is counted from what was collected.
                let from = self.base[server].have.get(&product).filter(|base| base.alts.len() == had.alts.len());
                let from =
                    from.and_then(|base| base.alts.get(had.alts.iter().position(|one| one == alt)?)).unwrap_or(alt);
                let asked = if update.brings(&product) == Brings::Open { from } else { alt };
                for brought in self.contribution(update, &product, asked) {
                    let next = brought.map_or(alt.clone(), |brought| alt.later(&brought));
                    if !alts.contains(&next) {
                        alts.push(next);
                    }
                }
            }
            state.have.insert(product, Have { there: had.there, alts });
        }
    }

    /// What an update may bring of a product that is at `from`: one of these.
    pub fn contribution(&self, update: &Update, product: &str, from: &Span) -> Vec<Option<Span>> {
        let parts = self.world.parts(product);
        let branch = from.branch(parts);
        let bound = self.goes_only_on_branch(update, product);
        match update.brings(product) {
            Brings::Nothing => vec![None],
            Brings::Either(builds) => builds.into_iter().map(|build| build.map(Span::At)).collect(),
            Brings::Known(builds) => {
                let Some(branch) = branch else {
                    let stays = (bound != False).then_some(None);
                    return builds.into_iter().map(|build| Some(Span::At(build))).chain(stays).collect();
                };
                if let Some(build) = builds.iter().filter(|build| build.branch(parts) == branch).max() {
                    return vec![Some(Span::At(build.clone()))];
                }
                let higher = builds.into_iter().filter(|build| build > from.low() && bound != True);
                let mut all: Vec<_> = higher.map(|build| Some(Span::At(build))).collect();
                if all.is_empty() || bound == Unknown {
                    all.push(None);
                }
                all
            }
            Brings::Open => self.open_builds(update, product, from),
        }
    }

    /// The builds above a server's that the day of an update allows.
    fn open_builds(&self, update: &Update, product: &str, from: &Span) -> Vec<Option<Span>> {
        let parts = self.world.parts(product);
        let words = update.words.clone().unwrap_or_default();
        if ["definition", "driver", "tool"].iter().any(|word| words.contains(*word)) {
            return vec![None];
        }
        let Some(branch) = from.branch(parts) else {
            return vec![Some(Span::From { low: from.low().clone(), open: true, high: None })];
        };
        let mut low = from.low().clone();
        let mut high = low.branch_end(parts);
        for (build, day) in self.world.builds(product).into_iter().filter(|(build, _)| build.branch(parts) == branch) {
            let Some((day, own)) = day.zip(update.released) else { continue };
            if day < own {
                low = low.max(build.clone());
            } else if day > own {
                high = high.min(build.clone());
            }
        }
        for older in self.below(&update.id) {
            if let Some(Brings::Known(builds)) = self.updates.get(&older).map(|older| older.brings(product)) {
                low = builds.into_iter().filter(|build| build.branch(parts) == branch).fold(low, Version::max);
            }
        }
        let mut all = Vec::new();
        if low < high {
            all.push(Some(Span::From { low, open: true, high: Some(high) }));
        }
        if ["upgrade", "feature-pack", "service-pack"].iter().any(|word| words.contains(*word)) {
            all.push(Some(Span::From { low: from.low().branch_end(parts), open: false, high: None }));
        }
        if all.is_empty() { vec![None] } else { all }
    }

    /// What an update supersedes, transitively.
    pub fn below(&self, id: &str) -> BTreeSet<String> {
        self.above.iter().filter(|(_, above)| above.contains(id)).map(|(older, _)| older.clone()).collect()
    }

    /// Whether an update goes only on the branch whose build it brings.
    fn goes_only_on_branch(&self, update: &Update, product: &str) -> Truth {
        let kinds = self.world.product(product).map(|product| product.for_branch.clone()).unwrap_or_default();
        let told = |own: &BTreeSet<String>| kinds.iter().any(|kind| own.contains(kind));
        if kinds.is_empty() { False } else { Truth::maybe(update.kinds.as_ref().map(told)) }
    }

    /// The train of a version.
    fn train(&self, product: &str, span: &Span) -> Option<String> {
        let trains = &self.world.product(product)?.trains;
        trains.iter().find(|(_, range)| span.within(range) == True).map(|(name, _)| name.clone())
    }

    /// Whether an update does not fit the branch or the train of a server, or its system.
    pub fn misfits(&self, update: &Update, state: &State) -> Truth {
        let Some(products) = &update.products else { return False };
        let is_system = |product: &str| self.world.family(product) == Some("operating-system");
        let there = |product: &String| state.have.get(product).map_or(False, |have| have.there);
        if !products.is_empty() && products.iter().all(|product| is_system(product) && there(product) == False) {
            return Truth::of(state.have.iter().any(|(product, have)| is_system(product) && have.there == True));
        }
        let fits = products
            .iter()
            .filter(|product| there(product) != False)
            .map(|product| self.misfits_product(update, product, state));
        fits.min().unwrap_or(False)
    }

    fn misfits_product(&self, update: &Update, product: &str, state: &State) -> Truth {
        let parts = self.world.parts(product);
        let Some(have) = state.have.get(product) else { return False };
        let Brings::Known(builds) = update.brings(product) else { return False };
        let off_branch = Truth::agreed(have.alts.iter().map(|alt| match alt.branch(parts) {
            Some(branch) => Truth::of(!builds.iter().any(|build| build.branch(parts) == branch)),
            None => Unknown,
        }));
        let is_gdr = builds.iter().all(|build| self.train(product, &Span::At(build.clone())).as_deref() == Some("gdr"));
        let cu = self.world.product(product).and_then(|product| product.trains.get("cu").cloned());
        let on_cu = Truth::agreed(have.alts.iter().map(|alt| cu.as_ref().map_or(False, |cu| alt.within(cu))));
        self.goes_only_on_branch(update, product).and(off_branch).or(Truth::of(is_gdr).and(on_cu))
    }

    /// Whether an update is installed.
    pub fn installed(&self, server: usize, state: &State, id: &str) -> Truth {
        let direct = self.direct(server, state, id);
        Truth::any(self.above.get(id).into_iter().flatten().map(|newer| self.direct(server, state, newer))).or(direct)
    }

    /// Whether an update itself is listed or proved.
    pub fn direct(&self, server: usize, state: &State, id: &str) -> Truth {
        self.listed(server, &state.placed, id).or(self.proved(state, id))
    }

    /// Whether something installed supersedes an update.
    pub fn replaced(&self, server: usize, state: &State, id: &str) -> Truth {
        Truth::any(self.above.get(id).into_iter().flatten().map(|newer| self.direct(server, state, newer)))
    }

    /// Whether the versions of a server prove an update.
    fn proved(&self, state: &State, id: &str) -> Truth {
        let Some(update) = self.updates.get(id) else { return False };
        if !self.world.rows.iter().any(|row| row.update == id && row.proves) {
            return False;
        }
        let products = update.products.clone().unwrap_or_default();
        let mut there_any = False;
        let mut all = True;
        for product in &products {
            let Some(have) = state.have.get(product) else { continue };
            there_any = there_any.or(have.there);
            all = all.and(have.there.not().or(self.proof(id, product, have)));
        }
        there_any.and(all)
    }

    fn proof(&self, id: &str, product: &str, have: &Have) -> Truth {
        let parts = self.world.parts(product);
        let rows = self.world.rows.iter().filter(|row| row.update == id && row.product == product && row.proves);
        let builds: Vec<_> = rows.filter_map(|row| row.brings.as_ref()).collect();
        let one = |alt: &Span, build: &Version| match alt {
            Span::At(version) => Truth::of(version.branch(parts) == build.branch(parts) && version >= build),
            Span::From { high, .. } if high.as_ref().is_some_and(|high| high <= build) => False,
            Span::From { low, .. } => match alt.branch(parts) {
                Some(branch) if branch != build.branch(parts) => False,
                Some(_) if low >= build => True,
                None if *low >= build.branch_end(parts) => False,
                _ => Unknown,
            },
        };
        let on_train = |alt: &Span, build: &Version| {
            let is_gdr = self.train(product, &Span::At(build.clone())).as_deref() == Some("gdr");
            let cu = self.world.product(product).and_then(|product| product.trains.get("cu").cloned());
            if is_gdr { cu.map_or(True, |cu| alt.within(&cu).not()) } else { True }
        };
        Truth::agreed(
            have.alts
                .iter()
                .map(|alt| Truth::any(builds.iter().map(|build| one(alt, build).and(on_train(alt, build))))),
        )
    }

    /// Whether an update brings a product of this server into a range.
    pub fn brings_into(&self, update: &Update, state: &State, product: &str, range: &Range) -> Truth {
        let Some(have) = state.have.get(product) else { return False };
        let spans = have.alts.iter().flat_map(|alt| self.contribution(update, product, alt));
        let into = Truth::agreed(spans.map(|span| span.map_or(False, |span| span.within(range))));
        let known = if update.products.is_none() && !update.brings.contains_key(product) { Unknown } else { True };
        have.there.and(into).and(known)
    }

    /// Whether an update moves a product of this server to another branch.
    pub fn changes_branch(&self, update: &Update, state: &State, product: &str) -> Truth {
        let parts = self.world.parts(product);
        let Some(have) = state.have.get(product) else { return False };
        let pairs = have
            .alts
            .iter()
            .flat_map(|alt| self.contribution(update, product, alt).into_iter().map(move |one| (alt, one)));
        let moved = pairs.map(|(alt, brought)| match (alt.branch(parts), brought) {
            (_, None) => False,
            (None, Some(_)) => Unknown,
            (Some(_), Some(span)) => Truth::of(span.low() >= &alt.low().branch_end(parts)),
        });
        have.there.and(Truth::agreed(moved))
    }
}

/// File and database on one update.
fn merged(world: &World, id: &str) -> Update {
    let file = world.pending.iter().find(|pending| pending.id == id);
    let rows: Vec<_> = world.rows.iter().filter(|row| row.update == id).collect();
    let from_rows: BTreeSet<_> =
        rows.iter().map(|row| row.product.clone()).filter(|product| !product.is_empty()).collect();
    let file_brings = file.and_then(|file| file.brings.clone());
    let mut products = file.and_then(|file| file.products.clone());
    if products.is_none() && !from_rows.is_empty() {
        products = Some(from_rows.into_iter().collect());
    }
    if products.is_none() {
        let brought: BTreeSet<_> = file_brings.iter().flatten().map(|(product, _)| product.clone()).collect();
        products = (!brought.is_empty()).then(|| brought.into_iter().collect());
    }
    let mut words: BTreeSet<String> = file.and_then(|file| file.classification.clone()).into_iter().collect();
    let mut kinds = words.clone();
    for kind in rows.iter().filter_map(|row| row.kind.clone()) {
        kinds.insert(kind.clone());
        if matches!(kind.as_str(), "cumulative" | "baseline" | "hotpatch") {
            words.insert("security".to_owned());
        }
        words.insert(kind);
    }
    let is_classed = !rows.is_empty() || !words.is_empty();
    let mut brings = BTreeMap::new();
    let mut named: BTreeSet<String> = products.iter().flatten().cloned().collect();
    named.extend(file_brings.iter().flatten().map(|(product, _)| product.clone()));
    for product in named {
        let told = rows.iter().filter(|row| row.product == product).filter_map(|row| row.brings.clone()).collect();
        let one = brought(file_brings.as_deref(), told, &product, &words, world.parts(&product));
        brings.insert(product, one);
    }
    let strength = |word: &String| ["never", "possible", "required"].iter().position(|one| one == word);
    let newest = rows.iter().filter_map(|row| row.released).max();
    let of_rows = || rows.iter().flat_map(|row| row.supersedes.clone()).collect();
    Update {
        id: id.to_owned(),
        title: file.and_then(|file| file.title.clone()),
        products,
        brings,
        restart: file
            .and_then(|file| file.restart.clone())
            .or(rows.iter().filter_map(|row| row.restart.clone()).max_by_key(strength)),
        released: file.and_then(|file| file.released).or(newest),
        words: is_classed.then_some(words),
        kinds: is_classed.then_some(kinds),
        supersedes: file
            .and_then(|file| file.supersedes.clone())
            .map_or_else(of_rows, |list| list.into_iter().collect()),
        repairs: rows.iter().flat_map(|row| row.repairs.clone()).collect(),
        exploited: file.is_some_and(|file| file.exploited)
            || rows.iter().any(|row| row.exploited_since.is_some_and(|day| day <= date_of(world.at))),
        revision: file.and_then(|file| file.revision),
    }
}

fn brought(
    file: Option<&[(String, Version)]>,
    rows: Vec<Version>,
    product: &str,
    words: &BTreeSet<String>,
    parts: usize,
) -> Brings {
    let none = ["definition", "driver", "tool"].iter().any(|word| words.contains(*word));
    let told: Option<Vec<_>> =
        file.map(|file| file.iter().filter(|one| one.0 == product).map(|one| one.1.clone()).collect());
    match (told, rows.is_empty()) {
        (None, true) => {
            if none {
                Brings::Nothing
            } else {
                Brings::Open
            }
        }
        (None, false) => Brings::Known(rows),
        (Some(told), true) => {
            if told.is_empty() {
                Brings::Nothing
            } else {
                Brings::Known(told)
            }
        }
        (Some(told), false) if told.is_empty() => {
            Brings::Either(std::iter::once(None).chain(rows.into_iter().map(Some)).collect())
        }
        (Some(told), false) => {
            let lower = |one: &&Version| {
                told.iter().all(|own| own.branch(parts) != one.branch(parts) || own < *one) && !told.contains(one)
            };
            let more: Vec<_> = rows.iter().filter(lower).cloned().map(Some).collect();
            if more.is_empty() {
                Brings::Known(told)
            } else {
                Brings::Either(told.into_iter().map(Some).chain(more).collect())
            }
        }
    }
}

/// For each update those that supersede it: by what is said, and by build where a product is cumulative.
fn superseders(world: &World, updates: &BTreeMap<String, Update>) -> BTreeMap<String, BTreeSet<String>> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for newer in updates.values() {
        for older in &newer.supersedes {
            edges.entry(older.clone()).or_default().insert(newer.id.clone());
        }
        for older in updates.values() {
            if contains_build(world, newer, older) {
                edges.entry(older.id.clone()).or_default().insert(newer.id.clone());
            }
        }
    }
    let reach = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start.clone()];
        while let Some(one) = open.pop() {
            for next in edges.get(&one).into_iter().flatten() {
                if next != start && seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    edges.keys().map(|id| (id.clone(), reach(id))).collect()
}

/// Whether all builds of one update are contained in higher builds of another, on cumulative products.
fn contains_build(world: &World, newer: &Update, older: &Update) -> bool {
    let mut any = false;
    for (product, brings) in &older.brings {
        let builds = match brings {
            Brings::Nothing => continue,
            Brings::Known(builds) => builds,
            _ => return false,
        };
        let Some(file) = world.product(product).filter(|file| file.cumulative) else { return false };
        let Brings::Known(own) = newer.brings(product) else { return false };
        let train = |build: &Version| {
            file.trains.iter().find(|(_, range)| Span::At(build.clone()).within(range) == True).map(|one| one.0)
        };
        let parts = file.branch_parts;
        let higher = |build: &Version| {
            own.iter().any(|one| one > build && one.branch(parts) == build.branch(parts) && train(one) == train(build))
        };
        if !builds.iter().all(higher) {
            return false;
        }
        any = true;
    }
    any
}

/// Roles as declared words, and whether a word was not understood.
fn roles(world: &World, server: &Server) -> Option<(BTreeSet<String>, bool)> {
    let own: BTreeSet<_> = texts(&world.policy["own"]["roles"]).iter().map(|word| fold(word)).collect();
    let mut known = BTreeSet::new();
    let mut incomplete = false;
    for word in server.roles.as_ref()? {
        match declared_role(world, word) {
            Some(role) => drop(known.insert(role)),
            None if own.contains(&fold(word)) => {}
            None => incomplete = true,
        }
    }
    Some((known, incomplete))
}

/// The declared role that a word means, folded.
pub fn declared_role(world: &World, word: &str) -> Option<String> {
    let folded = fold(word);
    for product in world.products.iter() {
        for role in product.roles.iter().chain(&product.update_order) {
            if fold(role) == folded {
                return Some(folded);
            }
        }
        for (role, words) in &product.role_aliases {
            if fold(role) == folded || words.iter().any(|word| fold(word) == folded) {
                return Some(fold(role));
            }
        }
    }
    None
}

/// The declared product that a word is near to.
pub fn nearest<'w>(world: &'w World, word: &str) -> Option<&'w Product> {
    let patterns = texts(&world.policy["own"]["products"]);
    if patterns.iter().any(|pattern| glob(&pattern.to_lowercase(), &word.to_lowercase())) {
        return None;
    }
    let score = |product: &Product| {
        let words = product.aliases.iter().chain(std::iter::once(&product.id));
        words.filter_map(|name| distance(word, name)).min()
    };
    let is_not = |product: &Product| product.not.iter().any(|not| fold(word).contains(&fold(not)));
    let near =
        world.products.iter().filter(|product| !is_not(product)).filter_map(|product| Some((score(product)?, product)));
    near.min_by_key(|(score, product)| (*score, product.id.clone())).map(|(_, product)| product)
}

/// How far a word is from a name it may mean.
fn distance(word: &str, name: &str) -> Option<usize> {
    let split = |text: &str| -> Vec<String> {
        text.to_lowercase().split([' ', '-', '_']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    if fold(word) == fold(name) {
        return Some(0);
    }
    let (long, short) = (split(word), split(name));
    if long.starts_with(&short) {
        return Some(100_usize.saturating_sub(fold(name).len()));
    }
    let most = if fold(name).len() < 6 { 1 } else { 2 };
    let letters = edits(&fold(word), &fold(name));
    (letters <= most).then_some(200 + letters)
}

fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let next = (corner + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[other.len()]
}

/// `*` and `?`.
pub fn glob(pattern: &str, word: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => word.is_empty(),
        Some('*') => {
            (0..=word.len()).filter(|cut| word.is_char_boundary(*cut)).any(|cut| glob(letters.as_str(), &word[cut..]))
        }
        Some('?') => word.chars().next().is_some_and(|first| glob(letters.as_str(), &word[first.len_utf8()..])),
        Some(letter) => word.strip_prefix(letter).is_some_and(|rest| glob(letters.as_str(), rest)),
    }
}

/// One server among all, as a condition sees it.
pub struct View<'v> {
    /// What is known.
    pub facts: &'v Facts<'v>,
    /// The states of all servers.
    pub states: &'v [Rc<State>],
    /// The server that is asked.
    pub server: usize,
    /// Products whose versions are left out.
    pub dropped: &'v BTreeSet<String>,
    /// Products as they were before.
    pub before: &'v BTreeMap<String, Have>,
}

impl View<'_> {
    fn host(&self) -> &Server {
        &self.facts.world.servers[self.server]
    }

    fn state(&self) -> &State {
        &self.states[self.server]
    }

    fn at(&self) -> Timestamp {
        self.facts.world.at
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &Value) -> Truth {
        let Some((key, value)) = condition.as_object().and_then(|object| object.iter().next()) else { return True };
        match key.as_str() {
            "all" => Truth::all(list(value).iter().map(|part| self.holds(part))),
            "any" => Truth::any(list(value).iter().map(|part| self.holds(part))),
            "not" => self.holds(value).not(),
            "role" => self.role(&texts(value)),
            "product" => self.product(&text(&value["id"]).unwrap_or_default(), &value["versions"]),
            "update" => {
                let id = super::world::normal_id(&text(value).unwrap_or_default());
                self.facts.installed(self.server, self.state(), &id)
            }
            "service" => self.some_entry("services", value),
            "listener" => self.some_entry("listeners", value),
            "certificate" => self.some_entry("certificates", value),
            "setting" => self.setting(value),
            "reboot_pending" => {
                let due = match self.state().boot {
                    Boot::Due => Some(true),
                    Boot::Done => Some(false),
                    Boot::AsBefore => self.host().reboot_pending,
                };
                Truth::maybe(due.map(|due| Some(due) == value.as_bool()))
            }
            "uptime" => {
                let over = seconds(&value["over"]).unwrap_or(0);
                Truth::maybe(self.last_boot().map(|boot| plus(boot, over) < self.at()))
            }
            "count" => self.count(value),
            "others" => self.others(value),
            other => panic!("no such condition: {other}"),
        }
    }

    fn last_boot(&self) -> Option<Timestamp> {
        if self.state().boot == Boot::Done { Some(self.at()) } else { self.host().last_boot }
    }

    /// Whether the server has one of some roles.
    pub fn role(&self, words: &[String]) -> Truth {
        let Some((known, incomplete)) = &self.facts.roles[self.server] else { return Unknown };
        let has = |word: &String| known.contains(&declared_role(self.facts.world, word).unwrap_or_else(|| fold(word)));
        if words.iter().any(has) { True } else { Truth::of(*incomplete).and(Unknown) }
    }

    /// Whether the server has a product, in a range.
    pub fn product(&self, id: &str, versions: &Value) -> Truth {
        let now = self.state().have.get(id);
        let Some(have) = self.before.get(id).or(now) else {
            return Truth::of(self.host().products.is_none()).and(Unknown);
        };
        let range = Range::read(&text(versions).unwrap_or_else(|| "*".to_owned()));
        if range.0.is_empty() || self.dropped.contains(id) {
            return have.there;
        }
        have.there.and(Truth::agreed(have.alts.iter().map(|alt| alt.within(&range))))
    }

    fn setting(&self, value: &Value) -> Truth {
        let name = text(&value["name"]).unwrap_or_default();
        let Some(own) = self.known_setting(&name) else { return Unknown };
        let number = own.as_f64();
        let compare = |key: &str, test: &dyn Fn(f64, f64) -> bool| {
            value.get(key).and_then(Value::as_f64).is_none_or(|bound| number.is_some_and(|own| test(own, bound)))
        };
        let equals = value.get("equals").is_none_or(|one| same(one, &own));
        let within = value.get("in").is_none_or(|many| list(many).iter().any(|one| same(one, &own)));
        Truth::of(
            equals
                && within
                && compare("at_least", &|own, bound| own >= bound)
                && compare("below", &|own, bound| own < bound),
        )
    }

    fn known_setting(&self, name: &str) -> Option<Value> {
        let own = self.host().settings.get(name)?;
        let values = self.facts.world.settings.get(name).map(|one| one.1.clone()).unwrap_or_default();
        let outside = !values.is_empty() && !values.iter().any(|one| same(one, own));
        (!outside && own != "").then(|| own.clone())
    }

    fn entries(&self, list: &str) -> Option<Vec<Truth>> {
        self.host().lists.get(list).map(|entries| vec![Unknown; entries.len()])
    }

    fn matches(&self, list_name: &str, wanted: &Value) -> Option<Vec<Truth>> {
        self.entries(list_name)?;
        let entries = &self.host().lists[list_name];
        let fields = wanted.as_object().cloned().unwrap_or_default();
        let one = |entry: &Value| Truth::all(fields.iter().map(|(key, value)| self.field(entry, key, value)));
        Some(entries.iter().map(one).collect())
    }

    fn some_entry(&self, list_name: &str, wanted: &Value) -> Truth {
        let Some(matches) = self.matches(list_name, wanted) else { return Unknown };
        Truth::any(matches).or(Truth::of(!self.is_covered(list_name, wanted)).and(Unknown))
    }

    /// Whether a list covers what is asked of it.
    fn is_covered(&self, list_name: &str, wanted: &Value) -> bool {
        let Some(covers) = self.host().covers.get(list_name) else { return true };
        text(&wanted["store"]).is_some_and(|store| covers.contains(&store))
    }

    fn field(&self, entry: &Value, key: &str, wanted: &Value) -> Truth {
        let has = |name: &str| entry.get(name).is_some_and(|value| !value.is_null());
        let among =
            |name: &str| has(name).then(|| texts(&entry[name]).iter().any(|one| Some(one) == text(wanted).as_ref()));
        let flag = |known: Option<bool>| Truth::maybe(known.map(|known| Some(known) == wanted.as_bool()));
        let ends = moment(&entry["not_after"]);
        match key {
            "used_by" => Truth::maybe(among("used_by")),
            "expires_within" => Truth::maybe(ends.map(|ends| ends <= plus(self.at(), seconds(wanted).unwrap_or(0)))),
            "expired" => flag(ends.map(|ends| ends < self.at())),
            "renewed_since_boot" => {
                flag(moment(&entry["not_before"]).zip(self.last_boot()).map(|(from, boot)| from > boot))
            }
            "key_not_readable_by" => Truth::maybe(among("key_readable_by").map(|readable| !readable)),
            "lacks_purpose" => Truth::maybe(among("purposes").map(|has| !has)),
            "issuer_not_in_chain" => flag(
                has("chain").then(|| !texts(&entry["chain"]).contains(&text(&entry["issuer"]).unwrap_or_default())),
            ),
            "subject_is_issuer" => flag((has("subject") && has("issuer")).then(|| entry["subject"] == entry["issuer"])),
            "process_not" => {
                let process = text(&entry["process"]).map(|one| one.to_lowercase());
                Truth::maybe(process.map(|one| !texts(wanted).iter().any(|other| other.to_lowercase() == one)))
            }
            _ => Truth::maybe(has(key).then(|| same_word(&entry[key], wanted))),
        }
    }

    fn count(&self, value: &Value) -> Truth {
        let of = format!("{}s", text(&value["of"]).unwrap_or_default());
        let Some(matches) = self.matches(&of, &value["where"]) else { return Unknown };
        let low = matches.iter().filter(|one| **one == True).count() as u64;
        let high = matches.iter().filter(|one| **one != False).count() as u64;
        figure(value, low, self.is_covered(&of, &value["where"]).then_some(high))
    }

    fn others(&self, value: &Value) -> Truth {
        let scope = text(&value["in"]).unwrap_or_default();
        let (mut low, mut high) = (0, 0);
        for server in (0..self.states.len()).filter(|other| *other != self.server && self.shares(&scope, *other)) {
            let none = (BTreeSet::new(), BTreeMap::new());
            let inner = View { facts: self.facts, states: self.states, server, dropped: &none.0, before: &none.1 };
            let outcome = inner.holds(&value["where"]);
            low += u64::from(outcome == True);
            high += u64::from(outcome != False);
        }
        figure(value, low, self.facts.world.complete.then_some(high))
    }

    /// Whether another server is in the same pool, site or fleet.
    fn shares(&self, scope: &str, other: usize) -> bool {
        let (own, other) = (self.host(), &self.facts.world.servers[other]);
        match scope {
            "pool" => own.pool.is_some() && own.pool == other.pool,
            "site" => own.site.is_none() || other.site.is_none() || own.site == other.site,
            _ => true,
        }
    }
}

/// A number between `low` and `high` against `over` and `below`.
fn figure(value: &Value, low: u64, high: Option<u64>) -> Truth {
    let over = value["over"].as_u64().map_or(True, |bound| {
        if low > bound { True } else { Truth::of(high.is_none_or(|high| high > bound)).and(Unknown) }
    });
    let below = value["below"].as_u64().map_or(True, |bound| {
        if high.is_some_and(|high| high < bound) { True } else { Truth::of(low < bound).and(Unknown) }
    });
    over.and(below)
}

fn same(one: &Value, other: &Value) -> bool {
    one == other
        || one.as_f64().is_some_and(|number| Some(number) == other.as_f64())
        || (one.is_string() && same_word(one, other))
}

fn same_word(one: &Value, other: &Value) -> bool {
    match (text(one), text(other)) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => one == other,
    }
}
