//! Names that two products claim: a product title in an export must mean one of them.

use std::collections::BTreeMap;

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::model::id::ProductId;
use crate::model::key_path::KeyPath;
use crate::model::name::Folded;

/// The rule.
pub const RULE: LintRule = LintRule::error("shared-alias", "a name that two products claim", Check::Database(check));

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let mut owners: BTreeMap<Folded, &ProductId> = BTreeMap::new();
    for product in corpus.database.products().values() {
        for name in product.aliases.iter().chain([&product.name]) {
            owners.entry(Folded::of(name)).or_insert(&product.id);
        }
    }
    for file in &corpus.files.products {
        let names = file.value.aliases.iter().enumerate().map(|(i, alias)| (KeyPath::key("aliases").then(i), alias));
        for (path, name) in names.chain([(KeyPath::key("name"), &file.value.name)]) {
            if let Some(owner) = owners.get(&Folded::of(name)).filter(|owner| ***owner != file.value.id) {
                found.add(&file.source, At::Path(path), format!("`{name}` is also a name of {owner}"), None);
            }
        }
    }
}
