//! What servers may do, and what is made of it: every page is asked for once, politely, and only its server's word counts.
//! All servers are of this machine; what is asserted is what they were asked, and never how long it took. All of them are
//! asked by `patchgate-net`, as for every user.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patchgate::curate::links::{Answer, Error, Outcome, Progress, Settings, Visits, check};
use patchgate::net::Program;

pub mod server;

use server::{Crowd, Server, hang, nobody, ok, redirect, reply};

const NOW: &str = "2026-11-20T08:00:00Z";

pub fn settings() -> Settings {
    Settings { visits: visits(), ..Settings::new(NOW.parse().unwrap()) }
}

fn visits() -> Visits {
    Visits {
        timeout: Duration::from_secs(20),
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(4),
        has_proxies: false,
        has_authorities: false,
        ..Visits::default()
    }
}

/// The executable that was built with these tests.
fn program() -> Program {
    Program::at(PathBuf::from(env!("CARGO_BIN_EXE_patchgate-net")))
}

fn check_all(addresses: &[String], settings: &Settings) -> Result<BTreeMap<String, Answer>, Error> {
    check(&addresses.iter().cloned().collect(), settings, &program(), &mut |_| ())
}

fn outcomes(addresses: &[String], settings: &Settings) -> Vec<Outcome> {
    let answers = check_all(addresses, settings).unwrap();
    addresses.iter().map(|address| answers[address].outcome.clone()).collect()
}

fn outcome(address: String, settings: &Settings) -> Outcome {
    outcomes(&[address], settings).remove(0)
}

fn dead(why: &str) -> Outcome {
    Outcome::Dead { why: why.to_owned() }
}

fn unsure(why: &str) -> Outcome {
    Outcome::Unsure { why: why.to_owned() }
}

/// Asks a server for `/page/1` and gives what came of it and what the server was asked.
fn visit(server: &Server, settings: &Settings) -> (Outcome, Vec<String>) {
    (outcome(server.url("/page/1"), settings), server.asked())
}

/// The same for a server that answers in turn; the last answer stays.
fn turns(answers: &[String], settings: &Settings) -> (Outcome, Vec<String>) {
    let answers = answers.to_vec();
    let server = Server::start(move |request| answers[request.before.min(answers.len() - 1)].clone());
    visit(&server, settings)
}

const HEAD: &str = "HEAD /page/1";
const GET: &str = "GET /page/1";

// What a single page's server says.

#[test]
fn a_page_that_is_there_is_asked_for_once() {
    assert_eq!(turns(&[ok()], &settings()), (Outcome::Alive, vec![HEAD.into()]));
    assert_eq!(turns(&[reply("204 No Content", &[])], &settings()).0, Outcome::Alive);
}

#[test]
fn head_is_not_believed_when_it_is_refused() {
    for status in ["400 Bad Request", "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "501 Not Implemented"]
    {
        let found = turns(&[reply(status, &[]), ok()], &settings());
        assert_eq!(found, (Outcome::Alive, vec![HEAD.into(), GET.into()]), "{status}");
    }
}

#[test]
fn what_is_gone_is_dead() {
    for status in ["404 Not Found", "410 Gone"] {
        let found = turns(&[reply(status, &[])], &settings());
        assert_eq!(found, (dead(&format!("the server says {status}")), vec![HEAD.into(), GET.into()]));
    }
}

#[test]
fn what_is_refused_or_in_trouble_is_unsure_after_all_attempts() {
    for status in ["403 Forbidden", "429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"] {
        let (outcome, asked) = turns(&[reply(status, &[])], &settings());
        assert_eq!(outcome, unsure(&format!("the server says {status}")));
        assert_eq!(
            asked.iter().filter(|request| *request == GET).count(),
            if status.starts_with("403") { 3 } else { 2 }
        );
    }
    for status in ["401 Unauthorized", "418 I'm a teapot", "304 Not Modified"] {
        let (outcome, asked) = turns(&[reply(status, &[])], &settings());
        assert!(matches!(outcome, Outcome::Unsure { .. }), "{outcome:?}");
        assert_eq!(asked, [HEAD, GET]);
    }
}

#[test]
fn a_host_in_trouble_is_asked_again() {
    let ill = reply("503 Service Unavailable", &[]);
    let found = turns(&[ill.clone(), ill, ok()], &settings());
    assert_eq!(found, (Outcome::Alive, vec![HEAD.into(), GET.into(), GET.into()]));
}

/// Our own pauses are so long here that the test would not end if the host's wish were not heard.
fn patient() -> Settings {
    let hour = Duration::from_secs(3600);
    Settings { visits: Visits { first_wait: hour, longest_wait: hour, ..visits() }, ..settings() }
}

#[test]
fn retry_after_is_heard_as_seconds_and_as_a_date() {
    let busy = |headers: &[&str]| reply("429 Too Many Requests", headers);
    let found = turns(&[busy(&["Retry-After: 0"]), ok()], &patient());
    assert_eq!(found, (Outcome::Alive, vec![HEAD.into(), GET.into()]));
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let dated = busy(&[&format!("Date: {date}"), &format!("Retry-After: {date}")]);
    assert_eq!(turns(&[dated, ok()], &patient()), (Outcome::Alive, vec![HEAD.into(), GET.into()]));
}

#[test]
fn a_host_that_wants_more_patience_than_we_have_is_left_alone_with_all_its_pages() {
    let headers = ["Date: Sun, 06 Nov 1994 08:00:00 GMT", "Retry-After: Sun, 06 Nov 1994 09:00:00 GMT"];
    for headers in [&["Retry-After: 3600"][..], &headers] {
        let answer = reply("503 Service Unavailable", headers);
        let server = Server::start(move |_| answer.clone());
        let found = outcomes(&["/a", "/b", "/c"].map(|path| server.url(path)), &settings());
        assert!(found.iter().all(|outcome| *outcome == unsure("the host asks to be left alone for 3600 seconds")));
        assert_eq!(server.asked(), ["HEAD /a"]);
    }
}

// Servers that do not get as far as an answer. A second one that is well shows that there is a network.

fn beside_a_good_one(
    settings: &Settings,
    behave: impl Fn(&server::Request, &mut std::net::TcpStream) + Send + Sync + 'static,
) -> Found {
    let (good, bad) = (Server::start(|_| ok()), Server::misbehaving(behave));
    let found = outcomes(&[bad.url("/page/1"), good.url("/")], settings).remove(0);
    (found, bad.asked())
}

type Found = (Outcome, Vec<String>);

#[test]
fn silence_is_unsure() {
    let asked = vec![HEAD.to_owned(), GET.to_owned(), GET.to_owned()];
    let hurried = Visits { timeout: Duration::from_secs(1), ..visits() };
    let hanging = beside_a_good_one(&Settings { visits: hurried, ..settings() }, |_, stream| hang(stream));
    assert_eq!(hanging, (unsure("the host does not answer: no answer in time"), asked.clone()));
    for text in ["", "HTTP/1.1 200 OK\r\nContent-Ty", "I am no web server\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"] {
        let (outcome, requests) =
            beside_a_good_one(&settings(), move |_, stream| stream.write_all(text.as_bytes()).unwrap());
        assert!(
            matches!(&outcome, Outcome::Unsure { why } if why.starts_with("the host does not answer")),
            "{outcome:?}"
        );
        assert_eq!(requests, asked, "{text}");
    }
}

#[test]
fn slow_servers_and_odd_headers_are_put_up_with() {
    let slow = beside_a_good_one(&settings(), |_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(20));
        stream.write_all(b"Connection: close\r\n\r\n").unwrap();
    });
    assert_eq!(slow, (Outcome::Alive, vec![HEAD.into()]));
    let odd = reply("200 OK", &["Bad Header: \u{1}", "No colon at all", "Space : before"]);
    assert_eq!(turns(&[odd], &settings()), (Outcome::Alive, vec![HEAD.into()]));
}

#[test]
fn the_body_is_not_downloaded() {
    const ALL: usize = 1 << 30;
    let (sender, sent) = mpsc::channel();
    let server = Server::misbehaving(move |request, stream| {
        if request.method == "HEAD" {
            return stream.write_all(reply("405 Method Not Allowed", &[]).as_bytes()).unwrap();
        }
        let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {ALL}\r\n\r\n").as_bytes());
        let block = vec![b'x'; 1 << 16];
        let blocks = (0..ALL / block.len()).take_while(|_| stream.write_all(&block).is_ok());
        sender.send(blocks.count() * block.len()).unwrap();
    });
    assert_eq!(visit(&server, &settings()).0, Outcome::Alive);
    let sent = sent.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(sent < ALL / 8, "{sent} bytes were taken");
}

#[test]
fn a_host_without_a_secure_connection_is_dead_and_asked_once() {
    let good = Server::start(|_| ok());
    let alert = b"\x15\x03\x03\x00\x02\x02\x28";
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], alert] {
        let server = Server::misbehaving(move |_, stream| stream.write_all(answer).unwrap());
        let secure = ["/a", "/b"].map(|path| format!("https://{}{path}", server.host()));
        let found = outcomes(&[secure[0].clone(), secure[1].clone(), good.url("/")], &settings());
        assert!(matches!(&found[0], Outcome::Dead { why } if why.starts_with("no secure connection: ")), "{found:?}");
        assert_eq!(found[0], found[1]);
        assert_eq!(server.asked(), ["TLS "]);
    }
}

// Redirects.

fn with_redirects(redirects: &[(&'static str, String)]) -> Server {
    let redirects: BTreeMap<&str, String> = redirects.iter().cloned().collect();
    Server::start(move |request| redirects.get(request.path.as_str()).cloned().unwrap_or_else(ok))
}

#[test]
fn a_permanent_redirect_is_a_new_address_and_others_are_not() {
    for (status, is_permanent) in [("301", true), ("308", true), ("302", false), ("303", false), ("307", false)] {
        let server = with_redirects(&[("/page/1", redirect(status, "/page/2#part"))]);
        let moved = Outcome::Moved { to: server.url("/page/2") };
        let expected = if is_permanent { moved } else { Outcome::Alive };
        assert_eq!(visit(&server, &settings()), (expected, vec![HEAD.into(), "HEAD /page/2".into()]), "{status}");
    }
}

#[test]
fn redirects_lead_to_other_hosts() {
    let other = Server::start(|_| ok());
    let server = with_redirects(&[("/page/1", redirect("301", &other.url("/kb/1")))]);
    assert_eq!(visit(&server, &settings()).0, Outcome::Moved { to: other.url("/kb/1") });
    assert_eq!(other.asked(), ["HEAD /kb/1"]);
    let gone = with_redirects(&[("/page/1", redirect("301", "/2")), ("/2", reply("404 Not Found", &[]))]);
    assert_eq!(visit(&gone, &settings()).0, dead("the server says 404 Not Found"));
    assert_eq!(gone.asked(), [HEAD, "HEAD /2", GET, "GET /2"]);
}

#[test]
fn a_redirect_to_the_home_page_is_dead_even_if_only_get_gets_the_page() {
    for home in ["/", "/en-us", "/en-us/", "/index.html"] {
        let server = with_redirects(&[("/page/1", redirect("301", home))]);
        let (outcome, asked) = visit(&server, &settings());
        assert_eq!(outcome, dead(&format!("redirects to the home page {}", server.url(home))));
        assert_eq!(asked, [HEAD, &format!("HEAD {home}"), GET, &format!("GET {home}")]);
    }
    let wrong_for_head = Server::start(|request| match request.method.as_str() {
        "HEAD" if request.path != "/" => redirect("302", "/"),
        _ => ok(),
    });
    assert_eq!(visit(&wrong_for_head, &settings()).0, Outcome::Alive);
}

#[test]
fn redirects_end() {
    let circle = |headers: &[&str]| {
        let server = with_redirects(&[
            ("/page/1", redirect("302", "/page/2")),
            ("/page/2", reply("302 Found", &[&["Location: /page/1"], headers].concat())),
        ]);
        let (outcome, asked) = visit(&server, &settings());
        assert_eq!(asked, [HEAD, "HEAD /page/2", GET, "GET /page/2"]);
        (outcome, server.url("/page/1"))
    };
    let (outcome, back) = circle(&[]);
    assert_eq!(outcome, dead(&format!("redirects in a circle, back to {back}")));
    let (outcome, back) = circle(&["Set-Cookie: a=b"]);
    assert_eq!(outcome, unsure(&format!("redirects in a circle without cookies, back to {back}")));
    let chain = |length: usize| {
        Server::start(move |request| match request.path.trim_start_matches("/page/").parse::<usize>().unwrap() {
            number if number <= length => redirect("302", &format!("/page/{}", number + 1)),
            _ => ok(),
        })
    };
    assert_eq!(visit(&chain(10), &settings()).0, Outcome::Alive);
    assert_eq!(visit(&chain(11), &settings()).0, dead("redirects more than 10 times"));
}

#[test]
fn a_redirect_to_nowhere_is_told() {
    let to = |location: &str| visit(&with_redirects(&[("/page/1", redirect("302", location))]), &settings()).0;
    assert_eq!(to("mailto:me@a.example"), dead("redirects to `mailto:me@a.example`, which is no page"));
    assert_eq!(to("http://[1"), dead("redirects to `http://[1`, which is no page"));
    assert_eq!(turns(&[reply("302 Found", &[])], &settings()).0, unsure("the server says 302 Found"));
}

// Addresses.

#[test]
fn a_page_is_asked_for_once_however_it_is_named() {
    let server = Server::start(|_| ok());
    let found =
        outcomes(&["/page/1", "/page/1#a", "/page/1#b", "/x/../page/1"].map(|path| server.url(path)), &settings());
    assert!(found.iter().all(|outcome| *outcome == Outcome::Alive));
    assert_eq!(server.asked(), [HEAD]);
}

#[test]
fn only_https_is_asked_beyond_this_machine() {
    let addresses = ["http://a.example/".to_owned(), "kb/1".into(), "file:///etc/passwd".into()];
    let found = outcomes(&addresses, &settings());
    assert_eq!(found[0], unsure("not asked: expected an address with `https:`, found `http:`"));
    assert_eq!(found[1], dead("not an address: relative URL without a base"));
    assert_eq!(found[2], unsure("not asked: expected an address with `https:`, found `file:`"));
}

#[test]
fn hosts_are_asked_at_once_but_each_one_page_at_a_time() {
    const AT_ONCE: usize = 3;
    let crowd: Arc<Crowd> = Arc::default();
    let hosts: Vec<(Server, Arc<Crowd>)> = (0..AT_ONCE + 2)
        .map(|_| {
            let (all, own) = (Arc::clone(&crowd), Arc::<Crowd>::default());
            let mine = Arc::clone(&own);
            let server = Server::misbehaving(move |_, stream| {
                std::thread::scope(|scope| {
                    scope.spawn(|| mine.meet(1));
                    all.meet(AT_ONCE);
                });
                stream.write_all(ok().as_bytes()).unwrap();
            });
            (server, own)
        })
        .collect();
    let pages = |server: &Server| [server.url("/a"), server.url("/b")];
    let addresses: Vec<String> = hosts.iter().flat_map(|(server, _)| pages(server)).collect();
    let visits = Visits { at_once: AT_ONCE, ..visits() };
    let found = outcomes(&addresses, &Settings { visits, ..settings() });
    assert!(found.iter().all(Outcome::is_alive));
    assert_eq!(crowd.most(), AT_ONCE);
    for (server, own) in hosts {
        assert_eq!((own.most(), server.asked()), (1, vec!["HEAD /a".to_owned(), "HEAD /b".to_owned()]));
    }
}

#[test]
fn a_host_that_is_always_in_trouble_is_given_up() {
    let server = Server::start(|_| reply("500 Internal Server Error", &[]));
    let addresses: Vec<String> = (0..15).map(|number| server.url(&format!("/page/{number}"))).collect();
    let found = outcomes(&addresses, &settings());
    assert!(found.iter().all(|outcome| matches!(outcome, Outcome::Unsure { .. })));
    assert!(found.contains(&unsure("the host was in trouble 10 times in a row and is not asked any more")));
    assert_eq!(server.asked().len(), 10);
}

#[test]
fn pages_in_trouble_do_not_give_up_a_host_that_has_good_ones_between() {
    let server = Server::start(|request| match request.path.ends_with("bad") {
        true => reply("500 Internal Server Error", &[]),
        false => ok(),
    });
    let pages = (10..30).flat_map(|number| [format!("/{number}/bad"), format!("/{number}/good")]);
    let addresses: Vec<String> = pages.map(|page| server.url(&page)).collect();
    let found = outcomes(&addresses, &settings());
    for (address, outcome) in addresses.iter().zip(found) {
        assert_eq!(outcome.is_alive(), address.ends_with("good"), "{address}");
    }
}

// The network itself.

#[test]
fn without_a_network_there_is_one_error() {
    let addresses = [nobody(1), nobody(2)];
    let Err(error) = check_all(&addresses, &settings()) else { panic!("somebody answered") };
    assert!(matches!(&error, Error::NoNetwork { asked: 2, .. }), "{error}");
    assert!(error.to_string().starts_with(
        "none of 2 pages could be asked for; is there a network? `http://127.0.0.1:1/`: the host cannot be reached: "
    ));
}

#[test]
fn a_host_that_cannot_be_reached_is_unsure_when_others_can() {
    let server = Server::start(|_| reply("404 Not Found", &[]));
    let found = outcomes(&[nobody(1), server.url("/a")], &settings());
    assert!(
        matches!(&found[0], Outcome::Unsure { why } if why.starts_with("the host cannot be reached: ")),
        "{found:?}"
    );
}

#[test]
fn a_single_lost_host_is_no_lost_network() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let server = Server::start(|_| ok());
    check_all(&[server.url("/a")], &settings).unwrap();
    let found = outcomes(&[nobody(1), server.url("/a")], &settings);
    assert!(matches!(&found[..], [Outcome::Unsure { .. }, Outcome::Alive]), "{found:?}");
    assert_eq!(server.asked(), ["HEAD /a", "HEAD /a"]);
}

/// Environment variables belong to a process, so that this is run in one of its own by the test below.
#[test]
#[ignore = "needs HTTPS_PROXY, which the next test sets"]
fn behind_a_proxy() {
    let settings = Settings { visits: Visits { has_proxies: true, ..visits() }, ..settings() };
    let Err(Error::NoNetwork { .. }) = check_all(&["https://host.example/page".into()], &settings) else {
        panic!("the proxy lets nobody through");
    };
}

#[test]
fn proxies_of_the_environment_are_asked() {
    let proxy = Server::start(|_| reply("407 Proxy Authentication Required", &[]));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["online::behind_a_proxy", "--exact", "--ignored"]);
    child.envs(["HTTPS_PROXY", "https_proxy"].map(|name| (name, proxy.url("/"))));
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(proxy.asked(), ["CONNECT host.example:443"; 3]);
}

// The cache.

fn kept(folder: &Path) -> Settings {
    Settings { cache: Some(folder.join("online.json")), ..settings() }
}

fn later(settings: &Settings, hours: i64) -> Settings {
    Settings { now: settings.now + SignedDuration::from_hours(hours), ..settings.clone() }
}

/// A server with a page that is there, one that moved, one that is gone and one that is in trouble.
fn four_pages() -> (Server, [String; 4]) {
    let server = Server::start(|request| match request.path.as_str() {
        "/gone" => reply("404 Not Found", &[]),
        "/ill" => reply("401 Unauthorized", &[]),
        "/old" => redirect("301", "/there"),
        _ => ok(),
    });
    let addresses = ["/gone", "/ill", "/old", "/there"].map(|path| server.url(path));
    (server, addresses)
}

#[test]
fn a_second_run_asks_only_for_what_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let (server, addresses) = four_pages();
    let first = check_all(&addresses, &settings).unwrap();
    let asked_after = |hours: i64| {
        let before = server.asked().len();
        let answers = check_all(&addresses, &later(&settings, hours)).unwrap();
        assert!(addresses.iter().all(|address| answers[address].outcome == first[address].outcome));
        let asked: BTreeSet<String> = server.asked()[before..].iter().cloned().collect();
        asked.into_iter().collect::<Vec<_>>()
    };
    let gone = ["GET /gone", "GET /ill", "HEAD /gone", "HEAD /ill"];
    assert_eq!(asked_after(0), ["GET /ill", "HEAD /ill"], "what is unsure is asked at once");
    assert_eq!(asked_after(23), ["GET /ill", "HEAD /ill"]);
    assert_eq!(asked_after(24), gone, "what is dead is asked after a day");
    assert_eq!(asked_after(7 * 24 - 1), gone);
    assert_eq!(asked_after(7 * 24), ["GET /ill", "HEAD /ill", "HEAD /old", "HEAD /there"]);
    assert_eq!(asked_after(-1).len(), 6, "what was asked in the future is not believed");
}

#[test]
fn an_answer_says_since_when_it_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let (_server, addresses) = four_pages();
    check_all(&addresses, &settings).unwrap();
    let next = later(&settings, 1);
    let answers = check_all(&addresses, &next).unwrap();
    let times = addresses.each_ref().map(|address| answers[address].checked_at);
    assert_eq!(times, [settings.now, next.now, settings.now, settings.now]);
}

#[test]
fn the_file_is_sorted_and_complete() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let (server, addresses) = four_pages();
    check_all(&addresses, &settings).unwrap();
    let text = fs::read_to_string(folder.path().join("online.json")).unwrap().replace(&server.host(), "host");
    let expected = r#"{
  "schema": "patchgate/online-cache/v1",
  "answers": {
    "http://host/gone": {
      "outcome": {
        "dead": {
          "why": "the server says 404 Not Found"
        }
      },
      "checked_at": "2026-11-20T08:00:00Z"
    },
    "http://host/ill": {
      "outcome": {
        "unsure": {
          "why": "the server says 401 Unauthorized"
        }
      },
      "checked_at": "2026-11-20T08:00:00Z"
    },
    "http://host/old": {
      "outcome": {
        "moved": {
          "to": "http://host/there"
        }
      },
      "checked_at": "2026-11-20T08:00:00Z"
    },
    "http://host/there": {
      "outcome": "alive",
      "checked_at": "2026-11-20T08:00:00Z"
    }
  }
}
"#;
    assert_eq!(text, expected);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left over");
}

#[test]
fn what_nobody_asks_for_is_forgotten_at_last() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let (server, addresses) = four_pages();
    check_all(&addresses, &settings).unwrap();
    let names = |days: i64| {
        check_all(&addresses[3..], &later(&settings, days * 24)).unwrap();
        let text = fs::read_to_string(folder.path().join("online.json")).unwrap();
        ["/gone", "/there"].map(|path| text.contains(&server.url(path)))
    };
    assert_eq!(names(89), [true, true]);
    assert_eq!(names(90), [false, true]);
}

#[test]
fn a_cache_that_cannot_be_read_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let path = folder.path().join("online.json");
    let server = Server::start(|_| ok());
    let answer = r#"{"outcome": "alive", "checked_at": "2026-11-20T08:00:00Z"}"#;
    let cases = [
        (String::new(), "online.json:1:1: error[json-syntax]: EOF while parsing a value"),
        ("{\n  \"schema\": ä".into(), "online.json:2:13: error[json-syntax]: expected value"),
        (r#"{"schema": "patchgate/online-cache/v9", "answers": {}}"#.into(), "error[schema-version]: expected schema"),
        (
            format!(r#"{{"schema": "patchgate/online-cache/v1", "answers": {{"a": {answer}, "a": {answer}}}}}"#),
            "duplicate key `a`",
        ),
        (
            format!(r#"{{"schema": "patchgate/online-cache/v1", "answers": {{"a": {answer}}}, "more": 1}}"#),
            "unknown field `more`",
        ),
        (
            format!(
                r#"{{"schema": "patchgate/online-cache/v1", "answers": {{"a": {}}}}}"#,
                answer.replace("alive", "well")
            ),
            "unknown variant `well`",
        ),
    ];
    for (text, expected) in cases {
        fs::write(&path, &text).unwrap();
        let Err(error) = check_all(&[server.url("/")], &settings) else { panic!("accepted {text}") };
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let folder_instead = Settings { cache: Some(folder.path().to_owned()), ..settings.clone() };
    assert!(matches!(check_all(&[server.url("/")], &folder_instead), Err(Error::Cache(_))));
    let no_folder = Settings { cache: Some(folder.path().join("none/online.json")), ..settings };
    assert!(matches!(check_all(&[server.url("/")], &no_folder), Err(Error::Unwritable { .. })));
    assert!(server.asked().is_empty());
}

#[test]
fn without_a_network_the_cache_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let lost = nobody(1);
    assert!(check_all(std::slice::from_ref(&lost), &settings).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let text = format!(
        r#"{{"schema": "patchgate/online-cache/v1", "answers": {{"{lost}": {{"outcome": "alive", "checked_at": "2026-10-01T00:00:00Z"}}}}}}"#
    );
    fs::write(folder.path().join("online.json"), &text).unwrap();
    assert!(check_all(&[lost], &settings).is_err());
    assert_eq!(fs::read_to_string(folder.path().join("online.json")).unwrap(), text);
}

#[test]
fn a_long_run_tells_how_far_it_is_and_saves_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let server = Server::start(|_| ok());
    let addresses: BTreeSet<String> = (0..60).map(|number| server.url(&format!("/page/{number}"))).collect();
    let mut told = Vec::new();
    let mut progress = |progress: Progress| told.push((progress, folder.path().join("online.json").exists()));
    check(&addresses, &settings, &program(), &mut progress).unwrap();
    let expected = |answered: usize| (Progress { answered, asked: 60 }, answered > 50);
    assert_eq!(told, (1..=60).map(expected).collect::<Vec<_>>());
}

#[test]
fn a_run_that_has_all_answers_asks_nobody_and_leaves_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let settings = kept(folder.path());
    let server = Server::start(|_| ok());
    check_all(&[server.url("/")], &settings).unwrap();
    let path = folder.path().join("online.json");
    let compact: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    fs::write(&path, compact.to_string()).unwrap();
    let answers = check_all(&[server.url("/")], &later(&settings, 1)).unwrap();
    assert_eq!(answers[&server.url("/")].checked_at, NOW.parse::<Timestamp>().unwrap());
    assert_eq!(server.asked().len(), 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), compact.to_string());
}

// The command: what it asks, what it tells, and what the next run asks.

#[test]
fn the_check_of_the_data_tells_which_pages_are_gone() {
    let server = Server::start(|request| match request.path.as_str() {
        "/gone" => reply("404 Not Found", &[]),
        "/moved" => redirect("301 Moved Permanently", "/there"),
        "/ill" => reply("403 Forbidden", &[]),
        _ => ok(),
    });
    let folder = tempfile::tempdir().unwrap();
    let (data, cache) = (folder.path().join("data"), folder.path().join("cache.json"));
    fs::create_dir(&data).unwrap();
    let references = ["/gone", "/moved", "/ill", "/there"].map(|path| format!("  - {}\n", server.url(path))).concat();
    let advisory = format!(
        "schema: patchgate/advisory/v1\nid: PG-2024-0001\ntitle: a\nkind: hazard\nseverity: low\npublished: 2024-01-01\n\
         triggers: [restart]\nreferences:\n{references}cases:\n  - {{name: a, server: {{}}, expect: speaks}}\n"
    );
    fs::write(data.join("PG-2024-0001.yaml"), advisory).unwrap();
    let lint = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchgate"));
        command
            .args(["advisory", "lint", "--allow", "reference-not-https", "--online", "--cache"])
            .arg(&cache)
            .arg(&data);
        command.env("NO_PROXY", "127.0.0.1").output().unwrap()
    };
    let output = lint();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for (line, code) in
        [(9, "error[dead-reference]"), (10, "warning[moved-reference]"), (11, "warning[unsure-reference]")]
    {
        assert!(told.contains(&format!("PG-2024-0001.yaml:{line}:5: {code}")), "{told}");
    }
    assert_eq!(told.matches("-reference]").count(), 3, "{told}");
    let before = server.asked().len();
    let again = lint();
    assert_eq!(String::from_utf8(again.stderr).unwrap(), told);
    let asked = server.asked().split_off(before);
    assert!(!asked.is_empty() && asked.iter().all(|request| request.ends_with("/ill")), "{asked:?}");
    fs::write(&cache, "{").unwrap();
    let refused = lint();
    assert_eq!((refused.status.code(), refused.stdout), (Some(2), Vec::new()));
    assert_eq!(fs::read_to_string(&cache).unwrap(), "{");
}
