//! An advisory's id is its file's name, and the year in it that of its publication; a product's id is its file's name.

use std::path::Path;
use std::sync::Arc;

use super::{At, Check, Found, FoundInFiles, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;

/// The name of the file.
pub const NAME: LintRule = LintRule {
    code: "id-not-file-name",
    level: Level::Error,
    about: "the id of an advisory or product is not the name of its file",
    follows: &[],
    check: Check::Database(check_names),
};

/// The year in the id.
pub const YEAR: LintRule = LintRule {
    code: "id-not-year",
    level: Level::Error,
    about: "the year in an advisory's id is not the year of `published`",
    follows: &[],
    check: Check::Advisory(check_year),
};

fn check_names(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
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

fn check_year(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    let year = advisory.published.year();
    if advisory.id.year() != Some(year) {
        let message = format!("the id `{}` has another year than `published: {}`", advisory.id, advisory.published);
        found.add(KeyPath::key("id"), message, Some(format!("an advisory published in {year} is PG-{year}-NNNN")));
    }
}
