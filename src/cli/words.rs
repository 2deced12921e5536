//! Words of the files as values of arguments: their choices come from the list of all of them.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// The values of an enum, of which each has a word.
pub fn words<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let parser = PossibleValuesParser::new(all.iter().map(|one| word(*one)));
    parser.try_map(move |text| all.iter().copied().find(|one| word(*one) == text).ok_or("no such word"))
}
