//! Worlds in which everything is known that the inputs leave open.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value, json};

use super::facts::Truth::Unknown;
use super::facts::{Facts, Span, Truth};
use super::world::{Advisory, Server, Version, World, fold, list, normal_id, plus, text, texts};

/// The ids of a list in which each is a text or an object with `id`.
fn named(value: &Value) -> Vec<String> {
    let id = |one: &Value| text(one).or_else(|| text(&one["id"])).map(|id| normal_id(&id));
    list(value).iter().filter_map(id).collect()
}

/// A small random number generator, so that a failure can be seen again.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }
}

/// Words that the inputs use, from which missing facts are filled in.
pub struct Words {
    settings: BTreeMap<String, Vec<Value>>,
    roles: BTreeSet<String>,
    updates: BTreeSet<String>,
    versions: BTreeMap<String, Vec<Version>>,
    entries: BTreeMap<String, Vec<Value>>,
}

impl Words {
    /// All words of the inputs.
    pub fn of(world: &World) -> Self {
        let mut words = Self {
            settings: BTreeMap::new(),
            roles: BTreeSet::new(),
            updates: world.update_ids(),
            versions: BTreeMap::new(),
            entries: BTreeMap::new(),
        };
        for advisory in world.advisories.iter() {
            words.read(&advisory.body);
            for key in ["fixed_by", "safe_with", "updates"] {
                words.updates.extend(named(&advisory.body[key]));
            }
        }
        words.declared(world);
        words
    }

    /// The words of one advisory.
    pub fn of_advisory(world: &World, facts: &Facts, advisory: &Advisory) -> Self {
        let mut words = Self {
            settings: BTreeMap::new(),
            roles: BTreeSet::new(),
            updates: BTreeSet::new(),
            versions: BTreeMap::new(),
            entries: BTreeMap::new(),
        };
        words.read(&advisory.body);
        for key in ["fixed_by", "safe_with", "updates"] {
            words.updates.extend(named(&advisory.body[key]));
        }
        for id in words.updates.clone() {
            words.updates.extend(facts.above.get(&id).into_iter().flatten().cloned());
        }
        words.declared(world);
        let mentioned = advisory.body.to_string();
        words.settings.retain(|name, _| mentioned.contains(&format!("\"{name}\"")));
        words
    }

    /// The updates that matter.
    pub fn updates(&self) -> &BTreeSet<String> {
        &self.updates
    }

    /// What is declared: values of settings, and builds.
    fn declared(&mut self, world: &World) {
        let words = self;
        for (name, (kind, _)) in world.settings.iter() {
            if kind == "bool" {
                words.settings.insert(name.clone(), vec![json!(true), json!(false)]);
            }
        }
        for product in world.products.iter() {
            let builds = world.builds(&product.id).into_iter().map(|(build, _)| build.clone());
            let all = words.versions.entry(product.id.clone()).or_default();
            all.extend(builds);
            let more: Vec<_> = all.iter().map(|one| Version([one.0.as_slice(), &[1]].concat())).collect();
            all.extend(more);
            let starts: Vec<_> = all.iter().map(|one| one.branch(product.branch_parts)).collect();
            all.extend(starts);
            all.push(Version(vec![0, 0, 0, 1]));
        }
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            Value::Object(object) => {
                for (key, inner) in object {
                    self.read_key(key, inner);
                    self.read(inner);
                }
            }
            _ => {}
        }
        if let (Some(product), Some(versions)) =
            (text(&value["product"]).or_else(|| text(&value["id"])), text(&value["versions"]))
        {
            let bounds = super::world::Range::read(&versions).0.into_iter().map(|one| one.1);
            self.versions.entry(product).or_default().extend(bounds);
        }
    }

    fn read_key(&mut self, key: &str, value: &Value) {
        match key {
            "setting" => {
                let all = self.settings.entry(text(&value["name"]).unwrap_or_default()).or_default();
                let mentioned = list(&value["in"])
                    .iter()
                    .chain(value.get("equals"))
                    .chain(value.get("at_least"))
                    .chain(value.get("below"));
                for one in mentioned {
                    all.push(one.clone());
                    match one {
                        Value::Number(number) => all.push(json!(number.as_i64().unwrap_or(0) - 1)),
                        Value::Bool(flag) => all.push(json!(!flag)),
                        _ => {}
                    }
                }
            }
            "role" => self.roles.extend(texts(value)),
            "roles" => self.roles.extend(texts(value)),
            "update" => self.updates.extend(texts(value).iter().map(|id| normal_id(id))),
            "service" | "listener" if value.is_object() => {
                self.entries.entry(format!("{key}s")).or_default().push(value.clone())
            }
            _ => {}
        }
    }

    /// Fills in what was not collected on a server, but for products.
    pub fn complete(&self, server: &mut Server, facts: &Facts, place: usize, dice: &mut Dice) {
        for (name, values) in self.settings.iter().filter(|(_, values)| !values.is_empty()) {
            let declared = facts.world.settings.get(name).map(|one| one.1.clone()).unwrap_or_default();
            let is_known = server.settings.get(name).is_some_and(|own| {
                own != ""
                    && (declared.is_empty()
                        || declared
                            .iter()
                            .any(|one| text(one).map(|one| fold(&one)) == text(own).map(|one| fold(&one))))
            });
            if !is_known {
                server.settings.insert(name.clone(), dice.pick(values));
            }
        }
        let open_roles = facts.roles[place].as_ref().is_none_or(|(_, incomplete)| *incomplete);
        if open_roles {
            let mut roles: Vec<_> = facts.roles[place].iter().flat_map(|(known, _)| known.iter().cloned()).collect();
            roles.extend(self.roles.iter().filter(|_| dice.roll(2) == 0).cloned());
            server.roles = Some(roles);
        }
        let mut listed = server.updates.clone().unwrap_or_default();
        for id in &self.updates {
            let mut bare = (*facts.base[place]).clone();
            bare.have.clear();
            if facts.direct(place, &bare, id) == Unknown && dice.roll(3) == 0 {
                listed.push((id.clone(), None));
            }
        }
        server.updates = Some(listed);
        server.covers.remove("updates");
        server.reboot_pending = server.reboot_pending.or(Some(dice.roll(2) == 0));
        let days = [1, 100][dice.roll(2)];
        server.last_boot = server.last_boot.or(Some(plus(facts.world.at, -86_400 * days)));
        for (name, entries) in &self.entries {
            let some = entries.iter().filter(|_| dice.roll(2) == 0).cloned().collect();
            server.lists.entry(name.clone()).or_insert(some);
        }
        server.lists.entry("certificates".to_owned()).or_default();
    }

    /// Picks one version of each product that has several; whether there was anything to pick.
    pub fn settle(&self, facts: &mut Facts, open_facts: &Facts, server: usize, dice: &mut Dice) -> bool {
        let mut state = (*facts.base[server]).clone();
        let mut open = false;
        for (product, have) in &mut state.have {
            open |= have.there == Unknown || have.alts.len() > 1 || !matches!(have.alts[0], Span::At(_));
            if have.there == Unknown {
                have.there = Truth::of(dice.roll(2) == 0);
            }
            // A whole version that was collected stands.
            if let Some(known) = open_facts.base[server].have.get(product)
                && known.there == Truth::True
                && matches!(known.alts[..], [Span::At(_)])
            {
                have.alts.clone_from(&known.alts);
            }
            let alt = dice.pick(&have.alts);
            let mut fits: Vec<_> =
                self.versions.get(product).into_iter().flatten().filter(|one| contains(&alt, one)).cloned().collect();
            fits.push(match &alt {
                Span::From { low, open: true, .. } => Version([low.0.as_slice(), &[1]].concat()),
                other => other.low().clone(),
            });
            have.alts = vec![Span::At(dice.pick(&fits))];
        }
        facts.base[server] = Rc::new(state);
        open
    }
}

fn contains(span: &Span, version: &Version) -> bool {
    match span {
        Span::At(one) => one == version,
        Span::From { low, open, high } => {
            (version > low || (version == low && !open)) && high.as_ref().is_none_or(|high| version < high)
        }
    }
}
