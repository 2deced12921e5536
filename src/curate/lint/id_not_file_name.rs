//! Ids of advisories and products that are not the names of their files.

use std::path::Path;
use std::sync::Arc;

use super::{At, Check, FoundInFiles, LintRule};
use crate::curate::corpus::Corpus;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "id-not-file-name",
    "the id of an advisory or product is not the name of its file",
    Check::Database(check),
);

fn check(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    let advisories = corpus.files.advisories.iter().map(|file| (file.value.id.as_str(), &file.source));
    let products = corpus.files.products.iter().map(|file| (file.value.id.as_str(), &file.source));
    for (id, source) in advisories.chain(products) {
        check_name(id, source, found);
    }
}

fn check_name(id: &str, source: &Arc<Text>, found: &mut FoundInFiles) {
    let path = Path::new(&source.path);
    if path.file_stem().is_some_and(|stem| stem != id) {
        let extension = path.extension().map_or("yaml".into(), |extension| extension.to_string_lossy());
        let message = format!("`{id}` is not the name of its file");
        found.add(source, At::Path(KeyPath::key("id")), message, Some(format!("name the file `{id}.{extension}`")));
    }
}
