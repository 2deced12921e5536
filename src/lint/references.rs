//! References: every advisory has one, and every address is https.

use super::{At, Check, Findings, Found, Rule};
use crate::advisory::Advisory;
use crate::diagnostic::Level;
use crate::library::Library;
use crate::model::key_path::KeyPath;

/// Whether there is one.
pub const NONE: Rule = Rule {
    code: "no-reference",
    level: Level::Error,
    about: "an advisory without a reference",
    follows: &[],
    check: Check::Advisory(check_any),
};

/// Whether each is https.
pub const NOT_HTTPS: Rule = Rule {
    code: "reference-not-https",
    level: Level::Error,
    about: "a reference or source that is not an https address",
    follows: &[],
    check: Check::Database(check_https),
};

fn check_any(_: &Library<'_>, advisory: &Advisory, found: &mut Found) {
    if advisory.references.is_empty() {
        found.add(KeyPath::key("id"), "no reference says where this is documented".to_owned(), None);
    }
}

fn check_https(library: &Library<'_>, findings: &mut Findings) {
    for file in library.advisories() {
        for (index, reference) in file.value.references.iter().enumerate() {
            if !is_https(reference) {
                let at = At::Path(KeyPath::key("references").then(index));
                findings.add(&file.source, at, format!("`{reference}` is not an https address"), None);
            }
        }
    }
    for file in &library.files.products {
        for (index, build) in file.value.builds.iter().enumerate() {
            for (place, source) in build.sources.iter().enumerate().filter(|(_, source)| !is_https(source)) {
                let at = At::Path(KeyPath::key("builds").then(index).then("sources").then(place));
                findings.add(&file.source, at, format!("`{source}` is not an https address"), None);
            }
        }
    }
    for table in &library.files.tables {
        for row in table.value.iter().filter(|row| !row.row.source.is_empty() && !is_https(&row.row.source)) {
            let message = format!("`{}` is not an https address", row.row.source);
            findings.add(&table.source, At::Line(row.line), message, None);
        }
    }
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
