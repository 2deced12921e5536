//! What the words of servers stand for: a declared word is itself, and no word makes a verdict more lenient than not knowing it.

use patchgate::database::vocabulary::{Meaning, Vocabulary};
use patchgate::document::decision::{Decision, Inputs};
use patchgate::evaluate::{Gate, Question};
use patchgate::input::builtin;
use patchgate::input::load::Loader;
use patchgate::model::id::ProductId;
use patchgate::model::name::Folded;
use patchgate::model::server::Server;
use serde_json::{Value, json};

/// Asks something about a question on the built-in database, with one update of January 2022 that domain controllers cannot
/// stand, for two servers.
fn with_question<T>(ask: impl FnOnce(Question<'_>) -> T) -> T {
    let database = builtin::database().unwrap();
    let policy = builtin::policy(&mut Loader::default()).unwrap().value;
    let pending = json!([{"id": "KB5009557", "classification": "security", "offered_to": ["a", "b"]}]);
    ask(Question {
        database: &database,
        policy: &policy,
        waivers: &[],
        pending: &serde_json::from_value::<Vec<_>>(pending).unwrap(),
        at: "2022-02-14T08:00:00Z".parse().unwrap(),
        is_complete: true,
        hindsight: false,
    })
}

fn server(more: Value) -> Server {
    let mut server = json!({"name": "a", "updates": [], "roles": [], "groups": [],
        "products": [{"product": "windows-server-2019", "version": "10.0.17763.2300"}]});
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(server).unwrap()
}

fn decided(server: Server) -> Decision {
    let document = with_question(|question| patchgate::decide::decide(question, &[server], Inputs::default()));
    document.decisions.into_iter().next().expect("the offer is decided")
}

fn domain_controllers(decision: &Decision) -> Vec<String> {
    let about =
        decision.reasons.iter().filter(|one| one.advisory.as_ref().is_some_and(|id| id.as_str() == "PG-2022-0001"));
    about.map(|one| format!("{:?} {:?} {:?}", one.effect, one.truth, one.missing)).collect()
}

#[test]
fn folding_twice_is_folding_once() {
    for word in ["Domain Controller", "AD-Domain-Services", "front_end ", "Größe-X", "ΑΣ", "", "- _"] {
        let folded = Folded::loosely(word);
        assert_eq!(Folded::loosely(folded.as_str()), folded, "{word}");
    }
}

#[test]
fn what_is_recognised_is_recognised_again_as_the_same() {
    let words = [
        json!({"roles": ["dc", "Front End", "no such role"]}),
        json!({"products": [{"product": "windows-server-2019-std"}, {"product": "sql-server-2018"}]}),
        json!({"products": [{"product": "dotnet-framework"}], "settings": {"refs-volume-present": "perhaps", "x": ""}}),
    ];
    for words in words {
        let first =
            with_question(|question| Gate::new(question).recognise(&[server(words.clone())])[0].clone().into_owned());
        let again = with_question(|question| {
            let servers = [first.clone()];
            Gate::new(question).recognise(&servers)[0].clone().into_owned()
        });
        assert_eq!(serde_json::to_value(&first).unwrap(), serde_json::to_value(&again).unwrap());
        assert_eq!(first.perhaps, again.perhaps);
    }
}

#[test]
fn every_declared_word_is_itself() {
    let database = builtin::database().unwrap();
    let vocabulary = Vocabulary::of(database.products().values());
    for (id, product) in database.products() {
        assert_eq!(vocabulary.product(id), Meaning::Declared(id));
        for role in &product.roles {
            let roles = vocabulary.roles(role);
            assert!(roles.contains(&(role.as_str(), id)), "{role} of {id} means {roles:?}");
        }
        // A longer word is the product with the longest name in it, unless the product says that it is another thing.
        let longer = ProductId::new(&format!("{id}-enterprise")).unwrap();
        assert_eq!(vocabulary.product(&longer), Meaning::Near(vec![id]), "{longer}");
    }
}

#[test]
fn a_near_product_is_the_nearest() {
    let database = builtin::database().unwrap();
    let vocabulary = Vocabulary::of(database.products().values());
    let meaning = |word: &str| match vocabulary.product(&ProductId::new(word).unwrap()) {
        Meaning::Near(near) => near.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(meaning("windows-server-2019-std"), ["windows-server-2019"]);
    assert_eq!(meaning("windows-server-2012-r2-std"), ["windows-server-2012-r2"]);
    assert_eq!(meaning("windows-serevr-2019"), ["windows-server-2019"]);
    assert_eq!(meaning("windowsserver2019"), ["windows-server-2019"]);
    for other in ["windows-2019", "dotnet-framework-sdk", "acme-payroll", "sq"] {
        assert!(meaning(other).is_empty(), "{other}: {:?}", meaning(other));
    }
}

#[test]
fn a_word_that_nobody_knows_is_as_no_word_at_all() {
    let unknown = domain_controllers(&decided(server(json!({"roles": null}))));
    assert!(!unknown.is_empty());
    for word in ["domain-controler-2", "jump-host", "dcs"] {
        assert_eq!(domain_controllers(&decided(server(json!({"roles": [word]})))), unknown, "{word}");
    }
    let known = domain_controllers(&decided(server(json!({"roles": ["domain-controller"]}))));
    for word in ["dc", "Domain Controller", "AD-Domain-Services", "domain_controller"] {
        assert_eq!(domain_controllers(&decided(server(json!({"roles": [word]})))), known, "{word}");
    }
    assert_ne!(unknown, known);
}

/// Many servers with words that nobody knows, each its own.
#[test]
fn many_unknown_words_take_little_time() {
    let unknown = |number: usize| {
        server(json!({"name": format!("s{number}"), "roles": [format!("role-of-{number}")],
        "products": [{"product": format!("windows-server-like-{number}")}]}))
    };
    let servers: Vec<Server> = (0..3000).map(unknown).collect();
    let began = std::time::Instant::now();
    let count = with_question(|question| Gate::new(question).recognise(&servers).len());
    assert_eq!(count, 3000);
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
