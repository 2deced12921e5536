//! A deliberately naive reading of formats.md, sections 3 to 6: no indexes, no sharing; every question is asked anew.

use super::universe::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    False,
    Unknown,
    True,
}
use Truth::{False, True, Unknown};

fn known(value: bool) -> Truth {
    if value { True } else { False }
}

fn opposite(truth: Truth) -> Truth {
    match truth {
        False => True,
        Unknown => Unknown,
        True => False,
    }
}

/// What all the possible worlds agree on.
fn agreed(outcomes: impl IntoIterator<Item = bool>) -> Truth {
    let outcomes: Vec<bool> = outcomes.into_iter().collect();
    match (outcomes.contains(&true), outcomes.contains(&false)) {
        (true, false) => True,
        (false, _) => False,
        (true, true) => Unknown,
    }
}

/// A server all of whose facts are known.
#[derive(Clone, Debug)]
pub struct World {
    pub roles: Vec<u8>,
    pub products: Vec<(u8, Version)>,
    pub updates: Vec<u8>,
    pub settings: Vec<bool>,
}

/// Versions that a product of unknown version may have; the first and last are outside of all that is written.
const POSSIBLE: [Version; 8] = [(0, 0), (1, 1), (1, 5), (1, 9), (2, 1), (2, 5), (2, 9), (3, 0)];

/// Leading numbers that make a branch: of 2.0.0.5 the first in every product of the universe tells the branches apart.
fn same_branch(one: Version, two: Version) -> bool {
    one.0 == two.0
}

impl Fleet {
    /// The update and everything that supersedes it, transitively.
    fn carriers(&self, update: u8) -> Vec<u8> {
        let mut found = vec![update];
        loop {
            let newer = (0..UPDATES).find(|one| {
                !found.contains(one)
                    && self.patches[usize::from(*one)].supersedes.iter().any(|older| found.contains(older))
            });
            match newer {
                Some(newer) => found.push(newer),
                None => return found,
            }
        }
    }

    pub fn supersedes(&self, newer: u8, older: u8) -> bool {
        newer != older && self.carriers(older).contains(&newer)
    }

    fn brings(&self, update: u8, product: u8) -> Vec<Version> {
        let brings = &self.patches[usize::from(update)].brings;
        brings.iter().filter(|(one, _)| *one == product).map(|(_, version)| *version).collect()
    }

    /// Installs an update in a world: its products go up within their branch, or up to the branch that it brings.
    pub fn install(&self, world: &mut World, update: u8) {
        world.updates.push(update);
        let patch = &self.patches[usize::from(update)];
        let mut found = false;
        for (product, version) in &mut world.products {
            let brought = self.brings(update, *product);
            found |= !brought.is_empty();
            let own = brought.iter().copied().find(|one| same_branch(*one, *version));
            let target = own.or_else(|| brought.iter().copied().max());
            *version = target.map_or(*version, |target| target.max(*version));
        }
        if !found {
            for (product, version) in &patch.brings {
                match world.products.iter_mut().find(|(one, _)| one == product) {
                    Some((_, own)) => *own = (*own).max(*version),
                    None => world.products.push((*product, *version)),
                }
            }
        }
    }

    fn is_reached(&self, products: &[(u8, Version)], update: u8) -> bool {
        let concerned: Vec<_> =
            products.iter().filter(|(product, _)| !self.brings(update, *product).is_empty()).collect();
        !concerned.is_empty()
            && concerned.iter().all(|(product, version)| {
                self.brings(update, *product).iter().any(|one| same_branch(*one, *version) && version >= one)
            })
    }

    /// A condition in a world where everything is known.
    pub fn holds(&self, cond: &Cond, world: &World) -> bool {
        match cond {
            Cond::Role(role) => world.roles.contains(role),
            Cond::Product(product, range) => {
                world.products.iter().any(|(one, version)| one == product && range.contains(*version))
            }
            Cond::Update(update) => self
                .carriers(*update)
                .iter()
                .any(|one| world.updates.contains(one) || self.is_reached(&world.products, *one)),
            Cond::Setting(setting, value) => world.settings[usize::from(*setting)] == *value,
            Cond::All(parts) => parts.iter().all(|part| self.holds(part, world)),
            Cond::Any(parts) => parts.iter().any(|part| self.holds(part, world)),
            Cond::Not(part) => !self.holds(part, world),
        }
    }

    /// Everything that a server with unknown facts may be. Updates that nobody lists are at most the universe's.
    pub fn worlds(&self, host: &Host) -> Vec<World> {
        let mut worlds = vec![World { roles: vec![], products: vec![], updates: vec![], settings: vec![] }];
        type Way = Box<dyn Fn(&mut World)>;
        let fork = |worlds: Vec<World>, ways: Vec<Way>| -> Vec<World> {
            let apply = |world: &World, way: &dyn Fn(&mut World)| {
                let mut other = world.clone();
                way(&mut other);
                other
            };
            worlds.iter().flat_map(|world| ways.iter().map(|way| apply(world, way)).collect::<Vec<_>>()).collect()
        };
        let subsets = |count: u8| {
            (0..1u32 << count).map(move |bits| (0..count).filter(|n| bits >> n & 1 == 1).collect::<Vec<u8>>())
        };
        let roles = host.roles.clone().map_or_else(|| subsets(ROLES).collect(), |roles| vec![roles]);
        worlds = fork(
            worlds,
            roles
                .into_iter()
                .map(|r| Box::new(move |w: &mut World| w.roles.clone_from(&r)) as Box<dyn Fn(&mut World)>)
                .collect(),
        );
        let updates = host.updates.clone().map_or_else(|| subsets(UPDATES).collect(), |updates| vec![updates]);
        worlds = fork(
            worlds,
            updates
                .into_iter()
                .map(|u| Box::new(move |w: &mut World| w.updates.clone_from(&u)) as Box<dyn Fn(&mut World)>)
                .collect(),
        );
        for value in &host.settings {
            let values = value.map_or(vec![false, true], |value| vec![value]);
            worlds = fork(
                worlds,
                values
                    .into_iter()
                    .map(|v| Box::new(move |w: &mut World| w.settings.push(v)) as Box<dyn Fn(&mut World)>)
                    .collect(),
            );
        }
        for product in 0..PRODUCTS {
            let found = host
                .products
                .as_ref()
                .map(|products| products.iter().find(|(one, _)| *one == product).map(|(_, v)| *v));
            let versions: Vec<Option<Version>> = match found {
                Some(None) => vec![None],
                Some(Some(Some(version))) => vec![Some(version)],
                Some(Some(None)) => POSSIBLE.map(Some).to_vec(),
                None => std::iter::once(None).chain([(1, 1), (1, 9), (2, 5)].map(Some)).collect(),
            };
            worlds = fork(
                worlds,
                versions
                    .into_iter()
                    .map(|v| {
                        Box::new(move |w: &mut World| w.products.extend(v.map(|v| (product, v))))
                            as Box<dyn Fn(&mut World)>
                    })
                    .collect(),
            );
        }
        worlds
    }

    /// The products that a server may have, when they were collected.
    fn product_worlds(&self, host: &Host, assumed: &[u8]) -> Option<Vec<World>> {
        let only = Host {
            roles: Some(vec![]),
            updates: Some(vec![]),
            settings: vec![],
            products: Some(host.products.clone()?),
            ..host.clone()
        };
        let mut worlds = self.worlds(&only);
        for world in &mut worlds {
            assumed.iter().for_each(|update| self.install(world, *update));
        }
        Some(worlds)
    }

    pub fn runs(&self, host: &Host, assumed: &[u8], product: u8, range: &Range) -> Truth {
        let Some(worlds) = self.product_worlds(host, assumed) else { return Unknown };
        agreed(
            worlds.iter().map(|w| w.products.iter().any(|(one, version)| *one == product && range.contains(*version))),
        )
    }

    pub fn installed(&self, host: &Host, assumed: &[u8], update: u8) -> Truth {
        let carries = |carrier: &u8| {
            let listed = match &host.updates {
                _ if assumed.contains(carrier) => True,
                Some(updates) => known(updates.contains(carrier)),
                None => Unknown,
            };
            let reached = match self.product_worlds(host, assumed) {
                None if self.patches[usize::from(*carrier)].brings.is_empty() => False,
                None => Unknown,
                Some(worlds) => agreed(worlds.iter().map(|world| self.is_reached(&world.products, *carrier))),
            };
            listed.max(reached)
        };
        self.carriers(update).iter().map(carries).max().unwrap_or(False)
    }

    /// A condition on a server with unknown facts: Kleene on what the worlds say of its atoms.
    pub fn test(&self, cond: &Cond, host: &Host, assumed: &[u8]) -> Truth {
        match cond {
            Cond::Role(role) => host.roles.as_ref().map_or(Unknown, |roles| known(roles.contains(role))),
            Cond::Product(product, range) => self.runs(host, assumed, *product, range),
            Cond::Update(update) => self.installed(host, assumed, *update),
            Cond::Setting(setting, value) => {
                host.settings[usize::from(*setting)].map_or(Unknown, |own| known(own == *value))
            }
            Cond::All(parts) => parts.iter().map(|part| self.test(part, host, assumed)).min().unwrap_or(True),
            Cond::Any(parts) => parts.iter().map(|part| self.test(part, host, assumed)).max().unwrap_or(False),
            Cond::Not(part) => opposite(self.test(part, host, assumed)),
        }
    }

    /// Whether an advisory applies to a server: `affects`, `when`, and not fixed.
    pub fn applies(&self, advice: &Advice, host: &Host, assumed: &[u8]) -> Truth {
        let affects = advice.affects.iter().map(|(product, range, roles)| {
            let has_role = match (&host.roles, roles.is_empty()) {
                (_, true) => True,
                (None, _) => Unknown,
                (Some(own), _) => known(own.iter().any(|role| roles.contains(role))),
            };
            self.runs(host, assumed, *product, range).min(has_role)
        });
        let affected = if advice.affects.is_empty() { True } else { affects.max().unwrap_or(False) };
        let when = advice.when.as_ref().map_or(True, |when| self.test(when, host, assumed));
        let cures = advice.fixed_by.iter().chain(&advice.safe_with);
        let fixed = cures.map(|cure| self.installed(host, assumed, *cure)).max().unwrap_or(False);
        affected.min(when).min(opposite(fixed))
    }

    fn is_about(&self, advice: &Advice, host: &Host, assumed: &[u8], update: u8) -> Truth {
        if advice.updates.contains(&update) {
            return True;
        }
        let Some((product, range)) = &advice.builds else { return False };
        if matches!(range, Range::Every) && self.patches[usize::from(update)].products.contains(product) {
            return True;
        }
        let brought = self.brings(update, *product);
        if brought.is_empty() {
            return False;
        }
        let is_hit = |versions: &[Version]| versions.iter().any(|version| range.contains(*version));
        let Some(worlds) = self.product_worlds(host, assumed) else {
            // The page does not ask for the server's own branch: as long as it is not known, every branch counts.
            return known(is_hit(&brought));
        };
        agreed(worlds.iter().map(|world| {
            let own = world.products.iter().find(|(one, _)| one == product).map(|(_, version)| *version);
            let is_own = |one: &Version| own.is_some_and(|own| same_branch(*one, own));
            let in_branch: Vec<Version> = brought.iter().copied().filter(is_own).collect();
            is_hit(if in_branch.is_empty() { &brought } else { &in_branch })
        }))
    }

    fn pulls(&self, advice: &Advice, update: u8) -> bool {
        let patch = &self.patches[usize::from(update)];
        let restarts = patch.restart != Some("never");
        match &advice.trigger {
            Trigger::Restart => restarts,
            Trigger::ServiceRestart => {
                restarts || advice.affects.iter().any(|(product, ..)| patch.products.contains(product))
            }
            Trigger::AnyUpdate => true,
            Trigger::Product(product) => patch.products.contains(product),
        }
    }

    /// What an advisory says about an update on a server; required ones speak elsewhere.
    pub fn says(&self, advice: &Advice, host: &Host, assumed: &[u8], update: u8) -> Truth {
        if advice.status != "active" || !advice.is_published {
            return False;
        }
        // The page says nothing of an update that pulls the trigger and takes the hazard away in one; were it blocked,
        // the cure would wait for itself.
        let itself = [assumed, &[update]].concat();
        if advice.kind == Kind::Hazard && self.applies(advice, host, &itself) == False {
            return False;
        }
        let applies = self.applies(advice, host, assumed);
        match advice.kind {
            Kind::Required => False,
            Kind::Hazard => applies.min(known(self.pulls(advice, update))),
            Kind::KnownBad | Kind::Procedure => applies.min(self.is_about(advice, host, assumed, update)),
            Kind::Prerequisite => applies.min(self.is_about(advice, host, assumed, update)).min(opposite(self.test(
                &advice.requires,
                host,
                assumed,
            ))),
        }
    }

    /// Whether a required advisory asks for something: it applies and what it requires does not hold.
    pub fn asks(&self, advice: &Advice, host: &Host, assumed: &[u8]) -> Truth {
        if advice.kind != Kind::Required || advice.status != "active" || !advice.is_published {
            return False;
        }
        self.applies(advice, host, assumed).min(opposite(self.test(&advice.requires, host, assumed)))
    }

    /// The default policy: what an outcome of an advisory calls for.
    pub fn effect(&self, advice: &Advice, truth: Truth, host: &Host, assumed: &[u8]) -> &'static str {
        let verified = advice.verify.as_ref().is_some_and(|verify| self.test(verify, host, assumed) == True);
        match (advice.is_reported, truth, advice.kind, SEVERITIES[usize::from(advice.severity)]) {
            (true, ..) => "note",
            (_, _, Kind::Procedure, _) if verified => "note",
            (_, Unknown, _, "critical" | "high") => "block",
            (_, Unknown, ..) => "note",
            (_, True, Kind::KnownBad | Kind::Prerequisite, "critical" | "high" | "medium") => "block",
            (_, True, Kind::Hazard, "critical" | "high") => "block",
            (_, True, Kind::Procedure, "critical" | "high" | "medium") => "sequence",
            _ => "note",
        }
    }

    /// The advisories that speak about a pair, by number.
    pub fn advice_on(&self, host: &Host, assumed: &[u8], update: u8) -> Vec<(usize, Truth, &'static str)> {
        let say = |(n, advice): (usize, &Advice)| match self.says(advice, host, assumed, update) {
            False => None,
            truth => Some((n, truth, self.effect(advice, truth, host, assumed))),
        };
        self.advices.iter().enumerate().filter_map(say).collect()
    }

    pub fn is_held(&self, update: u8) -> bool {
        self.holds_previews && self.patches[usize::from(update)].is_preview
    }

    fn ring_days(host: &Host) -> u8 {
        host.ring.map_or(14, |ring| [0, 7, 14][usize::from(ring)])
    }

    /// The days that a pair must age.
    pub fn soak_days(host: &Host, is_expedited: bool) -> u8 {
        if is_expedited { Self::ring_days(host).min(2) } else { Self::ring_days(host) }
    }

    /// Whether its unknown day of release stops it.
    pub fn is_ageless(&self, host: &Host, update: u8, is_expedited: bool) -> bool {
        self.patches[usize::from(update)].released.is_none() && Self::soak_days(host, is_expedited) > 0
    }

    /// Whether nothing that an installation could change stops the pair, and nothing else either.
    pub fn is_free(&self, host: &Host, assumed: &[u8], update: u8, is_expedited: bool) -> bool {
        !self.is_held(update)
            && !self.is_ageless(host, update, is_expedited)
            && self.advice_on(host, assumed, update).iter().all(|(_, _, effect)| *effect != "block")
    }

    /// Whether the pair is evaluated.
    pub fn is_pair(&self, index: usize, update: u8) -> bool {
        let (host, patch) = (&self.hosts[index], &self.patches[usize::from(update)]);
        let offered = match (&patch.offered_to, &host.products) {
            (Some(offered), _) => offered.iter().any(|one| usize::from(*one) == index),
            (None, None) => true,
            (None, Some(own)) => own.iter().any(|(product, _)| patch.products.contains(product)),
        };
        patch.is_pending && offered && self.installed(host, &[], update) != True
    }

    /// Whether the update makes hold what a required advisory asks for: by itself true, and unknown where the page is
    /// silent: when it does so only beside other pending updates, only makes the advisory stop applying, or when it is
    /// not known whether the advisory applies.
    pub fn wants(&self, advice: &Advice, host: &Host, pending: &[u8], update: u8) -> Truth {
        let asks = self.asks(advice, host, &[]);
        if asks != False && self.test(&advice.requires, host, &[update]) == True {
            return asks;
        }
        let others: Vec<u8> = pending.iter().copied().filter(|one| *one != update).collect();
        let beside = |bits: u32| -> Vec<u8> {
            others.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, one)| *one).collect()
        };
        let settles = |bits: u32| {
            let without = beside(bits);
            let with = [without.as_slice(), &[update]].concat();
            self.asks(advice, host, &without) != False && self.asks(advice, host, &with) == False
        };
        if (0..1u32 << others.len()).any(settles) { Unknown } else { False }
    }
}
