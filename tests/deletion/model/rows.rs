//! A table of the model.

use std::collections::BTreeMap;

/// Rows by number, in order of creation. A number is never reused.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    rows: BTreeMap<usize, T>,
    made: usize,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), made: 0 }
    }
}

impl<T> Rows<T> {
    /// Adds a row; returns its number.
    pub fn add(&mut self, row: T) -> usize {
        self.rows.insert(self.made, row);
        self.made += 1;
        self.made - 1
    }

    pub fn get(&self, id: usize) -> Option<&T> {
        self.rows.get(&id)
    }

    /// A row that must exist.
    pub fn at(&mut self, id: usize) -> &mut T {
        self.rows.get_mut(&id).unwrap()
    }

    /// Removes the rows that fit; returns how many.
    pub fn remove(&mut self, fits: impl Fn(usize, &T) -> bool) -> usize {
        let before = self.rows.len();
        self.rows.retain(|id, row| !fits(*id, row));
        before - self.rows.len()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &T)> {
        self.rows.iter().map(|(id, row)| (*id, row))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        self.rows.iter_mut().map(|(id, row)| (*id, row))
    }

    /// The first row that fits.
    pub fn find(&self, fits: impl Fn(&T) -> bool) -> Option<usize> {
        self.iter().find(|(_, row)| fits(row)).map(|(id, _)| id)
    }
}
