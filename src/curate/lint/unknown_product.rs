//! Products that no product file declares.

use std::path::Path;

use super::{At, BROKEN_CONDITION, Check, FoundInFiles, LintRule};
use crate::advisory::{Advisory, Trigger};
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::did_you_mean;
use crate::model::id::ProductId;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule =
    LintRule::error("unknown-product", "a product that no file of products/ declares", Check::Database(check))
        .of_group(BROKEN_CONDITION)
        .needs_declarations();

fn check(corpus: &Corpus<'_>, findings: &mut FoundInFiles) {
    for file in &corpus.files.advisories {
        for (path, product) in named(&file.value) {
            check_product(corpus, product, findings, |findings, message, help| {
                findings.add(&file.source, At::Path(path), message, help);
            });
        }
    }
    for table in &corpus.files.tables {
        for row in &table.value {
            check_product(corpus, &row.row.product, findings, |findings, message, help| {
                findings.add(&table.source, At::Line(row.line), message, help);
            });
        }
    }
}

fn check_product(
    corpus: &Corpus<'_>,
    product: &ProductId,
    findings: &mut FoundInFiles,
    add: impl FnOnce(&mut FoundInFiles, String, Option<String>),
) {
    let known = corpus.database.products();
    // A file whose id is not its name has a finding of its own; an unknown product would only repeat it.
    let is_misnamed = || {
        let mut files = corpus.files.products.iter().map(|file| Path::new(&file.source.path));
        files.any(|path| path.file_stem().is_some_and(|stem| stem == product.as_str()))
    };
    if known.contains_key(product) || is_misnamed() {
        return;
    }
    let hint = did_you_mean(product.as_str(), known.keys().map(ProductId::as_str));
    add(findings, format!("unknown product `{product}`"), hint);
}

/// The products that an advisory names, and where.
fn named(advisory: &Advisory) -> Vec<(KeyPath, &ProductId)> {
    let affects = advisory.affects.iter().enumerate();
    let affects = affects.map(|(index, one)| (KeyPath::key("affects").then(index).then("product"), &one.product));
    let builds = advisory.builds().iter().enumerate();
    let builds = builds.map(|(index, one)| (KeyPath::key("builds").then(index).then("product"), &one.product));
    let triggers = advisory.triggers().iter().enumerate().filter_map(|(index, trigger)| match trigger {
        Trigger::Product(product) => Some((KeyPath::key("triggers").then(index), product)),
        _ => None,
    });
    let conditions = corpus::names(advisory).into_iter().filter_map(|(path, name)| match name {
        Name::Product(product) => Some((path, product)),
        _ => None,
    });
    affects.chain(builds).chain(triggers).chain(conditions).chain(of_cases(advisory)).collect()
}

/// The products of the servers that cases describe, and where.
fn of_cases(advisory: &Advisory) -> impl Iterator<Item = (KeyPath, &ProductId)> {
    advisory.cases.iter().enumerate().flat_map(|(index, case)| {
        let path = KeyPath::key("cases").then(index).then("server").then("products");
        let products = case.server.0.products.iter().flatten().enumerate();
        products.map(move |(position, one)| (path.then(position).then("product"), &one.product))
    })
}
