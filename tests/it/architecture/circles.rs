//! No module leads back to itself.
//!
//! A module leads to another if its file names something that the other's file declares, however
//! it got hold of the name; what is handed on with `pub use` leads to where it is declared, and
//! only from whoever names it. So a `mod.rs` that lists and hands on its modules leads nowhere.
//!
//! Files are compared folder by folder: the modules of the folder, every one with all that is
//! below it, and the folder's own file. A circle is two or more of them of which each can be
//! reached from the other, so that features are held apart too, and not files alone. Every circle
//! of files is one in the folder that they have in common. `src/server` is no room but a floor:
//! its modules stand beside those of `src`, as in the table of layers.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    iter::successors,
};

use super::{
    modules::{Arrow, Modules},
    references::parent,
    source::{Breach, Tree},
};

/// Which modules of one folder lead to which, each with the place that shows it.
type Level = BTreeMap<String, BTreeMap<String, Arrow>>;

/// Every knot of circles, printed as its shortest one.
pub fn circles(tree: &Tree) -> Vec<Breach> {
    let modules = Modules::new(tree);
    let mut found = Vec::new();
    for level in levels(modules.arrows()).values() {
        let mut seen = BTreeSet::new();
        for start in level.keys() {
            if seen.contains(start) {
                continue;
            }
            let Some(way) = shortest(level, start) else { continue };
            seen.extend(knot(level, start));
            let first = way[0];
            let steps = way.iter().map(|arrow| format!("→ {} ({}:{})", arrow.what, arrow.path, arrow.line));
            let what = format!("{start} leads back to itself: {}", steps.collect::<Vec<_>>().join(" "));
            found.push(Breach { path: first.path.clone(), line: first.line, what });
        }
    }
    found
}

/// The folders by name, with the arrows between their modules.
fn levels(arrows: Vec<Arrow>) -> BTreeMap<String, Level> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for arrow in arrows {
        let (folder, from, to) = apart(&arrow.from, &arrow.to);
        levels.entry(folder).or_default().entry(from).or_default().entry(to).or_insert(arrow);
    }
    levels
}

/// The folder whose modules stand beside those of the folder around it.
const FLOOR: &str = "server";

/// The folder that two modules have in common, and what of it each is in: one of its modules,
/// or its own file.
fn apart(from: &str, to: &str) -> (String, String, String) {
    let (from, to) = (steps(from), steps(to));
    let same = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let folder = from[same - 1].clone();
    let of = |steps: &[String]| steps.get(same).cloned().unwrap_or_else(|| format!("{folder}::mod"));
    (folder.clone(), of(&from), of(&to))
}

/// The modules that a module is within, from the root down to itself.
fn steps(module: &str) -> Vec<String> {
    let around = successors(Some(module), |module| (!module.is_empty()).then(|| parent(module)));
    let mut steps: Vec<String> = around.filter(|module| *module != FLOOR).map(str::to_owned).collect();
    steps.reverse();
    steps
}

/// The shortest way from a module back to it.
fn shortest<'a>(level: &'a Level, start: &str) -> Option<Vec<&'a Arrow>> {
    let mut waiting = VecDeque::from([(start.to_owned(), Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((at, way)) = waiting.pop_front() {
        for (next, arrow) in level.get(&at).into_iter().flatten() {
            let way = [&way[..], &[arrow]].concat();
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                waiting.push_back((next.clone(), way));
            }
        }
    }
    None
}

/// The modules that can be reached from one, and from which it can be reached.
fn knot(level: &Level, start: &str) -> BTreeSet<String> {
    let there = reached(level, start);
    there.iter().filter(|name| reached(level, name).contains(start)).cloned().collect()
}

fn reached(level: &Level, start: &str) -> BTreeSet<String> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![start.to_owned()]);
    while let Some(at) = waiting.pop() {
        for next in level.get(&at).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next.clone()) {
                waiting.push(next.clone());
            }
        }
    }
    seen
}
