//! The model's names for the rows of the database: their kind, and a number in order of creation.

use std::collections::HashMap;

/// The kinds of rows that have names.
const KINDS: [&str; 6] = ["user", "session", "link", "change", "token", "export"];

#[derive(Default)]
pub struct Names {
    of_ids: HashMap<String, String>,
    ids: HashMap<String, String>,
    made: HashMap<String, usize>,
}

impl Names {
    /// Gives the row of a line `kind|id|…` a name, if the row has none yet.
    pub fn learn(&mut self, line: &str) {
        let mut fields = line.split('|');
        let (Some(kind), Some(id)) = (fields.next(), fields.next()) else { return };
        if !KINDS.contains(&kind) || self.of_ids.contains_key(id) {
            return;
        }
        let number = self.made.entry(kind.to_owned()).or_default();
        let name = format!("{kind} {number}");
        *number += 1;
        self.of_ids.insert(id.to_owned(), name.clone());
        self.ids.insert(name, id.to_owned());
    }

    /// A line with names instead of ids.
    pub fn put_into(&self, line: &str) -> String {
        let fields: Vec<_> = line.split('|').map(|field| self.name(field).unwrap_or(field)).collect();
        fields.join("|")
    }

    pub fn name(&self, id: &str) -> Option<&str> {
        self.of_ids.get(id).map(String::as_str)
    }

    /// The id of the row of this kind and number; an id that no row has, if there never was one.
    pub fn id(&self, kind: &str, number: usize) -> String {
        self.ids.get(&format!("{kind} {number}")).cloned().unwrap_or_else(|| "0".repeat(32))
    }
}
