//! JUnit XML: a suite for each file, a test for each thing that was checked, for the test reports of pipelines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::{ElementWriter, Writer};

use super::{Checked, Findings, slashed};
use crate::diagnostic::inert;
use crate::render::Page;

/// Writes the findings.
///
/// # Errors
/// When the output cannot be written.
pub fn render(findings: &Findings, _: &Page, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Checked> = findings.checked.iter().collect();
    let root = counting(writer.create_element("testsuites"), findings.command, &all);
    root.write_inner_content(|writer| {
        suites(findings).iter().try_for_each(|(suite, checked)| write_suite(suite, checked, writer))
    })?;
    writer.into_inner().write_all(b"\n")
}

fn suites(findings: &Findings) -> BTreeMap<&str, Vec<&Checked>> {
    let mut suites: BTreeMap<&str, Vec<&Checked>> = BTreeMap::new();
    for checked in &findings.checked {
        suites.entry(&checked.suite).or_default().push(checked);
    }
    suites
}

fn write_suite(suite: &str, checked: &[&Checked], writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let name = plain(&slashed(suite));
    let element = counting(writer.create_element("testsuite"), &name, checked);
    element.write_inner_content(|writer| checked.iter().try_for_each(|one| write_test(one, &name, writer))).map(drop)
}

/// An element with a name, and with how many tests it contains and how many of them fail.
fn counting<'w, W: Write>(element: ElementWriter<'w, W>, name: &str, checked: &[&Checked]) -> ElementWriter<'w, W> {
    let failures = checked.iter().filter(|one| !one.problems.is_empty()).count();
    element.with_attributes([
        ("name", name),
        ("tests", checked.len().to_string().as_str()),
        ("failures", failures.to_string().as_str()),
        ("errors", "0"),
    ])
}

fn write_test(checked: &Checked, suite: &str, writer: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let name = plain(&checked.name);
    let test = writer.create_element("testcase").with_attributes([("name", name.as_str()), ("classname", suite)]);
    let Some(first) = checked.problems.first() else {
        return test.write_empty().map(drop);
    };
    // A test has one failure; what else is wrong is in its text.
    let text = checked.problems.iter().map(|problem| plain_lines(&problem.to_string())).collect::<Vec<_>>().join("\n");
    let message = plain(&first.message);
    test.write_inner_content(|writer| {
        let failure = writer.create_element("failure");
        let failure = failure.with_attributes([("type", first.code), ("message", message.as_str())]);
        failure.write_text_content(BytesText::new(&text)).map(drop)
    })
    .map(drop)
}

/// Characters that XML cannot hold, not even escaped, are control characters.
fn plain(text: &str) -> String {
    inert(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}
