//! Values that no collector ever writes: a condition that asks for one never holds.

use super::{BROKEN_CONDITION, Check, Found, LintRule};
use crate::advisory::Advisory;
use crate::condition::Condition;
use crate::condition::certificate::Certificate;
use crate::condition::count::Counted;
use crate::condition::listener::Listener;
use crate::condition::service::Service;
use crate::condition::setting::Setting;
use crate::curate::corpus::{self, Corpus};
use crate::diagnostic::{did_you_mean, suggestion};
use crate::model::key_path::KeyPath;
use crate::model::server::Server;
use crate::model::setting::{self, SettingType, Value};

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
    for (path, condition) in corpus::conditions(advisory) {
        let path = path.then(condition.key());
        match condition {
            Condition::Setting(setting) => check_setting(corpus, setting, &path, found),
            Condition::Service(service) => check_service(service, &path, found),
            Condition::Listener(listener) => check_listener(listener, &path, found),
            Condition::Certificate(certificate) => check_certificate(certificate, &path, found),
            Condition::Count(count) => match count.counted() {
                Counted::Certificates(matching) => check_certificate(matching, &path.then("where"), found),
                Counted::Services(matching) => check_service(matching, &path.then("where"), found),
                Counted::Listeners(matching) => check_listener(matching, &path.then("where"), found),
            },
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
        if let (Some(value), Some(declared)) = (value, corpus.database.settings().get(name)) {
            check_value(name, declared, value, path.then("settings").then(name), found);
        }
    }
    for (index, one) in server.services.iter().flatten().enumerate() {
        let wanted = Service { state: one.state.clone(), start: one.start.clone(), ..Service::default() };
        check_service(&wanted, &path.then("services").then(index), found);
    }
    for (index, one) in server.certificates.iter().flatten().enumerate() {
        let path = path.then("certificates").then(index);
        let wanted =
            Certificate { store: one.store.clone(), signature: one.signature.clone(), ..Certificate::default() };
        check_certificate(&wanted, &path, found);
        for (position, purpose) in one.purposes.iter().flatten().enumerate() {
            check_purpose(purpose, path.then("purposes").then(position), found);
        }
    }
}

fn check_setting(corpus: &Corpus<'_>, setting: &Setting, path: &KeyPath, found: &mut Found) {
    let Some(declared) = corpus.database.settings().get(&setting.name) else { return };
    if let Some(value) = &setting.equals {
        check_value(&setting.name, declared, value, path.then("equals"), found);
    }
    for (index, value) in setting.among.iter().flatten().enumerate() {
        check_value(&setting.name, declared, value, path.then("in").then(index), found);
    }
    let bounds = [("at_least", setting.at_least), ("below", setting.below)];
    for (key, _) in bounds.into_iter().filter(|(_, bound)| bound.is_some()) {
        if declared.kind != SettingType::Number {
            let message =
                format!("`{}` is a {}, which cannot be compared with a number", setting.name, declared.kind.word());
            found.add(path.then(key), message, None);
        }
    }
}

fn check_value(name: &str, declared: &setting::Setting, value: &Value, at: KeyPath, found: &mut Found) {
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

fn check_service(service: &Service, path: &KeyPath, found: &mut Found) {
    if let Some(state) = &service.state {
        check_word(state, STATES, "a service's state", path.then("state"), found);
    }
    if let Some(start) = &service.start {
        check_word(start, STARTS, "a service's start", path.then("start"), found);
    }
}

fn check_listener(listener: &Listener, path: &KeyPath, found: &mut Found) {
    // Under `process_not` a superfluous name does no harm.
    for (index, process) in listener.process.iter().flat_map(|processes| processes.iter().enumerate()) {
        let is_bare = BARE_PROCESSES.iter().any(|bare| bare.eq_ignore_ascii_case(process));
        if !is_bare && !process.contains('.') {
            let message = format!("`{process}` is not a file name; a listener's process is recorded by its file name");
            let help = suggestion(&format!("{process}.exe"));
            found.add(path.then("process").then(index), message, Some(help));
        }
    }
}

fn check_certificate(certificate: &Certificate, path: &KeyPath, found: &mut Found) {
    if let Some(store) = &certificate.store {
        check_word(store, STORES, "a certificate's store", path.then("store"), found);
    }
    if let Some(purpose) = &certificate.lacks_purpose {
        check_purpose(purpose, path.then("lacks_purpose"), found);
    }
    if let Some(signature) = &certificate.signature {
        check_word(signature, SIGNATURES, "a certificate's signature", path.then("signature"), found);
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
    if known.iter().any(|one| one.eq_ignore_ascii_case(word)) {
        return;
    }
    let help =
        did_you_mean(word, known.iter().copied()).unwrap_or_else(|| format!("these occur: {}", known.join(", ")));
    found.add(at, format!("`{word}` never occurs as {what}"), Some(help));
}
