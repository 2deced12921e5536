//! Words by what they look like: the same after folding, or near.

use hashbrown::HashMap;

use crate::model::name::Folded;

/// A word below this length may differ from a known one by a letter, a longer one by two.
const SHORT: usize = 6;
/// Of words below this length every letter counts: `fe` and `be` are not near.
const SHORTEST: usize = 3;

/// Known words and what each stands for.
#[derive(Clone, Debug)]
pub struct Words<T> {
    known: HashMap<Folded, Vec<T>>,
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
    OneLetter,
    /// A known word and more; the longer the known one, the nearer.
    Longer(std::cmp::Reverse<usize>),
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
        let all = self.known.entry(letters).or_default();
        if !all.contains(&means) {
            all.push(means);
        }
    }

    /// What a word stands for, however it is written.
    pub fn same(&self, word: &str) -> &[T] {
        self.known.get(&Folded::loosely(word)).map(Vec::as_slice).unwrap_or_default()
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
            let Some(all) = start.and_then(|start| self.known.get(&start)) else { continue };
            let is_whole = *end == word.letters.as_str().len();
            add(if is_whole { Nearness::Same } else { Nearness::Longer(std::cmp::Reverse(*end)) }, all);
        }
        let shape = Shape::of(word.letters.as_str());
        for (known, all) in &self.known {
            match shape.distance(known.as_str()) {
                Some(1) => add(Nearness::OneLetter, all),
                Some(2) => add(Nearness::TwoLetters, all),
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
struct Shape<'w> {
    letters: &'w str,
    length: usize,
    set: u64,
}

impl<'w> Shape<'w> {
    fn of(letters: &'w str) -> Self {
        // Each letter that is changed takes at most one out of the set and puts another one in.
        let set = letters.bytes().fold(0, |set, byte| set | 1_u64 << (byte % 64));
        Self { letters, length: letters.chars().count(), set }
    }

    /// The number of letters in which another word differs, where that is near.
    fn distance(&self, other: &str) -> Option<usize> {
        let other = Shape::of(other);
        let shorter = self.length.min(other.length);
        let allowed = match shorter {
            ..SHORTEST => return None,
            SHORTEST..SHORT => 1,
            _ => 2,
        };
        let is_far = self.length.abs_diff(other.length) > allowed
            || self.letters.is_ascii() && other.letters.is_ascii() && (self.set ^ other.set).count_ones() > 4;
        let distance = (!is_far).then(|| strsim::osa_distance(self.letters, other.letters));
        distance.filter(|distance| (1..=allowed).contains(distance))
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
