//! What the outside can reach, and what has a name of its own.

use super::{Breach, code::Code};

/// A server function says its address itself, and it is its name: no hash, no GET.
pub fn server_functions(code: &Code) -> Vec<Breach> {
    let lines: Vec<&str> = code.code.lines().collect();
    let marked = lines.iter().enumerate().filter(|(_, line)| line.contains("#[server") && !line.contains("#[server("));
    let bare = marked.map(|(at, _)| Breach { line: at + 1, what: "#[server] without an endpoint".to_owned() });
    let named = lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with("#[server(endpoint"));
    let wrong = named.filter_map(|(at, line)| {
        let name = endpoint_below(&lines[at + 1..])?;
        let expected = format!("#[server(endpoint = \"{name}\", prefix = \"/api\")]");
        (line.trim() != expected).then(|| Breach { line: at + 1, what: format!("should be {expected}") })
    });
    let elsewhere = lines.iter().enumerate().filter(|(_, line)| {
        let line = line.trim_start();
        line.starts_with("#[server(") && !line.starts_with("#[server(endpoint") && !line.starts_with("#[server(default")
    });
    let elsewhere = elsewhere.map(|(at, _)| Breach { line: at + 1, what: "#[server] without an endpoint".to_owned() });
    let found: Vec<Breach> = bare.chain(wrong).chain(elsewhere).collect();
    if code.path.starts_with("src/api/") || !code.code.contains("#[server(endpoint") {
        return found;
    }
    vec![Breach { line: 1, what: "a server function outside of src/api".to_owned() }]
}

fn endpoint_below<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let line = lines.iter().find(|line| line.contains("fn "))?;
    line.split("fn ").nth(1)?.split('(').next()
}

/// Nothing may depend on where somebody's copy lies. Applied to every text file.
pub fn machine_paths(path: &str, text: &str) -> Vec<Breach> {
    // In pieces, or this file would name them itself.
    let places =
        [["/ro", "ot/"], ["/wo", "rk/"], ["/ho", "me/"], ["/Us", "ers/"], ["/tmp", "/w/"]].map(|parts| parts.concat());
    text.lines()
        .enumerate()
        .flat_map(|(at, line)| {
            places.iter().filter(move |place| line.contains(place.as_str())).map(move |place| (at, place))
        })
        .map(|(at, place)| Breach { line: at + 1, what: format!("{place} in {path}") })
        .collect()
}
