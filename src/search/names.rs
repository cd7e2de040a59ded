//! Numbers for the texts that many documents have in common, the same in every segment of the process.
//!
//! A number is never given back: there are as many as the shop has had publishers and series since it was started.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock, PoisonError, RwLock, RwLockReadGuard};

/// Formats, languages, publishers, series: the first facets, in their order.
pub(super) static NAMES: [Names<str>; 4] = [const { Names::new() }; 4];
/// Paths of categories.
pub(super) static CATEGORIES: Names<str> = Names::new();
/// Sets of categories, by their numbers.
pub(super) static SHELVES: Names<[u32]> = Names::new();

/// Things and their numbers, from 0.
pub(super) struct Names<T: ?Sized>(LazyLock<RwLock<Known<T>>>);

/// The things of the moment.
pub(super) struct Known<T: ?Sized> {
    numbers: HashMap<Arc<T>, u32>,
    things: Vec<Arc<T>>,
}

impl<T: ?Sized + Hash + Eq> Names<T> {
    const fn new() -> Names<T> {
        Names(LazyLock::new(|| RwLock::new(Known { numbers: HashMap::new(), things: Vec::new() })))
    }

    /// What is known now. Whoever holds it must not ask for a number.
    pub(super) fn known(&self) -> RwLockReadGuard<'_, Known<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a thing, a new one if it was never met.
    pub(super) fn number(&self, thing: &T) -> u32
    where
        for<'a> Arc<T>: From<&'a T>,
    {
        if let Some(number) = self.known().find(thing) {
            return number;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = known.find(thing) {
            return number;
        }
        let number = u32::try_from(known.things.len()).unwrap_or(u32::MAX);
        let thing: Arc<T> = thing.into();
        known.things.push(Arc::clone(&thing));
        known.numbers.insert(thing, number);
        number
    }
}

impl<T: ?Sized + Hash + Eq> Known<T> {
    pub(super) fn find(&self, thing: &T) -> Option<u32> {
        self.numbers.get(thing).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    pub(super) fn at(&self, number: u32) -> Option<&T> {
        self.things.get(usize::try_from(number).ok()?).map(Arc::as_ref)
    }
}
