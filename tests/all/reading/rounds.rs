//! Section 6.3: safe sets in rounds, by simulation of the servers that read each other.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::completions::{Dice, Words};
use super::decide::{Decider, Effect, Outcome, Pair, Reason};
use super::facts::Truth::{self, False, True, Unknown};
use super::facts::{Boot, Brings, Facts, Have, State, View};
use super::world::{Advisory, dawn, normal_id, texts};

/// Something placed in a simulation.
#[derive(Clone, Debug)]
struct Placed {
    item: usize,
    round: usize,
    after: u64,
    with: u64,
    alone: BTreeSet<(String, Option<String>)>,
}

/// What was found out before, by what was asked.
type Kept<K, V> = RefCell<HashMap<K, Rc<V>>>;

/// The rounds of servers that are simulated together.
pub(super) struct Simulation<'d, 'a> {
    decider: &'d Decider<'a>,
    items: Vec<usize>,
    placed: Vec<Placed>,
    states: Kept<u64, Vec<Vec<Rc<State>>>>,
    singles: RefCell<HashMap<(usize, u64), Rc<State>>>,
    reasons: Kept<(usize, u64, u64), Vec<Reason>>,
    earlier: BTreeMap<usize, Vec<Reason>>,
    failures: BTreeMap<usize, Vec<Reason>>,
    truer: RefCell<HashMap<(usize, usize, u64, u64), bool>>,
}

impl<'d, 'a> Simulation<'d, 'a> {
    pub(super) fn new(decider: &'d Decider<'a>, items: Vec<usize>) -> Self {
        Self {
            decider,
            items,
            placed: Vec::new(),
            states: RefCell::default(),
            singles: RefCell::default(),
            reasons: RefCell::default(),
            earlier: BTreeMap::new(),
            failures: BTreeMap::new(),
            truer: RefCell::default(),
        }
    }

    fn pair(&self, item: usize) -> &Pair {
        &self.decider.pairs[self.items[item]]
    }

    /// The bits of the items on one server.
    fn own(&self, server: usize) -> u64 {
        bits((0..self.items.len()).filter(|item| self.pair(*item).server == server))
    }

    fn single(&self, server: usize, part: u64) -> Rc<State> {
        if let Some(state) = self.singles.borrow().get(&(server, part)) {
            return state.clone();
        }
        let ids = each(part).map(|item| self.pair(item).id.clone()).collect();
        let state = Rc::new(self.decider.facts.placed(server, &ids));
        self.singles.borrow_mut().insert((server, part), state.clone());
        state
    }

    /// The servers after a part was installed: once with restarts due, once with restarts done.
    fn states(&self, part: u64) -> Rc<Vec<Vec<Rc<State>>>> {
        if let Some(states) = self.states.borrow().get(&part) {
            return states.clone();
        }
        let facts = self.decider.facts;
        let servers: BTreeSet<_> = each(part).map(|item| self.pair(item).server).collect();
        let mut due = facts.base.clone();
        for server in servers {
            due[server] = self.single(server, part & self.own(server));
        }
        let mut variants = vec![due.clone()];
        if self.decider.boots && due.iter().any(|state| state.boot == Boot::Due) {
            variants.push(due.into_iter().map(restarted).collect());
        }
        let variants = Rc::new(variants);
        self.states.borrow_mut().insert(part, variants.clone());
        variants
    }

    /// The reasons that depend on the state, the strongest of each.
    fn reasons(&self, item: usize, part: u64, with: u64) -> Rc<Vec<Reason>> {
        if let Some(reasons) = self.reasons.borrow().get(&(item, part, with)) {
            return reasons.clone();
        }
        let along: BTreeSet<_> = each(with).map(|one| self.pair(one).id.clone()).collect();
        let mut all = Vec::new();
        for states in self.states(part).iter() {
            merge(&mut all, &self.decider.state_reasons(self.items[item], states, &along));
        }
        let all = Rc::new(all);
        self.reasons.borrow_mut().insert((item, part, with), all.clone());
        all
    }

    fn is_there(&self, item: usize, part: u64) -> bool {
        let Pair { server, id, .. } = self.pair(item);
        let state = self.single(*server, part & self.own(*server));
        self.decider.facts.installed(*server, &state, id) == True
    }

    /// The versions that a server had before something was placed, of what that brings.
    fn before(&self, server: usize, part: u64, placed: &[Placed]) -> BTreeMap<String, Vec<BTreeMap<String, Have>>> {
        let own = part & self.own(server);
        let mut all = BTreeMap::new();
        for item in each(own) {
            let pair = self.pair(item);
            let update = &self.decider.facts.updates[&pair.id];
            let needs = placed.iter().find(|one| one.item == item).map_or(0, |one| one.after) & own;
            let mut snapshots: Vec<BTreeMap<String, Have>> = Vec::new();
            for earlier in parts(own & !(1 << item)) {
                let closed = each(earlier).all(|one| {
                    let after = placed.iter().find(|other| other.item == one).map_or(0, |other| other.after) & own;
                    after & !earlier == 0
                });
                if needs & !earlier != 0 || !closed {
                    continue;
                }
                let state = self.single(server, earlier);
                let brought = |product: &String| update.brings(product) != Brings::Nothing;
                let snapshot = state
                    .have
                    .iter()
                    .filter(|(product, _)| brought(product))
                    .map(|(a, b)| (a.clone(), b.clone()))
                    .collect();
                if !snapshots.contains(&snapshot) {
                    snapshots.push(snapshot);
                }
            }
            all.insert(pair.id.clone(), snapshots);
        }
        all
    }

    /// How true a harm is on a server in a part.
    fn harm(&self, advisory: &Advisory, server: usize, part: u64, placed: &[Placed]) -> Truth {
        let decider = self.decider;
        let skip = |truth: Truth| {
            move |id: Option<&str>| match id {
                Some(id) => decider.is_waived(server, id, &advisory.kind, Some(&advisory.id), truth),
                None => decider.is_waived(server, "", &advisory.kind, Some(&advisory.id), truth),
            }
        };
        let mut truth = False;
        let before = if advisory.kind == "known-bad" { self.before(server, part, placed) } else { BTreeMap::new() };
        for states in self.states(part).iter() {
            let one = if advisory.kind == "hazard" {
                decider.danger(advisory, server, states)
            } else {
                decider.exposure(advisory, server, states, &before, &skip(True))
            };
            let silenced = match one {
                Unknown if advisory.kind == "hazard" => skip(Unknown)(None),
                Unknown => decider.exposure(advisory, server, states, &before, &skip(Unknown)) == False,
                True => advisory.kind == "hazard" && skip(True)(None),
                False => true,
            };
            truth = truth.or(if silenced { False } else { one });
        }
        truth
    }

    /// What makes the placed unsafe, as reasons. Parts hold all of `base`, or also fewer where `base` is 0.
    fn findings(&self, placed: &[Placed], round: usize, base: u64, first_only: bool) -> Vec<Reason> {
        let all = bits(placed.iter().map(|one| one.item));
        let earlier = bits(placed.iter().filter(|one| one.round < round).map(|one| one.item));
        let mut found = Vec::new();
        for part in parts(all & !base).map(|part| part | base) {
            self.find_harm(placed, part, earlier, &mut found);
            self.find_pending(placed, part, earlier, &mut found);
            if first_only && !found.is_empty() {
                break;
            }
        }
        found
    }

    fn find_harm(&self, placed: &[Placed], part: u64, earlier: u64, found: &mut Vec<Reason>) {
        let closed =
            placed.iter().filter(|one| part >> one.item & 1 == 1).all(|one| (one.after | one.with) & !part == 0);
        if !closed || part & !earlier == 0 {
            return;
        }
        let servers: BTreeSet<_> = self.items.iter().map(|pair| self.decider.pairs[*pair].server).collect();
        for (place, advisory) in self.decider.world.advisories.iter().enumerate() {
            let is_bad = advisory.kind == "known-bad" && advisory.running;
            if !(is_bad || advisory.kind == "hazard") || self.decider.effect(advisory, True) != Effect::Block {
                continue;
            }
            for server in &servers {
                let now = self.harm(advisory, *server, part, placed);
                if now == False || self.decider.effect(advisory, now) != Effect::Block {
                    continue;
                }
                let was = self.harm(advisory, *server, part & earlier, placed);
                if now > was || (was == Unknown && self.can_be_truer(place, *server, part, earlier, placed)) {
                    let mut reason = Reason::of(&advisory.kind, Effect::Block, now);
                    reason.advisory = Some(advisory.id.clone());
                    merge(found, &[reason]);
                }
            }
        }
    }

    /// Whether a harm that is unknown before and after is false before and true after, as some facts may turn out.
    fn can_be_truer(&self, place: usize, server: usize, part: u64, earlier: u64, placed: &[Placed]) -> bool {
        let reads_others = self.items.iter().any(|pair| self.decider.pairs[*pair].server != server);
        let own = if reads_others { u64::MAX } else { self.own(server) };
        let key = (place, server, part & own, part & earlier & own);
        if let Some(known) = self.truer.borrow().get(&key) {
            return *known;
        }
        let decider = self.decider;
        let advisory = &decider.world.advisories[place];
        let words = Words::of_advisory(decider.world, decider.facts, advisory);
        let servers: Vec<usize> = if reads_others { (0..decider.world.servers.len()).collect() } else { vec![server] };
        let mut dice = Dice(11);
        let touched = self.touches(&words, advisory, server, part, part & earlier);
        let found = touched
            && (0..240).any(|_| {
                let mut world = decider.world.clone();
                for one in &servers {
                    words.complete(&mut world.servers[*one], decider.facts, *one, &mut dice);
                }
                let mut facts = Facts::like(decider.facts, &world, &servers);
                for one in &servers {
                    words.settle(&mut facts, decider.facts, *one, &mut dice);
                }
                let real = Decider::with_pairs(&facts, decider.pairs.clone());
                let known = Simulation::new(&real, self.items.clone());
                known.harm(advisory, server, part, placed) == True
                    && known.harm(advisory, server, part & earlier, placed) != True
            });
        self.truer.borrow_mut().insert(key, found);
        found
    }

    /// Whether a part changes anything that an advisory asks for.
    fn touches(&self, words: &Words, advisory: &Advisory, server: usize, part: u64, earlier: u64) -> bool {
        let body = advisory.body.to_string();
        if self.decider.boots || body.contains("\"others\"") || body.contains("\"kinds\"") {
            return true;
        }
        let new = each(part & !earlier).map(|item| &self.pair(item).id);
        let named = |id: &String| {
            words
                .updates()
                .iter()
                .any(|word| word == id || self.decider.facts.above.get(word).is_some_and(|above| above.contains(id)))
        };
        let products: BTreeSet<_> = words
            .updates()
            .iter()
            .filter_map(|id| self.decider.facts.updates.get(id))
            .flat_map(|update| update.brings.keys().cloned())
            .collect();
        let matters = |product: &String| products.contains(product) || body.contains(&format!("\"{product}\""));
        let raises = |id: &String| {
            let update = &self.decider.facts.updates[id];
            self.decider.facts.base[server]
                .have
                .keys()
                .any(|product| matters(product) && update.brings(product) != Brings::Nothing)
        };
        new.clone().any(named) || new.clone().any(raises)
    }

    fn find_pending(&self, placed: &[Placed], part: u64, earlier: u64, found: &mut Vec<Reason>) {
        for one in placed.iter().filter(|one| part >> one.item & 1 == 0 && one.after & !part == 0) {
            let coming = part | 1 << one.item | one.with;
            let closed = placed
                .iter()
                .filter(|other| part >> other.item & 1 == 1)
                .all(|other| other.after & !part == 0 && other.with & !coming == 0);
            if !closed || coming & !earlier == 0 || self.is_there(one.item, part) {
                continue;
            }
            for reason in self.reasons(one.item, part, one.with).iter() {
                let is_new = (reason.steps || reason.ring) && !one.alone.contains(&reason.key());
                if reason.blocks() || (is_new && !reason.waived && reason.effect == Effect::Sequence) {
                    merge(found, &[Reason { effect: Effect::Block, ..reason.clone() }]);
                }
            }
        }
    }

    pub(super) fn run(&mut self) {
        for round in 0..=self.items.len() {
            let base = bits(self.placed.iter().map(|one| one.item));
            self.remember(base);
            let count = self.placed.len();
            self.offer_all(round, base);
            if self.placed.len() == count {
                break;
            }
            if round > 0 {
                self.wait_for_fewest(count, round);
            }
        }
    }

    /// What blocks alone in this round, for those that are not placed.
    fn remember(&mut self, base: u64) {
        for item in (0..self.items.len()).filter(|item| base >> item & 1 == 0) {
            let reasons = self.reasons(item, base, 0);
            let mut all = self.earlier.remove(&item).unwrap_or_default();
            merge(&mut all, &reasons.iter().filter(|one| one.blocks()).cloned().collect::<Vec<_>>());
            self.earlier.insert(item, all);
        }
    }

    fn offer_all(&mut self, round: usize, base: u64) {
        let is_free = |item: &usize| {
            let fixed = self.decider.fixed_reasons(self.items[*item]);
            let times = self.decider.times(self.items[*item], None).0;
            base >> item & 1 == 0 && !fixed.iter().chain(&times).any(Reason::blocks)
        };
        let mut waiting: Vec<_> = (0..self.items.len()).filter(is_free).collect();
        waiting.retain(|item| {
            let units = self.units(*item, base);
            units.into_iter().any(|with| !self.reasons(*item, base, with).iter().any(Reason::blocks))
        });
        while !waiting.is_empty() {
            let first = |item: &&usize| !waiting.iter().any(|other| self.supersedes(*other, **item));
            let next =
                waiting.iter().filter(first).min_by_key(|item| self.key(**item, base)).copied().unwrap_or(waiting[0]);
            waiting.retain(|item| *item != next);
            if self.placed.iter().any(|one| one.item == next) || self.newer(next).is_some() {
                continue;
            }
            self.offer(next, round, base);
        }
    }

    fn supersedes(&self, newer: usize, older: usize) -> bool {
        let (newer, older) = (self.pair(newer), self.pair(older));
        let above = self.decider.facts.above.get(&older.id);
        newer.server == older.server && above.is_some_and(|above| above.contains(&newer.id))
    }

    /// What was placed, supersedes an item and waits for nothing that the item does not wait for.
    fn newer(&self, older: usize) -> Option<usize> {
        let waits = |item: usize, with: u64| {
            let pair = self.items[item];
            let base = 0;
            let reasons = self.reasons(item, base, with);
            let fixed = self.decider.fixed_reasons(pair);
            let keys: BTreeSet<_> = reasons
                .iter()
                .chain(&fixed)
                .filter(|one| !one.waived && (one.steps || one.ring))
                .map(Reason::key)
                .collect();
            let until =
                reasons.iter().chain(&fixed).filter(|one| one.ring && !one.waived).filter_map(|one| one.until).max();
            (keys, self.decider.times(pair, until).1)
        };
        let own = waits(older, 0);
        self.placed
            .iter()
            .find(|one| {
                if !self.supersedes(one.item, older) {
                    return false;
                }
                let pair = self.items[one.item];
                let (_, time) = waits(one.item, one.with);
                let turn = self.decider.later.contains(&pair) && !self.decider.update(self.items[older]).restarts();
                one.alone.is_subset(&own.0) && one.with == 0 && time <= own.1 && !turn
            })
            .map(|one| one.item)
    }

    /// The place of an item in the order in which it is offered.
    fn key(&self, item: usize, base: u64) -> (bool, bool, bool, i64, String, String) {
        let pair = self.items[item];
        let update = self.decider.update(pair);
        let wanted = self.decider.wanted.contains(&pair);
        let day = update.released.map_or(0, |day| dawn(day).as_second());
        let day = if wanted { day } else { -day };
        let Pair { server, id, .. } = &self.decider.pairs[pair];
        let spoken = self.is_spoken_of(item, base);
        (spoken, !wanted, update.released.is_none(), day, id.clone(), self.decider.world.servers[*server].name.clone())
    }

    /// Whether a known-bad or prerequisite advisory that matches the server speaks about an item.
    fn is_spoken_of(&self, item: usize, base: u64) -> bool {
        let pair = self.pair(item);
        let update = &self.decider.facts.updates[&pair.id];
        let (dropped, before) = Decider::none();
        self.decider.world.advisories.iter().any(|advisory| {
            let is_kind = matches!(advisory.kind.as_str(), "known-bad" | "prerequisite") && !advisory.trial;
            is_kind
                && self.states(base).iter().any(|states| {
                    let view = View {
                        facts: self.decider.facts,
                        states,
                        server: pair.server,
                        dropped: &dropped,
                        before: &before,
                    };
                    self.decider.about(advisory, update, &states[pair.server]) != False
                        && Decider::affects(advisory, &view) != False
                })
        })
    }

    /// Nothing, or what makes an item harmless when it comes along: fewest first.
    fn units(&self, item: usize, base: u64) -> Vec<u64> {
        let pair = self.pair(item);
        let mut helpful = 0;
        for advisory in self.decider.world.advisories.iter().filter(|one| one.body["safe_with"].is_array()) {
            for id in texts(&advisory.body["safe_with"]).iter().map(|id| normal_id(id)) {
                for other in (0..self.items.len()).filter(|other| *other != item && base >> other & 1 == 0) {
                    let partner = self.pair(other);
                    let is_it = partner.id == id
                        || self.decider.facts.above.get(&id).is_some_and(|above| above.contains(&partner.id));
                    if partner.server == pair.server && is_it {
                        helpful |= 1 << other;
                    }
                }
            }
        }
        let mut units: Vec<_> = parts(helpful).collect();
        units.sort_by_key(|unit| {
            (unit.count_ones(), each(*unit).map(|one| self.pair(one).id.clone()).collect::<Vec<_>>())
        });
        units
    }

    /// Offers an item, alone or with what makes it harmless; tells whether it joined.
    fn offer(&mut self, item: usize, round: usize, base: u64) -> bool {
        for with in self.units(item, base) {
            let Some(more) = self.unit(item, with, round, base) else { continue };
            let mut placed = self.placed.clone();
            placed.extend(more);
            let found = self.findings(&placed, round, base, true);
            if found.is_empty() {
                self.placed = placed;
                return true;
            }
            if with == 0 {
                let found = self.findings(&placed, round, base, false);
                self.failures.insert(item, found);
            }
        }
        false
    }

    /// What would be placed with an item; nothing where a partner cannot go.
    fn unit(&self, item: usize, with: u64, round: usize, base: u64) -> Option<Vec<Placed>> {
        let mut more = Vec::new();
        for one in std::iter::once(item).chain(each(with)) {
            if self.placed.iter().any(|other| other.item == one) {
                continue;
            }
            let own = if one == item { with } else { 0 };
            let fixed = self.decider.fixed_reasons(self.items[one]);
            let times = self.decider.times(self.items[one], None).0;
            let reasons = self.reasons(one, base, own);
            if fixed.iter().chain(&times).chain(reasons.iter()).any(Reason::blocks)
                || (one != item && self.newer(one).is_some())
            {
                return None;
            }
            let alone =
                fixed.iter().chain(reasons.iter()).filter(|one| one.steps || one.ring).map(Reason::key).collect();
            more.push(Placed { item: one, round, after: base, with: own, alone });
        }
        Some(more)
    }

    /// Each new one waits only for the fewest that it needs.
    fn wait_for_fewest(&mut self, count: usize, round: usize) {
        let base = bits(self.placed.iter().take(count).map(|one| one.item));
        let new: Vec<_> = self.placed.drain(count..).collect();
        let by_name = |item: usize| {
            let pair = self.pair(item);
            (self.decider.world.servers[pair.server].name.clone(), pair.id.clone())
        };
        let mut sets: Vec<_> = parts(base).collect();
        sets.sort_by_key(|set| {
            let mut names: Vec<_> = each(*set).map(by_name).collect();
            names.sort();
            (set.count_ones(), names)
        });
        let mut place = 0;
        let mut placed = self.placed.clone();
        while place < new.len() {
            // What goes together is placed at once, and waits for the same.
            let mut group = 1;
            while place + group < new.len() && each(new[place].with).any(|one| one == new[place + group].item) {
                group += 1;
            }
            let fits = sets.iter().find(|set| {
                let mut tried = placed.clone();
                tried.extend(new[place..place + group].iter().cloned().map(|one| Placed { after: **set, ..one }));
                self.findings(&tried, round, 0, true).is_empty()
            });
            let after = fits.copied().unwrap_or(base);
            placed.extend(new[place..place + group].iter().cloned().map(|one| Placed { after, ..one }));
            place += group;
        }
        self.placed = placed;
    }

    /// Writes down what became of each item.
    pub(super) fn tell(&self, outcomes: &mut [Outcome]) {
        for item in 0..self.items.len() {
            let pair = self.items[item];
            let outcome = &mut outcomes[pair];
            outcome.reasons = self.decider.fixed_reasons(pair);
            let to_pairs = |mask: u64| each(mask).map(|one| self.items[one]).collect::<BTreeSet<_>>();
            if let Some(placed) = self.placed.iter().find(|one| one.item == item) {
                outcome.round = Some(placed.round);
                outcome.after = to_pairs(placed.after);
                outcome.after_rounds = outcome.after.clone();
                outcome.with = to_pairs(placed.with);
                self.tell_placed(placed, &mut outcome.reasons);
            } else {
                outcome.superseded = self.newer(item).map(|newer| self.items[newer]);
                self.tell_blocked(item, outcome);
            }
            let until = outcome.reasons.iter().filter(|one| one.ring && !one.waived).filter_map(|one| one.until).max();
            let (times, not_before) = self.decider.times(pair, until);
            outcome.reasons.extend(times);
            outcome.not_before = not_before.filter(|_| outcome.round.is_some());
        }
    }

    fn tell_placed(&self, placed: &Placed, reasons: &mut Vec<Reason>) {
        let all = bits(self.placed.iter().map(|one| one.item));
        for part in parts(all & !(1 << placed.item) & !placed.after).map(|part| part | placed.after) {
            let coming = part | 1 << placed.item | placed.with;
            let closed = self
                .placed
                .iter()
                .filter(|other| part >> other.item & 1 == 1)
                .all(|other| other.after & !part == 0 && other.with & !coming == 0);
            if closed && !self.is_there(placed.item, part) {
                merge(reasons, &self.reasons(placed.item, part, placed.with));
            }
        }
        self.demote(placed.item, reasons);
        if placed.round > 0 {
            let failed = self.failures.get(&placed.item).into_iter().flatten();
            let waiting: Vec<_> = failed.map(|one| Reason { effect: Effect::Sequence, ..one.clone() }).collect();
            merge(reasons, &waiting);
        }
        if placed.with != 0 {
            // What its partners make harmless is what it waits for.
            let alone = self.reasons(placed.item, placed.after, 0);
            let silenced = alone.iter().filter(|one| one.effect == Effect::Block);
            merge(reasons, &silenced.map(|one| Reason { effect: Effect::Sequence, ..one.clone() }).collect::<Vec<_>>());
            let failed = self.failures.get(&placed.item).into_iter().flatten();
            merge(reasons, &failed.map(|one| Reason { effect: Effect::Sequence, ..one.clone() }).collect::<Vec<_>>());
        }
    }

    /// What blocked in earlier rounds is what it waits for.
    fn demote(&self, item: usize, reasons: &mut Vec<Reason>) {
        let earlier = self.earlier.get(&item).into_iter().flatten();
        merge(reasons, &earlier.map(|one| Reason { effect: Effect::Sequence, ..one.clone() }).collect::<Vec<_>>());
    }

    fn tell_blocked(&self, item: usize, outcome: &mut Outcome) {
        let all = bits(self.placed.iter().map(|one| one.item));
        merge(&mut outcome.reasons, &self.reasons(item, all, 0));
        if outcome.superseded.is_some() {
            outcome.reasons.push(Reason::of("superseded", Effect::Block, True));
        } else if !outcome.reasons.iter().any(Reason::blocks) {
            merge(&mut outcome.reasons, self.failures.get(&item).map_or(&[], Vec::as_slice));
        }
        self.demote(item, &mut outcome.reasons);
    }
}

fn restarted(state: Rc<State>) -> Rc<State> {
    if state.boot == Boot::Due { Rc::new(State { boot: Boot::Done, ..(*state).clone() }) } else { state }
}

/// Adds reasons, of each rule and advisory the strongest.
fn merge(all: &mut Vec<Reason>, more: &[Reason]) {
    for reason in more {
        match all.iter_mut().find(|one| one.key() == reason.key()) {
            Some(one) if (one.truth, one.effect) < (reason.truth, reason.effect) => {
                let effect = one.effect.max(reason.effect);
                let waived = reason.waived && (one.waived || one.effect <= reason.effect);
                *one = Reason { effect, waived, ..reason.clone() };
            }
            Some(one) => {
                one.effect = one.effect.max(reason.effect);
                one.waived &= reason.waived;
            }
            None => all.push(reason.clone()),
        }
    }
}

fn bits(items: impl Iterator<Item = usize>) -> u64 {
    items.fold(0, |mask, item| mask | 1 << item)
}

pub(super) fn each(mask: u64) -> impl Iterator<Item = usize> + Clone {
    (0..64).filter(move |bit| mask >> bit & 1 == 1)
}

/// All parts of a set, the empty one first.
pub(super) fn parts(set: u64) -> impl Iterator<Item = u64> {
    let mut next = Some(0_u64);
    std::iter::from_fn(move || {
        let part = next?;
        next = if part == set { None } else { Some(part.wrapping_sub(set) & set) };
        Some(part)
    })
}
