//! History, replayed from the data: for every known-bad update a server that it hit. On the day after the warning was
//! published the update is blocked there, on the day before nobody has heard of it, and with the fix it may go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use patchgate::advisory::case::Expect;
use patchgate::advisory::selector::UpdateSelector;
use patchgate::advisory::{Advisory, Confidence, Kind, Status};
use patchgate::database::{Database, Parts};
use patchgate::decide::decide;
use patchgate::document::decision::{Document, Inputs};
use patchgate::evaluate::Question;
use patchgate::input::load::Loader;
use patchgate::model::effect::Effect;
use patchgate::model::id::{ProductId, UpdateId};
use patchgate::model::pending::PendingUpdate;
use patchgate::model::server::Server;
use patchgate::model::severity::Severity;
use patchgate::model::time::{Day, Released};
use patchgate::model::truth::Truth;
use patchgate::model::verdict::Verdict;
use patchgate::policy::Policy;
use serde_json::{Value, json};

struct Replay {
    database: Database,
    /// The policy that the program brings.
    usual: Policy,
    /// One for which every warning counts, so that also what only warns is seen to hit the right servers.
    strict: Policy,
}

/// An update as it was offered, and the day on which it came out.
struct Offer {
    update: PendingUpdate,
    released: Date,
}

fn parts() -> Parts {
    let mut loader = Loader::default();
    let collection = loader.collection(&[PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("advisories")]);
    let parts = loader.join(vec![collection]);
    assert_eq!(loader.finish(), []);
    parts
}

fn policy(effects: Value) -> Policy {
    serde_json::from_value(json!({"schema": "patchgate/policy/v1", "name": "p", "hold": [], "effects": effects}))
        .unwrap()
}

fn date(day: Day) -> Date {
    day.to_string().parse().unwrap()
}

fn day(date: Date) -> Released {
    date.to_string().parse().unwrap()
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

impl Replay {
    /// Whether an update is for one of the products of a server, as far as both are known.
    fn is_for(&self, server: &Server, update: &PendingUpdate) -> bool {
        let known = self.database.updates().get(&update.id).map(|known| known.products.clone());
        let brought = update.brings.iter().flatten().map(|brings| brings.product.clone()).collect();
        let products = update.products.clone().or(known).unwrap_or(brought);
        let is_here = |id: &ProductId| server.products.iter().flatten().any(|one| one.product == *id);
        products.is_empty() || server.products.is_none() || products.iter().any(is_here)
    }

    /// What an advisory speaks about, as it came out: by its id, or because it brings a build in the range.
    fn offers(&self, advisory: &Advisory) -> Vec<Offer> {
        let mut offers: Vec<Offer> = advisory.updates().iter().map(|selector| self.named(advisory, selector)).collect();
        let brought = self.database.updates().keys().filter(|id| self.database.is_among_builds(id, advisory));
        offers.extend(brought.map(|id| self.offer(advisory, PendingUpdate::of(id.clone()))));
        offers.sort_by(|one, two| one.update.id.cmp(&two.update.id));
        offers.dedup_by(|one, two| one.update.id == two.update.id);
        if offers.is_empty() {
            // Where the database knows no such update, its cases tell of one.
            let told = advisory.cases.iter().filter(|case| case.expect == Expect::Speaks);
            let told = told.filter_map(|case| case.update.as_ref());
            offers.extend(told.map(|update| self.offer(advisory, update.0.as_ref().clone())));
        }
        offers
    }

    /// An update that an advisory names, in the release that it names.
    fn named(&self, advisory: &Advisory, selector: &UpdateSelector) -> Offer {
        let mut update = PendingUpdate::of(selector.id.clone());
        update.revision = selector.revision_below.map(|bound| bound - 1);
        let offer = self.offer(advisory, update);
        let before = selector.released_before.map(|day| date(day) - 1.day());
        let released = before.map_or(offer.released, |before| before.min(offer.released));
        Offer { update: PendingUpdate { released: Some(day(released)), ..offer.update }, released }
    }

    /// An update as it came out on the day that it or the database tells, or else on that of the advisory.
    fn offer(&self, advisory: &Advisory, update: PendingUpdate) -> Offer {
        let told = update.released.map(Released::last).map(date);
        let released = told.or(self.released(&update.id)).unwrap_or(date(advisory.published));
        Offer { update: PendingUpdate { released: Some(day(released)), ..update }, released }
    }

    /// The day on which an update came out, the last of its month where only that is known.
    fn released(&self, id: &UpdateId) -> Option<Date> {
        self.database.updates().get(id)?.released.map(Released::last).map(date)
    }

    /// What is decided about an offer on a server, on a day.
    fn decide(&self, database: &Database, policy: &Policy, server: &Server, offer: &Offer, on: Date) -> Document {
        let offered_to = serde_json::from_value(json!([server.name.as_str()])).unwrap();
        let pending = [PendingUpdate { offered_to: Some(offered_to), ..offer.update.clone() }];
        let server = Server { collected_at: Some(on.to_string().parse().unwrap()), ..server.clone() };
        let at = noon(on);
        let question =
            Question { database, policy, waivers: &[], pending: &pending, at, is_complete: true, hindsight: false };
        decide(question, &[server], Inputs::default())
    }
}

/// The servers of the cases in which an advisory speaks.
fn servers(advisory: &Advisory) -> Vec<Server> {
    let speaking = advisory.cases.iter().filter(|case| case.expect == Expect::Speaks);
    speaking.map(|case| case.server.0.as_ref().clone()).collect()
}

/// The servers that were hit, with each of the fixes.
fn mended(advisory: &Advisory) -> Vec<Server> {
    let with = |server: &Server, fix: &UpdateId| {
        let mut server = server.clone();
        server.updates.get_or_insert_default().push(serde_json::from_value(json!(fix.as_str())).unwrap());
        server
    };
    servers(advisory).iter().flat_map(|server| advisory.fixes().map(|fix| with(server, fix))).collect()
}

/// What an advisory does to the only decision of a document: none when it says nothing.
fn effect(document: &Document, advisory: &Advisory) -> Option<Effect> {
    let reasons = document.decisions.iter().flat_map(|one| &one.reasons);
    reasons.filter(|reason| reason.advisory.as_ref() == Some(&advisory.id)).map(|reason| reason.effect).max()
}

fn known_bad(database: &Database) -> impl Iterator<Item = &Advisory> {
    database.advisories().iter().filter(|one| one.kind() == Kind::KnownBad && one.status == Status::Active)
}

fn replay() -> (Replay, Vec<Advisory>) {
    let database = Database::new(parts());
    let advisories: Vec<Advisory> = known_bad(&database).cloned().collect();
    let strict = json!({
        "known-bad": {"critical": "block", "high": "block", "medium": "block", "low": "block"}, "reported": "block",
    });
    (Replay { database, usual: policy(json!({})), strict: policy(strict) }, advisories)
}

#[test]
fn every_known_bad_update_is_blocked_from_the_day_on_which_it_was_known_and_not_before() {
    let (replay, advisories) = replay();
    let (mut wrong, mut blocked) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for advisory in &advisories {
        let servers = servers(advisory);
        let offers = replay.offers(advisory);
        if offers.is_empty() {
            wrong.push(format!("{}: speaks about no known update", advisory.id));
        }
        let does_block = advisory.confidence == Confidence::Confirmed && advisory.severity > Severity::Low;
        for offer in &offers {
            let published = date(advisory.published);
            let after = published.max(offer.released) + 1.day();
            let is_hit = |server: &&Server| {
                let document = replay.decide(&replay.database, &replay.strict, server, offer, after);
                effect(&document, advisory) == Some(Effect::Block)
            };
            let Some(server) = servers.iter().find(is_hit) else {
                wrong.push(format!("{}: {} is blocked on no server of its cases", advisory.id, offer.update.id));
                continue;
            };
            let document = replay.decide(&replay.database, &replay.usual, server, offer, after);
            let expected = match advisory.confidence {
                Confidence::Confirmed if does_block => Effect::Block,
                // Nobody is in an earlier ring: it holds for the ring's soak from the day of the report.
                Confidence::Reported if advisory.severity > Severity::Medium && after < published + 14.days() => {
                    Effect::Sequence
                }
                _ => Effect::Note,
            };
            if effect(&document, advisory) != Some(expected) {
                wrong.push(format!("{}: {}: {:?} after", advisory.id, offer.update.id, effect(&document, advisory)));
            }
            if does_block && document.decisions[0].verdict != Verdict::Block {
                wrong.push(format!("{}: {}: {:?}", advisory.id, offer.update.id, document.decisions[0].verdict));
            }
            *blocked.entry(if does_block { "blocked" } else { "warned of" }).or_default() += 1;
            let before = replay.decide(&replay.database, &replay.strict, server, offer, published - 1.day());
            let text = serde_json::to_string(&before).unwrap();
            if text.contains(advisory.id.as_str()) {
                wrong.push(format!("{}: {}: mentioned before it was published", advisory.id, offer.update.id));
            }
        }
    }
    println!("{} advisories, {blocked:?}", advisories.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(blocked["blocked"] > 100 && blocked["warned of"] > 20, "{blocked:?}");
}

#[test]
fn with_the_fix_installed_the_update_may_go() {
    let (replay, advisories) = replay();
    let (mut wrong, mut fixed) = (Vec::new(), 0);
    let parts = parts();
    for advisory in &advisories {
        // Alone, because the server of a case has only the facts that this advisory asks for.
        let alone = Database::new(Parts { advisories: vec![advisory.clone()], ..parts.clone() });
        let offers = replay.offers(advisory);
        let servers = mended(advisory);
        let mut pairs: Vec<(&Server, &Offer)> =
            servers.iter().flat_map(|server| offers.iter().map(move |offer| (server, offer))).collect();
        // Where no update is the fix, the cases tell on which servers nothing is wrong, and with which update.
        let silent = advisory.cases.iter().filter(|case| case.expect == Expect::Silent && servers.is_empty());
        let told: Vec<(&Server, Option<Offer>)> = silent
            .map(|case| {
                let update = case.update.as_ref().map(|update| update.0.as_ref().clone());
                (case.server.0.as_ref(), update.map(|update| replay.offer(advisory, update)))
            })
            .collect();
        for (server, offer) in &told {
            match offer {
                Some(offer) => pairs.push((server, offer)),
                None => pairs.extend(offers.iter().map(|offer| (*server, offer))),
            }
        }
        if pairs.is_empty() {
            wrong.push(format!("{}: no case tells what a repaired server is", advisory.id));
        }
        for (server, offer) in pairs.into_iter().filter(|(server, offer)| replay.is_for(server, &offer.update)) {
            let installed = server.updates.iter().flatten().filter_map(|update| replay.released(update.id()));
            let on = installed.chain([date(advisory.last_change()), offer.released]).max().unwrap() + 60.days();
            let document = replay.decide(&alone, &replay.strict, server, offer, on);
            fixed += 1;
            // What the fix contains is installed with it, and there is nothing to decide.
            if document.decisions.iter().any(|one| one.verdict != Verdict::Approve) {
                wrong.push(format!("{}: {} on {server:?}: {:#?}", advisory.id, offer.update.id, document.decisions));
            }
        }
    }
    let ids: BTreeSet<&str> = wrong.iter().filter_map(|line| line.split(':').next()).collect();
    assert!(wrong.is_empty(), "{ids:?}\n{}", wrong.join("\n"));
    println!("{} advisories, {fixed} pairs of a repaired server and an update", advisories.len());
    assert!(fixed > 100, "only {fixed}");
}

/// A server with an update installed on the day on which it came out: listed, and its products at what it brings there.
fn having(replay: &Replay, server: &Server, advisory: &Advisory, offer: &Offer) -> Server {
    let (mut server, update) = (server.clone(), &offer.update);
    let listed = json!({"id": update.id.as_str(), "installed": offer.released.to_string()});
    server.updates.get_or_insert_default().push(serde_json::from_value(listed).unwrap());
    let known = replay.database.updates().get(&update.id);
    let told = update.brings.as_deref().or(known.map(|known| known.brings.as_slice())).unwrap_or_default();
    let products = server.products.get_or_insert_default();
    // What an advisory goes by the builds of may have come with the update.
    for product in advisory.builds().iter().map(|build| &build.product) {
        if told.iter().any(|b| b.product == *product) && products.iter().all(|one| one.product != *product) {
            products.push(serde_json::from_value(json!({"product": product.as_str()})).unwrap());
        }
    }
    for product in products {
        let parts = replay.database.products()[&product.product].branch_parts;
        let own = product.version.clone();
        let mut brought = told.iter().filter(|b| b.product == product.product).map(|b| &b.version);
        let in_branch = brought.clone().find(|version| own.as_ref().is_none_or(|own| own.same_branch(version, parts)));
        product.version = in_branch.or_else(|| brought.next_back()).cloned().or(own);
    }
    server
}

/// Whoever has a bad update is told of it, and its fix is hurried; with the fix, and where only the installation harms, not.
#[test]
fn whoever_has_a_bad_update_is_exposed_until_the_fix_is_in() {
    let (replay, advisories) = replay();
    let parts = parts();
    let (mut wrong, mut count) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for advisory in &advisories {
        let alone = Database::new(Parts { advisories: vec![advisory.clone()], ..parts.clone() });
        let is_exposed = |document: &Document| document.exposed.iter().any(|one| one.truth == Truth::True);
        let (mut exposed, mut hurried) = (0, 0);
        let speaking = advisory.cases.iter().filter(|case| case.expect == Expect::Speaks);
        let pairs: Vec<(Server, Offer)> = speaking
            .flat_map(|case| {
                let own = case.update.as_ref().map(|update| replay.offer(advisory, update.0.as_ref().clone()));
                let offers = own.map_or_else(|| replay.offers(advisory), |own| vec![own]);
                let server = case.server.0.as_ref();
                let with = |offer: Offer| (having(&replay, server, advisory, &offer), offer);
                offers.into_iter().map(with).collect::<Vec<_>>()
            })
            .collect();
        for (server, offer) in &pairs {
            let after = date(advisory.published).max(offer.released) + 1.day();
            // Something else is pending: it would be decided without a word of the exposure otherwise.
            let other = Offer { update: PendingUpdate::of(UpdateId::new("KB1").unwrap()), released: offer.released };
            let document = replay.decide(&alone, &replay.usual, server, &other, after);
            exposed += usize::from(is_exposed(&document));
            let fixes = advisory.fixes().filter(|fix| replay.is_for(server, &PendingUpdate::of((*fix).clone())));
            for fix in fixes
                .filter(|_| is_exposed(&document))
                .map(|fix| replay.offer(advisory, PendingUpdate::of(fix.clone())))
            {
                let after = after.max(fix.released + 1.day());
                let document = replay.decide(&alone, &replay.usual, server, &fix, after);
                let is_hurried = document.decisions.iter().any(|one| one.expedited || one.verdict == Verdict::Approve);
                hurried += usize::from(is_hurried);
                let mended = having(&replay, server, advisory, &fix);
                let document = replay.decide(&alone, &replay.usual, &mended, &other, after);
                if is_exposed(&document) {
                    wrong.push(format!("{}: still exposed with {} in", advisory.id, fix.update.id));
                }
            }
        }
        let is_running = advisory.harms_while_installed();
        if is_running != (exposed > 0) {
            wrong.push(format!("{}: {exposed} of {} servers are exposed", advisory.id, pairs.len()));
        }
        let is_fixable = advisory
            .fixes()
            .any(|fix| pairs.iter().any(|(server, _)| replay.is_for(server, &PendingUpdate::of((*fix).clone()))));
        if is_running && is_fixable && advisory.severity > Severity::Low && hurried == 0 {
            wrong.push(format!("{}: no fix is hurried", advisory.id));
        }
        *count.entry(if is_running { "exposing" } else { "harming only while installed" }).or_default() += 1;
        *count.entry("fixes hurried").or_default() += usize::from(hurried > 0);
    }
    println!("{count:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count["exposing"] > 60 && count["fixes hurried"] > 15, "{count:?}");
}
