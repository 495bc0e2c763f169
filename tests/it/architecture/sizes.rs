//! How long things may get.

use super::{
    Breach,
    code::{Code, closing, line_of, words_at},
};

/// Most lines of a function from bracket to bracket, as clippy counts: the documented
/// properties of a view are no part of what it does. Views may reach it; what decides
/// stays far below.
const FUNCTION: usize = 60;
/// Most lines of a file, its tests aside.
const FILE: usize = 350;
/// Files that may be longer, and how long.
const LONGER: [(&str, usize); 1] = [
    // One file per table, and this table has the most statements.
    ("src/server/store/users.rs", 450),
];

pub fn functions(code: &Code) -> Vec<Breach> {
    words_at(&code.bare, "fn ")
        .into_iter()
        .filter_map(|at| {
            let open = at + code.bare[at..].find(['{', ';'])?;
            let end = if code.bare[open..].starts_with('{') { closing(&code.bare, open) } else { open };
            let (first, last) = (line_of(&code.bare, open), line_of(&code.bare, end));
            let lines = last - first + 1;
            let name = code.bare[at + 3..].split(['(', '<']).next().unwrap_or_default();
            (lines > FUNCTION)
                .then(|| Breach { line: first, what: format!("{name} has {lines} lines of at most {FUNCTION}") })
        })
        .collect()
}

pub fn files(code: &Code) -> Vec<Breach> {
    let most = LONGER.iter().find(|(path, _)| *path == code.path).map_or(FILE, |(_, most)| *most);
    let lines = code.bare.trim_end().lines().count();
    if lines <= most {
        return Vec::new();
    }
    vec![Breach { line: lines, what: format!("{lines} lines of at most {most}") }]
}
