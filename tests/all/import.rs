//! The import of security bulletins: rows claim only what is certain, the rest is told, and no input makes it panic.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use patchgate::curate::import::msrc::{self, Bulletin, Import, Names, Row};
use patchgate::diagnostic::Diagnostic;
use patchgate::input::builtin;
use patchgate::input::load::Loader;
use patchgate::input::text::Text;
use patchgate::model::id::UpdateId;
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/import").join(name)).unwrap()
}

fn import(arguments: &[&str]) -> Output {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_patchgate"));
    command.current_dir(root()).args(["import", "msrc"]).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn parse(text: &str) -> Result<Bulletin, Box<Diagnostic>> {
    Bulletin::parse(&Text::new("test".into(), text.into(), String::new()))
}

/// A fix: the update, what it supersedes, its product, its kind and its build.
type Fix<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// A bulletin of a month with one vulnerability, revised at these times.
fn bulletin(id: &str, revisions: &[&str], fixes: &[Fix<'_>]) -> Bulletin {
    let names = fixes.iter().enumerate().map(|(index, fix)| json!({"ProductID": index.to_string(), "Value": fix.2}));
    let fix = |(index, (update, supersedes, _, kind, build)): (usize, &Fix<'_>)| {
        json!({"Type": 2, "Description": {"Value": update}, "Supercedence": supersedes, "ProductID": [index.to_string()],
            "SubType": kind, "FixedBuild": build, "RestartRequired": {"Value": "Yes"}})
    };
    let written = json!({
        "DocumentTracking": {"Identification": {"ID": {"Value": id}}},
        "ProductTree": {"FullProductName": names.collect::<Vec<_>>()},
        "Vulnerability": [{
            "RevisionHistory": revisions.iter().map(|time| json!({"Date": time})).collect::<Vec<_>>(),
            "Remediations": fixes.iter().enumerate().map(fix).collect::<Vec<_>>(),
        }],
    });
    parse(&written.to_string()).unwrap()
}

fn imported(bulletins: Vec<Bulletin>) -> Import {
    msrc::import(bulletins, builtin::database().unwrap().products())
}

/// The rows as `update product version released supersedes`, with a hyphen for what is empty.
fn rows(import: &Import) -> Vec<String> {
    let word = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let row = |row: &Row| {
        let version = row.version.as_ref().map(ToString::to_string).unwrap_or_default();
        let released = row.released.map(|one| one.to_string()).unwrap_or_default();
        format!("{} {} {} {} {}", row.update, row.product, word(version), word(released), word(row.supersedes.clone()))
    };
    import.rows.iter().map(row).collect()
}

fn codes(import: &Import) -> Vec<&str> {
    import.left_out.groups().iter().map(|one| one.code).collect()
}

fn first_message(import: &Import) -> String {
    import.left_out.groups()[0].message.clone()
}

const UNREVISED: &[&str] = &["2021-03-09T08:00:00"];

#[test]
fn json_xml_and_utf16_give_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let utf16 = folder.path().join("2021-Mar.xml");
    let units: Vec<u8> =
        [0xfeff].into_iter().chain(fixture("2021-Mar.xml").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(&utf16, units).unwrap();
    let expected = fixture("expected.csv");
    for file in ["tests/import/2021-Mar.json", "tests/import/2021-Mar.xml", utf16.to_str().unwrap()] {
        let output = import(&[file]);
        assert_eq!(output.status.code(), Some(0), "{file}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), expected, "{file}");
    }
}

#[test]
fn whatever_was_left_out_is_told_in_groups() {
    let told = text(&import(&["tests/import/2021-Mar.json"]).stderr);
    for expected in [
        "warning[not-a-fix]: left out, not a vendor fix: `KB5000901 for Windows Server 2019: Known Issue`",
        "warning[not-an-update]: left out, a fix whose description is no KB number: `Contoso Phone: Release Notes`",
        "warning[no-product]: left out, a fix that names no product: `KB5000911`",
        "warning[unlisted-product]: left out, a product id that the document does not list: `KB5000910 for 40404`",
        "warning[unknown-product]: left out, a product that the database does not know: `KB5000905 for Microsoft .NET Framework 4.8 on Windows 10",
        "warning[not-a-build]: no version, not a build number: `KB5000909 for windows-server-2008-r2: v1.001`, `KB5000910",
        "warning[unproven-kind]: no version, a kind of update whose build number does not prove it: `KB5000903 for windows-server-2012-r2: Security Only`",
        "`KB5000905 for dotnet-framework: 4.8.9332.0`, `KB5000908 for sharepoint-server-2016: 16.0.9001.1000`",
        "warning[foreign-build]: no version, a build of another product: `KB5000904 for windows-server-2004: 10.0.19045.9004`",
        "warning[several-builds]: no version, several builds of one branch: `KB5000912 for windows-server-2019: 10.0.17763.9012",
        "warning[overrun-build]: no version, a build that Security Only updates reach as well: `KB5000902 for windows-server-2012-r2: 6.3.9600.19001",
        "warning[uncertain-month]: no month, named only where a revision is later than the month: `KB5000912 for",
        "warning[other-product]: nothing superseded, an update of another product: `KB5000904 for windows-server-2004: KB5000903`",
        "warning[cycle]: nothing superseded, a cycle: `KB5000912 for windows-server-2019: KB5000912`",
        "warning[unknown-restart]: restart not known, neither Yes, Maybe nor No: `KB5000910 for windows-server-2019: Perhaps`",
    ] {
        assert!(told.contains(expected), "{expected} is missing in\n{told}");
    }
    let (groups, hint) = told.trim_end().rsplit_once('\n').unwrap();
    assert!(groups.lines().all(|line| line.starts_with("tests/import/2021-Mar.json: warning[")), "{told}");
    assert_eq!(hint, "use `--each` to list everything that is left out on a line of its own");
}

#[test]
fn a_group_shows_the_most_frequent_and_counts_the_rest() {
    let names: Vec<String> = (0..21).flat_map(|number| vec![format!("Phone {number}"); number + 1]).collect();
    let fixes: Vec<Fix<'_>> = names.iter().map(|name| ("5000001", "", name.as_str(), "", "")).collect();
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    let expected = "`KB5000001 for Phone 20` (21 times), `KB5000001 for Phone 19` (20 times), \
                    `KB5000001 for Phone 18` (19 times), `KB5000001 for Phone 17` (18 times), \
                    `KB5000001 for Phone 16` (17 times) and 16 more (136 times)";
    assert!(first_message(&import).ends_with(expected), "{}", first_message(&import));
}

#[test]
fn a_group_that_is_not_large_shows_all() {
    let names: Vec<String> = (0..20).map(|number| format!("Phone {number}")).collect();
    let fixes: Vec<Fix<'_>> = names.iter().map(|name| ("5000001", "", name.as_str(), "", "")).collect();
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    assert!(names.iter().all(|name| first_message(&import).contains(&format!("`KB5000001 for {name}`"))));
    assert_eq!(import.left_out.groups().len(), 1);
    assert_eq!(import.left_out.each().len(), 20);
}

#[test]
fn each_tells_everything_on_a_line_of_its_own() {
    let told = text(&import(&["tests/import/2021-Mar.json", "--each"]).stderr);
    for expected in [
        "warning[no-product]: left out, a fix that names no product: `KB5000911`\n",
        "warning[unlisted-product]: left out, a product id that the document does not list: `KB5000910 for 40404`\n",
        "warning[unversioned-product]: no version, a product whose version does not show its updates: `KB5000905 for dotnet-framework: 4.8.",
        "warning[cycle]: nothing superseded, a cycle: `KB5000912 for windows-server-2019: KB5000912`\n",
    ] {
        assert!(told.contains(expected), "{expected} is missing in\n{told}");
    }
    assert!(told.lines().all(|line| line.starts_with("tests/import/2021-Mar.json: warning[")), "{told}");
    assert_eq!(told, text(&import(&["--each", "tests/import/2021-Mar.json"]).stderr));
}

/// Fixes of components of Windows go to the Windows, whose version does not tell them.
#[test]
fn a_component_of_windows_belongs_to_the_windows() {
    let (explorer, server) = ("Internet Explorer 11 on Windows Server 2012 R2", "Windows Server 2012 R2");
    let fixes = [
        ("5000001", "4000001", explorer, "IE Cumulative", "6.3.9600.20016"),
        ("5000002", "5000001, 5000003", explorer, "IE Cumulative", "1.001"),
        ("5000003", "5000001", server, "Monthly Rollup", "6.3.9600.19001"),
        ("5000003", "", explorer, "Monthly Rollup", "6.3.9600.19001"),
        ("5000004", "5000002, 5000003", server, "IE Cumulative", "1.002"),
        ("5000005", "", "SQL Server 2019 Reporting Services on Windows Server 2019", "", ""),
    ];
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    let expected = [
        "KB5000001 windows-server-2012-r2 - 2021-03 KB4000001",
        "KB5000002 windows-server-2012-r2 - 2021-03 KB5000001",
        "KB5000003 windows-server-2012-r2 6.3.9600.19001 2021-03 KB5000001",
        "KB5000004 windows-server-2012-r2 - 2021-03 KB5000002",
    ];
    assert_eq!(rows(&import), expected);
    assert_eq!(codes(&import), ["unknown-product", "not-a-build", "component-build", "other-component"]);
}

#[test]
fn builds_are_found_among_whatever_was_typed() {
    let product = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";
    for (build, versions) in [
        ("15.0.2080.9", "15.0.2080.9"),
        ("\t15.0.2080.9\r\n", "15.0.2080.9"),
        ("\u{200b}15.0.2080.9\u{a0}", "15.0.2080.9"),
        ("15.00.02080.009", "15.0.2080.9"),
        ("15.0.2080.9 and 15.0.4083.2", "15.0.2080.9 15.0.4083.2"),
        ("15.0.2080.9 & 15.0.4083.2", "15.0.2080.9 15.0.4083.2"),
        ("15.0.2080.9; 15.0.4083.2, 10.0.17763.1", "15.0.2080.9 15.0.4083.2"),
        ("1", "-"),
        ("1.000", "-"),
        ("15.0", "-"),
        ("v1.001", "-"),
        ("https://example.com/15.0.2080.9", "-"),
        ("Release Notes", "-"),
        ("15.0.99999999999999999999", "-"),
        ("15.0.", "-"),
        ("15.0.2080.9-1", "-"),
        ("", "-"),
    ] {
        let import =
            imported(vec![bulletin("2021-Mar", UNREVISED, &[("5000001", "", product, "Security Update", build)])]);
        let found: Vec<String> = rows(&import).iter().map(|row| row.split(' ').nth(2).unwrap().to_owned()).collect();
        assert_eq!(found.join(" "), versions, "{build:?}");
        assert_eq!(
            import.left_out.is_empty(),
            versions != "-" && !build.contains("17763") || build.is_empty(),
            "{build:?}"
        );
    }
}

#[test]
fn superseded_updates_are_kept_and_bulletins_are_not() {
    for (written, kept, is_clean) in [
        ("MS16-016, 3124280; 3121918", "KB3121918 KB3124280", true),
        ("MS13-056, 2845187; MS14-013, 2929961", "KB2845187 KB2929961", true),
        ("4011586<br><br>4011586", "KB4011586", true),
        ("KB4011586 / kb 4011587\u{200b}", "KB4011586 KB4011587", true),
        ("4011586\n", "KB4011586", true),
        ("None", "-", true),
        ("", "-", true),
        ("MS15-110", "-", false),
        ("5013868, 50185", "KB5013868", false),
        ("4011586, soon", "KB4011586", false),
    ] {
        let fix = ("5000001", written, "Windows Server 2016", "", "");
        let import = imported(vec![bulletin("2021-Mar", UNREVISED, &[fix])]);
        assert!(rows(&import)[0].ends_with(&format!("2021-03 {kept}")), "{written}: {:?}", rows(&import));
        assert_eq!(import.left_out.is_empty(), is_clean, "{written}: {:?}", import.left_out);
    }
}

#[test]
fn a_number_is_an_update_only_by_itself() {
    for (written, is_update) in [
        ("5000001", true),
        ("KB5000001", true),
        ("kb 5000001", true),
        (" 5000001\u{200b}\t", true),
        ("Release Notes", false),
        ("Click to Run", false),
        ("50001", false),
        ("500000100", false),
        ("0500001", false),
        ("5000001, 5000002", false),
        ("=5000001", false),
        ("", false),
    ] {
        let import = imported(vec![bulletin("2021-Mar", UNREVISED, &[(written, "", "Windows Server 2016", "", "")])]);
        assert_eq!(import.rows.len(), usize::from(is_update), "{written}");
        assert_eq!(codes(&import).contains(&"not-an-update"), !is_update, "{written}");
    }
}

/// The server's number rises with these kinds as well, but does not prove them, or what came before them.
#[test]
fn only_kinds_that_contain_what_came_before_claim_a_version() {
    let kinds = [
        ("Security Update", true),
        ("security update", true),
        ("Monthly Rollup", true),
        ("Security Only", false),
        ("Servicing Stack Update", false),
        ("ServicingStackUpdate", false),
        ("IE Cumulative", false),
        ("Standalone Security Update", false),
        ("Setup DU", false),
        ("VIA Processors Monthly Rollup", false),
        ("Security Hotpatch Update", false),
        ("AzureHotpatch", false),
        ("Something New", false),
        ("", false),
    ];
    for (kind, is_told) in kinds {
        let fix = ("5000001", "", "Windows Server 2022", kind, "10.0.20348.9001");
        let import = imported(vec![bulletin("2021-Mar", UNREVISED, &[fix])]);
        assert_eq!(import.rows[0].version.is_some(), is_told, "{kind}");
        assert_eq!(codes(&import), if is_told { vec![] } else { vec!["unproven-kind"] }, "{kind}");
    }
    let twice = [
        ("5000001", "", "Windows Server 2022", "Security Update", "10.0.20348.9001"),
        ("5000001", "", "Windows Server 2022", "Other", ""),
    ];
    assert!(imported(vec![bulletin("2021-Mar", UNREVISED, &twice)]).rows[0].version.is_none());
}

#[test]
fn a_build_that_several_updates_reach_proves_none_of_them() {
    let server = "Windows Server 2012 R2";
    let fixes = [
        ("5000001", "", server, "Monthly Rollup", "6.3.9600.19001"),
        ("5000002", "", server, "Monthly Rollup", "6.3.9600.19003"),
        ("5000003", "", server, "Security Only", "6.3.9600.19002"),
        ("5000004", "", "Windows Server 2022", "Security Update", "10.0.20348.9001"),
        ("5000005", "", "Windows Server 2022", "Security Hotpatch Update", "10.0.20348.9001"),
        ("5000006", "", "Windows Server 2022", "Security Hotpatch Update", "10.0.20348.9100"),
        ("5000007", "", "Windows Server 2022", "Security Update", "10.0.20348.9050"),
        ("5000008", "", "Windows Server 2022", "Security Only", "10.0.20348.9200"),
    ];
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    let told: Vec<&Row> = import.rows.iter().filter(|row| row.version.is_some()).collect();
    assert_eq!(told.iter().map(|row| row.update.as_str()).collect::<Vec<_>>(), ["KB5000002", "KB5000007"]);
    assert_eq!(codes(&import), ["unproven-kind", "shared-build", "overrun-build"]);
}

#[test]
fn a_month_is_claimed_only_when_it_is_certain() {
    let named =
        |id: &str, revisions: &[&str]| bulletin(id, revisions, &[("5094123", "", "Windows Server 2019", "", "")]);
    let released = |bulletins: Vec<Bulletin>| {
        let import = imported(bulletins);
        let months: Vec<Option<String>> =
            import.rows.iter().map(|row| row.released.map(|one| one.to_string())).collect();
        assert_eq!(codes(&import), if months[0].is_some() { vec![] } else { vec!["uncertain-month"] });
        months[0].clone()
    };
    let june = || named("2026-Jun", &["2026-06-09T07:00:00"]);
    assert_eq!(released(vec![june()]).as_deref(), Some("2026-06"));
    assert_eq!(released(vec![named("2018-FEB", &["2018-02-13T08:00:00"])]).as_deref(), Some("2018-02"));
    assert_eq!(released(vec![named("2017-May-B", &["2017-05-09T07:00:00"])]).as_deref(), Some("2017-05"));
    // Vulnerabilities of old bulletins are given newer updates: a revision is told when that happens.
    assert_eq!(released(vec![named("2020-Dec", &["2020-12-08T08:00:00", "2026-06-09T07:00:00"])]), None);
    assert_eq!(released(vec![named("2020-Dec", &["2026-06-09T07:00:00"]), june()]), None);
    assert_eq!(released(vec![named("2026-Jul", &["2026-07-14T07:00:00"]), june()]), None);
    assert_eq!(released(vec![named("2026-Jun", &["soon"])]), None);
    assert_eq!(released(vec![named("Release-Notes", &["2026-06-09T07:00:00"])]), None);
    // One vulnerability that was not revised is enough: the update was there that month.
    let both = vec![named("2026-Jun", &["2026-06-09T07:00:00", "2026-07-01T07:00:00"]), june()];
    assert_eq!(released(both).as_deref(), Some("2026-06"));
}

/// A bulletin may leave out the revisions of its vulnerabilities, its own, or both.
#[test]
fn without_revisions_the_dates_of_the_document_count() {
    let fixes = [("5094123", "", "Windows Server 2019", "", "")];
    let dated = |id: &str, dates: &[&str]| {
        let dates = dates.iter().map(ToString::to_string).collect();
        Bulletin { dates, ..bulletin(id, &[], &fixes) }
    };
    let mut mixed = bulletin("2026-Jun", &["2026-07-01"], &[("5094124", "", "Windows Server 2019", "", "")]);
    mixed.vulnerabilities.extend(dated("2026-Jun", &[]).vulnerabilities);
    let (june, later) = ("2026-06-09T07:00:00", "2026-07-07T07:00:00");
    for (bulletins, reason) in [
        (vec![dated("2026-Jun", &[])], None),
        (vec![dated("2026-Jun", &[june])], None),
        (vec![dated("2026-Jun", &[june, later])], Some("in a document revised after its month: `KB5094123 for")),
        (vec![mixed], Some("in a document revised after its month: `KB5094123 for")),
        (vec![dated("2026-Jun", &["soon"])], Some("a date cannot be read: `KB5094123 for")),
        (vec![dated("Minimal", &[])], Some("not of a month: `KB5094123 for")),
        (
            vec![dated("2026-Jun", &[]), dated("2026-Jul", &[])],
            Some("several months: `KB5094123 for windows-server-2019: 2026-06, 2026-07`"),
        ),
        (vec![bulletin("2026-Jun", &[later], &fixes)], Some("a revision is later than the month: `KB5094123 for")),
    ] {
        let import = imported(bulletins);
        assert_eq!(import.rows[0].released.map(|one| one.to_string()), reason.is_none().then(|| "2026-06".to_owned()));
        let told = import.left_out.each();
        assert!(
            reason.is_none_or(|reason| told.iter().any(|one| one.message.contains(reason))),
            "{reason:?}: {told:?}"
        );
        assert_eq!(told.is_empty(), reason.is_none(), "{told:?}");
    }
}

/// The smallest bulletin, in both forms: ids, a product, a fix.
#[test]
fn a_minimal_document_tells_its_month() {
    let tracking =
        json!({"Identification": {"ID": {"Value": "2026-Jun"}}, "CurrentReleaseDate": "2026-06-09T07:00:00"});
    let fix = json!({"Type": 2, "Description": {"Value": "5094123"}, "ProductID": ["1"]});
    let tree = json!({"FullProductName": [{"ProductID": "1", "Value": "Windows Server 2019"}]});
    let written =
        json!({"DocumentTracking": tracking, "ProductTree": tree, "Vulnerability": [{"Remediations": [fix]}]});
    let xml = "<cvrfdoc><DocumentTracking><Identification><ID>2026-Jun</ID></Identification>\
        <CurrentReleaseDate>2026-06-09T07:00:00</CurrentReleaseDate></DocumentTracking>\
        <FullProductName ProductID='1'>Windows Server 2019</FullProductName>\
        <Vulnerability><Remediation Type='Vendor Fix'><Description>5094123</Description><ProductID>1</ProductID>\
        </Remediation></Vulnerability></cvrfdoc>";
    for text in [written.to_string(), xml.to_owned()] {
        assert_eq!(rows(&imported(vec![parse(&text).unwrap()])), ["KB5094123 windows-server-2019 - 2026-06 -"]);
        let later = parse(&text.replace("2026-06-09", "2026-07-09")).unwrap();
        assert_eq!(rows(&imported(vec![later])), ["KB5094123 windows-server-2019 - - -"]);
    }
}

#[test]
fn a_supersedence_cycle_is_cut() {
    let fixes = [
        ("5000001", "5000002, 4000001", "Windows Server 2016", "", ""),
        ("5000002", "5000003", "Windows Server 2016", "", ""),
        ("5000003", "5000001", "Windows Server 2019", "", ""),
        ("5000004", "5000003", "Windows Server 2019", "", ""),
    ];
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    let kept: Vec<&str> = import.rows.iter().map(|row| row.supersedes.as_str()).collect();
    assert_eq!(kept, ["KB4000001", "", "", "KB5000003"]);
    assert_eq!(codes(&import), ["cycle"]);
}

#[test]
fn an_update_of_one_product_supersedes_none_of_another() {
    let fixes = [
        ("5063757", "5058714, 5058713, 4000001", "Microsoft SQL Server 2019 for x64-based Systems (GDR)", "", ""),
        ("5058714", "", "Microsoft SQL Server 2017 for x64-based Systems (GDR)", "", ""),
        ("5058713", "", "Microsoft SQL Server 2019 for x64-based Systems (CU 8)", "", ""),
    ];
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    let kept: Vec<&str> = import.rows.iter().map(|row| row.supersedes.as_str()).collect();
    assert_eq!(kept, ["", "", "KB4000001 KB5058713"]);
    assert_eq!(codes(&import), ["other-product"]);
    assert!(first_message(&import).ends_with("`KB5063757 for sql-server-2019: KB5058714`"));
}

/// It contains nothing earlier: whoever has it lacks the rollup that it is said to replace.
#[test]
fn a_security_only_update_supersedes_nothing() {
    let fixes = [
        ("5004951", "5003667", "Windows Server 2012 R2", "Security Only", ""),
        ("5004954", "5003671", "Windows Server 2012 R2", "Monthly Rollup", ""),
    ];
    let import = imported(vec![bulletin("2021-Mar", UNREVISED, &fixes)]);
    assert_eq!(import.rows.iter().map(|row| row.supersedes.as_str()).collect::<Vec<_>>(), ["", "KB5003671"]);
    assert_eq!(codes(&import), ["not-contained"]);
    assert!(first_message(&import).ends_with("`KB5004951 for windows-server-2012-r2: KB5003667`"));
}

#[test]
fn the_order_of_documents_does_not_matter() {
    let bulletins = || {
        vec![
            bulletin(
                "2021-Mar",
                UNREVISED,
                &[("5000001", "4000001", "Windows Server 2016", "Security Update", "10.0.14393.9001")],
            ),
            bulletin(
                "2021-Feb",
                &["2021-02-09"],
                &[("5000001", "4000002", "Windows Server 2016", "Security Update", "10.0.14393.9001")],
            ),
            bulletin(
                "2020-Dec",
                &["2020-12-08"],
                &[("999999", "", "Windows Server 2016", "Security Update", "10.0.14393.9000")],
            ),
        ]
    };
    let forward = imported(bulletins());
    let backward = imported(bulletins().into_iter().rev().collect());
    assert_eq!(rows(&forward), rows(&backward));
    assert_eq!(forward.left_out, backward.left_out);
    let expected = [
        "KB999999 windows-server-2016 10.0.14393.9000 2020-12 -",
        "KB5000001 windows-server-2016 10.0.14393.9001 - KB4000001 KB4000002",
    ];
    assert_eq!(rows(&forward), expected);
    assert!(forward.rows[1].source.ends_with("/cvrf/2021-Feb"), "{}", forward.rows[1].source);
}

#[test]
fn products_go_by_the_names_that_bulletins_print() {
    let database = builtin::database().unwrap();
    let names = Names::new(database.products());
    for (name, product) in [
        ("Windows Server 2012 R2 (Server Core installation)", "windows-server-2012-r2"),
        ("Windows Server 2008 R2 for x64-based Systems Service Pack 1", "windows-server-2008-r2"),
        ("Windows Server 2008 for Itanium-Based Systems Service Pack 2", "windows-server-2008"),
        ("Windows Server 2008 for 32-bit Systems Service Pack 2 (Server Core installation)", "windows-server-2008"),
        ("Windows Server, version 1709  (Server Core Installation)", "windows-server-1709"),
        ("Windows Server, version 20H2 (Server Core Installation)", "windows-server-20h2"),
        ("Windows Server 2022, 23H2 Edition (Server Core installation)", "windows-server-23h2"),
        ("Windows Server 2025\u{a0}(Server Core installation)", "windows-server-2025"),
        ("Microsoft SQL Server 2019 for x64-based Systems (CU 32)", "sql-server-2019"),
        ("Microsoft SQL Server 2025 for x64-based Systems (CU2)", "sql-server-2025"),
        ("Microsoft SQL Server 2014 Service Pack 3 for 32-bit Systems (GDR)", "sql-server-2014"),
        ("Microsoft SQL Server 2008 R2 for x64-Based Systems Service Pack 3 (QFE)", "sql-server-2008-r2"),
        (
            "Microsoft SQL Server 2016 for x64-based Systems Service Pack 3 Azure Connect Feature Pack",
            "sql-server-2016",
        ),
        ("Microsoft Exchange Server 2016 Cumulative Update 23", "exchange-server-2016"),
        ("Microsoft Exchange Server 2010 Service Pack 3 Update Rollup 31", "exchange-server-2010"),
        ("Microsoft Exchange Server Subscription Edition RTM", "exchange-server-se"),
        ("Microsoft SharePoint Enterprise Server 2013 Service Pack 1", "sharepoint-server-2013"),
        ("Microsoft SharePoint Foundation 2013 Service Pack 1", "sharepoint-foundation-2013"),
        ("Microsoft SharePoint Server Subscription Edition", "sharepoint-server-se"),
        (
            "Excel Services on Microsoft SharePoint Server 2007 Service Pack 3 (32-bit editions)",
            "sharepoint-server-2007",
        ),
        ("Microsoft .NET Framework 3.5 AND 4.6.2/4.7/4.7.1/4.7.2 on Windows Server 2016", "dotnet-framework"),
        (
            "Microsoft .NET Framework 2.0 Service Pack 2 on Windows Server 2008 for 32-bit Systems Service Pack 2",
            "dotnet-framework",
        ),
        ("Skype for Business Server 2019 CU6", "skype-for-business-server-2019"),
    ] {
        assert_eq!(names.product(name).map(|id| id.as_str()), Some(product), "{name}");
    }
    for name in [
        "",
        "Windows 10 Version 1809 for x64-based Systems",
        "Internet Explorer 11 on Windows Server 2012 R2",
        "SQL Server 2019 Reporting Services on Windows Server 2019",
        "Microsoft .NET Framework 4.8 on Windows 10 Version 1809 for x64-based Systems",
        "Microsoft .NET Framework",
        ".NET 8.0",
        "SQL Server 2019 for Linux Containers",
        "Microsoft Defender for Endpoint for Windows on Windows Server 2022",
        "Windows Server 2022 (Nano)",
        "Windows Server 2022 (",
    ] {
        let found = names.product(name).map(|id| id.as_str());
        assert_eq!(found, (name == "Microsoft .NET Framework").then_some("dotnet-framework"), "{name}");
    }
}

/// A name that two products share would give the updates of one to the other.
#[test]
fn no_two_products_share_a_name() {
    let database = builtin::database().unwrap();
    let names = Names::new(database.products());
    for product in database.products().values() {
        for name in std::iter::once(&product.name).chain(&product.aliases) {
            assert_eq!(names.product(name), Some(&product.id), "{name}");
        }
    }
}

/// What an import writes is a table of the database as it stands.
#[test]
fn the_table_loads_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("updates.csv");
    let output = import(&["tests/import/2021-Mar.json", "-o", file.to_str().unwrap()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), fixture("expected.csv"));
    let mut loader = Loader::default();
    let database = loader.data(&[folder.path().to_owned()]).unwrap();
    assert_eq!(loader.finish(), []);
    assert_eq!(database.updates().len(), 11);
    let known = &database.updates()[&UpdateId::new("KB5000901").unwrap()];
    assert_eq!(known.released.unwrap().to_string(), "2021-03");
    assert_eq!(known.brings[0].version.as_str(), "10.0.17763.9001");
}

#[test]
fn what_is_no_bulletin_is_refused_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let xml = |body: &str| format!("<c:cvrfdoc xmlns:c=\"c\">\n{body}\n</c:cvrfdoc>");
    let id = "<Identification><ID>2021-Mar</ID></Identification>";
    for (written, place, code) in [
        (String::new(), "1:1", "not-cvrf"),
        ("nothing".to_owned(), "1:1", "not-cvrf"),
        ("\n  [1]".to_owned(), "2:3", "not-cvrf"),
        ("{\"document\": {}}".to_owned(), "1:16", "not-cvrf"),
        ("{\n \"DocumentTracking\": 1}".to_owned(), "2:22", "not-cvrf"),
        ("{\n  \"Döcument\": ?}".to_owned(), "2:15", "json-syntax"),
        ("{\"a\": 1".to_owned(), "1:7", "json-syntax"),
        ("<html></html>".to_owned(), "1:1", "not-cvrf"),
        (xml(""), "1:1", "not-cvrf"),
        (xml("<Identification><ID>=cmd()</ID></Identification>"), "1:1", "not-cvrf"),
        (xml("<Identification><ID>2021-Mar</Identification>"), "2:29", "xml-syntax"),
        (xml(&format!("{id}<Vulnerability>")), "3:1", "xml-syntax"),
        (xml(&format!("{id}<a x='1' x='2'><FullProductName ProductID='1' ProductID='2'/></a>")), "2:66", "xml-syntax"),
        (xml(&format!("{id}<CVE>&bomb;</CVE>")), "2:56", "xml-syntax"),
        (xml(id) + "<more/>", "3:13", "not-cvrf"),
        (format!("<!DOCTYPE c [<!ENTITY a \"aaaa\">]>{}", xml(id)), "1:1", "xml-syntax"),
        (xml(&"<a>".repeat(200)), "2:298", "too-deep"),
        (xml(id).replace("<c:", "<c:\0"), "1:4", "encoding"),
    ] {
        let file = folder.path().join("file");
        std::fs::write(&file, &written).unwrap();
        let output = import(&[file.to_str().unwrap()]);
        let told = text(&output.stderr);
        let expected = format!("file:{place}: error[{code}]: ");
        assert!(told.contains(&expected), "{written}: {expected} is missing in\n{told}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{written}");
    }
}

#[test]
fn every_problem_of_every_file_is_told_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    let files = ["nowhere.json", "tests/import/2021-Mar.json", "tests/all/import.rs", "-o", out.to_str().unwrap()];
    let output = import(&files);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("nowhere.json: error[unreadable]") && told.contains("tests/all/import.rs:1:1: error[not-cvrf]")
    );
    assert!(!out.exists());
}

#[test]
fn a_bulletin_without_a_row_ends_with_2_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phones.json");
    let phones = fixture("2021-Mar.json").replace("Windows Server", "Phone").replace("Microsoft", "Contoso");
    std::fs::write(&file, phones).unwrap();
    let output = import(&[file.to_str().unwrap()]);
    let told = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
    assert!(told.contains("warning[unknown-product]") && told.contains("no update for a product"), "{told}");
}

#[test]
fn hostile_texts_come_out_inert() {
    let hostile = "\u{1b}[31m=HYPERLINK(\"http://x\")\u{202e}\r\n::error::taken over";
    let mut written: Value = serde_json::from_str(&fixture("2021-Mar.json")).unwrap();
    for key in ["Supercedence", "SubType", "FixedBuild"] {
        let fix = &mut written["Vulnerability"][0]["Remediations"][0];
        fix[key] = hostile.into();
    }
    written["Vulnerability"][0]["Remediations"][1]["Description"]["Value"] = hostile.into();
    written["Vulnerability"][0]["Remediations"][2]["RestartRequired"]["Value"] = hostile.into();
    written["Vulnerability"][0]["Remediations"][3]["ProductID"][0] = hostile.into();
    written["Vulnerability"][0]["Remediations"][4]["Type"] = hostile.into();
    written["ProductTree"]["FullProductName"][5]["Value"] = hostile.into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.json");
    std::fs::write(&file, written.to_string()).unwrap();
    let output = import(&[file.to_str().unwrap()]);
    let (rows, told) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.matches("HYPERLINK").count() >= 6, "{told}");
    let is_ours = |line: &str| line.contains("hostile.json: warning[") || line.starts_with("use `--each` ");
    assert!(told.lines().all(is_ours), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{202e}', '\r']), "{told}");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .,:/-\n".contains(c);
    assert!(rows.chars().all(is_plain), "{rows}");
    let starts_plain = |cell: &str| !cell.starts_with(['=', '+', '-', '@', ':']);
    assert!(rows.lines().all(|line| line.split(',').all(starts_plain)), "{rows}");
}

#[test]
fn truncated_bulletins_are_refused_and_never_panic() {
    for name in ["2021-Mar.json", "2021-Mar.xml"] {
        let whole = fixture(name);
        let end = whole.trim_end().len();
        for length in (0..end).step_by(9).filter(|length| whole.is_char_boundary(*length)) {
            assert!(parse(&whole[..length]).is_err(), "{length} of {end} bytes of {name}");
        }
        assert!(parse(&whole[..end]).is_ok(), "{name}");
    }
}

#[test]
fn changed_bytes_never_panic() {
    let products: BTreeMap<_, _> = builtin::database().unwrap().products().clone();
    for name in ["2021-Mar.json", "2021-Mar.xml"] {
        let whole = fixture(name);
        for position in (0..whole.len()).step_by(61).filter(|position| whole.is_char_boundary(*position)) {
            for change in ["<", ">", "&", "\"", "{", "\u{200b}", "9"] {
                let (before, after) = whole.split_at(position);
                let after: String = after.chars().skip(1).collect();
                if let Ok(bulletin) = parse(&format!("{before}{change}{after}")) {
                    let _ = msrc::import(vec![bulletin], &products);
                }
            }
        }
    }
}

/// Bulletins as they were published.
#[test]
#[ignore = "needs the shared samples beside the repository and zstd; .ci/run runs it where they are"]
fn real_bulletins_are_read() {
    let folder = root().join("../shared/samples/msrc");
    let june = import(&[folder.join("cvrf-2026-Jun-sample.json").to_str().unwrap()]);
    assert_eq!(june.status.code(), Some(0), "{}", text(&june.stderr));
    let expected = "KB5094123,windows-server-2019,10.0.17763.8880,2026-06,required,KB5087538,https://api.msrc.microsoft.com/cvrf/v3.0/cvrf/2026-Jun";
    assert!(text(&june.stdout).lines().any(|line| line == expected), "{}", text(&june.stdout));
    assert_eq!(text(&june.stdout).lines().count(), 7);
    for other in ["csaf-msrc_cve-2025-29795.json", "updates-index-20260706.json"] {
        let output = import(&[folder.join(other).to_str().unwrap()]);
        assert!(text(&output.stderr).contains("error[not-cvrf]"), "{other}: {}", text(&output.stderr));
    }
    real_xml(&folder.join("cvrf-2022-Jan.xml.zst"));
}

fn real_xml(packed: &Path) {
    let unpacked = std::process::Command::new("zstd").arg("-dc").arg(packed).output();
    let unpacked = unpacked.expect("zstd unpacks the sample");
    assert!(unpacked.status.success(), "{}", text(&unpacked.stderr));
    let import = imported(vec![parse(&text(&unpacked.stdout)).unwrap()]);
    let rows = rows(&import);
    assert_eq!(rows.len(), 41, "{rows:#?}");
    for expected in [
        "KB5008631 exchange-server-2016 15.1.2308.21 2022-01 KB5007409",
        "KB5008631 exchange-server-2016 15.1.2375.18 2022-01 KB5007409",
        "KB5009555 windows-server-2022 10.0.20348.469 2022-01 KB5008223",
        // Its Security Only sibling raises the number just as far.
        "KB5009624 windows-server-2012-r2 - 2022-01 KB5008263",
        // Two packages brought the number of this month.
        "KB5002110 sharepoint-server-se - 2022-01 KB5002047",
    ] {
        assert!(rows.iter().any(|row| row == expected), "{expected} is missing in {rows:#?}");
    }
}
