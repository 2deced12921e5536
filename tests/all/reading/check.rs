//! Whether a decision document says what this reading says, and whether what it lets through is safe whatever this reading says.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::completions::{Dice, Words};
use super::decide::{Decider, Effect, Pair, decide, document, moment_of};
use super::facts::Truth::{False, True, Unknown};
use super::facts::{Boot, Brings, Facts, Have, State, Truth};
use super::rounds::{each, parts};
use super::world::{Advisory, Inputs, Server, World, list, normal_id, text, texts};

type Name = (String, String);

/// All differences between a document and the own decision, a line each.
pub fn compare(inputs: &Inputs, document: &Value) -> Result<(), String> {
    let own = self::document(inputs, &decide(inputs));
    let mut lines = Vec::new();
    let (mine, theirs) = (by_name(&own), by_name(document));
    let names: BTreeSet<_> = mine.keys().chain(theirs.keys()).collect();
    for name in names {
        match (mine.get(name), theirs.get(name)) {
            (Some(one), Some(other)) => compare_pair(name, (&own, one), (document, other), &mut lines),
            (Some(_), None) => lines.push(format!("pair: {name:?}: only the reading has it")),
            _ => lines.push(format!("pair: {name:?}: only the document has it")),
        }
    }
    for key in ["missing", "exposed"] {
        let listed = |value: &Value| -> BTreeSet<Name> {
            let certain =
                list(&value[key]).iter().filter(|one| one["truth"].as_str().is_none_or(|truth| truth == "true"));
            certain.filter_map(|one| Some((text(&one["server"])?, text(&one["advisory"])?))).collect()
        };
        differ(key, "", &listed(&own), &listed(document), &mut lines);
    }
    differ("unplaced", "", &unplaced(&own), &unplaced(document), &mut lines);
    // Doubt whether anybody has looked at an update is told only where it does something.
    let counts = own["summary"].as_object().into_iter().flatten().filter(|(key, _)| *key != "unassessed");
    for (key, value) in counts {
        let other = document["summary"][key].as_u64().unwrap_or(0);
        differ("summary", key, &value.as_u64().unwrap_or(0), &other, &mut lines);
    }
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
}

fn unplaced(document: &Value) -> BTreeSet<String> {
    let id =
        |one: &Value| text(one).or_else(|| text(&one["update"])).or_else(|| text(&one["id"])).map(|id| normal_id(&id));
    list(&document["unplaced"]).iter().filter_map(id).collect()
}

fn by_name(document: &Value) -> BTreeMap<Name, Value> {
    let name = |one: &Value| Some((text(&one["server"])?, text(&one["update"])?));
    list(&document["decisions"]).iter().filter_map(|one| Some((name(one)?, one.clone()))).collect()
}

fn differ<T: PartialEq + std::fmt::Debug>(what: &str, whose: &str, own: &T, other: &T, lines: &mut Vec<String>) {
    if own != other {
        lines.push(format!("{what}: {whose}: the reading says {own:?}, the document {other:?}"));
    }
}

fn compare_pair(
    name: &Name,
    (own, one): (&Value, &Value),
    (document, other): (&Value, &Value),
    lines: &mut Vec<String>,
) {
    let whose = format!("{} {}", name.0, name.1);
    let strictness = |verdict: &Value| ["approve", "sequence", "block"].iter().position(|one| verdict == one);
    let is_milder = strictness(&other["verdict"]) < strictness(&one["verdict"]);
    let word = if is_milder { "milder" } else { "stricter" };
    differ(word, &whose, &text(&one["verdict"]), &text(&other["verdict"]), lines);
    for key in ["undecided", "conflict", "expedited"] {
        differ(key, &whose, &one[key].as_bool().unwrap_or(false), &other[key].as_bool().unwrap_or(false), lines);
    }
    differ("after", &whose, &waited_for(own, name), &waited_for(document, name), lines);
    // The reading counts the rounds of one server, the document also those that other servers make it wait for. What goes
    // with another may as well go after it.
    let is_alone = list(&one["with"]).is_empty() && list(&other["with"]).is_empty();
    if is_alone && waited_for(document, name).iter().all(|(server, _)| *server == name.0) {
        differ("round", &whose, &one["round"].as_u64(), &other["round"].as_u64(), lines);
    }
    differ("not_before", &whose, &moment_of(&one["not_before"]), &moment_of(&other["not_before"]), lines);
    let (mine, theirs) = (reasons(one), reasons(other));
    for key in mine.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
        let (mine, theirs) = (mine.get(key), theirs.get(key));
        // What does not stop it may be told or not.
        let stops = |reason: &Option<&(String, String, bool)>| reason.is_some_and(|(effect, ..)| effect == "block");
        if mine != theirs && (stops(&mine) || stops(&theirs)) {
            lines.push(format!(
                "reason {}: {whose}: {}: the reading says {mine:?}, the document {theirs:?}",
                key.0, key.1
            ));
        }
    }
}

/// Everything on other servers that a pair goes after, also through other pairs: how much of it is named may differ. What of its
/// own server it waits for is judged by whether it is safe.
fn waited_for(document: &Value, name: &Name) -> BTreeSet<Name> {
    let pairs = by_name(document);
    let (mut found, mut open) = (BTreeSet::new(), vec![name.clone()]);
    while let Some(one) = open.pop() {
        let Some(pair) = pairs.get(&one) else { continue };
        let own = ["after", "with"].iter().flat_map(|key| named(document, &pair[*key]));
        open.extend(own.filter(|other| found.insert(other.clone())));
    }
    found.retain(|other| other.0 != name.0);
    found
}

/// The pairs that `after` or `with` names; a batch is all its servers.
fn named(document: &Value, value: &Value) -> BTreeSet<Name> {
    let mut all = BTreeSet::new();
    for one in list(value) {
        if let Some(server) = text(&one["server"]) {
            all.insert((server, text(&one["update"]).unwrap_or_default()));
        }
        let batches =
            list(&document["batches"]).iter().filter(|batch| one["batch"].is_string() && batch["id"] == one["batch"]);
        for batch in batches {
            let update = text(&batch["update"]).unwrap_or_default();
            all.extend(texts(&batch["servers"]).into_iter().map(|server| (server, update.clone())));
        }
    }
    all
}

/// By rule and advisory: effect, truth and whether it is waived, the strongest of each.
fn reasons(decision: &Value) -> BTreeMap<Name, (String, String, bool)> {
    let mut all: BTreeMap<Name, (String, String, bool)> = BTreeMap::new();
    for reason in list(&decision["reasons"]) {
        let key = (text(&reason["rule"]).unwrap_or_default(), text(&reason["advisory"]).unwrap_or_default());
        let truth = match &reason["truth"] {
            Value::Bool(truth) => truth.to_string(),
            other => text(other).unwrap_or_default(),
        };
        let value = (text(&reason["effect"]).unwrap_or_default(), truth, !reason["waived"].is_null());
        let strength = |one: &(String, String, bool)| {
            (["note", "sequence", "block"].iter().position(|word| *word == one.0), one.1 == "true")
        };
        match all.get(&key) {
            Some(one) if strength(one) >= strength(&value) => {}
            _ => drop(all.insert(key, value)),
        }
    }
    all
}

/// What a document lets through.
struct Passed {
    pair: Pair,
    name: Name,
    value: Value,
    after: BTreeSet<Name>,
    with: BTreeSet<Name>,
    round: u64,
}

/// Everything in a document that is not safe, a line each.
pub fn safe(inputs: &Inputs, document: &Value) -> Result<(), String> {
    let world = World::read(inputs);
    let facts = Facts::new(&world);
    let mut lines = Vec::new();
    let passed = passed(&world, document);
    shapes(document, &passed, &mut lines);
    circles(&passed, &mut lines);
    let pairs: Vec<_> = passed.iter().map(|one| one.pair.clone()).collect();
    let decider = Decider::with_pairs(&facts, pairs.clone());
    pools(&decider, &passed, &mut lines);
    doubts(&facts, document, &mut lines);
    rules(&facts, &pairs, &passed, &mut lines);
    let joint = world.advisories.iter().any(|one| one.body.to_string().contains("\"others\"")) && passed.len() <= 9;
    let groups: Vec<Vec<usize>> = if joint {
        vec![(0..world.servers.len()).collect()]
    } else {
        (0..world.servers.len()).map(|server| vec![server]).collect()
    };
    for servers in groups {
        let items: Vec<_> = (0..passed.len()).filter(|one| servers.contains(&passed[*one].pair.server)).collect();
        if !items.is_empty() {
            parts_are_safe(&decider, &servers, &items, &passed, &mut lines);
        }
    }
    lines.sort();
    lines.dedup();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
}

fn passed(world: &World, document: &Value) -> Vec<Passed> {
    let one = |(name, value): (Name, Value)| {
        let server = world.servers.iter().position(|server| server.name.eq_ignore_ascii_case(&name.0))?;
        world.pending.iter().find(|pending| pending.id == name.1)?;
        let is_in = value["verdict"] != "block";
        is_in.then(|| Passed {
            pair: Pair { server, id: name.1.clone() },
            after: named(document, &value["after"]),
            with: named(document, &value["with"]),
            round: value["round"].as_u64().unwrap_or(0),
            name,
            value,
        })
    };
    by_name(document).into_iter().filter_map(one).collect()
}

/// `approve` means round 0, nothing in after or with, no time, no steps; what is blocked has no round.
fn shapes(document: &Value, passed: &[Passed], lines: &mut Vec<String>) {
    for (name, value) in by_name(document) {
        let sequenced = list(&value["reasons"]).iter().any(|one| one["waived"].is_null() && one["effect"] != "note");
        let plain = value["round"] == 0
            && list(&value["after"]).is_empty()
            && list(&value["with"]).is_empty()
            && value["not_before"].is_null();
        if value["verdict"] == "approve" && (sequenced || !plain) {
            lines.push(format!("shape: {name:?} is approved and waits for something"));
        }
        if value["verdict"] == "sequence" && plain && !sequenced {
            lines.push(format!("shape: {name:?} is sequenced and waits for nothing"));
        }
        if value["verdict"] == "block" && !value["round"].is_null() {
            lines.push(format!("shape: {name:?} is blocked and has a round"));
        }
        let blocks = list(&value["reasons"]).iter().any(|one| one["waived"].is_null() && one["effect"] == "block");
        if blocks != (value["verdict"] == "block") {
            lines.push(format!("shape: {name:?} and its reasons do not agree"));
        }
    }
    let names: BTreeSet<_> = passed.iter().map(|one| &one.name).collect();
    for one in passed {
        for other in one.after.iter().chain(&one.with).filter(|other| !names.contains(other)) {
            lines.push(format!("shape: {:?} waits for {other:?}, which is blocked", one.name));
        }
    }
}

fn reaches(passed: &[Passed], from: &Name, to: &Name) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(name) = open.pop() {
        let Some(one) = passed.iter().find(|one| one.name == name) else { continue };
        for next in one.after.iter().chain(&one.with) {
            if next == to {
                return true;
            }
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    false
}

fn circles(passed: &[Passed], lines: &mut Vec<String>) {
    for one in passed {
        for other in &one.after {
            if other == &one.name || reaches(passed, other, &one.name) {
                lines.push(format!("circle: {:?} waits for {other:?}, which waits for it", one.name));
            }
        }
    }
}

/// No more members of a pool may be away at once than its allowance.
fn pools(decider: &Decider, passed: &[Passed], lines: &mut Vec<String>) {
    for (members, allowed) in decider.pools() {
        let restarts = |one: &&Passed| {
            let waived = decider.is_waived(one.pair.server, &one.pair.id, "pool", None, True);
            members.contains(&one.pair.server) && decider.facts.updates[&one.pair.id].restarts() && !waived
        };
        let away: Vec<_> = passed.iter().filter(restarts).collect();
        let due = |server: usize| decider.world.servers[server].reboot_pending == Some(true);
        let is_idle = |one: &usize| due(*one) && !away.iter().any(|other| other.pair.server == *one);
        let is_blocked = members.iter().any(is_idle) || allowed == 0;
        for one in away.iter().filter(|one| is_blocked && one.value["verdict"] == "approve") {
            lines.push(format!("pool: {:?} is approved while nobody may be away", one.name));
        }
        if allowed > 0 && together(passed, &away, &mut Vec::new(), allowed as usize) {
            lines.push(format!("pool: of {members:?} more than {allowed} may be away at once"));
        }
    }
}

/// Whether more servers than allowed may be away at once: pairs of different servers none of which waits for another.
fn together<'p>(all: &[Passed], left: &[&'p Passed], chosen: &mut Vec<&'p Passed>, allowed: usize) -> bool {
    if chosen.len() > allowed {
        return true;
    }
    left.iter().enumerate().any(|(place, next)| {
        let apart = chosen.iter().all(|one| {
            one.pair.server != next.pair.server
                && !reaches(all, &one.name, &next.name)
                && !reaches(all, &next.name, &one.name)
        });
        if !apart {
            return false;
        }
        chosen.push(next);
        let found = together(all, &left[place + 1..], chosen, allowed);
        chosen.pop();
        found
    })
}

/// What the policy holds, freezes or soaks does not go now, and roles go in their order.
fn rules(facts: &Facts, pairs: &[Pair], passed: &[Passed], lines: &mut Vec<String>) {
    let mut decider = Decider::with_pairs(facts, pairs.to_vec());
    decider.hurry_only((0..passed.len()).filter(|pair| passed[*pair].value["expedited"] == true).collect());
    for (pair, one) in passed.iter().enumerate() {
        let allowed = if one.value["verdict"] == "approve" { Effect::Note } else { Effect::Sequence };
        for reason in decider.policy_reasons(pair).iter().filter(|reason| !reason.waived && reason.effect > allowed) {
            lines.push(format!("policy: {:?} goes in spite of {}", one.name, reason.rule));
        }
        for other in decider.ordered_before(pair) {
            let (first, this) = (&passed[other].name, &one.name);
            if !reaches(passed, this, first) && !reaches(passed, first, this) {
                lines.push(format!("order: {this:?} does not wait for {first:?}"));
            }
        }
    }
}

/// Doubt is no harsher than certainty, and hurries nothing.
fn doubts(facts: &Facts, document: &Value, lines: &mut Vec<String>) {
    let decider = Decider::new(facts);
    let holes = decider.holes();
    let effect = |word: &Value| match word.as_str() {
        Some("block") => Effect::Block,
        Some("sequence") => Effect::Sequence,
        _ => Effect::Note,
    };
    for (name, value) in by_name(document) {
        for reason in list(&value["reasons"]).iter().filter(|one| one["truth"] == "unknown") {
            let id = text(&reason["advisory"]);
            let Some(advisory) = facts.world.advisories.iter().find(|one| Some(&one.id) == id.as_ref()) else {
                continue;
            };
            if effect(&reason["effect"]) > decider.called(advisory).0
                && reason["rule"] != "ring"
                && reason["rule"] != "order"
            {
                lines.push(format!("doubt: {name:?}: {} calls for more under doubt than when it is true", advisory.id));
            }
        }
        let pair =
            decider.pairs.iter().position(|pair| facts.world.servers[pair.server].name == name.0 && pair.id == name.1);
        let wanted = pair.is_some_and(|pair| holes.iter().any(|hole| hole.enders.contains(&pair)));
        if value["expedited"] == true && !wanted {
            lines.push(format!("doubt: {name:?} is hurried by nothing that is certain"));
        }
    }
}

/// Every part of what passes on some servers, in completions of what is not known.
fn parts_are_safe(decider: &Decider, servers: &[usize], items: &[usize], passed: &[Passed], lines: &mut Vec<String>) {
    let world = decider.world;
    let words = Words::of(world);
    let mut seen: Vec<Vec<Server>> = Vec::new();
    let mut dice = Dice(7);
    for _ in 0..24 {
        let mut complete = world.clone();
        for server in servers {
            words.complete(&mut complete.servers[*server], decider.facts, *server, &mut dice);
        }
        let mut facts = Facts::like(decider.facts, &complete, servers);
        let mut open = false;
        for server in servers {
            open |= words.settle(&mut facts, decider.facts, *server, &mut dice);
        }
        let picked: Vec<_> = servers.iter().map(|server| complete.servers[*server].clone()).collect();
        let known = |other: &Vec<Server>| format!("{other:?}") == format!("{picked:?}");
        if !open && seen.iter().any(known) {
            continue;
        }
        seen.push(picked);
        let real = Decider::with_pairs(&facts, passed.iter().map(|one| one.pair.clone()).collect());
        one_world(decider, &real, items, passed, lines);
    }
}

/// All parts in one world in which facts are known.
fn one_world(doubtful: &Decider, real: &Decider, items: &[usize], passed: &[Passed], lines: &mut Vec<String>) {
    let mask = |names: &BTreeSet<Name>| {
        (0..items.len())
            .filter(|bit| names.contains(&passed[items[*bit]].name))
            .fold(0_u64, |mask, bit| mask | 1 << bit)
    };
    let after: Vec<_> = items.iter().map(|one| mask(&passed[*one].after)).collect();
    let with: Vec<_> = items.iter().map(|one| mask(&passed[*one].with)).collect();
    let all = (1_u64 << items.len()) - 1;
    let world = Parts { items, passed, after: &after };
    for part in parts(all) {
        let closed = each(part).all(|bit| (after[bit] | with[bit]) & !part == 0);
        if closed && part != 0 {
            world.harms(doubtful, real, part, lines);
        }
        for bit in (0..items.len()).filter(|bit| part >> bit & 1 == 0 && after[*bit] & !part == 0) {
            let coming = part | 1 << bit | with[bit];
            if each(part).all(|one| after[one] & !part == 0 && with[one] & !coming == 0) {
                world.pending(doubtful, real, part, bit, with[bit], lines);
            }
        }
    }
}

struct Parts<'p> {
    items: &'p [usize],
    passed: &'p [Passed],
    after: &'p [u64],
}

impl Parts<'_> {
    fn ids(&self, part: u64, server: usize) -> BTreeSet<String> {
        each(part)
            .map(|bit| &self.passed[self.items[bit]].pair)
            .filter(|pair| pair.server == server)
            .map(|pair| pair.id.clone())
            .collect()
    }

    /// The servers after a part, with restarts due or done.
    fn states(&self, decider: &Decider, part: u64) -> Vec<Vec<Rc<State>>> {
        let mut due = decider.facts.base.clone();
        for server in each(part).map(|bit| self.passed[self.items[bit]].pair.server).collect::<BTreeSet<_>>() {
            due[server] = Rc::new(decider.facts.placed(server, &self.ids(part, server)));
        }
        let done = |state: &Rc<State>| {
            if state.boot == Boot::Due {
                Rc::new(State { boot: Boot::Done, ..(**state).clone() })
            } else {
                state.clone()
            }
        };
        let done: Vec<_> = due.iter().map(done).collect();
        vec![due, done]
    }

    fn text(&self, part: u64) -> String {
        each(part)
            .map(|bit| format!("{}/{}", self.passed[self.items[bit]].name.0, self.passed[self.items[bit]].name.1))
            .collect::<Vec<_>>()
            .join(" + ")
    }

    /// Whether the policy lets the doubt be a note, and it is no more than a doubt.
    fn is_noted(doubtful: &Decider, severity: &str, kleene: Truth) -> bool {
        kleene == Unknown && doubtful.doubt(severity) == Effect::Note
    }

    fn pending(&self, doubtful: &Decider, real: &Decider, part: u64, bit: usize, with: u64, lines: &mut Vec<String>) {
        let one = &self.passed[self.items[bit]];
        let pair = self.items[bit];
        let server = one.pair.server;
        let along: BTreeSet<_> = each(with).map(|bit| self.passed[self.items[bit]].pair.id.clone()).collect();
        for (states, doubted) in self.states(real, part).iter().zip(self.states(doubtful, part)) {
            if real.facts.installed(server, &states[server], &one.pair.id) == True {
                continue;
            }
            for advisory in doubtful.world.advisories.iter() {
                let truth = real.speaks(advisory, pair, states, &along);
                if truth != True || advisory.trial || advisory.kind == "required" {
                    continue;
                }
                let kleene = doubtful.speaks(advisory, pair, &doubted, &along).max(Unknown);
                let waived = doubtful.is_waived(server, &one.pair.id, &advisory.kind, Some(&advisory.id), kleene);
                let (called, rings) = doubtful.called(advisory);
                if waived || called == Effect::Note {
                    continue;
                }
                let exposed = advisory.kind == "known-bad"
                    && advisory.running
                    && doubtful.exposure(advisory, server, &doubted, &BTreeMap::new(), &|_| false) == True;
                if called == Effect::Block {
                    if !exposed && !Self::is_noted(doubtful, &advisory.severity, kleene) {
                        lines.push(format!(
                            "pending: {:?} by {} when these are there: [{}]",
                            one.name,
                            advisory.id,
                            self.text(part)
                        ));
                    }
                } else if advisory.kind == "procedure"
                    && !real.is_prepared(advisory, server, states)
                    && one.value["verdict"] == "approve"
                {
                    lines.push(format!(
                        "steps: {:?} is approved and needs the steps of {} when these are there: [{}]",
                        one.name,
                        advisory.id,
                        self.text(part)
                    ));
                } else if rings
                    && !exposed
                    && one.value["verdict"] == "approve"
                    && !doubtful.in_earlier_rings(pair).is_empty()
                    && !Self::is_noted(doubtful, &advisory.severity, kleene)
                    && self.waits_for_rings(doubtful, pair)
                {
                    lines.push(format!(
                        "rings: {:?} is approved and waits for earlier rings by {}",
                        one.name, advisory.id
                    ));
                }
            }
            let misfit = real.facts.misfits(&real.facts.updates[&one.pair.id], &states[server]);
            // An offer to a server whose system nobody knows is no doubt.
            let kleene = doubtful.facts.misfits(&doubtful.facts.updates[&one.pair.id], &doubted[server]);
            let waived = doubtful.is_waived(server, &one.pair.id, "wrong-product", None, kleene);
            if misfit == True && kleene != False && !waived && !Self::is_noted(doubtful, "high", kleene) {
                lines.push(format!("misfit: {:?} when these are there: [{}]", one.name, self.text(part)));
            }
        }
    }

    /// Whether the update passes on a server of an earlier ring, and this is not the first ring.
    fn waits_for_rings(&self, decider: &Decider, pair: usize) -> bool {
        decider.in_earlier_rings(pair).iter().any(|one| one.1.is_some())
    }

    fn harms(&self, doubtful: &Decider, real: &Decider, part: u64, lines: &mut Vec<String>) {
        let last = each(part).map(|bit| self.passed[self.items[bit]].round).max().unwrap_or(0);
        let earlier =
            each(part).filter(|bit| self.passed[self.items[*bit]].round < last).fold(0, |mask, bit| mask | 1 << bit);
        let servers: BTreeSet<_> = self.items.iter().map(|one| self.passed[*one].pair.server).collect();
        for advisory in
            doubtful.world.advisories.iter().filter(|one| !one.trial && doubtful.called(one).0 == Effect::Block)
        {
            let is_bad = advisory.kind == "known-bad" && advisory.running;
            if !is_bad && advisory.kind != "hazard" {
                continue;
            }
            for server in &servers {
                if self.harm(doubtful, real, advisory, *server, part) != True
                    || self.harm(doubtful, real, advisory, *server, earlier) == True
                {
                    continue;
                }
                let kleene = self.harm(doubtful, doubtful, advisory, *server, part).max(Unknown);
                if !Self::is_noted(doubtful, &advisory.severity, kleene) {
                    let name = &doubtful.world.servers[*server].name;
                    lines.push(format!(
                        "{}: {name} has {} when these are there: [{}]",
                        advisory.kind,
                        advisory.id,
                        self.text(part)
                    ));
                }
            }
        }
    }

    /// How true a harm is, waived ones left out, the strongest of due and done restarts.
    fn harm(&self, doubtful: &Decider, real: &Decider, advisory: &Advisory, server: usize, part: u64) -> Truth {
        let kleene = |truth: Truth| if std::ptr::eq(doubtful, real) { truth } else { True };
        let skip = |id: Option<&str>| {
            doubtful.is_waived(server, id.unwrap_or(""), &advisory.kind, Some(&advisory.id), kleene(True))
        };
        let mut truth = False;
        for states in self.states(real, part) {
            if advisory.kind == "hazard" {
                let unsure = doubtful.danger(advisory, server, &self.states(doubtful, part)[0]);
                let waived = doubtful.is_waived(server, "", &advisory.kind, Some(&advisory.id), unsure);
                truth = truth.or(if waived { False } else { real.danger(advisory, server, &states) });
                continue;
            }
            let before = self.before(real, server, part);
            let doubted = self.before(doubtful, server, part);
            let unsure = doubtful.exposure(advisory, server, &self.states(doubtful, part)[0], &doubted, &skip);
            let skip_doubt = |id: Option<&str>| {
                skip(id) || doubtful.is_waived(server, id.unwrap_or(""), &advisory.kind, Some(&advisory.id), unsure)
            };
            truth = truth.or(real.exposure(advisory, server, &states, &before, &skip_doubt));
        }
        truth
    }

    fn before(&self, decider: &Decider, server: usize, part: u64) -> BTreeMap<String, Vec<BTreeMap<String, Have>>> {
        let own = each(part)
            .filter(|bit| self.passed[self.items[*bit]].pair.server == server)
            .fold(0_u64, |mask, bit| mask | 1 << bit);
        let mut all = BTreeMap::new();
        for bit in each(own) {
            let id = &self.passed[self.items[bit]].pair.id;
            let update = &decider.facts.updates[id];
            let mut snapshots: Vec<BTreeMap<String, Have>> = Vec::new();
            for earlier in parts(own & !(1 << bit)) {
                let comes_first = self.after[bit] & own & !earlier == 0;
                if !comes_first || each(earlier).any(|one| self.after[one] & own & !earlier != 0) {
                    continue;
                }
                let state = decider.facts.placed(server, &self.ids(earlier, server));
                let snapshot =
                    state.have.into_iter().filter(|(product, _)| update.brings(product) != Brings::Nothing).collect();
                if !snapshots.contains(&snapshot) {
                    snapshots.push(snapshot);
                }
            }
            all.insert(id.clone(), snapshots);
        }
        all
    }
}
