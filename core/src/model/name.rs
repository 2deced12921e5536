//! Names as Windows compares them: without case, by Unicode's rules. One comparison for servers, groups, rings, roles,
//! certificates and the values of conditions; one folded form for maps.

/// A name without its case, as a key: two names that differ in nothing else fold to the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folded(Box<str>);

impl Folded {
    /// Folds a name.
    pub fn of(name: &str) -> Self {
        Self(letters(name).collect())
    }

    /// Folds a word that people write in many ways: of a role, group, pool or site, blanks, `-` and `_` do not count.
    pub fn loosely(word: &str) -> Self {
        Self(letters(word).filter(|letter| !is_between(*letter)).collect())
    }

    /// The folded letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether two names are the same.
pub fn is_same(one: &str, two: &str) -> bool {
    // The same for letters of ASCII, and asked for every role of every server.
    match one.is_ascii() && two.is_ascii() {
        true => one.eq_ignore_ascii_case(two),
        false => letters(one).eq(letters(two)),
    }
}

/// Whether a name is among others.
pub fn is_among<T: AsRef<str>>(name: &str, others: impl IntoIterator<Item = T>) -> bool {
    others.into_iter().any(|other| is_same(other.as_ref(), name))
}

/// Whether two words of roles, groups, pools or sites are the same.
pub fn is_alike(one: &str, two: &str) -> bool {
    let significant = |word| letters(word).filter(|letter| !is_between(*letter));
    is_same(one, two) || significant(one).eq(significant(two))
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '_')
}

/// The letters by which names are compared, sorted and hashed.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}
