//! Who waits for whom between servers: batches, of which each names the one before it, and the reasons for waiting.
//!
//! A pair that waits for a batch waits for all earlier ones too, so that what a thousand servers wait for is said once.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use super::draft::Draft;
use super::fleet::Fleet;
use super::pair::{BatchId, PairId, PendingId};
use super::when::When;
use crate::document::decision::{Batch, Decision, Pair, Wait};
use crate::evaluate::reason::{Reason, verdict};
use crate::model::effect::Effect;
use crate::model::fact::Fact;
use crate::model::rule::Rule;
use crate::model::table::Table;
use crate::model::verdict::Verdict;

/// How many pairs a decision names that it waits for; of more it names their batch.
const NAMED: usize = 16;

/// What the passes over the fleet add to the drafts.
#[derive(Debug, Default)]
pub struct Line {
    reasons: HashMap<PairId, Vec<Reason>>,
    waits: HashMap<PairId, Vec<BatchId>>,
    batches: Table<BatchId, Members>,
    batches_of: HashMap<PairId, Vec<BatchId>>,
    stopped: BTreeSet<PairId>,
    let_go: BTreeSet<PairId>,
    left_out: HashMap<PairId, usize>,
    /// What waits for a batch has a higher rank than all that is in it and before it; what waits at home has none that is lower.
    /// So nothing waits for what has a higher rank, and only what lies between two ranks has to be looked at.
    ranks: HashMap<PairId, usize>,
    /// Waits that would have closed a circle.
    pub notes: Vec<String>,
}

/// Pairs that others wait for.
#[derive(Debug)]
struct Members {
    id: String,
    rule: Rule,
    pairs: Vec<PairId>,
    before: Option<BatchId>,
    /// The first batch of its chain; none when it is that itself. Later batches of a chain have higher ids.
    first: Option<BatchId>,
    next: Option<BatchId>,
    waiting: Vec<PairId>,
    /// How many pairs it and those before it have.
    total: usize,
    /// The highest rank of its pairs and of those before it.
    rank: usize,
}

/// What the fleet adds to one decision.
#[derive(Debug, Default)]
pub struct Settled {
    /// The reasons.
    pub reasons: Vec<Reason>,
    /// When it can go, if it can.
    pub when: Option<When>,
    /// What goes first.
    pub after: Vec<Wait>,
    /// What goes together with it.
    pub with: Vec<Wait>,
    /// How many servers of earlier rings it does not wait for, because the update is blocked there.
    pub left_out: usize,
}

/// Pairs in the order in which they go, class after class, and what makes them wait.
pub struct Classes<'c> {
    /// What the batches are called before their numbers.
    pub name: String,
    /// The rule that makes them wait.
    pub rule: Rule,
    /// The pairs, class by class.
    pub classes: Vec<Vec<PairId>>,
    /// What makes each pair wait.
    pub cause: &'c dyn Fn(PairId) -> Cause,
}

/// What makes a pair of a class wait for those before it.
pub enum Cause {
    /// It does not wait.
    Nothing,
    /// A reason that its draft gives.
    Own,
    /// This, unless it is waived.
    Reason(Reason),
}

impl Line {
    /// Adds a reason to a pair, with the waiver that silences it; tells whether it counts.
    pub fn add(&mut self, fleet: &Fleet<'_>, pair: PairId, reason: Reason) -> bool {
        let reason = fleet.waive(pair, reason);
        let counts = reason.counts();
        self.reasons.entry(pair).or_default().push(reason);
        counts
    }

    /// Stops a pair, now and whatever its server does without it.
    pub fn stop(&mut self, fleet: &Fleet<'_>, pair: PairId, reason: Reason) {
        if self.add(fleet, pair, reason) {
            self.stopped.insert(pair);
        }
    }

    /// Lets a pair go without earlier rings: one of their servers has it already.
    pub fn let_go(&mut self, pair: PairId) {
        self.let_go.insert(pair);
    }

    /// The pairs that go without earlier rings.
    pub fn going(&self) -> impl Iterator<Item = PairId> {
        self.let_go.iter().copied()
    }

    /// Tells how many servers a pair does not wait for, because the update is blocked there.
    pub fn leave_out(&mut self, pair: PairId, number: usize) {
        if number > 0 {
            self.left_out.insert(pair, number);
        }
    }

    /// The pairs that the fleet stops.
    pub fn stopped(&self) -> impl Iterator<Item = (PairId, &[Reason])> {
        self.stopped.iter().map(|pair| (*pair, self.reasons.get(pair).map(Vec::as_slice).unwrap_or_default()))
    }

    /// Whether its own server or the fleet stops a pair.
    pub fn is_blocked(&self, pair: PairId, draft: &Draft<'_>) -> bool {
        draft.round.is_none() || draft.is_blocked() || self.reasons.get(&pair).into_iter().flatten().any(Reason::blocks)
    }

    /// The facts without which a pair is blocked, when nothing else blocks it.
    pub fn missing(&self, pair: PairId, draft: &Draft<'_>) -> Vec<Fact> {
        let all = draft.reasons.iter().chain(self.reasons.get(&pair).into_iter().flatten());
        let blocking: Vec<&Reason> = all.filter(|reason| reason.blocks()).collect();
        let missing: BTreeSet<Fact> = blocking.iter().flat_map(|reason| &reason.missing).cloned().collect();
        if blocking.iter().all(|reason| !reason.truth.is_true()) { missing.into_iter().collect() } else { Vec::new() }
    }

    /// Whether the fleet has something to say of a pair.
    pub fn has_reasons(&self, pair: PairId) -> bool {
        self.reasons.get(&pair).is_some_and(|reasons| !reasons.is_empty())
    }

    /// The verdict of a draft with what the fleet says of it.
    pub fn verdict(&self, pair: PairId, draft: &Draft<'_>) -> Verdict {
        verdict(draft.reasons.iter().chain(self.reasons.get(&pair).into_iter().flatten()))
    }

    /// Whether the fleet makes a pair wait, or stops it.
    pub fn is_held(&self, pair: PairId) -> bool {
        let mut reasons = self.reasons.get(&pair).into_iter().flatten();
        self.waits.contains_key(&pair) || reasons.any(|reason| reason.counts() && reason.effect != Effect::Note)
    }

    /// Whether a pair waits for another, on its own server or on others.
    pub fn has_waits(&self, fleet: &Fleet<'_>, pair: PairId) -> bool {
        let waits_at_home = fleet.draft(pair).is_some_and(|draft| !draft.after.is_empty() || !draft.with.is_empty());
        waits_at_home || self.waits.contains_key(&pair)
    }

    /// Lets each class wait for all earlier ones. What would close a circle is left out, and a note says so; the pairs of which
    /// a wait was left out are returned.
    pub fn queue(&mut self, fleet: &Fleet<'_>, queue: Classes<'_>) -> Vec<PairId> {
        let mut left_out = Vec::new();
        let mut earlier: Option<BatchId> = None;
        let last = queue.classes.len().saturating_sub(1);
        for (number, class) in queue.classes.into_iter().enumerate() {
            if let Some(earlier) = earlier {
                left_out.extend(self.let_wait(fleet, &class, earlier, queue.cause));
            }
            if number < last {
                earlier = Some(self.push(format!("{}/{number}", queue.name), queue.rule, class, earlier));
            }
        }
        left_out
    }

    fn let_wait(
        &mut self,
        fleet: &Fleet<'_>,
        class: &[PairId],
        earlier: BatchId,
        cause: &dyn Fn(PairId) -> Cause,
    ) -> Vec<PairId> {
        let waiting: Vec<(PairId, Option<Reason>)> =
            class.iter().filter_map(|pair| Some((*pair, self.caused(fleet, *pair, cause(*pair))?))).collect();
        let pairs: Vec<PairId> = waiting.iter().map(|(pair, _)| *pair).collect();
        let tangled = self.waiting_for(fleet, &pairs, earlier);
        let reached = self.reached_from(fleet, &tangled, 0);
        let untangled = if tangled.is_empty() { None } else { self.without(earlier, &tangled) };
        for (pair, reason) in waiting {
            let is_tangled = reached.contains(&pair);
            self.notes.extend(if is_tangled { circle(fleet, pair) } else { None });
            if let Some(batch) = if is_tangled { untangled } else { Some(earlier) } {
                self.wait(fleet, pair, batch);
                self.reasons.entry(pair).or_default().extend(reason);
            }
        }
        pairs.into_iter().filter(|pair| reached.contains(pair)).collect()
    }

    /// The reason that makes a pair wait, if it needs one beside its own; none where it does not wait. What is waived is told.
    fn caused(&mut self, fleet: &Fleet<'_>, pair: PairId, cause: Cause) -> Option<Option<Reason>> {
        match cause {
            Cause::Nothing => None,
            Cause::Own => Some(None),
            Cause::Reason(reason) => {
                let reason = fleet.waive(pair, reason);
                if reason.counts() {
                    return Some(Some(reason));
                }
                self.reasons.entry(pair).or_default().push(reason);
                None
            }
        }
    }

    fn wait(&mut self, fleet: &Fleet<'_>, pair: PairId, batch: BatchId) {
        self.waits.entry(pair).or_default().push(batch);
        if let Some(members) = self.batches.get_mut(batch) {
            members.waiting.push(pair);
            let rank = members.rank + 1;
            self.raise(fleet, pair, rank);
        }
    }

    fn rank(&self, pair: PairId) -> usize {
        self.ranks.get(&pair).copied().unwrap_or_default()
    }

    /// Raises the rank of a pair, and of all that waits for it.
    fn raise(&mut self, fleet: &Fleet<'_>, pair: PairId, rank: usize) {
        let mut open = vec![(pair, rank)];
        while let Some((pair, rank)) = open.pop() {
            // Each step up goes over another batch: a higher rank would be a circle, of which there is none.
            if rank <= self.rank(pair) || rank > self.batches.as_slice().len() {
                continue;
            }
            self.ranks.insert(pair, rank);
            open.extend(waiting_at_home(fleet, pair).into_iter().map(|waiting| (waiting, rank)));
            for batch in self.batches_of.get(&pair).cloned().unwrap_or_default() {
                let mut next = Some(batch);
                while let Some(members) = next.and_then(|id| self.batches.get_mut(id)).filter(|one| one.rank < rank) {
                    members.rank = rank;
                    open.extend(members.waiting.iter().map(|waiting| (*waiting, rank + 1)));
                    next = members.next;
                }
            }
        }
    }

    fn push(&mut self, id: String, rule: Rule, pairs: Vec<PairId>, before: Option<BatchId>) -> BatchId {
        let first = before.map(|before| self.first_of(before));
        let (earlier, highest) =
            before.and_then(|before| self.batches.get(before)).map_or((0, 0), |before| (before.total, before.rank));
        let rank = pairs.iter().map(|pair| self.rank(*pair)).max().unwrap_or_default().max(highest);
        let (own, total) = (pairs.clone(), pairs.len() + earlier);
        let batch =
            self.batches.push(Members { id, rule, pairs, before, first, next: None, waiting: Vec::new(), total, rank });
        own.into_iter().for_each(|pair| self.batches_of.entry(pair).or_default().push(batch));
        if let Some(before) = before.and_then(|before| self.batches.get_mut(before)) {
            before.next = Some(batch);
        }
        batch
    }

    /// The pairs of a batch and those before it, but for some; none when nothing is left.
    fn without(&mut self, batch: BatchId, left_out: &HashSet<PairId>) -> Option<BatchId> {
        let (id, rule) = self.batches.get(batch).map(|members| (format!("{}/untangled", members.id), members.rule))?;
        let rest: Vec<PairId> = self.pairs_of(batch).filter(|pair| !left_out.contains(pair)).collect();
        (!rest.is_empty()).then(|| self.push(id, rule, rest, None))
    }

    /// A batch and those before it, the latest first.
    fn chain(&self, batch: BatchId) -> impl Iterator<Item = (BatchId, &Members)> {
        let at = |id: BatchId| Some((id, self.batches.get(id)?));
        std::iter::successors(at(batch), move |(_, members)| at(members.before?))
    }

    /// A batch and those after it.
    fn after_it(&self, batch: BatchId) -> impl Iterator<Item = (BatchId, &Members)> {
        let at = |id: BatchId| Some((id, self.batches.get(id)?));
        std::iter::successors(at(batch), move |(_, members)| at(members.next?))
    }

    fn first_of(&self, batch: BatchId) -> BatchId {
        self.batches.get(batch).and_then(|members| members.first).unwrap_or(batch)
    }

    /// Whether a pair is in a batch or in one before it.
    fn is_up_to(&self, pair: PairId, batch: BatchId) -> bool {
        let mut own = self.batches_of.get(&pair).into_iter().flatten();
        own.any(|one| *one <= batch && self.first_of(*one) == self.first_of(batch))
    }

    /// The pairs of a batch and of those before it.
    fn pairs_of(&self, batch: BatchId) -> impl Iterator<Item = PairId> {
        self.chain(batch).flat_map(|(_, members)| members.pairs.iter().copied())
    }

    /// The pairs up to a batch that wait for one of some others, also through third ones.
    fn waiting_for(&self, fleet: &Fleet<'_>, others: &[PairId], batch: BatchId) -> HashSet<PairId> {
        let highest = self.batches.get(batch).map(|members| members.rank).unwrap_or_default();
        let is_below = |pair: &PairId| self.rank(*pair) <= highest;
        let mut batches = HashSet::new();
        let mut behind = self.closure(others.iter().copied().filter(is_below), |pair, open| {
            open.extend(waiting_at_home(fleet, pair).into_iter().filter(is_below));
            for batch in self.batches_of.get(&pair).into_iter().flatten() {
                // What waits for a batch is above it.
                let all = self.after_it(*batch).take_while(|(_, members)| members.rank < highest);
                let new = all.take_while(|(id, _)| batches.insert(*id));
                open.extend(new.flat_map(|(_, members)| &members.waiting).copied().filter(is_below));
            }
        });
        behind.retain(|pair| self.is_up_to(*pair, batch));
        behind
    }

    /// The lowest and the highest rank of some pairs: nothing waits for what has a higher one.
    pub fn ranks(&self, pairs: &[PairId]) -> (usize, usize) {
        let of = |pair: &PairId| self.rank(*pair);
        (pairs.iter().map(of).min().unwrap_or_default(), pairs.iter().map(of).max().unwrap_or_default())
    }

    /// Everything that some pairs wait for, also through others, of no lower rank than a given one.
    pub fn reached_from(&self, fleet: &Fleet<'_>, pairs: &HashSet<PairId>, lowest: usize) -> HashSet<PairId> {
        let is_above = |pair: &PairId| self.rank(*pair) >= lowest;
        let mut batches = HashSet::new();
        self.closure(pairs.iter().copied(), |pair, open| {
            open.extend(at_home(fleet, pair).filter(is_above));
            for batch in self.waits.get(&pair).into_iter().flatten() {
                let all = self.chain(*batch).take_while(|(_, members)| members.rank >= lowest);
                let new = all.take_while(|(id, _)| batches.insert(*id));
                open.extend(new.flat_map(|(_, members)| &members.pairs).copied().filter(is_above));
            }
        })
    }

    fn closure(
        &self,
        from: impl Iterator<Item = PairId>,
        mut next: impl FnMut(PairId, &mut Vec<PairId>),
    ) -> HashSet<PairId> {
        let mut open: Vec<PairId> = from.collect();
        let mut seen = HashSet::new();
        while let Some(pair) = open.pop() {
            if seen.insert(pair) {
                next(pair, &mut open);
            }
        }
        seen
    }

    /// When each pair can go that waits for others: after all that it waits for.
    pub fn later(&self, fleet: &Fleet<'_>) -> HashMap<PairId, When> {
        let placed = fleet.drafts().filter(|(_, _, draft)| !draft.after.is_empty() || !draft.with.is_empty());
        let at_home: Vec<(PairId, &Draft<'_>)> = placed.map(|(pair, _, draft)| (pair, draft)).collect();
        let mut times = Times { fleet, later: HashMap::new() };
        // Waiting has no circles, so every pass settles at least one more link of the longest chain.
        for _ in fleet.drafts() {
            if !(raise_at_home(&at_home, &mut times) | self.raise_by_batches(&mut times)) {
                break;
            }
        }
        times.later
    }

    /// Batches stand behind those that they follow, so that one pass goes through a whole chain.
    fn raise_by_batches(&self, times: &mut Times<'_, '_>) -> bool {
        let mut has_changed = false;
        let mut latest: HashMap<BatchId, Option<When>> = HashMap::new();
        for (id, members) in self.batches.iter() {
            let before = members.before.and_then(|before| latest.get(&before).copied().flatten());
            let own = members.pairs.iter().filter_map(|pair| times.of(*pair));
            let when = own.chain(before).reduce(When::latest);
            latest.insert(id, when);
            for pair in members.waiting.iter() {
                has_changed |= when.is_some_and(|when| times.raise(*pair, when.after()));
            }
        }
        has_changed
    }

    /// What the fleet adds to a decision.
    pub fn settled(
        &self,
        fleet: &Fleet<'_>,
        later: &HashMap<PairId, When>,
        pair: PairId,
        draft: &Draft<'_>,
    ) -> Settled {
        let of = |pending: &PendingId| named(fleet, PairId { pending: *pending, ..pair });
        let mut with: Vec<Pair> = draft.with.iter().filter_map(of).collect();
        with.sort();
        Settled {
            reasons: self.reasons.get(&pair).cloned().unwrap_or_default(),
            when: later.get(&pair).copied().or_else(|| fleet.when(pair)),
            after: self.after(fleet, pair, draft.after.iter().filter_map(of).collect()),
            with: with.into_iter().map(Wait::Pair).collect(),
            left_out: self.left_out.get(&pair).copied().unwrap_or_default(),
        }
    }

    /// What a pair waits for: all by name where these are few, else the batches.
    fn after(&self, fleet: &Fleet<'_>, pair: PairId, at_home: BTreeSet<Pair>) -> Vec<Wait> {
        let batches = self.waits.get(&pair).map(Vec::as_slice).unwrap_or_default();
        let total: usize = batches.iter().filter_map(|batch| self.batches.get(*batch)).map(|batch| batch.total).sum();
        if total + at_home.len() <= NAMED {
            let of_fleet = batches.iter().flat_map(|batch| self.pairs_of(*batch)).filter_map(|pair| named(fleet, pair));
            return at_home.into_iter().chain(of_fleet).collect::<BTreeSet<_>>().into_iter().map(Wait::Pair).collect();
        }
        let ids: BTreeSet<&str> =
            batches.iter().filter_map(|batch| self.batches.get(*batch)).map(|batch| batch.id.as_str()).collect();
        let of_fleet = ids.into_iter().map(|id| Wait::Batch { batch: id.to_owned() });
        at_home.into_iter().map(Wait::Pair).chain(of_fleet).collect()
    }

    /// The batches that decisions name, with those before them, by id.
    pub fn named(&self, fleet: &Fleet<'_>, decisions: &[Decision]) -> Vec<Batch> {
        let waits = decisions.iter().flat_map(|decision| &decision.after);
        let named: HashSet<&str> = waits.filter_map(Wait::batch).collect();
        let is_named = |(_, members): &(BatchId, &Members)| named.contains(members.id.as_str());
        let mut kept: BTreeMap<BatchId, &Members> = BTreeMap::new();
        for (id, _) in self.batches.iter().filter(is_named) {
            for (id, members) in self.chain(id) {
                if kept.insert(id, members).is_some() {
                    break;
                }
            }
        }
        kept.into_values().map(|members| self.document(fleet, members)).collect()
    }

    fn document(&self, fleet: &Fleet<'_>, members: &Members) -> Batch {
        let mut pairs: Vec<Pair> = members.pairs.iter().filter_map(|pair| named(fleet, *pair)).collect();
        pairs.sort();
        let servers: BTreeSet<_> = pairs.iter().map(|pair| pair.server.clone()).collect();
        let update = pairs.first().map(|pair| pair.update.clone());
        let is_one = pairs.iter().all(|pair| Some(&pair.update) == update.as_ref());
        Batch {
            id: members.id.clone(),
            rule: members.rule,
            update: update.filter(|_| is_one),
            servers: servers.into_iter().collect(),
            pairs: if is_one { Vec::new() } else { pairs },
            after: members.before.and_then(|before| self.batches.get(before)).map(|before| before.id.clone()),
        }
    }
}

/// What a pair waits for on its own server.
fn at_home(fleet: &Fleet<'_>, pair: PairId) -> impl Iterator<Item = PairId> {
    let waits = fleet.draft(pair).into_iter().flat_map(|draft| draft.after.iter().chain(&draft.with));
    waits.map(move |pending| PairId { pending: *pending, ..pair })
}

/// What waits for a pair on its own server.
fn waiting_at_home(fleet: &Fleet<'_>, pair: PairId) -> Vec<PairId> {
    let drafts = fleet.outcomes.get(pair.outcome).into_iter().flat_map(|outcome| outcome.drafts.iter());
    let waits = |draft: &Draft<'_>| draft.after.contains(&pair.pending) || draft.with.contains(&pair.pending);
    drafts.filter(|(_, draft)| waits(draft)).map(|(pending, _)| PairId { pending, ..pair }).collect()
}

fn named(fleet: &Fleet<'_>, pair: PairId) -> Option<Pair> {
    fleet.outcomes.get(pair.outcome)?.pair(pair.pending)
}

fn circle(fleet: &Fleet<'_>, pair: PairId) -> Option<String> {
    let Pair { server, update } = named(fleet, pair)?;
    Some(format!(
        "{update} on {server}: a wait for servers that wait for it is left out; their orders go against each other"
    ))
}

/// When each pair can go that can: as its own server has it, or later.
struct Times<'f, 'a> {
    fleet: &'f Fleet<'a>,
    later: HashMap<PairId, When>,
}

impl Times<'_, '_> {
    fn of(&self, pair: PairId) -> Option<When> {
        self.later.get(&pair).copied().or_else(|| self.fleet.when(pair))
    }

    fn raise(&mut self, pair: PairId, to: When) -> bool {
        let Some(own) = self.of(pair) else { return false };
        let later = self.fleet.thawed(pair, own.latest(to));
        if later != own {
            self.later.insert(pair, later);
        }
        later != own
    }
}

fn raise_at_home(at_home: &[(PairId, &Draft<'_>)], times: &mut Times<'_, '_>) -> bool {
    let mut has_changed = false;
    for (pair, draft) in at_home {
        let when = |pending: &PendingId| times.of(PairId { pending: *pending, ..*pair });
        let first = draft.after.iter().filter_map(when).map(When::after);
        let latest = first.chain(draft.with.iter().filter_map(when)).reduce(When::latest);
        has_changed |= latest.is_some_and(|latest| times.raise(*pair, latest));
    }
    has_changed
}
