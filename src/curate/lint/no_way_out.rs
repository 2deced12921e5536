//! Supported builds from which every later update is blocked, without a remedy.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::conflicts::Bad;
use super::{At, Check, FoundInFiles, LintRule, fix_is_bad, required_but_bad};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::model::hypothesis::Hypothesis;
use crate::model::id::{AdvisoryId, ProductId, ServerName};
use crate::model::key_path::KeyPath;
use crate::model::product::Product;
use crate::model::server::{InstalledProduct, Server};
use crate::model::time::start_of;
use crate::model::trace::Trace;
use crate::model::version::Version;
use crate::model::wording::listed;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "no-way-out",
    "a known supported build from which every later update is known to be bad, without a remedy",
    Check::Database(check),
)
.follows(&["critical-without-remedy"])
.needs_declarations();

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let bad = Bad::new(corpus);
    let (stuck, reported) = (stuck_builds(corpus, &bad), reported_elsewhere(corpus, &bad));
    for file in corpus.advisories().filter(|file| !reported.contains(&file.value.id)) {
        if let Some(builds) = stuck.get(&file.value.id) {
            let builds = listed(builds.iter().map(String::as_str), 3);
            let message = format!("no way out: from {builds} every later update is known to be bad");
            let help = "say what to do in `remedy`, or which update fixes it".to_owned();
            found.add(&file.source, At::Path(KeyPath::key("id")), message, Some(help));
        }
    }
}

/// The supported builds from which there is no way out, by the advisory against the newest update.
fn stuck_builds<'a>(corpus: &Corpus<'_>, bad: &Bad<'a>) -> BTreeMap<&'a AdvisoryId, Vec<String>> {
    let is_supported = |product: &&Product| product.end_of_support.is_none_or(|end| end >= corpus.today);
    let mut stuck: BTreeMap<&AdvisoryId, Vec<String>> = BTreeMap::new();
    for product in corpus.database.products().values().filter(is_supported) {
        let way_out = highest_unnamed(corpus, bad, &product.id);
        let scheme = corpus.scheme(&product.id);
        let is_below = |build: &Version| way_out.is_some_and(|way| build.compare(way, scheme) == Some(Ordering::Less));
        for build in corpus.builds(&product.id).iter().filter(|build| !is_below(build)) {
            if let Some(advisory) = blocked_from(corpus, bad, product, build) {
                stuck.entry(&advisory.id).or_default().push(format!("{} {build}", product.id));
            }
        }
    }
    stuck
}

/// The advisories whose conflict with another one is reported of that one, and not of this one too.
fn reported_elsewhere<'a>(corpus: &Corpus<'a>, bad: &Bad<'a>) -> BTreeSet<&'a AdvisoryId> {
    let in_conflict = required_but_bad::conflicts(corpus, bad).into_iter().map(|conflict| &conflict.against.id);
    let as_fix = fix_is_bad::bad_fixes(corpus, bad).into_iter().flat_map(|(_, against)| against).map(|one| &one.id);
    in_conflict.chain(as_fix).collect()
}

/// The highest version brought by an update that no advisory names: it is a way out from every lower build, so that
/// thousands of builds need not be looked at.
fn highest_unnamed<'a>(corpus: &'a Corpus<'_>, bad: &Bad<'_>, product: &ProductId) -> Option<&'a Version> {
    let scheme = corpus.scheme(product);
    let unnamed = corpus.bringing(product, |_| true).into_iter().filter(|update| bad.naming(update).is_empty());
    let brings = unnamed.filter_map(|update| corpus.database.updates().get(update)).flat_map(|known| &known.brings);
    let versions = brings.filter(|brings| brings.product == *product).map(|brings| &brings.version);
    versions.reduce(|one, two| if two.compare(one, scheme) == Some(Ordering::Greater) { two } else { one })
}

/// The advisory against the newest update, where all later ones are bad on some role's servers, without a remedy.
fn blocked_from<'a>(corpus: &Corpus<'_>, bad: &Bad<'a>, product: &Product, build: &Version) -> Option<&'a Advisory> {
    let scheme = corpus.scheme(&product.id);
    let later = corpus.bringing(&product.id, |version| version.compare(build, scheme) == Some(Ordering::Greater));
    // The newest update is the likeliest way out.
    let roles = product.roles.iter().map(|role| vec![role.clone()]).chain([Vec::new()]);
    let stuck_as = |roles: Vec<String>| {
        let server = server(&product.id, build, roles)?;
        let on = Hypothesis::now(&server, &corpus.catalogue, start_of(corpus.today));
        let against: Option<Vec<&Advisory>> =
            later.iter().rev().map(|update| bad.naming(update).into_iter().find(|bad| is_hopeless(bad, &on))).collect();
        against.and_then(|against| against.first().copied())
    };
    roles.into_iter().find_map(stuck_as)
}

/// Whether an advisory surely applies, and says neither what fixes it nor what to do.
fn is_hopeless(advisory: &Advisory, on: &Hypothesis<'_>) -> bool {
    advisory.remedy.is_empty()
        && advisory.fixes().next().is_none()
        && advisory.applies(on, &mut Trace::silent()).is_true()
}

fn server(product: &ProductId, build: &Version, roles: Vec<String>) -> Option<Server> {
    let product = InstalledProduct { product: product.clone(), version: Some(build.clone()) };
    let name = ServerName::new("server").ok()?;
    Some(Server {
        roles: Some(roles),
        products: Some(vec![product]),
        updates: Some(Vec::new()),
        ..Server::unknown(name)
    })
}
