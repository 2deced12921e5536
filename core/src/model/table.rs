//! Lists whose places have a type: the place of a server is no place of an update, and neither is a number.

use std::marker::PhantomData;

/// A place in a [`Table`] of its kind.
pub trait Place: Copy + Ord {
    /// The place of a number, from 0.
    fn of_index(index: usize) -> Self;

    /// Its number, from 0.
    fn index(self) -> usize;
}

/// Defines types of places, each with what it is a place of.
macro_rules! places {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(usize);

        impl $crate::model::table::Place for $name {
            fn of_index(index: usize) -> Self {
                Self(index)
            }

            fn index(self) -> usize {
                self.0
            }
        }
    )+};
}
pub(crate) use places;

/// A list that is read by places of one kind.
#[derive(Clone, Debug)]
pub struct Table<P, T> {
    entries: Vec<T>,
    places: PhantomData<P>,
}

impl<P: Place, T> Table<P, T> {
    /// The entry at a place.
    pub fn get(&self, place: P) -> Option<&T> {
        self.entries.get(place.index())
    }

    /// The entry at a place, to change it.
    pub fn get_mut(&mut self, place: P) -> Option<&mut T> {
        self.entries.get_mut(place.index())
    }

    /// The entries, in order.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    /// The entries with their places, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (P, &T)> + ExactSizeIterator {
        self.entries.iter().enumerate().map(|(index, entry)| (P::of_index(index), entry))
    }

    /// The places, in order.
    pub fn places(&self) -> impl DoubleEndedIterator<Item = P> + ExactSizeIterator + use<P, T> {
        (0..self.entries.len()).map(P::of_index)
    }

    /// Adds an entry and gives its place.
    pub fn push(&mut self, entry: T) -> P {
        self.entries.push(entry);
        P::of_index(self.entries.len() - 1)
    }

    /// The entries as a plain list.
    pub fn as_slice(&self) -> &[T] {
        &self.entries
    }

    /// The entries as a plain list, to change them.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.entries
    }
}

impl<P, T> Default for Table<P, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: PhantomData }
    }
}

impl<P, T> FromIterator<T> for Table<P, T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect(), places: PhantomData }
    }
}

impl<P, T> From<Vec<T>> for Table<P, T> {
    fn from(entries: Vec<T>) -> Self {
        Self { entries, places: PhantomData }
    }
}
