//! The redirects from a page to where they end, and what they make of the page.

use patchgate::curate::links::Outcome;
use reqwest::Url;

use super::landing;

/// How many redirects are followed.
pub const LONGEST: usize = 10;

/// The addresses that one walk has led through.
#[derive(Clone, Debug)]
pub struct Trail {
    start: Url,
    passed: Vec<Url>,
    here: Url,
    moved_to: Option<Url>,
    is_permanent: bool,
    has_cookies: bool,
}

impl Trail {
    /// A trail that is still at the page itself.
    pub fn new(start: &Url) -> Self {
        Self {
            start: start.clone(),
            passed: Vec::new(),
            here: start.clone(),
            moved_to: None,
            is_permanent: true,
            has_cookies: false,
        }
    }

    /// Where the trail has come to.
    pub fn here(&self) -> &Url {
        &self.here
    }

    /// Follows a redirect.
    ///
    /// # Errors
    /// What a redirect that must not or cannot be followed makes of the page.
    pub fn follow(&mut self, redirect: &Redirect) -> Result<(), Outcome> {
        let next = self.next(&redirect.location)?;
        self.has_cookies |= redirect.sets_cookies;
        self.passed.push(std::mem::replace(&mut self.here, next));
        self.check_length()?;
        // Only what the first redirects say for good is worth writing down instead.
        self.is_permanent &= redirect.is_permanent;
        if self.is_permanent {
            self.moved_to = Some(self.here.clone());
        }
        Ok(())
    }

    /// The page that a redirect leads to.
    fn next(&self, location: &str) -> Result<Url, Outcome> {
        let mut next = match self.here.join(location) {
            Ok(next) if matches!(next.scheme(), "http" | "https") => next,
            _ => {
                let shown: String = location.chars().take(100).collect();
                return Err(Outcome::dead(format!("redirects to `{shown}`, which is no page")));
            }
        };
        next.set_fragment(None);
        if self.here.scheme() == "https" && next.scheme() == "http" {
            return Err(Outcome::dead(format!("redirects to the insecure address {next}")));
        }
        Ok(next)
    }

    /// Refuses to go on where there is no end.
    fn check_length(&self) -> Result<(), Outcome> {
        if self.passed.contains(&self.here) {
            return Err(self.circle());
        }
        if self.passed.len() > LONGEST {
            return Err(Outcome::dead(format!("redirects more than {LONGEST} times")));
        }
        Ok(())
    }

    /// A visitor who keeps cookies may get out of a circle.
    fn circle(&self) -> Outcome {
        match self.has_cookies {
            true => Outcome::unsure(format!("redirects in a circle without cookies, back to {}", self.here)),
            false => Outcome::dead(format!("redirects in a circle, back to {}", self.here)),
        }
    }

    /// What the page is when the trail has ended at one that is there.
    pub fn end(self) -> Outcome {
        let (start, end) = (&self.start, &self.here);
        let is_now = |is: fn(&Url) -> bool| is(end) && !is(start);
        // A door is often its host's front page, and what is behind it may well be there.
        if is_now(landing::is_door) {
            return Outcome::unsure(format!("redirects to a sign-in, {end}"));
        }
        if is_now(landing::is_home) {
            return Outcome::dead(format!("redirects to the home page {end}"));
        }
        if is_now(landing::is_error) {
            return Outcome::dead(format!("redirects to the error page {end}"));
        }
        if is_now(landing::is_search) {
            return Outcome::dead(format!("redirects to the search page {end}"));
        }
        match self.moved_to {
            Some(to) if !landing::is_same(start, &to) => Outcome::Moved { to: to.into() },
            _ => Outcome::Alive,
        }
    }
}

/// What a server says that sends us elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The address as the server wrote it, which may be relative.
    pub location: String,
    /// Whether it is there for good.
    pub is_permanent: bool,
    /// Whether the server set a cookie with it.
    pub sets_cookies: bool,
}

#[cfg(test)]
mod tests {
    use super::{Redirect, Trail};
    use patchgate::curate::links::Outcome;
    use reqwest::Url;

    /// Walks from a page over redirects, the permanent ones written with a leading `!`.
    fn walk(start: &str, redirects: &[&str]) -> Option<Outcome> {
        let mut trail = Trail::new(&Url::parse(start).ok()?);
        for redirect in redirects {
            let location = redirect.trim_start_matches('!').to_owned();
            let redirect = Redirect { is_permanent: redirect.starts_with('!'), location, sets_cookies: false };
            if let Err(outcome) = trail.follow(&redirect) {
                return Some(outcome);
            }
        }
        Some(trail.end())
    }

    fn dead(why: &str) -> Option<Outcome> {
        Some(Outcome::dead(why))
    }

    #[test]
    fn insecure_and_impossible_redirects_are_not_followed() {
        assert_eq!(
            walk("https://a.example/kb/1", &["http://a.example/kb/1"]),
            dead("redirects to the insecure address http://a.example/kb/1")
        );
        assert_eq!(walk("http://a.example/kb/1", &["https://a.example/kb/1"]), Some(Outcome::Alive));
        assert_eq!(
            walk("https://a.example/kb/1", &["mailto:me@a.example"]),
            dead("redirects to `mailto:me@a.example`, which is no page")
        );
    }

    #[test]
    fn what_moved_is_where_the_first_permanent_redirects_lead() {
        let to = |to: &str| Some(Outcome::Moved { to: to.to_owned() });
        assert_eq!(walk("https://a.example/kb/1", &["!/topic/1", "!/topic/2"]), to("https://a.example/topic/2"));
        assert_eq!(walk("https://a.example/kb/1", &["!/topic/1", "/en-us/t/1"]), to("https://a.example/topic/1"));
        assert_eq!(walk("https://a.example/kb/1", &["/topic/1", "!/topic/2"]), Some(Outcome::Alive));
        assert_eq!(walk("https://a.example/kb/1", &["!https://www.a.example/en-us/kb/1/"]), Some(Outcome::Alive));
    }

    #[test]
    fn some_pages_are_no_answer() {
        let start = "https://a.example/kb/1";
        assert_eq!(walk(start, &["!/en-us/"]), dead("redirects to the home page https://a.example/en-us/"));
        assert_eq!(walk(start, &["/404.html"]), dead("redirects to the error page https://a.example/404.html"));
        assert_eq!(walk(start, &["/search?q=1"]), dead("redirects to the search page https://a.example/search?q=1"));
        let login = Outcome::unsure("redirects to a sign-in, https://login.example/");
        assert_eq!(walk(start, &["https://login.example/"]), Some(login));
        assert_eq!(
            walk("https://a.example/", &["!https://b.example/de-de/"]),
            Some(Outcome::Moved { to: "https://b.example/de-de/".into() })
        );
    }
}
