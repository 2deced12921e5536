//! Values that no collector ever writes: a condition that asks for one never holds.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::name::Name;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::{did_you_mean, suggestion};
use crate::model::key_path::KeyPath;
use crate::model::name::is_among;
use crate::model::server::{Server, ServerFact};
use crate::model::setting::{SettingType, Value};

/// The rule.
pub const RULE: LintRule = LintRule::error(
    "value-never-collected",
    "a value that no collector ever writes: of another type, or not one of the words that occur",
    Check::Advisory(check),
)
.follows(&["unknown-setting"])
.of_group(BROKEN_CONDITION)
.needs_declarations();

/// What `ServiceController` knows; the same words as the loaders of inventories write.
const STATES: &[&str] =
    &["stopped", "start-pending", "stop-pending", "running", "continue-pending", "pause-pending", "paused"];
const STARTS: &[&str] = &["boot", "system", "automatic", "manual", "disabled"];

/// The stores of the local machine (`Cert:\LocalMachine`).
const STORES: &[&str] = &[
    "my",
    "ca",
    "root",
    "authroot",
    "disallowed",
    "trustedpublisher",
    "trustedpeople",
    "trusteddevices",
    "smartcardroot",
    "remote desktop",
    "webhosting",
    "request",
    "addressbook",
    "clientauthissuer",
    "flightroot",
    "testsignroot",
    "homegroup machine certificates",
    "windows live id token issuer",
];
const PURPOSES: &[&str] =
    &["any", "server-auth", "client-auth", "code-signing", "email-protection", "time-stamping", "ocsp-signing"];
const SIGNATURES: &[&str] = &["md2", "md4", "md5", "sha1", "sha256", "sha384", "sha512"];

/// Processes that have no file of their own.
const BARE_PROCESSES: &[&str] = &["system", "idle", "registry", "memory compression"];

fn check(corpus: &Corpus<'_>, advisory: &Advisory, found: &mut Found) {
    for (path, name) in corpus::names(advisory) {
        match name {
            Name::Value(setting, value) => check_value(corpus, setting, value, path, found),
            Name::Bound(setting) => check_bound(corpus, setting, path, found),
            Name::Word(list, field, word) => check_field(list, field, word, path, found),
            _ => {}
        }
    }
    for (index, case) in advisory.cases.iter().enumerate() {
        check_server(corpus, &case.server.0, &KeyPath::key("cases").then(index).then("server"), found);
    }
}

/// A case about a server that no collector could describe proves nothing.
fn check_server(corpus: &Corpus<'_>, server: &Server, path: &KeyPath, found: &mut Found) {
    for (name, value) in server.settings.iter().flatten() {
        if let Some(value) = value {
            check_value(corpus, name, value, path.then("settings").then(name), found);
        }
    }
    for (place, list, field, word) in words(server) {
        check_field(list, field, word, path.joined(&place), found);
    }
}

/// A word in a list of a server: where it is, in which list and field.
type Word<'s> = (KeyPath, ServerFact, &'static str, &'s str);

/// The words in the lists of a server of which collectors write few.
fn words(server: &Server) -> Vec<Word<'_>> {
    words_of_services(server).chain(words_of_certificates(server)).collect()
}

fn words_of_services(server: &Server) -> impl Iterator<Item = Word<'_>> {
    server.services.iter().flatten().enumerate().flat_map(|(index, one)| {
        let path = KeyPath::key("services").then(index);
        let fields = [("state", &one.state), ("start", &one.start)].into_iter();
        fields.filter_map(move |(field, word)| Some((path.then(field), ServerFact::Services, field, word.as_deref()?)))
    })
}

fn words_of_certificates(server: &Server) -> impl Iterator<Item = Word<'_>> {
    server.certificates.iter().flatten().enumerate().flat_map(|(index, one)| {
        let path = KeyPath::key("certificates").then(index);
        let purposes = one.purposes.iter().flatten().enumerate();
        let purposes = purposes.map(|(place, word)| (path.then("purposes").then(place), "purposes", word.as_str()));
        let fields = [("store", &one.store), ("signature", &one.signature)].into_iter();
        let fields = fields.filter_map(|(field, word)| Some((path.then(field), field, word.as_deref()?)));
        let words: Vec<_> = fields.chain(purposes).collect();
        words.into_iter().map(|(path, field, word)| (path, ServerFact::Certificates, field, word))
    })
}

fn check_bound(corpus: &Corpus<'_>, name: &str, at: KeyPath, found: &mut Found) {
    let Some(declared) = corpus.database.settings().get(name) else { return };
    if declared.kind != SettingType::Number {
        found.add(at, format!("`{name}` is a {}, which no number bounds", declared.kind.word()), None);
    }
}

fn check_value(corpus: &Corpus<'_>, name: &str, value: &Value, at: KeyPath, found: &mut Found) {
    let Some(declared) = corpus.database.settings().get(name) else { return };
    if value.word() != declared.kind.word() {
        let message =
            format!("`{value}` is a {}, and `{name}` is collected as a {}", value.word(), declared.kind.word());
        return found.add(at, message, None);
    }
    if let Value::Text(text) = value
        && !declared.values.is_empty()
    {
        check_word(text, &declared.values.iter().map(String::as_str).collect::<Vec<_>>(), name, at, found);
    }
}

fn check_field(list: ServerFact, field: &str, word: &str, at: KeyPath, found: &mut Found) {
    match (list, field) {
        (ServerFact::Services, "state") => check_word(word, STATES, "a service's state", at, found),
        (ServerFact::Services, "start") => check_word(word, STARTS, "a service's start", at, found),
        (ServerFact::Listeners, "process") => check_process(word, at, found),
        (ServerFact::Certificates, "store") => check_word(word, STORES, "a certificate's store", at, found),
        (ServerFact::Certificates, "signature") => check_word(word, SIGNATURES, "a certificate's signature", at, found),
        (ServerFact::Certificates, "purposes") => check_purpose(word, at, found),
        _ => {}
    }
}

fn check_process(process: &str, at: KeyPath, found: &mut Found) {
    let is_bare = is_among(process, BARE_PROCESSES);
    if !is_bare && !process.contains('.') {
        let message = format!("`{process}` is not a file name, and a listener's process is one");
        found.add(at, message, Some(suggestion(&format!("{process}.exe"))));
    }
}

/// Purposes without a name are written as numbers.
fn check_purpose(purpose: &str, at: KeyPath, found: &mut Found) {
    let is_number = purpose.split('.').count() > 2 && purpose.split('.').all(|part| part.parse::<u64>().is_ok());
    if !is_number {
        check_word(purpose, PURPOSES, "a certificate's purposes", at, found);
    }
}

fn check_word(word: &str, known: &[&str], what: &str, at: KeyPath, found: &mut Found) {
    if is_among(word, known) {
        return;
    }
    let help =
        did_you_mean(word, known.iter().copied()).unwrap_or_else(|| format!("these occur: {}", known.join(", ")));
    found.add(at, format!("`{word}` never occurs as {what}"), Some(help));
}
