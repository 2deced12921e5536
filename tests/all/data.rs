//! The data that is shipped: every file is valid against its schema, every case of every advisory comes out as it says,
//! and the program carries the same database as the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use patchgate::advisory::Advisory;
use patchgate::curate::cases;
use patchgate::curate::corpus::Corpus;
use patchgate::database::{Database, Parts, UpdateRow};
use patchgate::evaluate::Question;
use patchgate::input::builtin;
use patchgate::input::load::{Loader, decode, node};
use patchgate::input::packed::Packed;
use patchgate::input::packed::pack::pack;
use patchgate::model::id::UpdateId;
use patchgate::model::pending::PendingUpdate;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        // Hidden files are a tool's and not data, as for the loader.
        if entry.file_name().unwrap().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.is_dir() {
            yaml_files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "yaml") {
            found.push(entry);
        }
    }
    found.sort();
}

fn files(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    folders.iter().for_each(|folder| yaml_files(&root().join(folder), &mut found));
    found
}

#[test]
fn every_file_is_valid_against_its_schema() {
    let mut validators = BTreeMap::new();
    let files = files(&["advisories", "policies", "examples"]);
    assert!(files.len() > 40, "only {} files found", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (tree, problems) = node::parse(&text).unwrap();
        assert!(problems.is_empty(), "{}: {problems:?}", file.display());
        let (value, _) = decode::decode::<serde_json::Value>(&tree);
        let value = value.unwrap();
        let kind = value["schema"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
        let validator = validators.entry(kind.clone()).or_insert_with(|| {
            let schema = patchgate::document::schema::schema(&kind).unwrap_or_else(|| panic!("no schema `{kind}`"));
            jsonschema::options().should_validate_formats(true).build(schema.as_value()).unwrap()
        });
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
    let seen: Vec<&str> = validators.keys().map(String::as_str).collect();
    assert_eq!(
        seen,
        ["advisory", "coverage", "event-sources", "inventory", "pending", "policy", "product", "settings", "waivers"]
    );
}

/// A schema that accepts everything would make the test above worthless.
#[test]
fn schemas_refuse_what_the_loader_refuses() {
    let refused = [
        ("inventory", serde_json::json!({"schema": "patchgate/inventory/v1", "servers": [{"nmae": "a"}]})),
        ("inventory", serde_json::json!({"schema": "patchgate/inventory/v2", "servers": []})),
        (
            "pending",
            serde_json::json!({"schema": "patchgate/pending/v1", "updates": [{"id": "KB1", "restart": "maybe"}]}),
        ),
        (
            "advisory",
            serde_json::json!({"schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": "bad", "severity": "high", "published": "2024-01-01"}),
        ),
        (
            "pending",
            serde_json::json!({"schema": "patchgate/pending/v1", "updates": [{"id": "KB1", "released": "2024-13"}]}),
        ),
        (
            "product",
            serde_json::json!({"schema": "patchgate/product/v1", "id": "a", "name": "a", "builds": [{"released": "2024"}]}),
        ),
        ("policy", serde_json::json!({"schema": "patchgate/policy/v1", "name": "a", "soak": {"expedited": "2w"}})),
        ("waivers", serde_json::json!({"schema": "patchgate/waivers/v1", "waivers": [{"advisory": "PG-2024-0001"}]})),
        ("product", serde_json::json!({"schema": "patchgate/product/v1", "id": "Upper Case", "name": "a"})),
        (
            "settings",
            serde_json::json!({"schema": "patchgate/settings/v1", "settings": {"a": {"type": "date", "meaning": "m"}}}),
        ),
    ];
    for (kind, value) in refused {
        let schema = patchgate::document::schema::schema(kind).unwrap();
        assert!(!jsonschema::is_valid(schema.as_value(), &value), "{kind} accepts {value}");
    }
}

#[test]
fn the_built_in_database_is_the_folder() {
    let mut loader = Loader::default();
    let collection = loader.collection(&[root().join("advisories")]);
    let folder = loader.join(vec![collection]);
    assert_eq!(loader.finish(), []);
    let builtin = builtin::parts().unwrap();
    same_parts(&folder, &builtin);
    let (folder, builtin) = (Database::new(folder), Database::new(builtin));
    assert_eq!(folder.updates(), builtin.updates());
    assert_eq!(folder.listing(), builtin.listing());
}

/// But for what only curators read: proofs, and where rows are documented.
fn same_parts(folder: &Parts, builtin: &Parts) {
    fn written(value: &impl serde::Serialize) -> serde_json::Value {
        serde_json::to_value(value).unwrap()
    }
    assert_eq!((&folder.digest, &folder.replaced), (&builtin.digest, &builtin.replaced));
    assert_eq!(written(&folder.products), written(&builtin.products));
    assert_eq!(written(&folder.settings), written(&builtin.settings));
    assert_eq!(folder.event_sources, builtin.event_sources);
    assert_eq!(folder.advisories.len(), builtin.advisories.len());
    for (one, two) in folder.advisories.iter().zip(&builtin.advisories) {
        let without_proofs = Advisory { cases: Vec::new(), survivors: Vec::new(), ..one.clone() };
        assert_eq!(written(&without_proofs), written(two));
    }
    let mut rows = [folder, builtin].map(|parts| {
        parts.rows.iter().map(|row| written(&UpdateRow { source: String::new(), ..row.clone() }).to_string()).collect()
    });
    rows.iter_mut().for_each(|rows: &mut Vec<String>| rows.sort());
    let [one, two] = rows;
    assert_eq!(one, two);
}

/// Numbers and words come out of a packed database as they went in, also where the shipped one has none such.
#[test]
fn what_is_packed_is_read_again() {
    let advisory = |when: serde_json::Value| -> Advisory {
        serde_json::from_value(serde_json::json!({
            "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "a \"t\u{ef}tle\"\nof\ttwo lines", "kind": "hazard",
            "severity": "high", "published": "2024-01-01", "triggers": ["restart", {"product": "a"}], "when": when,
            "symptoms": {"events": [{"source": "a", "id": 1}]}, "notes": "n",
        }))
        .unwrap()
    };
    let bound =
        |number: f64| serde_json::json!({"setting": {"name": "a", "at_least": number, "in": [number, "1.10", true]}});
    for number in
        [0.1, 1e-7, 2.2250738585072014e-308, 1_048_576.0, -17.25, 9_007_199_254_740_993.0, 1.7976931348623157e308]
    {
        let row = |update: &str, version: &str| -> UpdateRow {
            serde_json::from_value(
                serde_json::json!({"update": update, "product": "a", "version": version, "supersedes": "KB1 KB2"}),
            )
            .unwrap()
        };
        let parts = Parts {
            advisories: vec![advisory(bound(number))],
            rows: vec![row("KB3", "1.10"), row("KB10", "1.1"), row("vendor's-\"id\",7", "2.0.0-beta+1")],
            replaced: BTreeSet::from(["PG-2024-0002".parse().unwrap()]),
            digest: "d".to_owned(),
            ..Parts::default()
        };
        let text = pack(parts.clone()).unwrap();
        same_parts(&parts, &Packed::of_text(&text).unwrap().parts().unwrap());
        // Whatever is missing is told.
        for end in 0..text.len() {
            let cut = text.get(..end).map(|text| Packed::of_text(text).and_then(|packed| packed.parts()));
            assert!(cut.is_none_or(|parts| parts.is_err()), "cut after {end} of {} bytes", text.len());
        }
    }
}

/// An id with a blank would fall apart in a table: an advisory about it would never be asked for.
#[test]
fn ids_with_blanks_are_not_packed() {
    let advisory = |updates: &[&str]| -> Advisory {
        let written = serde_json::json!({
            "schema": "patchgate/advisory/v1", "id": "PG-2024-0001", "title": "t", "kind": "known-bad", "severity": "high",
            "published": "2024-01-01", "updates": updates,
        });
        serde_json::from_value(written).unwrap()
    };
    let row = |update: &str, supersedes: &str| -> UpdateRow {
        serde_json::from_value(serde_json::json!({"update": update, "product": "a", "supersedes": supersedes})).unwrap()
    };
    for (ids, update, supersedes, is_packed) in [
        (["KB1", "KB2"], "Agent-7", "KB1", true),
        (["KB1", "KB2"], "Agent 7", "", true),
        (["KB1", "Agent 7"], "KB3", "", false),
        (["KB1", "KB2"], "Agent 7", "KB1", false),
    ] {
        let parts = Parts { advisories: vec![advisory(&ids)], rows: vec![row(update, supersedes)], ..Parts::default() };
        let packed = pack(parts);
        assert_eq!(packed.is_ok(), is_packed, "{ids:?} {update} {supersedes}: {packed:?}");
        packed.err().into_iter().for_each(|error| assert!(error.to_string().contains("`Agent 7`"), "{error}"));
    }
}

/// From when an update soaks that mends another one follows from that one's row.
#[test]
fn what_a_pending_update_mends_is_read_of_a_packed_database() {
    let row = |update: &str, repairs: &str| -> UpdateRow {
        let written =
            serde_json::json!({"update": update, "product": "a", "released": "2024-01-09", "repairs": repairs});
        serde_json::from_value(written).unwrap()
    };
    let id = |text: &str| UpdateId::new(text).unwrap();
    let rows = vec![row("KB1", ""), row("KB2", "KB1"), row("KB3", "KB4"), row("KB4", "")];
    let text = pack(Parts { rows, ..Parts::default() }).unwrap();
    let pending = PendingUpdate::of(id("KB2"));
    let about = Packed::of_text(&text).unwrap().about(&[pending], &[]).unwrap();
    let known: BTreeSet<&str> = about.updates().keys().map(|id| id.as_str()).collect();
    assert_eq!(known, BTreeSet::from(["KB1", "KB2"]));
    assert_eq!(about.updates()[&id("KB2")].repairs, [id("KB1")]);
}

/// The rows of all tables, with the names of their files.
fn rows() -> Vec<(String, UpdateRow)> {
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(root().join("advisories/updates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(&path).unwrap();
        rows.extend(reader.deserialize().map(|row| (name.clone(), row.unwrap())));
    }
    rows
}

/// A row that claims what cannot be would count an update as installed that is not.
#[test]
fn update_tables_claim_only_what_their_products_can_have() {
    let database = builtin::database().unwrap();
    let rows = rows();
    assert!(rows.len() > 3000, "only {} rows", rows.len());
    for (file, row) in &rows {
        let product =
            database.products().get(&row.product).unwrap_or_else(|| panic!("{file}: no product {}", row.product));
        // The monthly fixes of .NET Framework do not raise its version; only its installers bring one.
        let is_installer = row.product.as_str() == "dotnet-framework" && file == "curated.csv";
        if let Some(version) = row.version.as_ref().filter(|_| !is_installer) {
            let versions = product.versions.as_ref().unwrap_or_else(|| panic!("{file}: {row:?}"));
            assert!(versions.contain(Some(version), product.version_scheme).is_true(), "{file}: {row:?}");
        }
        assert!(row.source.starts_with("https://"), "{file}: {row:?}");
        let is_kb = |id: &str| id.strip_prefix("KB").is_some_and(|number| number.parse::<u32>().is_ok());
        assert!(row.supersedes.split(' ').all(|id| id.is_empty() || is_kb(id)), "{file}: {row:?}");
        assert!(!row.supersedes.split(' ').any(|id| id == row.update.as_str()), "{file}: {row:?}");
    }
    for product in database.products().values() {
        let Some(versions) = &product.versions else { continue };
        for version in product.builds.iter().filter_map(|build| build.version.as_ref()) {
            assert!(versions.contain(Some(version), product.version_scheme).is_true(), "{} {version}", product.id);
        }
    }
}

/// One build of one product is one update's, and a product file tells no other day than the tables.
#[test]
fn product_files_and_update_tables_agree() {
    let database = builtin::database().unwrap();
    let rows = rows();
    let mut brought = BTreeMap::new();
    for (file, row) in &rows {
        let builds = &database.products()[&row.product].builds;
        let named = builds.iter().filter(|build| build.update.as_ref() == Some(&row.update));
        for build in named.filter(|build| build.released.is_some() && row.released.is_some()) {
            assert!(build.released.unwrap().agrees(row.released.unwrap()), "{file}: {row:?} and {build:?}");
        }
        let Some(version) = &row.version else { continue };
        let same = builds.iter().filter(|build| build.version.as_ref() == Some(version));
        let mut updates = same.filter_map(|build| build.update.as_ref()).peekable();
        assert!(updates.peek().is_none() || updates.any(|update| *update == row.update), "{file}: {row:?}");
        // Every version of Windows has an installer of its own for the same .NET Framework.
        if row.product.as_str() != "dotnet-framework" {
            let first = brought.insert((row.product.clone(), version.to_string()), row.update.clone());
            assert!(first.is_none(), "{file}: {row:?} and {first:?}");
        }
    }
}

/// In a circle each update would stand for the other.
#[test]
fn no_updates_supersede_each_other_in_a_circle() {
    let database = builtin::database().unwrap();
    let updates = database.updates();
    for id in updates.keys() {
        let (mut seen, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(one) = open.pop() {
            for older in updates.get(one).iter().flat_map(|knowledge| &knowledge.supersedes) {
                assert_ne!(older, id, "{id} supersedes itself");
                if seen.insert(older) {
                    open.push(older);
                }
            }
        }
    }
}

#[test]
fn every_case_comes_out_as_it_says() {
    let mut loader = Loader::default();
    let collection = loader.collection(&[root().join("advisories")]);
    let database = Database::new(loader.join(vec![collection.clone()]));
    let corpus = Corpus::new(&collection, &database, "2026-11-21".parse().unwrap());
    let mut count = 0;
    for advisory in database.advisories() {
        assert!(!advisory.cases.is_empty(), "{} has no cases", advisory.id);
        assert_eq!(cases::failures(&corpus, advisory), [], "{}", advisory.id);
        count += advisory.cases.len();
    }
    assert!(count >= 30, "only {count} cases");
}

/// The five incidents that started this, by what their documents say of them.
#[test]
fn the_first_incidents_record_their_symptoms() {
    let database = builtin::database().unwrap();
    let expected: [(&str, &[u32]); 6] = [
        ("PG-2004-0001", &[14336, 14347, 14352]),
        ("PG-2009-0001", &[7024, 7038, 12290]),
        ("PG-2009-0002", &[30988, 61013, 61030]),
        ("PG-2009-0003", &[30988, 61013, 61030]),
        ("PG-2014-0001", &[12303, 14397, 14694]),
        ("PG-2016-0001", &[1000]),
    ];
    for (id, events) in expected {
        let advisory =
            database.advisories().iter().find(|one| one.id.as_str() == id).unwrap_or_else(|| panic!("no {id}"));
        let symptoms = advisory.symptoms.as_ref().unwrap();
        let mut found: Vec<u32> = symptoms.events.iter().map(|event| event.id).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, events, "{id}");
    }
}

/// The built-in database is read as far as a decision asks for it; that must not change what is decided.
#[test]
fn looking_up_decides_as_reading_all_does() {
    let whole = builtin::database().unwrap();
    let ids: Vec<&UpdateId> = {
        let mut ids: Vec<_> = whole.updates().keys().collect();
        ids.sort();
        ids
    };
    assert!(ids.len() > 3_000, "only {} updates", ids.len());
    let mut loader = Loader::default();
    let policy = builtin::policy(&mut loader).unwrap().value;
    let inventory = loader.fleet(&[root().join("examples/contoso/inventory.yaml")], false).unwrap();
    let example = loader.pending(&root().join("examples/contoso/pending.yaml")).unwrap().value.updates;
    let spread = |step: usize, offset: usize| {
        ids.iter().skip(offset).step_by(step).map(|id| PendingUpdate::of((*id).clone())).collect()
    };
    // One update of each advisory that names some.
    let named = whole.advisories().iter().filter_map(|one| one.updates().first());
    let named = named.map(|one| PendingUpdate::of(one.id.clone())).collect();
    let sets: [Vec<_>; 5] = [example, spread(97, 0), spread(61, 13), spread(450, 7), named];
    let all: Vec<_> = ids.iter().map(|id| PendingUpdate::of((*id).clone())).collect();
    let everything = builtin::database_about(&all, &[]).unwrap();
    assert!(ids.iter().all(|id| everything.updates().get(*id) == whole.updates().get(*id)));
    let mut pairs = 0;
    for pending in sets {
        let looked_up = builtin::database_about(&pending, &inventory.servers).unwrap();
        assert_eq!(looked_up.listing(), whole.listing());
        let [one, two] = [&whole, &looked_up].map(|database| {
            let question = Question {
                database,
                policy: &policy,
                waivers: &[],
                pending: &pending,
                at: "2024-08-22T08:00:00Z".parse().unwrap(),
                is_complete: true,
                hindsight: true,
            };
            let document = patchgate::decide::decide(
                question,
                &inventory.servers,
                patchgate::document::decision::Inputs::default(),
            );
            pairs += document.summary.pairs;
            serde_json::to_value(document).unwrap()
        });
        std::fs::write("/tmp/o_one.json", one.to_string()).unwrap();
        std::fs::write("/tmp/o_two.json", two.to_string()).unwrap();
        assert_eq!(one, two);
    }
    assert!(pairs > 500, "only {pairs} pairs");
}
