//! Tables that are written from the program's own lists.

use patchgate::condition::Condition;
use patchgate::curate::lint;
use patchgate::curate::lint::policy::POLICY_RULES;
use patchgate::curate::lint::waivers::WAIVER_RULES;
use patchgate::diagnostic::{Described, Level};
use patchgate::document::decision::Document;
use patchgate::document::difference::Difference;
use patchgate::document::explanation::Explanation;
use patchgate::document::findings::Findings;
use patchgate::document::schema;
use patchgate::input::source::SOURCES;
use patchgate::render::Formats;
use serde_json::Value;

use super::keys;

/// The lists that some page has to show.
pub const LISTS: &[&str] = &[
    "sources",
    "schemas",
    "conditions",
    "formats of decide",
    "formats of explain",
    "formats of advisory diff",
    "formats of findings",
    "rules of advisory lint",
    "rules of advisory lint --online",
    "rules of policy check",
    "rules of waiver check",
];

/// A page with its generated tables, and the version in its examples, as they are now.
pub fn written(text: &str) -> String {
    let mut page = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        page.push_str(&of_this_version(line));
        page.push('\n');
        let name = line.strip_prefix("<!-- generated: ").and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(name) = name {
            page.push_str(&format!("\n{}\n<!-- end -->\n", table(name)));
            lines.by_ref().find(|line| *line == "<!-- end -->").unwrap_or_else(|| panic!("`{name}` has no end"));
        }
    }
    page
}

/// The first line of a decision, which names the version.
fn of_this_version(line: &str) -> String {
    let decision = line.strip_prefix("patchgate ").and_then(|rest| rest.split_once(' '));
    match decision {
        Some((_, rest)) if rest.starts_with("at ") && rest.contains("policy `") => {
            format!("patchgate {} {rest}", env!("CARGO_PKG_VERSION"))
        }
        _ => line.to_owned(),
    }
}

fn table(name: &str) -> String {
    if let Some(path) = name.strip_prefix("words of ") {
        return rows(["word", "means"], keys::words(path));
    }
    match name {
        "sources" => rows(["`--from`", "reads"], SOURCES.iter().map(|one| (one.name.to_owned(), one.about.to_owned()))),
        "schemas" => rows(["kind", "describes"], schema::KINDS.iter().map(|kind| schema_of(kind.name))),
        "conditions" => rows(["kind", "example and meaning"], Condition::KINDS.iter().map(|kind| condition(kind))),
        "formats of decide" => formats::<Document>(),
        "formats of explain" => formats::<Explanation>(),
        "formats of advisory diff" => formats::<Difference>(),
        "formats of findings" => formats::<Findings>(),
        "rules of advisory lint" => rules(lint::described(lint::RULES)),
        "rules of advisory lint --online" => rules(lint::described(lint::online::RULES)),
        "rules of policy check" => rules(lint::described(POLICY_RULES)),
        "rules of waiver check" => rules(lint::described(WAIVER_RULES)),
        _ => panic!("there is no list `{name}`"),
    }
}

fn rows(head: [&str; 2], entries: impl IntoIterator<Item = (String, String)>) -> String {
    let rows = entries.into_iter().map(|(name, about)| format!("| `{name}` | {about} |\n"));
    format!("| {} | {} |\n|---|---|\n{}", head[0], head[1], rows.collect::<String>())
}

fn formats<D: Formats>() -> String {
    rows(["format", "for"], D::FORMATS.iter().map(|one| (one.name.to_owned(), one.about.to_owned())))
}

fn rules(rules: Vec<Described>) -> String {
    let level = |rule: &Described| if rule.level == Level::Error { "error" } else { "warning" };
    let rows = rules.iter().map(|rule| format!("| `{}` | {} | {} |\n", rule.code, level(rule), rule.about));
    format!("| rule | level | finds |\n|---|---|---|\n{}", rows.collect::<String>())
}

/// What the first lines of a condition's file say: how it is written, and when it holds.
fn condition(kind: &str) -> (String, String) {
    let source = super::read(&super::root().join(format!("core/src/condition/{kind}.rs")));
    let head = source.lines().map_while(|line| line.strip_prefix("//! "));
    (kind.to_owned(), head.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned())
}

fn schema_of(kind: &str) -> (String, String) {
    let schema = Value::from(schema::schema(kind).unwrap());
    (kind.to_owned(), keys::about(&schema))
}
