//! Section 6 of the page: reasons, safe sets in rounds, what waits for what, and the verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::facts::Truth::{self, False, True, Unknown};
use super::facts::{Boot, Brings, Facts, Have, State, Update, View, glob};
use super::rounds::Simulation;
use super::world::{
    Advisory, Inputs, Range, World, dawn, day, end_moment, fold, list, moment, normal_id, plus, seconds, text, texts,
};

/// What a reason calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Told.
    Note,
    /// Wait.
    Sequence,
    /// Not.
    Block,
}

impl Effect {
    /// As the document writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Sequence => "sequence",
            Self::Block => "block",
        }
    }
}

/// One reason of one pair.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// The advisory, where one speaks.
    pub advisory: Option<String>,
    /// What it calls for.
    pub effect: Effect,
    /// How true it is.
    pub truth: Truth,
    /// A waiver silences it.
    pub waived: bool,
    /// It waits for steps.
    pub steps: bool,
    /// It waits for earlier rings, or for a soak counted from this day.
    pub ring: bool,
    /// It names this moment.
    pub until: Option<Timestamp>,
}

impl Reason {
    pub(super) fn of(rule: &str, effect: Effect, truth: Truth) -> Self {
        Self {
            rule: rule.to_owned(),
            advisory: None,
            effect,
            truth,
            waived: false,
            steps: false,
            ring: false,
            until: None,
        }
    }

    pub(super) fn key(&self) -> (String, Option<String>) {
        (self.rule.clone(), self.advisory.clone())
    }

    pub(super) fn blocks(&self) -> bool {
        self.effect == Effect::Block && !self.waived
    }
}

/// One server and one pending update.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The server.
    pub server: usize,
    /// The update.
    pub id: String,
}

/// What was decided for a pair.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The step in which it goes.
    pub round: Option<usize>,
    /// Pairs that come first.
    pub after: BTreeSet<usize>,
    /// Of those, the ones of earlier rounds.
    pub after_rounds: BTreeSet<usize>,
    /// Pairs that come along.
    pub with: BTreeSet<usize>,
    /// Not before this moment.
    pub not_before: Option<Timestamp>,
    /// Its reasons.
    pub reasons: Vec<Reason>,
    /// The newer pair that supersedes it.
    pub superseded: Option<usize>,
    /// Hurried.
    pub expedited: bool,
    /// What wants it cannot have it.
    pub conflict: bool,
    /// Only missing facts block it.
    pub undecided: bool,
    /// It waits for its turn.
    pub turn: bool,
    /// The verdict word.
    pub verdict: &'static str,
}

/// A whole decision.
pub struct Decision {
    /// All pairs by server and update.
    pub pairs: Vec<Pair>,
    /// What was decided for each.
    pub outcomes: Vec<Outcome>,
    /// Servers on which something required is missing, with the advisory.
    pub missing: BTreeSet<(String, String)>,
    /// Servers that are exposed for certain, with the advisory.
    pub exposed: BTreeSet<(String, String)>,
    /// Servers that may be.
    pub perhaps: BTreeSet<(String, String)>,
    /// Updates that were placed nowhere.
    pub unplaced: BTreeSet<String>,
}

/// Something that wants an update on a server.
pub(super) struct Hole {
    pub(super) enders: Vec<usize>,
}

/// The decision in the making.
pub struct Decider<'a> {
    /// What is known.
    pub facts: &'a Facts<'a>,
    /// The inputs.
    pub world: &'a World,
    /// All pairs.
    pub pairs: Vec<Pair>,
    /// Updates without any place.
    pub unplaced: BTreeSet<String>,
    /// Pairs that are blocked by what happens on other servers.
    pub(super) forced: BTreeMap<usize, Vec<Reason>>,
    /// Pairs whose ring and order want opposite things.
    pub(super) opposed: BTreeSet<usize>,
    pub(super) hurried: BTreeSet<usize>,
    /// Pairs that wait for a turn.
    pub(super) later: BTreeSet<usize>,
    pub(super) wanted: BTreeSet<usize>,
    pub(super) notes: Vec<Vec<Reason>>,
    pub(super) boots: bool,
}

/// What turns are sorted by: no restart due, steps, moment, place in the line, server.
type Turn = (bool, bool, Option<Timestamp>, (usize, usize, String), usize);

/// Decides.
pub fn decide(inputs: &Inputs) -> Decision {
    let world = World::read(inputs);
    let facts = Facts::new(&world);
    Decider::new(&facts).decide()
}

impl<'a> Decider<'a> {
    /// Finds the pairs, and what wants them.
    pub fn new(facts: &'a Facts<'a>) -> Self {
        let world = facts.world;
        let (pairs, unplaced) = pairs(facts);
        let words: String = world.advisories.iter().map(|one| one.body.to_string()).collect();
        let boots = ["reboot_pending", "uptime", "renewed_since_boot"].iter().any(|word| words.contains(word));
        let mut decider = Self {
            facts,
            world,
            notes: vec![Vec::new(); pairs.len()],
            pairs,
            unplaced,
            forced: BTreeMap::new(),
            opposed: BTreeSet::new(),
            hurried: BTreeSet::new(),
            later: BTreeSet::new(),
            wanted: BTreeSet::new(),
            boots,
        };
        decider.wanted = decider.holes().into_iter().flat_map(|hole| hole.enders).collect();
        decider.notes = (0..decider.pairs.len()).map(|pair| decider.notes_of(pair)).collect();
        decider
    }

    pub(super) fn update(&self, pair: usize) -> &Update {
        &self.facts.updates[&self.pairs[pair].id]
    }

    /// With pairs that somebody else found, and without what wants them.
    pub(super) fn with_pairs(facts: &'a Facts<'a>, pairs: Vec<Pair>) -> Self {
        Self {
            facts,
            world: facts.world,
            notes: vec![Vec::new(); pairs.len()],
            pairs,
            unplaced: BTreeSet::new(),
            forced: BTreeMap::new(),
            opposed: BTreeSet::new(),
            hurried: BTreeSet::new(),
            later: BTreeSet::new(),
            wanted: BTreeSet::new(),
            boots: true,
        }
    }

    pub(super) fn none() -> (BTreeSet<String>, BTreeMap<String, Have>) {
        (BTreeSet::new(), BTreeMap::new())
    }

    // ---- advisories on one server in one state ----

    /// Whether what an advisory speaks about is this update.
    pub fn about(&self, advisory: &Advisory, update: &Update, state: &State) -> Truth {
        let body = &advisory.body;
        let by_number = list(&body["updates"]).iter().map(|entry| self.entry_is(entry, update));
        let by_build = list(&body["builds"]).iter().map(|entry| {
            let range = Range::read(&text(&entry["versions"]).unwrap_or_else(|| "*".to_owned()));
            self.facts.brings_into(update, state, &text(&entry["product"]).unwrap_or_default(), &range)
        });
        let by_kind = list(&body["kinds"]).iter().map(|entry| self.kind_is(entry, update, state));
        Truth::any(by_number.chain(by_build).chain(by_kind))
    }

    pub(super) fn entry_is(&self, entry: &Value, update: &Update) -> Truth {
        let id = text(entry).or_else(|| text(&entry["id"])).unwrap_or_default();
        let mut truth = Truth::of(normal_id(&id) == update.id);
        if let Some(before) = day(&entry["released_before"]) {
            truth = truth.and(Truth::maybe(update.released.map(|day| day < before)));
        }
        if let Some(below) = entry["revision_below"].as_i64() {
            truth = truth.and(Truth::maybe(update.revision.map(|own| own < below)));
        }
        truth
    }

    pub(super) fn kind_is(&self, entry: &Value, update: &Update, state: &State) -> Truth {
        let product = text(&entry["product"]).unwrap_or_default();
        let there = state.have.get(&product).map_or(False, |have| have.there);
        let mut truth = update.is_for(&product).and(there);
        if entry["classification"].is_array() {
            truth = truth.and(update.is_any(&texts(&entry["classification"])));
        }
        if entry["changes_branch"] == true {
            truth = truth.and(self.facts.changes_branch(update, state, &product));
        }
        truth
    }

    pub(super) fn affects(advisory: &Advisory, view: &View) -> Truth {
        let Some(entries) = advisory.body["affects"].as_array() else { return True };
        if entries.is_empty() {
            return True;
        }
        Truth::any(entries.iter().map(|entry| {
            let product = view.product(&text(&entry["product"]).unwrap_or_default(), &entry["versions"]);
            let roles = texts(&entry["roles"]);
            if roles.is_empty() { product } else { product.and(view.role(&roles)) }
        }))
    }

    pub(super) fn when(advisory: &Advisory, view: &View) -> Truth {
        advisory.body.get("when").map_or(True, |when| view.holds(when))
    }

    /// Whether something installed, or something that comes along, makes it harmless.
    pub(super) fn fixed(&self, advisory: &Advisory, server: usize, state: &State, along: &BTreeSet<String>) -> Truth {
        let safe: Vec<_> = texts(&advisory.body["safe_with"]).iter().map(|id| normal_id(id)).collect();
        let fixes = texts(&advisory.body["fixed_by"]);
        let is_along = |id: &String| {
            along.contains(id)
                || self.facts.above.get(id).is_some_and(|above| above.iter().any(|newer| along.contains(newer)))
        };
        if safe.iter().any(is_along) {
            return True;
        }
        let all = fixes.iter().map(|id| normal_id(id)).chain(safe);
        Truth::any(all.map(|id| self.facts.installed(server, state, &id)))
    }

    /// How true it is that an advisory speaks about a pending update.
    pub(super) fn speaks(
        &self,
        advisory: &Advisory,
        pair: usize,
        states: &[Rc<State>],
        along: &BTreeSet<String>,
    ) -> Truth {
        let server = self.pairs[pair].server;
        let state = &states[server];
        let update = self.update(pair);
        let about = match advisory.kind.as_str() {
            "hazard" => self.pulls(advisory, update),
            "required" => False,
            _ => self.about(advisory, update, state),
        };
        if about == False {
            return False;
        }
        let (dropped, before) = Self::none();
        let view = View { facts: self.facts, states, server, dropped: &dropped, before: &before };
        let mut own = along.clone();
        own.insert(update.id.clone());
        let fixed = self.fixed(advisory, server, state, &own);
        let mut truth = about.and(Self::affects(advisory, &view)).and(Self::when(advisory, &view)).and(fixed.not());
        if advisory.kind == "prerequisite" {
            truth = truth.and(view.holds(&advisory.body["requires"]).not());
        }
        // The trigger comes after the installation: what ends the hazard does not set it off.
        if advisory.kind == "hazard" && truth != False {
            let mut ids = state.placed.clone();
            ids.insert(update.id.clone());
            let mut after = states.to_vec();
            after[server] = Rc::new(self.facts.placed(server, &ids));
            truth = if self.danger(advisory, server, &after) == False { False } else { truth };
        }
        truth
    }

    pub(super) fn pulls(&self, advisory: &Advisory, update: &Update) -> Truth {
        let named: Vec<_> =
            list(&advisory.body["affects"]).iter().filter_map(|entry| text(&entry["product"])).collect();
        Truth::any(list(&advisory.body["triggers"]).iter().map(|trigger| match trigger.as_str() {
            Some("restart") => Truth::of(update.restarts()),
            Some("service-restart") => {
                Truth::any(named.iter().map(|product| update.is_for(product))).or(Truth::of(update.restarts()))
            }
            Some(_) => True,
            None => update.is_for(&text(&trigger["product"]).unwrap_or_default()),
        }))
    }

    /// What an advisory calls for when it is true.
    pub(super) fn called(&self, advisory: &Advisory) -> (Effect, bool) {
        let policy = &self.world.policy["effects"];
        let word = |kind: &str| {
            let built_in = match (kind, advisory.severity.as_str()) {
                ("hazard", "medium") | ("reported", "medium") | (_, "low") => "note",
                ("prerequisite", _) => "enforce",
                ("procedure" | "reported", _) => "sequence",
                _ => "block",
            };
            text(&policy[kind][&advisory.severity]).unwrap_or_else(|| built_in.to_owned())
        };
        let effect = |word: &str| match word {
            "block" | "enforce" => Effect::Block,
            "sequence" => Effect::Sequence,
            _ => Effect::Note,
        };
        if advisory.kind == "required" || advisory.trial {
            return (Effect::Note, false);
        }
        let kind = effect(&word(&advisory.kind));
        if !advisory.reported {
            return (kind, false);
        }
        let reported = effect(&word("reported"));
        (kind.min(reported), advisory.kind != "procedure" && reported == Effect::Sequence && kind >= Effect::Sequence)
    }

    pub(super) fn doubt(&self, severity: &str) -> Effect {
        let built_in = if matches!(severity, "critical" | "high") { "block" } else { "note" };
        let word = text(&self.world.policy["unknown"][severity]).unwrap_or_else(|| built_in.to_owned());
        if word == "block" { Effect::Block } else { Effect::Note }
    }

    /// What an advisory calls for at a truth.
    pub(super) fn effect(&self, advisory: &Advisory, truth: Truth) -> Effect {
        let (called, _) = self.called(advisory);
        if truth == Unknown && advisory.kind != "procedure" {
            called.min(self.doubt(&advisory.severity))
        } else {
            called
        }
    }

    /// The reasons of a pair that depend on the state of its server.
    pub(super) fn state_reasons(&self, pair: usize, states: &[Rc<State>], along: &BTreeSet<String>) -> Vec<Reason> {
        let server = self.pairs[pair].server;
        let mut reasons = Vec::new();
        for advisory in self.world.advisories.iter() {
            let truth = self.speaks(advisory, pair, states, along);
            if truth == False {
                continue;
            }
            let mut reason = Reason::of(&advisory.kind, self.effect(advisory, truth), truth);
            reason.advisory = Some(advisory.id.clone());
            reason.waived = self.is_waived(server, &self.pairs[pair].id, &advisory.kind, Some(&advisory.id), truth);
            if advisory.kind == "procedure" && reason.effect == Effect::Sequence {
                reason.steps = true;
                if self.is_prepared(advisory, server, states) {
                    (reason.effect, reason.steps) = (Effect::Note, false);
                }
            }
            let is_harm = advisory.kind == "known-bad" && advisory.running && reason.effect > Effect::Note;
            if is_harm && self.exposure(advisory, server, states, &BTreeMap::new(), &|_| false) == True {
                reason.effect = Effect::Note;
            }
            if self.called(advisory).1 && reason.effect == Effect::Sequence {
                self.wait_for_rings(&mut reason, pair, dawn(advisory.published));
            }
            reasons.push(reason);
        }
        let misfit = self.facts.misfits(self.update(pair), &states[server]);
        if misfit != False {
            let effect = if misfit == True { Effect::Block } else { self.doubt("high") };
            reasons.push(self.rule(pair, "wrong-product", effect, misfit));
        }
        reasons
    }

    /// A procedure whose `before` steps all hold and that has no other.
    pub(super) fn is_prepared(&self, advisory: &Advisory, server: usize, states: &[Rc<State>]) -> bool {
        let (dropped, before) = Self::none();
        let view = View { facts: self.facts, states, server, dropped: &dropped, before: &before };
        let steps = list(&advisory.body["steps"]["before"]);
        let done = |step: &Value| step.get("verify").is_some_and(|verify| view.holds(verify) == True);
        !steps.is_empty() && list(&advisory.body["steps"]["after"]).is_empty() && steps.iter().all(done)
    }

    pub(super) fn rule(&self, pair: usize, rule: &str, effect: Effect, truth: Truth) -> Reason {
        let mut reason = Reason::of(rule, effect, truth);
        let Pair { server, id, .. } = &self.pairs[pair];
        reason.waived = self.is_waived(*server, id, rule, None, truth);
        reason
    }

    /// How true it is that a known-bad advisory speaks about something that is on a server.
    ///
    /// `before` gives, for what was placed, the versions before it; `skip` leaves out updates for which it is waived.
    pub(super) fn exposure(
        &self,
        advisory: &Advisory,
        server: usize,
        states: &[Rc<State>],
        before: &BTreeMap<String, Vec<BTreeMap<String, Have>>>,
        skip: &dyn Fn(Option<&str>) -> bool,
    ) -> Truth {
        // `when` describes the server before it: the restart that it needs itself is none that was pending then.
        let as_before = |state: &Rc<State>| match state.boot {
            Boot::Due => Rc::new(State { boot: Boot::AsBefore, ..(**state).clone() }),
            _ => state.clone(),
        };
        let states: Vec<_> = states.iter().map(as_before).collect();
        let (states, state) = (&states[..], &states[server]);
        let fixed = self.fixed(advisory, server, state, &BTreeSet::new());
        if fixed == True {
            return False;
        }
        let asked = |dropped: &BTreeSet<String>, before: &BTreeMap<String, Have>| {
            let view = View { facts: self.facts, states, server, dropped, before };
            Self::affects(advisory, &view).and(Self::when(advisory, &view))
        };
        let applies = |id: Option<&String>, product: Option<&String>| {
            if let Some(snapshots) = id.and_then(|id| before.get(id)) {
                return Truth::any(snapshots.iter().map(|one| asked(&BTreeSet::new(), one)));
            }
            let mut dropped: BTreeSet<String> = product.into_iter().cloned().collect();
            if let Some(update) = id.and_then(|id| self.facts.updates.get(id)) {
                let brought = update.brings.iter().filter(|(_, brings)| **brings != Brings::Nothing);
                dropped.extend(brought.map(|(product, _)| product.clone()));
            }
            asked(&dropped, &BTreeMap::new())
        };
        let mut truth = False;
        let missing = |id: &str| Update {
            id: id.to_owned(),
            title: None,
            products: None,
            brings: BTreeMap::new(),
            restart: None,
            released: None,
            words: None,
            kinds: None,
            supersedes: BTreeSet::new(),
            repairs: BTreeSet::new(),
            exploited: false,
            revision: None,
        };
        for entry in list(&advisory.body["updates"]) {
            let id = normal_id(&text(entry).or_else(|| text(&entry["id"])).unwrap_or_default());
            if skip(Some(&id)) {
                continue;
            }
            let update = self.facts.updates.get(&id).cloned().unwrap_or_else(|| missing(&id));
            let there = self.facts.direct(server, state, &id).and(self.facts.replaced(server, state, &id).not());
            // Which release of an installed update it is nobody collects; before the day of the next one it was this.
            let first = |before: jiff::civil::Date| {
                let mut listed = self.world.servers[server].updates.iter().flatten();
                listed.any(|(one, on)| *one == id && on.is_some_and(|on| on < before))
            };
            let is_told = before.contains_key(&id) || entry["id"].is_null();
            let release = match day(&entry["released_before"]) {
                Some(before) if !is_told && first(before) => True,
                _ if is_told => self.entry_is(entry, &update),
                _ => Unknown,
            };
            truth = truth.or(release.and(there).and(applies(Some(&id), None)));
        }
        for entry in list(&advisory.body["builds"]) {
            let product = text(&entry["product"]).unwrap_or_default();
            let range = Range::read(&text(&entry["versions"]).unwrap_or_else(|| "*".to_owned()));
            let Some(have) = state.have.get(&product) else { continue };
            let within = have.there.and(Truth::agreed(have.alts.iter().map(|alt| alt.within(&range))));
            let bringing: Vec<_> =
                before.iter().filter(|(_, snapshots)| snapshots.iter().any(|one| one.contains_key(&product))).collect();
            if bringing.is_empty() && !skip(None) {
                truth = truth.or(within.and(applies(None, Some(&product))));
            }
            for (id, _) in bringing.into_iter().filter(|(id, _)| !skip(Some(id))) {
                truth = truth.or(within.and(applies(Some(id), None)));
            }
        }
        for entry in list(&advisory.body["kinds"]) {
            for (id, snapshots) in before.iter().filter(|(id, _)| !skip(Some(id))) {
                let Some(update) = self.facts.updates.get(id) else { continue };
                let is_kind = Truth::any(snapshots.iter().map(|one| {
                    let mut old = (**state).clone();
                    old.have.extend(one.clone());
                    self.kind_is(entry, update, &old)
                }));
                let there = self.facts.replaced(server, state, id).not();
                truth = truth.or(is_kind.and(there).and(applies(Some(id), None)));
            }
        }
        truth.and(fixed.not())
    }

    /// How true the condition of a hazard is on a server.
    pub(super) fn danger(&self, advisory: &Advisory, server: usize, states: &[Rc<State>]) -> Truth {
        let (dropped, before) = Self::none();
        let view = View { facts: self.facts, states, server, dropped: &dropped, before: &before };
        let fixed = self.fixed(advisory, server, &states[server], &BTreeSet::new());
        Self::affects(advisory, &view).and(Self::when(advisory, &view)).and(fixed.not())
    }

    // ---- waivers and selectors ----

    pub(super) fn is_waived(&self, server: usize, id: &str, rule: &str, advisory: Option<&str>, truth: Truth) -> bool {
        self.world.waivers.iter().any(|waiver| {
            let names = match (&waiver.advisory, &waiver.rule, advisory) {
                (Some(one), _, Some(advisory)) => one == advisory,
                (None, Some(one), Some(advisory)) => truth == Unknown && one.strip_prefix("unknown:") == Some(advisory),
                (None, Some(one), None) => one == rule,
                _ => false,
            };
            let update = waiver.updates.as_ref().is_none_or(|ids| ids.iter().any(|one| one == id));
            names && update && self.selects(&waiver.servers, server) == True
        })
    }

    /// Whether a selector means a server: all given must match.
    pub fn selects(&self, selector: &Value, server: usize) -> Truth {
        let host = &self.world.servers[server];
        let among = |words: &Value, own: &str| texts(words).iter().any(|word| fold(word) == fold(own));
        Truth::all(selector.as_object().into_iter().flatten().map(|(key, words)| match key.as_str() {
            "names" => Truth::of(texts(words).iter().any(|word| self.facts.named(word) == Some(server))),
            "groups" | "group" => match &host.groups {
                Some(groups) => Truth::of(groups.iter().any(|group| among(words, group))),
                None => Unknown,
            },
            "ring" => Truth::of(among(words, &self.ring_name(server))),
            "pool" => Truth::of(host.pool.as_ref().is_some_and(|pool| among(words, pool))),
            "site" => Truth::of(host.site.as_ref().is_none_or(|site| among(words, site))),
            "role" | "roles" => self.role_of(server, &texts(words)),
            _ => True,
        }))
    }

    pub(super) fn role_of(&self, server: usize, words: &[String]) -> Truth {
        let (dropped, before) = Self::none();
        View { facts: self.facts, states: &self.facts.base, server, dropped: &dropped, before: &before }.role(words)
    }

    // ---- rules of the policy ----

    pub(super) fn rings(&self) -> Vec<(String, i64)> {
        let rings = list(&self.world.policy["rings"]);
        if rings.is_empty() {
            return [("pilot", 0), ("broad", 7), ("critical", 14)]
                .map(|(name, days)| (name.to_owned(), days * 86_400))
                .into();
        }
        rings
            .iter()
            .map(|ring| (text(&ring["name"]).unwrap_or_default(), seconds(&ring["soak"]).unwrap_or(0)))
            .collect()
    }

    pub(super) fn ring(&self, server: usize) -> usize {
        let rings = self.rings();
        let own = self.world.servers[server].ring.as_ref();
        rings.iter().position(|(name, _)| own.is_some_and(|own| fold(own) == fold(name))).unwrap_or(rings.len() - 1)
    }

    pub(super) fn ring_name(&self, server: usize) -> String {
        self.rings()[self.ring(server)].0.clone()
    }

    /// What a wait for earlier rings is for this pair, as far as that does not depend on what is blocked.
    pub(super) fn wait_for_rings(&self, reason: &mut Reason, pair: usize, since: Timestamp) {
        let ring = self.ring(self.pairs[pair].server);
        let count = self.rings().len();
        if ring == 0 && count > 1 {
            reason.effect = Effect::Note;
            return;
        }
        if self.in_earlier_rings(pair).is_empty() {
            let until = plus(since, self.rings()[ring].1);
            if until > self.world.at {
                reason.until = Some(until);
                reason.ring = true;
            } else {
                reason.effect = Effect::Note;
            }
            return;
        }
        reason.ring = true;
    }

    /// Servers of earlier rings on which an update is pending (with the pair) or installed.
    pub(super) fn in_earlier_rings(&self, pair: usize) -> Vec<(usize, Option<usize>)> {
        let Pair { server, id, .. } = &self.pairs[pair];
        let earlier = (0..self.world.servers.len()).filter(|other| self.ring(*other) < self.ring(*server));
        earlier
            .filter_map(|other| match self.pair(other, id) {
                Some(pair) => Some((other, Some(pair))),
                None => (self.facts.installed(other, &self.facts.base[other], id) == True).then_some((other, None)),
            })
            .collect()
    }

    pub(super) fn pair(&self, server: usize, id: &str) -> Option<usize> {
        self.pairs.iter().position(|pair| pair.server == server && pair.id == id)
    }

    /// The reasons of a pair that no state changes, without times.
    pub(super) fn fixed_reasons(&self, pair: usize) -> Vec<Reason> {
        let mut reasons = self.notes[pair].clone();
        reasons.extend(self.hold(pair));
        reasons.extend(self.freshness(pair));
        reasons.extend(self.unassessed(pair));
        reasons.extend(self.pool_reason(pair));
        reasons.extend(self.forced.get(&pair).into_iter().flatten().cloned());
        reasons
    }

    pub(super) fn hold(&self, pair: usize) -> Option<Reason> {
        let policy = &self.world.policy["hold"];
        let built_in = json!([{"classification": ["preview", "upgrade", "driver"]}]);
        let holds = if policy.is_array() { list(policy) } else { list(&built_in) };
        let mut strongest: Option<Reason> = None;
        for hold in holds.iter().filter(|hold| end_moment(&hold["until"]).is_none_or(|end| self.world.at < end)) {
            let truth = self.hold_truth(hold, pair);
            if truth == False {
                continue;
            }
            let mut effect = if truth == True { Effect::Block } else { self.doubt("high") };
            if hold["trial"] == true {
                effect = Effect::Note;
            }
            let reason = self.rule(pair, "hold", effect, truth);
            if strongest.as_ref().is_none_or(|one| (one.effect, one.truth) < (reason.effect, reason.truth)) {
                strongest = Some(reason);
            }
        }
        strongest
    }

    pub(super) fn hold_truth(&self, hold: &Value, pair: usize) -> Truth {
        let update = self.update(pair);
        Truth::all(hold.as_object().into_iter().flatten().map(|(key, value)| match key.as_str() {
            "update" => Truth::of(texts(value).iter().any(|id| normal_id(id) == update.id)),
            "title" => {
                let pattern = text(value).unwrap_or_default().to_lowercase();
                Truth::maybe(update.title.as_ref().map(|title| glob(&pattern, &title.to_lowercase())))
            }
            "classification" => update.is_any(&texts(value)),
            "products" => Truth::any(texts(value).iter().map(|product| update.is_for(product))),
            "servers" => self.selects(value, self.pairs[pair].server),
            _ => True,
        }))
    }

    pub(super) fn freshness(&self, pair: usize) -> Option<Reason> {
        let policy = &self.world.policy["freshness"];
        let server = self.pairs[pair].server;
        let host = &self.world.servers[server];
        let age = |key: &str, days: i64| seconds(&policy[key]).unwrap_or(days * 86_400);
        let families: BTreeSet<_> =
            host.products.iter().flatten().filter_map(|(word, _)| self.world.family(word)).collect();
        let is_old = |family: &&str| {
            let known = self.world.coverage.get(*family).and_then(|days| days.1);
            known.is_none_or(|known| plus(dawn(known), age("advisories", 30)) < self.world.at)
        };
        let facts = host.collected_at.into_iter().chain(host.list_at.values().copied()).min();
        let stale =
            families.iter().any(is_old) || facts.is_some_and(|at| plus(at, age("inventory", 7)) < self.world.at);
        let effect = if policy["stale"] == "block" { Effect::Block } else { Effect::Note };
        stale.then(|| self.rule(pair, "freshness", effect, True))
    }

    pub(super) fn unassessed(&self, pair: usize) -> Option<Reason> {
        let update = self.update(pair);
        let Some(products) = &update.products else { return self.unassessed_as(pair, Unknown) };
        let truth = products.iter().map(|product| {
            let known = self.world.family(product).and_then(|family| self.world.coverage.get(family)?.0);
            match (known, update.released) {
                (None, _) | (_, None) => Unknown,
                (Some(known), Some(released)) => Truth::of(released > known),
            }
        });
        self.unassessed_as(pair, Truth::any(truth))
    }

    pub(super) fn unassessed_as(&self, pair: usize, truth: Truth) -> Option<Reason> {
        let called = match self.world.policy["unassessed"].as_str() {
            Some("block") => Effect::Block,
            Some("sequence") => Effect::Sequence,
            _ => Effect::Note,
        };
        let effect = if truth == Unknown { called.min(self.doubt("high")) } else { called };
        let mut reason = self.rule(pair, "unassessed", effect, truth);
        if effect == Effect::Sequence {
            let since = self.update(pair).released.map_or(self.world.at, dawn);
            self.wait_for_rings(&mut reason, pair, since);
        }
        (truth != False).then_some(reason)
    }

    /// How many members of a pool may be away, for one of its members.
    pub(super) fn allowance(&self, pool: &str) -> u64 {
        let members: Vec<_> = (0..self.world.servers.len())
            .filter(|one| self.world.servers[*one].pool.as_deref() == Some(pool))
            .collect();
        let size = members.len() as u64;
        let policy = &self.world.policy["pools"]["max_unavailable"];
        let allowed = if let Some(number) = policy.as_u64() {
            number
        } else if let Some(share) = text(&policy["share"]) {
            let percent: u64 = share.trim_end_matches('%').parse().unwrap_or(0);
            if percent == 0 { 0 } else { (size * percent / 100).max(1) }
        } else if let Some(table) = policy["table"].as_object() {
            let entries = table.iter().filter_map(|(key, value)| Some((key.parse::<u64>().ok()?, value.as_u64()?)));
            entries.filter(|(key, _)| *key <= size).max().map_or(1, |(_, value)| value)
        } else {
            1
        };
        let products = members.iter().flat_map(|member| self.facts.base[*member].have.iter());
        let limits = products
            .filter(|(_, have)| have.there == True)
            .filter_map(|(id, _)| self.world.product(id)?.max_unavailable);
        limits.fold(allowed, u64::min)
    }

    pub(super) fn pool_reason(&self, pair: usize) -> Option<Reason> {
        let server = self.pairs[pair].server;
        let pool = self.world.servers[server].pool.as_deref()?;
        if !self.update(pair).restarts() {
            return None;
        }
        if self.allowance(pool) == 0 {
            return Some(self.rule(pair, "pool", Effect::Block, True));
        }
        let members = self.world.servers.iter().filter(|one| one.pool.as_deref() == Some(pool)).count();
        (members == 1 && !self.world.complete).then(|| self.rule(pair, "pool", self.doubt("high"), Unknown))
    }

    /// Hurries these and no others.
    pub(super) fn hurry_only(&mut self, pairs: BTreeSet<usize>) {
        self.hurried = pairs;
    }

    /// The reasons that only the policy gives.
    pub(super) fn policy_reasons(&self, pair: usize) -> Vec<Reason> {
        let mut reasons: Vec<_> =
            self.hold(pair).into_iter().chain(self.freshness(pair)).chain(self.pool_reason(pair)).collect();
        reasons.extend(self.unassessed(pair).filter(|reason| reason.effect == Effect::Block));
        reasons.extend(self.times(pair, None).0);
        reasons
    }

    /// The pairs that an enforced order of roles puts before a pair, where no waiver silences it.
    pub(super) fn ordered_before(&self, pair: usize) -> Vec<usize> {
        let is_on = self.order_word() == "enforce" && !self.rule(pair, "order", Effect::Sequence, True).waived;
        let mut before = if is_on { self.before_in_order(pair) } else { Vec::new() };
        before.retain(|other| self.line(*other) <= self.line(pair));
        before
    }

    /// Soak and freeze.
    pub(super) fn times(&self, pair: usize, own: Option<Timestamp>) -> (Vec<Reason>, Option<Timestamp>) {
        let mut reasons: Vec<_> = self.soak(pair).into_iter().collect();
        let soaks =
            reasons.iter().filter(|one| !one.waived && one.effect == Effect::Sequence).filter_map(|one| one.until);
        let moment = soaks.chain(own).fold(self.world.at, Timestamp::max);
        let (end, freeze) = self.thaw(pair, moment);
        if let Some(is_waived) = freeze {
            let mut reason = Reason::of("freeze", Effect::Sequence, True);
            reason.until = Some(end);
            reason.waived = is_waived;
            reasons.push(reason);
        }
        let moment = if freeze == Some(false) { end } else { moment };
        (reasons, (moment > self.world.at).then_some(moment))
    }

    /// The end of the freezes into which a moment falls, and whether they are waived.
    pub(super) fn thaw(&self, pair: usize, from: Timestamp) -> (Timestamp, Option<bool>) {
        let is_waived = self.rule(pair, "freeze", Effect::Sequence, True).waived;
        let (mut at, mut fell) = (from, None);
        loop {
            let on = list(&self.world.policy["freeze"]).iter().find(|freeze| {
                let spared =
                    texts(&freeze["except"]).iter().any(|one| one == "expedited") && self.hurried.contains(&pair);
                let from = moment(&freeze["from"]).is_some_and(|from| from <= at);
                !spared && freeze["trial"] != true && from && end_moment(&freeze["to"]).is_some_and(|to| at < to)
            });
            let Some(end) = on.and_then(|freeze| end_moment(&freeze["to"])) else { return (at, fell) };
            (at, fell) = (end, Some(is_waived));
        }
    }

    pub(super) fn soak(&self, pair: usize) -> Option<Reason> {
        let update = self.update(pair);
        let policy = &self.world.policy["soak"];
        let excepts = json!([{"classification": ["definition"]}]);
        let excepts = if policy["except"].is_array() { list(&policy["except"]) } else { list(&excepts) };
        if excepts.iter().any(|except| self.hold_truth(except, pair) == True) {
            return None;
        }
        let mut length = self.rings()[self.ring(self.pairs[pair].server)].1;
        if self.hurried.contains(&pair) {
            length = length.min(seconds(&policy["expedited"]).unwrap_or(2 * 86_400));
        }
        if length == 0 {
            return None;
        }
        let mut since = update.released;
        if policy["count_from"] == "revision" && update.revision.is_some() {
            since = None;
        }
        if policy["repairs"] != "anew" {
            let repaired = update.repairs.iter().filter_map(|id| self.facts.updates.get(id)?.released).max();
            since = repaired.or(since);
        }
        let Some(since) = since else { return Some(self.rule(pair, "soak", self.doubt("high"), Unknown)) };
        let until = plus(dawn(since), length);
        let mut reason = self.rule(pair, "soak", Effect::Sequence, True);
        reason.until = Some(until);
        (until > self.world.at).then_some(reason)
    }

    // ---- what is wanted ----

    pub(super) fn severity(word: &str) -> usize {
        ["critical", "high", "medium", "low"].iter().position(|one| *one == word).unwrap_or(4)
    }

    /// The pairs of one server.
    pub(super) fn on(&self, server: usize) -> Vec<usize> {
        (0..self.pairs.len()).filter(|pair| self.pairs[*pair].server == server).collect()
    }

    /// All servers as collected, one of them with some updates more.
    pub(super) fn with_placed(&self, server: usize, ids: &[&str]) -> Vec<Rc<State>> {
        let mut states = self.facts.base.clone();
        let mut state = self.facts.placed(server, &ids.iter().map(|id| (*id).to_owned()).collect());
        state.boot = Boot::AsBefore;
        states[server] = Rc::new(state);
        states
    }

    pub(super) fn requires(&self, advisory: &Advisory, server: usize, states: &[Rc<State>]) -> Truth {
        let (dropped, before) = Self::none();
        View { facts: self.facts, states, server, dropped: &dropped, before: &before }.holds(&advisory.body["requires"])
    }

    /// How true it is that a `required` advisory asks for something on a server.
    pub(super) fn asks(&self, advisory: &Advisory, server: usize) -> Truth {
        let base = &self.facts.base;
        self.danger(advisory, server, base).and(self.requires(advisory, server, base).not())
    }

    pub(super) fn helps(&self, advisory: &Advisory, pair: usize) -> bool {
        let Pair { server, id, .. } = &self.pairs[pair];
        self.requires(advisory, *server, &self.with_placed(*server, &[id])) == True
    }

    /// Whether an update ends the exposure of its server: by fixing it, or by a build outside of the range.
    pub(super) fn ends(&self, advisory: &Advisory, pair: usize) -> bool {
        let Pair { server, id, .. } = &self.pairs[pair];
        let states = self.with_placed(*server, &[id]);
        if self.fixed(advisory, *server, &states[*server], &BTreeSet::new()) == True {
            return self.fixed(advisory, *server, &self.facts.base[*server], &BTreeSet::new()) != True;
        }
        let builds = list(&advisory.body["builds"]);
        let by_number = list(&advisory.body["updates"]).iter().any(|entry| {
            let id = normal_id(&text(entry).or_else(|| text(&entry["id"])).unwrap_or_default());
            let base = &self.facts.base[*server];
            self.facts.direct(*server, base, &id).and(self.facts.replaced(*server, base, &id).not()) != False
        });
        let outside = builds.iter().all(|entry| {
            let range = Range::read(&text(&entry["versions"]).unwrap_or_default());
            let Some(have) = states[*server].have.get(&text(&entry["product"]).unwrap_or_default()) else {
                return true;
            };
            have.there == False || have.alts.iter().all(|alt| alt.within(&range) == False)
        });
        !builds.is_empty() && !by_number && outside
    }

    pub(super) fn exposed(&self, advisory: &Advisory, server: usize) -> Truth {
        if advisory.kind != "known-bad" || !advisory.running || advisory.trial {
            return False;
        }
        self.exposure(advisory, server, &self.facts.base, &BTreeMap::new(), &|_| false)
    }

    /// Whether a waiver takes the hurry out of an advisory on a server.
    pub(super) fn is_calm(&self, advisory: &Advisory, server: usize, id: &str) -> bool {
        self.is_waived(server, id, &advisory.kind, Some(&advisory.id), True)
    }

    pub(super) fn holes(&self) -> Vec<Hole> {
        let policy = &self.world.policy["expedite"];
        let threshold =
            |key: &str, built_in: &str| Self::severity(&text(&policy[key]).unwrap_or_else(|| built_in.to_owned()));
        let mut holes = Vec::new();
        for server in 0..self.world.servers.len() {
            let pairs = self.on(server);
            for advisory in self.world.advisories.iter().filter(|one| !one.trial) {
                let severity = Self::severity(&advisory.severity);
                let uncalm =
                    || pairs.iter().copied().filter(|pair| !self.is_calm(advisory, server, &self.pairs[*pair].id));
                if advisory.kind == "required"
                    && severity <= threshold("required", "high")
                    && self.asks(advisory, server) == True
                {
                    holes.push(Hole { enders: uncalm().filter(|pair| self.helps(advisory, *pair)).collect() });
                }
                if severity <= threshold("exposed", "medium") && self.exposed(advisory, server) == True {
                    holes.push(Hole { enders: uncalm().filter(|pair| self.ends(advisory, *pair)).collect() });
                }
            }
            if policy["exploited"] != false {
                for hole in self.facts.updates.values().filter(|update| update.exploited) {
                    let is_open = self.facts.installed(server, &self.facts.base[server], &hole.id) == False;
                    let above = self.facts.above.get(&hole.id);
                    let ends =
                        |id: &String| *id == hole.id || (is_open && above.is_some_and(|above| above.contains(id)));
                    holes.push(Hole {
                        enders: pairs.iter().copied().filter(|pair| ends(&self.pairs[*pair].id)).collect(),
                    });
                }
            }
        }
        holes
    }

    /// Notes about what an update would end.
    pub(super) fn notes_of(&self, pair: usize) -> Vec<Reason> {
        let Pair { server, id, .. } = &self.pairs[pair];
        let mut notes = Vec::new();
        for advisory in self.world.advisories.iter() {
            let (rule, truth) = match advisory.kind.as_str() {
                "required" => ("required", self.asks(advisory, *server)),
                "known-bad" => ("exposed", self.exposed(advisory, *server)),
                _ => continue,
            };
            if truth == False
                || !(if rule == "required" { self.helps(advisory, pair) } else { self.ends(advisory, pair) })
            {
                continue;
            }
            let mut reason = Reason::of(rule, Effect::Note, truth);
            reason.advisory = Some(advisory.id.clone());
            reason.waived = self.is_waived(*server, id, rule, Some(&advisory.id), truth);
            notes.push(reason);
        }
        notes
    }

    pub(super) fn missing(&self) -> BTreeSet<(String, String)> {
        let mut missing = BTreeSet::new();
        for server in 0..self.world.servers.len() {
            let ids: Vec<_> = self.on(server).into_iter().map(|pair| self.pairs[pair].id.as_str()).collect();
            for advisory in self.world.advisories.iter().filter(|one| one.kind == "required" && !one.trial) {
                let can = (0..1_u64 << ids.len().min(8)).any(|part| {
                    let chosen: Vec<_> =
                        ids.iter().enumerate().filter(|(n, _)| part >> n & 1 == 1).map(|(_, id)| *id).collect();
                    self.requires(advisory, server, &self.with_placed(server, &chosen)) == True
                });
                if self.asks(advisory, server) == True && !can {
                    missing.insert((self.world.servers[server].name.clone(), advisory.id.clone()));
                }
            }
        }
        missing
    }

    pub(super) fn exposures(&self, wanted: Truth) -> BTreeSet<(String, String)> {
        let mut all = BTreeSet::new();
        for server in 0..self.world.servers.len() {
            for advisory in self.world.advisories.iter().filter(|one| self.exposed(one, server) == wanted) {
                all.insert((self.world.servers[server].name.clone(), advisory.id.clone()));
            }
        }
        all
    }

    // ---- the whole ----

    pub(super) fn clusters(&self) -> Vec<Vec<usize>> {
        let reads_others =
            self.world.advisories.iter().any(|advisory| advisory.body.to_string().contains("\"others\""));
        if reads_others {
            return vec![(0..self.pairs.len()).collect()];
        }
        (0..self.world.servers.len()).map(|server| self.on(server)).filter(|pairs| !pairs.is_empty()).collect()
    }

    pub(super) fn simulate(&self) -> Vec<Outcome> {
        let mut outcomes = vec![Outcome::default(); self.pairs.len()];
        for items in self.clusters() {
            let mut simulation = Simulation::new(self, items);
            simulation.run();
            simulation.tell(&mut outcomes);
        }
        outcomes
    }

    /// The whole decision.
    pub fn decide(mut self) -> Decision {
        let mut outcomes;
        loop {
            self.hurried.clear();
            let calm = self.simulate();
            self.hurried = self.hurry(&calm);
            outcomes = self.simulate();
            if self.force(&outcomes) {
                continue;
            }
            self.wait(&mut outcomes);
            let later: BTreeSet<_> = (0..outcomes.len()).filter(|pair| outcomes[*pair].turn).collect();
            if later.is_subset(&self.later) {
                break;
            }
            self.later.extend(later);
        }
        self.conclude(&mut outcomes);
        Decision {
            missing: self.missing(),
            exposed: self.exposures(True),
            perhaps: self.exposures(Unknown),
            unplaced: self.unplaced,
            pairs: self.pairs,
            outcomes,
        }
    }

    /// Which of the pairs that end something are hurried.
    pub(super) fn hurry(&self, calm: &[Outcome]) -> BTreeSet<usize> {
        let mut hurried = BTreeSet::new();
        for hole in self.holes() {
            let free: Vec<_> = hole.enders.iter().copied().filter(|pair| calm[*pair].round.is_some()).collect();
            let goes_now = |pair: &usize| {
                let one = &calm[*pair];
                let waits = one.reasons.iter().any(|reason| !reason.waived && (reason.steps || reason.ring));
                one.round == Some(0) && one.with.is_empty() && one.not_before.is_none() && !waits
            };
            if !free.iter().any(goes_now) {
                hurried.extend(free.into_iter().min_by_key(|pair| self.by_release(*pair)));
            }
        }
        hurried
    }

    pub(super) fn by_release(&self, pair: usize) -> (bool, Option<jiff::civil::Date>, String) {
        let released = self.update(pair).released;
        (released.is_none(), released, self.pairs[pair].id.clone())
    }

    /// What stands for a pair on its server: the newer one where it is superseded.
    pub(super) fn stands(outcomes: &[Outcome], pair: usize) -> usize {
        outcomes[pair].superseded.map_or(pair, |newer| Self::stands(outcomes, newer))
    }

    pub(super) fn is_wrong_product(outcome: &Outcome) -> bool {
        outcome.reasons.iter().any(|reason| reason.rule == "wrong-product" && reason.blocks())
    }

    /// Blocks what rings and order block; whether there was anything new.
    pub(super) fn force(&mut self, outcomes: &[Outcome]) -> bool {
        let mut new: BTreeMap<usize, Vec<Reason>> = BTreeMap::new();
        for pair in (0..self.pairs.len()).filter(|pair| outcomes[*pair].round.is_some()) {
            let waits_for_rings =
                outcomes[pair].reasons.iter().any(|one| one.ring && one.until.is_none() && !one.waived);
            let earlier = self.in_earlier_rings(pair);
            if waits_for_rings {
                let has = |one: &(usize, Option<usize>)| {
                    one.1.is_none_or(|other| outcomes[Self::stands(outcomes, other)].round.is_some())
                };
                if !earlier.iter().any(has) {
                    new.entry(pair).or_default().push(self.rule(pair, "ring", Effect::Block, Unknown));
                }
                let enforced = self.order_word() == "enforce";
                let opposed = |other: usize| {
                    self.before_in_order(other).contains(&pair)
                        && outcomes[Self::stands(outcomes, other)].round.is_some()
                };
                if enforced && earlier.iter().filter_map(|one| one.1).any(opposed) {
                    self.opposed.insert(pair);
                    new.entry(pair).or_default().push(self.rule(pair, "ring", Effect::Block, True));
                }
            }
            if self.order_word() == "enforce" {
                let blocked: Vec<_> = self
                    .before_in_order(pair)
                    .into_iter()
                    .map(|other| Self::stands(outcomes, other))
                    .filter(|other| outcomes[*other].round.is_none() && !Self::is_wrong_product(&outcomes[*other]))
                    .collect();
                if !blocked.is_empty() {
                    let unknown = blocked.iter().all(|other| Self::is_undecided(&outcomes[*other]));
                    let truth = if unknown { Unknown } else { True };
                    new.entry(pair).or_default().push(self.rule(pair, "order", Effect::Block, truth));
                }
            }
        }
        new.retain(|pair, reasons| !self.forced.contains_key(pair) && reasons.iter().any(Reason::blocks));
        let any = !new.is_empty();
        self.forced.extend(new);
        any
    }

    pub(super) fn is_undecided(outcome: &Outcome) -> bool {
        outcome.superseded.is_none()
            && outcome.reasons.iter().any(Reason::blocks)
            && outcome.reasons.iter().filter(|reason| reason.blocks()).all(|reason| reason.truth == Unknown)
    }

    pub(super) fn order_word(&self) -> String {
        text(&self.world.policy["order"]).unwrap_or_else(|| "enforce".to_owned())
    }

    /// The lowest place of a server in the order of roles of a product; none where it has no place or none is known.
    pub(super) fn rank(&self, server: usize, product: &str) -> Option<usize> {
        let order: Vec<_> = self.world.product(product)?.update_order.iter().map(|role| fold(role)).collect();
        let (known, _) = self.facts.roles[server].as_ref()?;
        order.iter().position(|role| known.contains(role))
    }

    /// The pairs of earlier roles that an update's order puts before a pair.
    pub(super) fn before_in_order(&self, pair: usize) -> Vec<usize> {
        let Pair { server, id, .. } = &self.pairs[pair];
        let update = self.update(pair);
        let others =
            (0..self.pairs.len()).filter(|other| self.pairs[*other].id == *id && self.pairs[*other].server != *server);
        others
            .filter(|other| {
                let other = self.pairs[*other].server;
                let (one, two) = (&self.world.servers[*server].site, &self.world.servers[other].site);
                let near = one.is_none() || two.is_none() || one == two;
                let has = |product: &String| {
                    let own =
                        |server: usize| self.facts.base[server].have.get(product).map_or(False, |have| have.there);
                    own(*server) != False && own(other) != False
                };
                near && update.products.iter().flatten().filter(|product| has(product)).any(|product| {
                    let last = self.world.product(product).map_or(0, |one| one.update_order.len());
                    let own =
                        if self.facts.roles[*server].is_none() { Some(last) } else { self.rank(*server, product) };
                    self.rank(other, product).zip(own).is_some_and(|(other, own)| other < own)
                })
            })
            .collect()
    }

    pub(super) fn line(&self, pair: usize) -> (usize, usize, String) {
        let server = self.pairs[pair].server;
        let ranks = self.update(pair).products.iter().flatten().filter_map(|product| self.rank(server, product));
        let unknown = if self.facts.roles[server].is_none() { usize::MAX } else { usize::MAX - 1 };
        (ranks.min().unwrap_or(unknown), self.ring(server), self.world.servers[server].name.clone())
    }

    /// Waits for rings, for order and for turns, one after another.
    pub(super) fn wait(&self, outcomes: &mut [Outcome]) {
        let mut along: Vec<_> = (0..self.pairs.len()).filter(|pair| outcomes[*pair].round.is_some()).collect();
        along.sort_by_key(|pair| (self.line(*pair), self.pairs[*pair].id.clone()));
        for pair in &along {
            self.wait_rings(*pair, outcomes);
        }
        for pair in &along {
            self.wait_order(*pair, outcomes);
        }
        for (members, allowed) in self.pools() {
            self.take_turns(&members, allowed, outcomes);
        }
        for pair in along {
            outcomes[pair].not_before = self.moment(pair, outcomes);
        }
    }

    pub(super) fn wait_rings(&self, pair: usize, outcomes: &mut [Outcome]) {
        if !outcomes[pair].reasons.iter().any(|one| one.ring && one.until.is_none() && !one.waived) {
            return;
        }
        let earlier = self.in_earlier_rings(pair).into_iter().filter_map(|one| one.1);
        let waits: BTreeSet<_> = earlier
            .map(|other| Self::stands(outcomes, other))
            .filter(|other| outcomes[*other].round.is_some())
            .collect();
        if waits.is_empty() {
            for reason in outcomes[pair].reasons.iter_mut().filter(|one| one.ring && one.until.is_none()) {
                (reason.effect, reason.ring) = (Effect::Note, false);
            }
        }
        outcomes[pair].after.extend(waits);
    }

    /// Whether a pair waits for another, by whatever way.
    pub(super) fn reaches(outcomes: &[Outcome], from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(one) = open.pop() {
            for next in outcomes[one].after.iter().chain(&outcomes[one].with) {
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        false
    }

    pub(super) fn wait_order(&self, pair: usize, outcomes: &mut [Outcome]) {
        let word = self.order_word();
        if word == "off" {
            return;
        }
        let before: BTreeSet<_> =
            self.before_in_order(pair).into_iter().filter(|other| !Self::is_wrong_product(&outcomes[*other])).collect();
        if before.is_empty() {
            return;
        }
        if word == "note" {
            outcomes[pair].reasons.push(self.rule(pair, "order", Effect::Note, True));
            return;
        }
        let reason = self.rule(pair, "order", Effect::Sequence, True);
        let is_waived = reason.waived;
        let mut waits = BTreeSet::new();
        for other in before {
            let stands = Self::stands(outcomes, other);
            let backwards = self.line(other) > self.line(pair);
            if outcomes[stands].round.is_some() && !backwards && !Self::reaches(outcomes, stands, pair) {
                waits.insert(stands);
            }
        }
        if !waits.is_empty() {
            outcomes[pair].reasons.push(reason);
            if !is_waived {
                outcomes[pair].after.extend(waits);
            }
        }
    }

    /// All that is taken as a pool, with its allowance.
    pub(super) fn pools(&self) -> Vec<(BTreeSet<usize>, u64)> {
        let servers = 0..self.world.servers.len();
        let names: BTreeSet<_> = self.world.servers.iter().filter_map(|server| server.pool.clone()).collect();
        let mut pools: Vec<(BTreeSet<usize>, u64)> = names
            .into_iter()
            .map(|name| {
                let members =
                    servers.clone().filter(|one| self.world.servers[*one].pool.as_ref() == Some(&name)).collect();
                (members, self.allowance(&name))
            })
            .collect();
        for group in list(&self.world.policy["not_together"]) {
            let members = servers
                .clone()
                .filter(|one| list(group).iter().any(|part| self.selects(part, *one) != False))
                .collect();
            pools.push((members, 1));
        }
        for rule in list(&self.world.policy["one_at_a_time"]) {
            let matching = servers.clone().filter(|one| self.selects(rule, *one) != False).collect::<Vec<_>>();
            let sites: BTreeSet<_> = matching.iter().filter_map(|one| self.world.servers[*one].site.clone()).collect();
            if rule["per"] == "site" && !sites.is_empty() {
                for site in sites {
                    let here = matching
                        .iter()
                        .copied()
                        .filter(|one| self.world.servers[*one].site.as_ref().is_none_or(|own| *own == site));
                    pools.push((here.collect(), 1));
                }
            } else {
                pools.push((matching.into_iter().collect(), 1));
            }
        }
        pools.retain(|(members, _)| members.len() > 1);
        pools
    }

    pub(super) fn take_turns(&self, members: &BTreeSet<usize>, allowed: u64, outcomes: &mut [Outcome]) {
        let goes = |pair: &usize| {
            members.contains(&self.pairs[*pair].server)
                && outcomes[*pair].round.is_some()
                && self.update(*pair).restarts()
                && !self.rule(*pair, "pool", Effect::Sequence, True).waived
        };
        let pairs: Vec<_> = (0..self.pairs.len()).filter(goes).collect();
        let is_due = |server: usize| self.world.servers[server].reboot_pending == Some(true);
        let mut units: BTreeMap<Turn, Vec<usize>> = BTreeMap::new();
        for pair in &pairs {
            let server = self.pairs[*pair].server;
            let own = pairs.iter().filter(|other| self.pairs[**other].server == server);
            let line = own.map(|pair| self.line(*pair)).min().expect("its own line");
            let key =
                (!is_due(server), self.waits_for_steps(*pair, outcomes), self.moment(*pair, outcomes), line, server);
            units.entry(key).or_default().push(*pair);
        }
        // Nobody goes before a member whose restart is due, and nothing pending restarts it: a person does.
        let is_idle = |one: &usize| is_due(*one) && !pairs.iter().any(|pair| self.pairs[*pair].server == *one);
        if members.iter().any(is_idle) {
            for pair in &pairs {
                outcomes[*pair].reasons.push(Reason::of("pool", Effect::Sequence, True));
                outcomes[*pair].turn = true;
            }
        }
        self.fill_turns(units.into_values().collect(), allowed.max(1), outcomes);
    }

    pub(super) fn fill_turns(&self, mut units: Vec<Vec<usize>>, slots: u64, outcomes: &mut [Outcome]) {
        let mut previous: Vec<usize> = Vec::new();
        while !units.is_empty() {
            let server = |unit: &Vec<usize>| self.pairs[unit[0]].server;
            let mut batch: Vec<usize> = Vec::new();
            for (place, unit) in units.iter().enumerate() {
                let waits = units.iter().enumerate().any(|(other, pairs)| {
                    other != place && unit.iter().any(|pair| pairs.iter().any(|to| Self::reaches(outcomes, *pair, *to)))
                });
                let again = batch.iter().any(|taken| server(&units[*taken]) == server(unit));
                if !waits && !again && (batch.len() as u64) < slots {
                    batch.push(place);
                }
            }
            if batch.is_empty() {
                batch.push(0);
            }
            let taken: Vec<_> = batch.iter().flat_map(|place| units[*place].clone()).collect();
            for pair in &taken {
                if !previous.is_empty() {
                    outcomes[*pair].after.extend(previous.iter().filter(|other| *other != pair));
                    if !outcomes[*pair].turn {
                        outcomes[*pair].reasons.push(Reason::of("pool", Effect::Sequence, True));
                    }
                    outcomes[*pair].turn = true;
                }
            }
            let mut place = 0;
            units.retain(|_| {
                place += 1;
                !batch.contains(&(place - 1))
            });
            previous = taken;
        }
    }

    pub(super) fn waits_for_steps(&self, pair: usize, outcomes: &[Outcome]) -> bool {
        let mut all = vec![pair];
        all.extend((0..outcomes.len()).filter(|other| Self::reaches(outcomes, pair, *other)));
        all.iter().any(|one| outcomes[*one].reasons.iter().any(|reason| reason.steps && !reason.waived))
    }

    /// The latest of its own moment and of all that it waits for; in a freeze, its end.
    pub(super) fn moment(&self, pair: usize, outcomes: &[Outcome]) -> Option<Timestamp> {
        self.moment_of(pair, outcomes, &mut BTreeSet::new())
    }

    pub(super) fn moment_of(&self, pair: usize, outcomes: &[Outcome], seen: &mut BTreeSet<usize>) -> Option<Timestamp> {
        if !seen.insert(pair) {
            return None;
        }
        let waits = outcomes[pair].after.iter().chain(&outcomes[pair].with);
        let latest = waits.filter_map(|other| self.moment_of(*other, outcomes, &mut seen.clone())).max();
        let latest = latest.max(self.times(pair, self.ring_until(&outcomes[pair])).1)?;
        let (end, fell) = self.thaw(pair, latest);
        Some(if fell == Some(false) { end } else { latest })
    }

    pub(super) fn ring_until(&self, outcome: &Outcome) -> Option<Timestamp> {
        outcome.reasons.iter().filter(|one| one.ring && !one.waived).filter_map(|one| one.until).max()
    }

    pub(super) fn conclude(&self, outcomes: &mut [Outcome]) {
        for (pair, outcome) in outcomes.iter_mut().enumerate() {
            outcome.expedited = self.hurried.contains(&pair) && outcome.round.is_some();
            let waits = outcome.reasons.iter().any(|one| one.effect == Effect::Sequence && !one.waived);
            let plain = outcome.round == Some(0)
                && outcome.after.is_empty()
                && outcome.with.is_empty()
                && outcome.not_before.is_none();
            outcome.verdict = match outcome.round {
                None => "block",
                Some(_) if plain && !waits => "approve",
                Some(_) => "sequence",
            };
            outcome.undecided = outcome.round.is_none() && Self::is_undecided(outcome);
            let wants =
                |one: &Reason| matches!(one.rule.as_str(), "required" | "exposed") && one.truth == True && !one.waived;
            let is_blocked =
                outcome.round.is_none() && outcome.reasons.iter().any(|one| one.rule != "superseded" && one.blocks());
            outcome.conflict = is_blocked && (outcome.reasons.iter().any(wants) || self.opposed.contains(&pair));
            outcome.reasons.sort_by_key(|one| (one.advisory.clone(), one.rule.clone()));
        }
    }
}

/// Which updates are evaluated on which servers, and which are placed nowhere.
fn pairs(facts: &Facts) -> (Vec<Pair>, BTreeSet<String>) {
    let world = facts.world;
    let mut pairs = Vec::new();
    let mut unplaced = BTreeSet::new();
    for pending in world.pending.iter() {
        let update = &facts.updates[&pending.id];
        let may_have = |server: usize| match &update.products {
            Some(products) => {
                Truth::any(products.iter().map(|one| facts.base[server].have.get(one).map_or(False, |have| have.there)))
            }
            None => Unknown,
        };
        let mut reached = BTreeSet::new();
        match &pending.offered_to {
            Some(words) => {
                for word in words {
                    if let Some(server) = facts.named(word) {
                        reached.insert(server);
                        continue;
                    }
                    let member = |server: &usize| {
                        let groups = &world.servers[*server].groups;
                        groups.as_ref().is_none_or(|groups| groups.iter().any(|group| fold(group) == fold(word)))
                    };
                    let members: Vec<_> = (0..world.servers.len()).filter(member).collect();
                    let all_known = world.complete && world.servers.iter().all(|server| server.groups.is_some());
                    if members.is_empty() && !all_known {
                        unplaced.insert(pending.id.clone());
                    }
                    reached.extend(members.into_iter().filter(|server| may_have(*server) != False));
                }
            }
            None if update.products.is_none() => drop(unplaced.insert(pending.id.clone())),
            None => {
                for server in 0..world.servers.len() {
                    match may_have(server) {
                        True => drop(reached.insert(server)),
                        Unknown if facts.installed(server, &facts.base[server], &pending.id) != True => {
                            unplaced.insert(pending.id.clone());
                        }
                        _ => {}
                    }
                }
            }
        }
        for server in reached {
            if facts.installed(server, &facts.base[server], &pending.id) != True {
                pairs.push(Pair { server, id: pending.id.clone() });
            }
        }
    }
    pairs.sort_by(|one, other| (one.server, &one.id).cmp(&(other.server, &other.id)));
    (pairs, unplaced)
}

/// The own decision as a document, as far as it is compared.
pub fn document(inputs: &Inputs, decision: &Decision) -> Value {
    let world = World::read(inputs);
    let name = |pair: usize| {
        let one = &decision.pairs[pair];
        json!({"server": world.servers[one.server].name, "update": one.id})
    };
    let decisions: Vec<_> = decision.outcomes.iter().enumerate().map(|(pair, outcome)| {
        let reasons: Vec<_> = outcome.reasons.iter().map(|reason| json!({
            "rule": reason.rule, "advisory": reason.advisory, "effect": reason.effect.word(), "truth": reason.truth.word(),
            "waived": if reason.waived { json!({"by": "a waiver"}) } else { Value::Null },
        })).collect();
        let mut one = name(pair);
        one["verdict"] = json!(outcome.verdict);
        one["undecided"] = json!(outcome.undecided);
        one["conflict"] = json!(outcome.conflict);
        one["expedited"] = json!(outcome.expedited);
        one["round"] = json!(outcome.round);
        one["after"] = outcome.after.iter().map(|other| name(*other)).collect();
        one["with"] = outcome.with.iter().map(|other| name(*other)).collect();
        one["not_before"] = outcome.not_before.map_or(Value::Null, |at| json!(at.to_string()));
        one["reasons"] = json!(reasons);
        one
    }).collect();
    let listed = |set: &BTreeSet<(String, String)>, truth: &str| -> Vec<Value> {
        set.iter().map(|(server, advisory)| json!({"server": server, "advisory": advisory, "truth": truth})).collect()
    };
    let exposed = [listed(&decision.exposed, "true"), listed(&decision.perhaps, "unknown")].concat();
    let count = |test: &dyn Fn(&Outcome) -> bool| decision.outcomes.iter().filter(|one| test(one)).count();
    let has = |outcome: &Outcome, rule: &str| outcome.reasons.iter().any(|one| one.rule == rule);
    json!({
        "decisions": decisions,
        "missing": listed(&decision.missing, "true"),
        "exposed": exposed,
        "unplaced": decision.unplaced,
        "batches": [],
        "summary": {
            "pairs": decision.pairs.len(),
            "approve": count(&|one| one.verdict == "approve"),
            "sequence": count(&|one| one.verdict == "sequence"),
            "block": count(&|one| one.verdict == "block" && one.superseded.is_none()),
            "superseded": count(&|one| one.superseded.is_some()),
            "undecided": count(&|one| one.undecided),
            "conflict": count(&|one| one.conflict),
            "unassessed": count(&|one| has(one, "unassessed")),
        },
    })
}

/// A moment that a value names, used by what checks documents.
pub fn moment_of(value: &Value) -> Option<Timestamp> {
    moment(value)
}
