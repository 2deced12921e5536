//! References: every advisory has one, and every address is https.

use std::sync::Arc;

use super::{At, Check, Found, FoundInFiles, LintRule};
use crate::advisory::Advisory;
use crate::curate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;

/// Whether there is one.
pub const NONE: LintRule = LintRule {
    code: "no-reference",
    level: Level::Error,
    about: "an advisory without a reference",
    follows: &[],
    check: Check::Advisory(check_any),
};

/// Whether each is https.
pub const NOT_HTTPS: LintRule = LintRule {
    code: "reference-not-https",
    level: Level::Error,
    about: "a reference or source that is not an https address",
    follows: &[],
    check: Check::Database(check_https),
};

fn check_any(_: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    if advisory.references.is_empty() {
        found.add(KeyPath::key("id"), "no reference says where this is documented".to_owned(), None);
    }
}

fn check_https(corpus: &Corpus<'_>, found: &mut FoundInFiles) {
    for (source, at, address) in addresses(corpus).filter(|(.., address)| !is_https(address)) {
        found.add(source, at, format!("`{address}` is not an https address"), None);
    }
}

/// Every address that the data names as a source, with its place: of advisories, of builds, of rows.
pub fn addresses<'a>(corpus: &Corpus<'a>) -> impl Iterator<Item = (&'a Arc<Text>, At, &'a str)> {
    let of_advisories = corpus.advisories().flat_map(|file| {
        let references = file.value.references.iter().enumerate();
        references
            .map(|(index, address)| (&file.source, At::Path(KeyPath::key("references").then(index)), address.as_str()))
    });
    let of_builds = corpus.files.products.iter().flat_map(|file| {
        let sources = file.value.builds.iter().enumerate().flat_map(|(index, build)| {
            let path = KeyPath::key("builds").then(index).then("sources");
            build.sources.iter().enumerate().map(move |(place, address)| (path.then(place), address.as_str()))
        });
        sources.map(|(path, address)| (&file.source, At::Path(path), address))
    });
    let of_rows = corpus.files.tables.iter().flat_map(|table| {
        let rows = table.value.iter().filter(|row| !row.row.source.is_empty());
        rows.map(|row| (&table.source, At::Line(row.line), row.row.source.as_str()))
    });
    of_advisories.chain(of_builds).chain(of_rows).collect::<Vec<_>>().into_iter()
}

/// Whether an address is https, with a host that has a dot and without blanks.
fn is_https(address: &str) -> bool {
    host(address).is_some_and(|host| host.contains('.')) && !address.contains(char::is_whitespace)
}

/// The host of an https address, in small letters.
pub fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    (!host.is_empty()).then(|| host.to_lowercase())
}
