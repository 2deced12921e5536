//! Every output format: nothing is lost, and hostile names come out inert.

use std::collections::{BTreeMap, BTreeSet};

use patchgate::database::{Database, Parts};
use patchgate::decide::decide;
use patchgate::document::advisory::{Advisory, Entry, Listing, Sheet, Sheets};
use patchgate::document::decision::{Document, Inputs};
use patchgate::evaluate::Question;
use patchgate::model::catalogue::UpdateKnowledge;
use patchgate::model::id::UpdateId;
use patchgate::model::verdict::Verdict;
use patchgate::render::{Format, Formats, Page};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

/// A decision about servers and updates with these names, in which one advisory blocks everything.
fn blocked(servers: &[&str], updates: &[&str], title: &str) -> Document {
    let advisory = json!({
        "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": title, "kind": "known-bad", "severity": "critical",
        "published": "2024-01-01", "updates": updates, "references": ["https://example.com/a?b=<c>"],
        "remedy": [{"do": title, "command": title}],
    });
    let database = Database::new(Parts {
        advisories: vec![serde_json::from_value(advisory).unwrap()],
        digest: "d".into(),
        ..Parts::default()
    });
    let policy = serde_json::from_value(json!({"schema": "patchgate/policy/v1", "name": title})).unwrap();
    let pending: Vec<_> = updates
        .iter()
        .map(|id| {
            serde_json::from_value(
                json!({"id": id, "offered_to": servers, "released": "2023-01-01", "source_id": title}),
            )
            .unwrap()
        })
        .collect();
    let fleet: Vec<_> = servers
        .iter()
        .map(|name| {
            serde_json::from_value(
                json!({"name": name, "updates": [], "groups": [title], "collected_at": "2024-02-01"}),
            )
            .unwrap()
        })
        .collect();
    let question = Question {
        database: &database,
        policy: &policy,
        waivers: &[],
        pending: &pending,
        at: "2024-02-01T00:00:00Z".parse().unwrap(),
        is_complete: true,
        hindsight: false,
    };
    decide(question, &fleet, Inputs::default())
}

fn written<D>(document: &D, format: &Format<D>, width: usize) -> String {
    let mut out = Vec::new();
    (format.render)(document, &Page { width, has_colour: false, is_terminal: false }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_server_update_and_advisory_occurs() {
    let servers = ["edge01.contoso.com", "fe02.contoso.com"];
    let updates = ["KB2905048", "vendor-update-7"];
    let document = blocked(&servers, &updates, "A service does not start");
    assert_eq!(document.summary.block, 4);
    for format in Document::FORMATS {
        let text = written(&document, format, 80);
        for word in servers.iter().chain(&updates).chain(&["PG-2024-0001"]) {
            let plain = text.replace('\\', "");
            assert!(plain.contains(word), "{}: {word} is lost in\n{text}", format.name);
        }
    }
}

#[test]
fn hostile_texts_come_out_inert() {
    let hostile = [
        "<script>alert(1)</script>",
        "::error::taken over",
        "=HYPERLINK(\"http://x\")",
        "a|b`c*d_[e](f)",
        "back\u{202e}wards",
        "\"quoted\", 'and' more",
    ];
    for text in hostile {
        let document = blocked(&[text], &[text], &format!("{text}\u{1b}[31m\n::error::line\r\nend"));
        assert_eq!(document.summary.block, 1);
        for format in Document::FORMATS {
            let out = written(&document, format, 80);
            assert!(!out.contains('\u{1b}'), "{}: an escape in {out:?}", format.name);
            let is_command = |line: &str| line.trim_start().starts_with("::");
            assert!(!out.lines().any(is_command), "{}: a command for CI in {out}", format.name);
            match format.name {
                "markdown" => assert!(!out.contains("<script") && !out.replace("\\|", "").contains("a|b"), "{out}"),
                "csv" => {
                    let mut reader = csv::Reader::from_reader(out.as_bytes());
                    for record in reader.records().map(Result::unwrap) {
                        assert_eq!(record.len(), 14);
                        let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@']);
                        assert!(!record.iter().any(is_formula), "{record:?}");
                    }
                }
                "json" => {
                    assert_eq!(serde_json::from_str::<Document>(&out).unwrap().decisions[0].server.as_str(), text)
                }
                "ndjson" => assert_eq!(out.lines().count(), 1),
                "text" => assert!(!out.contains('\u{202e}'), "{out}"),
                other => panic!("say here what makes a hostile text inert in `{other}`"),
            }
        }
    }
}

#[test]
fn text_fits_its_page_whatever_the_names() {
    let long = "a-server-with-a-very-long-name-".repeat(6);
    let wide = "サーバー".repeat(18);
    for names in [["edge01.contoso.com", "fe01"], [long.as_str(), wide.as_str()]] {
        for width in [40, 80, 132] {
            let document = blocked(&names, &["KB2905048", &long], &format!("Something breaks {wide}"));
            let format = Document::format("text").unwrap();
            for line in written(&document, format, width).lines() {
                assert!(line.width() <= width, "{} columns on a page of {width}: {line}", line.width());
            }
        }
    }
}

#[test]
fn colour_never_carries_the_meaning_alone() {
    let document = blocked(&["a"], &["KB1"], "t");
    let format = Document::format("text").unwrap();
    let mut coloured = Vec::new();
    (format.render)(&document, &Page { width: 80, has_colour: true, is_terminal: true }, &mut coloured).unwrap();
    let coloured = String::from_utf8(coloured).unwrap();
    assert!(coloured.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, written(&document, format, 80));
    assert!(stripped.contains("BLOCKED 1"));
}

#[test]
fn the_document_is_valid_against_its_schema_and_comes_back() {
    let document = blocked(&["a", "b"], &["KB1"], "t");
    let value = serde_json::to_value(&document).unwrap();
    let schema = patchgate::document::schema::schema("decision").unwrap();
    assert!(jsonschema::validate(schema.as_value(), &value).is_ok());
    let back: Document = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), value);
    assert!(back.decisions.iter().all(|one| one.verdict == Verdict::Block));
}

/// An advisory as a list has it, and as people read it.
fn listed(text: &str) -> (Listing, Sheets) {
    let advisory = json!({
        "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": text, "kind": "known-bad", "severity": "critical",
        "confidence": "reported", "published": "2024-01-01", "updates": ["KB1"], "aliases": [text], "impact": text,
        "references": [text], "remedy": [{"do": text, "command": text}],
    });
    let advisory: Advisory = serde_json::from_value(advisory).unwrap();
    let entry = Entry {
        id: advisory.id.clone(),
        title: advisory.title.clone(),
        kind: advisory.kind(),
        severity: advisory.severity,
        confidence: advisory.confidence,
        status: advisory.status,
        published: advisory.published,
        updated: advisory.published,
        products: BTreeSet::new(),
        updates: advisory.updates().iter().map(|one| one.id.clone()).collect(),
    };
    let known = UpdateKnowledge { released: Some("2023-12-12".parse().unwrap()), ..UpdateKnowledge::default() };
    let known = BTreeMap::from([(UpdateId::new("KB1").unwrap(), known)]);
    (Listing { entries: vec![entry], searched: 7 }, Sheets(vec![Sheet { advisory, known }]))
}

#[test]
fn advisories_are_listed_and_shown_as_they_are() {
    let (listing, sheets) = listed("A service does not start");
    let text = written(&listing, Listing::format("text").unwrap(), 80);
    let line = "PG-2024-0001  critical  known-bad     A service does not start (reported)";
    assert_eq!(text, format!("{line}\n1 of 7 advisories\n"));
    let narrow = written(&listing, Listing::format("text").unwrap(), 60);
    assert!(narrow.starts_with("PG-2024-0001  A service does not start\n"), "{narrow}");
    let json: serde_json::Value =
        serde_json::from_str(&written(&listing, Listing::format("json").unwrap(), 80)).unwrap();
    assert_eq!((&json[0]["id"], &json[0]["updates"][0]), (&json!("PG-2024-0001"), &json!("KB1")));
    let sheet = written(&sheets, Sheets::format("text").unwrap(), 80);
    assert!(sheet.contains("KB1 (released 2023-12-12)"), "{sheet}");
    let two = written(&Sheets([sheets.0.clone(), sheets.0].concat()), Sheets::format("text").unwrap(), 80);
    assert_eq!(two, format!("{sheet}\n{sheet}"));
}

#[test]
fn hostile_advisories_come_out_inert() {
    for text in ["::error::taken over", "a\u{1b}[31m\n::error::line", "back\u{202e}wards", "##[error]x"] {
        let (listing, sheets) = listed(text);
        let texts = [
            written(&listing, Listing::format("text").unwrap(), 80),
            written(&sheets, Sheets::format("text").unwrap(), 80),
            written(&sheets, Sheets::format("text").unwrap(), 24),
        ];
        for out in texts {
            assert!(out.chars().all(|c| c == '\n' || patchgate::diagnostic::is_harmless(c)), "{out:?}");
            assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "a command for CI in {out}");
            assert!(!out.contains("##["), "{out}");
        }
    }
}
