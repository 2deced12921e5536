//! How often each rule, condition, wait and waiver decided something, so that a generator that misses one is seen.

use std::collections::BTreeMap;

use super::decide::{Decision, Effect};
use super::facts::{Facts, Truth, View};
use super::fleets::HAS_OTHERS;
use super::world::{Inputs, World, list};

/// Counts by name.
#[derive(Clone, Debug, Default)]
pub struct Tally(pub BTreeMap<String, u64>);

const RULES: [&str; 16] = [
    "known-bad",
    "prerequisite",
    "required",
    "exposed",
    "hazard",
    "procedure",
    "superseded",
    "soak",
    "hold",
    "wrong-product",
    "freeze",
    "freshness",
    "unassessed",
    "pool",
    "order",
    "ring",
];
const CONDITIONS: [&str; 15] = [
    "all",
    "any",
    "not",
    "role",
    "product",
    "update",
    "service",
    "listener",
    "certificate",
    "setting",
    "reboot_pending",
    "uptime",
    "count",
    "others",
    "affects",
];
const WAIVERS: [&str; 10] =
    ["advisory", "unknown", "soak", "hold", "freeze", "freshness", "wrong-product", "unassessed", "order", "pool"];

impl Tally {
    fn add(&mut self, what: String) {
        *self.0.entry(what).or_default() += 1;
    }

    /// Counts what a decision shows.
    pub fn count(&mut self, inputs: &Inputs, decision: &Decision) {
        for outcome in &decision.outcomes {
            self.add(format!("verdict {}", outcome.verdict));
            for reason in &outcome.reasons {
                self.add(format!("rule {} {}", reason.rule, reason.truth.word()));
                if reason.effect == Effect::Block && !reason.waived {
                    self.add(format!("block by {}", reason.rule));
                }
                if reason.waived {
                    let kind = match (&reason.advisory, reason.truth) {
                        (Some(_), Truth::Unknown) => "unknown".to_owned(),
                        (Some(_), _) => "advisory".to_owned(),
                        _ => reason.rule.clone(),
                    };
                    self.add(format!("waiver {kind}"));
                }
                if reason.ring && !reason.waived {
                    self.add("ring wait".to_owned());
                }
            }
            for (is_so, what) in [
                (outcome.turn, "turn"),
                (!outcome.with.is_empty(), "partner"),
                (outcome.round.is_some_and(|round| round > 0), "round above 0"),
                (outcome.undecided, "undecided"),
                (outcome.conflict, "conflict"),
                (outcome.expedited, "expedited"),
                (outcome.reasons.iter().any(|one| one.rule == "order" && one.effect == Effect::Sequence), "order wait"),
            ] {
                if is_so {
                    self.add(what.to_owned());
                }
            }
        }
        *self.0.entry("exposed".to_owned()).or_default() += decision.exposed.len() as u64;
        *self.0.entry("missing".to_owned()).or_default() += decision.missing.len() as u64;
        *self.0.entry("unplaced".to_owned()).or_default() += decision.unplaced.len() as u64;
        self.conditions(inputs);
    }

    /// Counts each condition at each truth, on servers as collected.
    fn conditions(&mut self, inputs: &Inputs) {
        let world = World::read(inputs);
        let facts = Facts::new(&world);
        let (dropped, before) = super::decide::Decider::none();
        for server in 0..world.servers.len() {
            let view = View { facts: &facts, states: &facts.base, server, dropped: &dropped, before: &before };
            for advisory in world.advisories.iter() {
                for key in ["when", "requires"] {
                    if let Some(condition) = advisory.body.get(key) {
                        self.condition(condition, &view);
                    }
                }
                for entry in list(&advisory.body["affects"]) {
                    let product = view.product(entry["product"].as_str().unwrap_or_default(), &entry["versions"]);
                    self.add(format!("condition affects {}", product.word()));
                }
            }
        }
    }

    fn condition(&mut self, condition: &serde_json::Value, view: &View) {
        let Some((key, value)) = condition.as_object().and_then(|object| object.iter().next()) else { return };
        self.add(format!("condition {key} {}", view.holds(condition).word()));
        match key.as_str() {
            "all" | "any" => list(value).iter().for_each(|part| self.condition(part, view)),
            "not" => self.condition(value, view),
            _ => {}
        }
    }

    /// What came up less often than it must.
    pub fn rare(&self, least: u64) -> Vec<String> {
        let mut wanted: Vec<String> =
            RULES.iter().map(|rule| format!("rule {rule} true")).filter(|one| one != "rule ring true").collect();
        wanted.extend(
            [
                "known-bad",
                "prerequisite",
                "required",
                "exposed",
                "hazard",
                "procedure",
                "soak",
                "hold",
                "wrong-product",
                "pool",
                "ring",
                "order",
            ]
            .map(|rule| format!("rule {rule} unknown")),
        );
        for condition in CONDITIONS.iter().filter(|one| **one != "others" || HAS_OTHERS) {
            wanted.extend(["true", "unknown", "false"].map(|truth| format!("condition {condition} {truth}")));
        }
        wanted.extend(WAIVERS.map(|waiver| format!("waiver {waiver}")));
        wanted.extend(
            [
                "turn",
                "ring wait",
                "order wait",
                "partner",
                "round above 0",
                "undecided",
                "conflict",
                "expedited",
                "exposed",
                "missing",
                "unplaced",
            ]
            .map(str::to_owned),
        );
        wanted.into_iter().filter(|one| self.0.get(one).copied().unwrap_or(0) < least).collect()
    }
}
