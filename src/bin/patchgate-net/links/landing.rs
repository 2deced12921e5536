//! What the form of an address tells about the page at which redirects land.

use reqwest::Url;

/// Words that end the address of a page which only says that another one was not found.
const ERROR_PAGES: &[&str] = &[
    "404",
    "error",
    "error404",
    "errorpage",
    "filenotfound",
    "not-found",
    "not_found",
    "notfound",
    "page-not-found",
    "page_not_found",
    "pagenotfound",
];
/// Words in the address of a page that asks who is there.
const DOORS: &[&str] = &["authorize", "login", "logon", "oauth2", "saml", "sign-in", "sign_in", "signin", "sso"];
/// Names of the page that a folder shows when none is asked for.
const FRONT_PAGES: &[&str] = &["default", "home", "index"];
/// ISO 639-1, so that a folder `kb` is none; three letters alone are more often a product than a language.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether a page is a host's front page, in whatever language.
pub fn is_home(page: &Url) -> bool {
    let segments = without_language(page);
    match segments.as_slice() {
        [] => true,
        [only] => FRONT_PAGES.contains(&stem(only)),
        _ => false,
    }
}

/// Whether a page says nothing but that another one was not found.
pub fn is_error(page: &Url) -> bool {
    let segments = without_language(page);
    match segments.as_slice() {
        // A deeper `404` may be the number of an issue, with an ending it is a page.
        [.., _, last] if last == "404" => false,
        [.., last] => ERROR_PAGES.contains(&stem(last)),
        [] => false,
    }
}

/// Whether a page is the host's search.
pub fn is_search(page: &Url) -> bool {
    without_language(page).first().is_some_and(|first| stem(first) == "search")
}

/// Whether a page asks who is there.
pub fn is_door(page: &Url) -> bool {
    let host = page.host_str().unwrap_or_default();
    let segments = without_language(page);
    let ends = [segments.first(), segments.last()];
    ["login.", "signin.", "accounts."].iter().any(|start| host.starts_with(start))
        || ends.into_iter().flatten().any(|segment| DOORS.contains(&stem(segment)))
}

/// Whether two addresses differ in nothing that a reader would correct: language, `www.`, letter case, a closing
/// slash, a query that the server added.
pub fn is_same(one: &Url, other: &Url) -> bool {
    let host = |page: &Url| page.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    let is_same_query = one.query().is_none() || one.query() == other.query();
    host(one) == host(other)
        && one.port_or_known_default() == other.port_or_known_default()
        && is_same_query
        && without_language(one) == without_language(other)
}

/// The parts of a path in lower case, without a leading language such as `en-us`.
fn without_language(page: &Url) -> Vec<String> {
    let parts = page.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let mut parts: Vec<String> = parts.map(str::to_lowercase).collect();
    if parts.first().is_some_and(|first| is_language(first)) {
        parts.remove(0);
    }
    parts
}

/// Whether a word is a language, as in `en`, `en-us`, `es-419`, `zh-hant-tw`.
fn is_language(word: &str) -> bool {
    let is_letters = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region = |part: &str| is_letters(part, 2) || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()));
    let is_known = |part: &str| is_letters(part, 2) && LANGUAGES.contains(part);
    match word.split(['-', '_']).collect::<Vec<_>>().as_slice() {
        [language] => is_known(language),
        [language, region] => (is_known(language) || is_letters(language, 3)) && is_region(region),
        [language, script, region] => is_known(language) && is_letters(script, 4) && is_region(region),
        _ => false,
    }
}

/// A file's name without its ending.
fn stem(segment: &str) -> &str {
    segment.split_once('.').map_or(segment, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::{is_door, is_error, is_home, is_same, is_search};
    use reqwest::Url;

    fn all(is: fn(&Url) -> bool, yes: &[&str], no: &[&str]) {
        let page = |path: &&str| Url::parse(&format!("https://docs.example{path}")).ok();
        let is = |path: &&str| page(path).as_ref().map(is);
        yes.iter().for_each(|path| assert_eq!(is(path), Some(true), "{path}"));
        no.iter().for_each(|path| assert_eq!(is(path), Some(false), "{path}"));
    }

    #[test]
    fn front_pages_in_any_language() {
        let yes = [
            "",
            "/",
            "/en-us",
            "/en-us/",
            "/de",
            "/zh-hant-tw/",
            "/es-419",
            "/fil-ph",
            "/sr_latn_rs",
            "/en-us/index.html",
        ];
        all(is_home, &yes, &["/iis", "/kb", "/en-us/windows", "/help/5001779", "/my-app"]);
        all(is_home, &["/default.aspx", "/?redirectedfrom=MSDN"], &["/blog/index.html"]);
    }

    #[test]
    fn pages_that_only_say_that_nothing_was_found() {
        let yes = ["/404", "/de-de/404.html", "/errors/404.aspx", "/en-us/PageNotFound", "/errors/not-found"];
        all(is_error, &yes, &["/issues/404", "/kb/4040404", "/errors", "/"]);
        all(is_search, &["/en-us/search/?terms=kb1", "/search.aspx?q=a"], &["/azure/search/", "/research"]);
        all(is_door, &["/login?return=/a", "/oauth2/v2.0/authorize"], &["/windows/logon-events", "/"]);
    }

    #[test]
    fn what_a_reader_would_not_correct() {
        let same = |one: &str, other: &str| Some(is_same(&Url::parse(one).ok()?, &Url::parse(other).ok()?));
        assert_eq!(same("https://www.a.example/kb/1", "https://a.example/en-us/KB/1/?view=2"), Some(true));
        assert_eq!(same("http://a.example/kb/1", "https://a.example/kb/1"), Some(false));
        assert_eq!(same("https://a.example/?id=1", "https://a.example/?id=2"), Some(false));
        assert_eq!(same("https://a.example/kb/1", "https://a.example/topic/1"), Some(false));
    }
}
