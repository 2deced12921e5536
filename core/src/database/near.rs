//! Words by what they look like: the same after folding, or near.

use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::model::name::Folded;

/// A word below this length may differ from a known one by a letter, a longer one by two.
const SHORT: usize = 6;
/// Of words below this length every letter counts: `fe` and `be` are not near.
const SHORTEST: usize = 3;

/// Known words and what each stands for.
#[derive(Clone, Debug)]
pub struct Words<T> {
    known: HashMap<Folded, Known<T>>,
}

/// A known word.
#[derive(Clone, Debug)]
struct Known<T> {
    means: Vec<T>,
    shape: Shape,
}

/// A word as it is compared: its letters without blanks and hyphens, and where its parts end in them.
struct Word {
    letters: Folded,
    ends: Vec<usize>,
}

/// How near a word is to a known one; the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Same,
    /// A known word and more; the longer the known one, the nearer. Names of several years differ in a letter only.
    Longer(Reverse<usize>),
    OneLetter,
    TwoLetters,
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<T: Copy + Ord> Words<T> {
    /// Learns a word.
    pub fn add(&mut self, word: &str, means: T) {
        let letters = Folded::loosely(word);
        if letters.as_str().is_empty() {
            return;
        }
        let shape = Shape::of(letters.as_str());
        let known = self.known.entry(letters).or_insert_with(|| Known { means: Vec::new(), shape });
        if !known.means.contains(&means) {
            known.means.push(means);
        }
    }

    /// What a word stands for, however it is written.
    pub fn same(&self, word: &str) -> &[T] {
        self.known.get(&Folded::loosely(word)).map(|known| known.means.as_slice()).unwrap_or_default()
    }

    /// What the nearest of the known words that may be meant stand for; nothing where none is near.
    pub fn nearest(&self, word: &str, may_be: impl Fn(&T) -> bool) -> Vec<T> {
        let word = Word::of(word);
        let near = self.near(&word).into_iter().filter(|(_, means)| may_be(means));
        let mut near: Vec<(Nearness, T)> = near.collect();
        near.sort_unstable();
        let first = near.first().map(|(nearness, _)| *nearness);
        let mut found: Vec<T> =
            near.into_iter().filter(|(nearness, _)| Some(*nearness) == first).map(|(_, means)| means).collect();
        found.dedup();
        found
    }

    fn near(&self, word: &Word) -> Vec<(Nearness, T)> {
        let mut near = Vec::new();
        let mut add = |nearness, all: &[T]| near.extend(all.iter().map(|means| (nearness, *means)));
        for end in &word.ends {
            let start = word.letters.as_str().get(..*end).map(Folded::of);
            let Some(known) = start.and_then(|start| self.known.get(&start)) else { continue };
            let is_whole = *end == word.letters.as_str().len();
            add(if is_whole { Nearness::Same } else { Nearness::Longer(Reverse(*end)) }, &known.means);
        }
        let letters = word.letters.as_str();
        let shape = Shape::of(letters);
        let allowed = |known: &Known<T>| shape.may_differ(known.shape);
        for (other, known) in &self.known {
            let Some(allowed) = allowed(known) else { continue };
            match strsim::osa_distance(letters, other.as_str()) {
                1 => add(Nearness::OneLetter, &known.means),
                2 if allowed == 2 => add(Nearness::TwoLetters, &known.means),
                _ => {}
            }
        }
        near
    }
}

impl Word {
    fn of(word: &str) -> Self {
        let parts = word.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '_'));
        let mut length = 0;
        let ends = parts.map(|part| {
            length += Folded::loosely(part).as_str().len();
            length
        });
        let mut ends: Vec<usize> = ends.filter(|end| *end > 0).collect();
        ends.dedup();
        Self { letters: Folded::loosely(word), ends }
    }
}

/// What tells quickly that words are not near: most known words are not.
#[derive(Clone, Copy, Debug)]
struct Shape {
    length: usize,
    /// The bytes that occur.
    set: u64,
    is_ascii: bool,
}

impl Shape {
    fn of(letters: &str) -> Self {
        let set = letters.bytes().fold(0, |set, byte| set | 1_u64 << (byte % 64));
        Self { length: letters.chars().count(), set, is_ascii: letters.is_ascii() }
    }

    /// In how many letters two words may differ and still be near; none where their shapes say that they are not.
    fn may_differ(self, other: Self) -> Option<usize> {
        let allowed = match self.length.min(other.length) {
            ..SHORTEST => return None,
            SHORTEST..SHORT => 1,
            _ => 2,
        };
        // A letter that is changed takes at most one out of the set and puts another one in.
        let differ = (self.set ^ other.set).count_ones() as usize;
        let is_far = self.is_ascii && other.is_ascii && differ > 2 * allowed;
        (self.length.abs_diff(other.length) <= allowed && !is_far).then_some(allowed)
    }
}

/// Whether some words stand one after another among those of a text.
pub fn holds_words(text: &str, words: &str) -> bool {
    let spaced = |text: &str| {
        let parts = text.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '_'));
        parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let (text, words) = (spaced(text), spaced(words));
    !words.is_empty() && text.windows(words.len()).any(|some| some == words)
}

/// The one of some words that is most like another, however little that is.
pub fn likest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    words.min_by_key(|one| (strsim::osa_distance(word, one), *one))
}
