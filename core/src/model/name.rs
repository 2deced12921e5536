//! Names as Windows compares them: without case, by Unicode's rules. One comparison for servers, groups, rings, roles and
//! the values of conditions; one folded form for maps.

/// A name without its case: two names that differ in nothing else fold to the same text.
pub fn folded(name: &str) -> String {
    letters(name).collect()
}

/// Whether two names are the same.
pub fn is_same(one: &str, two: &str) -> bool {
    letters(one).eq(letters(two))
}

fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}
