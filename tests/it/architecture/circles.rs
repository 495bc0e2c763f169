//! No module depends on itself, not even through others.
//!
//! A module depends on another if its file names something that the other's file declares, by whatever path it
//! imports the name. A name re-exported with `pub use` counts as a dependency on the module that declares it, and
//! only for the modules that name it. So a `mod.rs` that only lists and re-exports its modules depends on nothing.
//!
//! The rule compares files folder by folder: each module of the folder with everything below it, and the folder's
//! own file. A circle is two or more of them that can each be reached from the other, so the rule also keeps
//! features apart, not only files. Every circle of files is a circle in their common folder. `src/server` is not a
//! room but a floor: its modules stand beside those of `src`, as in the table of layers.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    iter::successors,
};

use super::{
    modules::{Arrow, Modules},
    references::parent,
    source::{Breach, Tree},
};

/// Which modules of one folder depend on which, each with the line that shows it.
type Level = BTreeMap<String, BTreeMap<String, Arrow>>;

/// Every group of circles, printed as its shortest circle.
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

/// The folders by name, with the dependencies between their modules.
fn levels(arrows: Vec<Arrow>) -> BTreeMap<String, Level> {
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for arrow in arrows {
        let (folder, from, to) = apart(&arrow.from, &arrow.to);
        levels.entry(folder).or_default().entry(from).or_default().entry(to).or_insert(arrow);
    }
    levels
}

/// The folder whose modules count as modules of the folder around it.
const FLOOR: &str = "server";

/// The common folder of two modules, and the part of it that each is in: one of its modules, or its own file.
fn apart(from: &str, to: &str) -> (String, String, String) {
    let (from, to) = (steps(from), steps(to));
    let same = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let folder = from[same - 1].clone();
    let of = |steps: &[String]| steps.get(same).cloned().unwrap_or_else(|| format!("{folder}::mod"));
    (folder.clone(), of(&from), of(&to))
}

/// The modules that contain a module, from the root down to itself.
fn steps(module: &str) -> Vec<String> {
    let around = successors(Some(module), |module| (!module.is_empty()).then(|| parent(module)));
    let mut steps: Vec<String> = around.filter(|module| *module != FLOOR).map(str::to_owned).collect();
    steps.reverse();
    steps
}

/// The shortest path from a module back to itself.
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

/// The modules that can be reached from a module and that can reach it.
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
