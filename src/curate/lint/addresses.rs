//! The addresses that the data names as its sources: what the rules on references share.

use std::sync::Arc;

use super::At;
use crate::curate::corpus::Corpus;
use crate::input::text::Text;
use crate::model::key_path::KeyPath;

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
            build.sources.iter().enumerate().map(move |(position, address)| (path.then(position), address.as_str()))
        });
        sources.map(|(path, address)| (&file.source, At::Path(path), address))
    });
    let of_rows = corpus.files.tables.iter().flat_map(|table| {
        let rows = table.value.iter().filter(|row| !row.row.source.is_empty());
        rows.map(|row| (&table.source, At::Line(row.line), row.row.source.as_str()))
    });
    of_advisories.chain(of_builds).chain(of_rows).collect::<Vec<_>>().into_iter()
}

/// The host of an https address, in lower case.
pub fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    (!host.is_empty()).then(|| host.to_lowercase())
}
