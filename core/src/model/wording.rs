//! Pieces of sentences that every message and document words alike: counts, lists, inputs that are too long.

/// A number with its noun, which is given in the singular: `1 server`, `2 advisories`.
pub fn counted(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// As many names as a sentence takes, and how many more there are.
pub fn listed<'t>(names: impl IntoIterator<Item = &'t str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The most characters of an input that a message repeats.
const LONGEST: usize = 60;

/// As much of an input as a message needs; an ellipsis stands for the rest.
pub fn shorten(text: &str) -> String {
    shorten_to(LONGEST, text)
}

/// As many characters of a text; an ellipsis stands for the rest.
pub fn shorten_to(longest: usize, text: &str) -> String {
    let mut short: String = text.chars().take(longest).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{counted, listed, shorten};

    #[test]
    fn nouns_are_in_the_plural_unless_there_is_one() {
        let nouns = ["server", "advisory", "policy", "pending update", "day"];
        let plurals = ["0 servers", "0 advisories", "0 policies", "0 pending updates", "0 days"];
        assert_eq!(nouns.map(|noun| counted(0, noun)), plurals);
        assert_eq!(nouns.map(|noun| counted(1, noun)), nouns.map(|noun| format!("1 {noun}")));
        assert_eq!(counted(2, "advisory"), "2 advisories");
    }

    #[test]
    fn lists_say_how_many_names_they_leave_out() {
        assert_eq!(["a", "b", "c"].map(|last| listed(["x", "y", last], 3)), ["x, y, a", "x, y, b", "x, y, c"]);
        assert_eq!(listed(["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(listed([], 2), "");
    }

    #[test]
    fn only_long_inputs_are_shortened() {
        let long = "ä".repeat(60);
        assert_eq!(shorten(&long), long);
        assert_eq!(shorten(&format!("{long}b")), format!("{long}…"));
    }
}
