//! Which part may depend on which.

use super::{
    modules::Modules,
    source::{Breach, Tree},
};

/// Every part of the crate, with the parts that it may name. It may name no others.
pub const MAY_USE: [(&str, &[&str]); 25] = [
    ("domain", &[]),
    ("copy", &["domain"]),
    ("api", &["domain", "server::context"]),
    // What the browser downloads. The page tells it everything else.
    ("islands", &[]),
    (
        "components",
        &[
            "domain",
            "copy",
            "islands",
            "server::context",
            "server::lifecycle",
            // The label of a button to a provider.
            "server::oauth::Listed",
        ],
    ),
    ("pages", &["domain", "copy", "islands", "components", "server::context", "server::lifecycle", "server::mail"]),
    ("server::user_agent", &["copy::browsers"]),
    ("server::clock", &["domain"]),
    ("server::crypto", &["domain"]),
    ("server::tls", &[]),
    ("server::mail", &["domain", "copy::letters", "server::tls", "server::user_agent"]),
    ("server::metrics", &["domain"]),
    // Only the driver knows where it would connect to.
    ("server::config", &["domain", "server::crypto", "server::mail", "server::store::Reach", "server::tls"]),
    ("server::store", &["domain", "server::tls"]),
    ("server::oauth", &["domain", "server::clock", "server::config", "server::crypto", "server::tls"]),
    // The document that people download, made of unchanged rows, and the folder that keeps it.
    ("server::export", &["domain", "server::store"]),
    (
        "server::lifecycle",
        &[
            "domain",
            "server::user_agent",
            "server::clock",
            "server::config",
            "server::crypto",
            "server::export",
            "server::mail",
            "server::metrics",
            "server::oauth",
            "server::store",
        ],
    ),
    ("server::jobs", &["copy::units", "server::lifecycle", "server::mail"]),
    ("server::context", &["domain", "server::crypto", "server::lifecycle", "server::state"]),
    (
        "server::http",
        &[
            "domain",
            "copy",
            "server::context",
            "server::crypto",
            "server::jobs",
            "server::lifecycle",
            "server::mail",
            "server::state",
        ],
    ),
    ("server::router", &["domain::paths", "pages", "server::http", "server::state"]),
    ("server::state", &["domain", "server::config", "server::jobs", "server::lifecycle", "server::mail"]),
    ("server::serve", &["domain", "server"]),
    ("bin::signet", &["domain", "copy::units", "server"]),
    // Fixtures for the tests of other programs. No other part may use it.
    ("testing", &["domain", "server"]),
];

/// Every place where a part names another part that its line of the table does not allow.
pub fn directions(tree: &Tree) -> Vec<Breach> {
    let modules = Modules::new(tree);
    let mut found = Vec::new();
    for (source, here, line, there) in modules.named() {
        let Some((part, allowed)) = line_for(here) else { continue };
        let is_ours = !there.starts_with("::");
        // Items that `lib.rs` itself declares have a name of one word.
        let is_own = is_within(there, part) || part.is_empty() && !there.contains("::");
        if is_ours && !is_own && !allowed.iter().any(|allowed| is_within(there, allowed)) {
            found.push(source.breach(line, format!("{part} may not use {there}")));
        }
    }
    let outside = modules.files().filter(|(_, name)| line_for(name).is_none());
    found.extend(outside.map(|(source, name)| source.breach(1, format!("{name} is not in the table of parts"))));
    let globs = modules.own_globs();
    found.extend(globs.map(|(source, line, path)| source.breach(line, format!("{path}::* hides what is used"))));
    found
}

/// Permissions of a table that no code uses.
pub fn unused(tree: &Tree, table: &[(&str, &[&str])]) -> Vec<String> {
    let modules = Modules::new(tree);
    let uses = |part: &str, other: &str| {
        modules.named().any(|(_, here, _, there)| is_within(here, part) && is_within(there, other))
    };
    let unused = table.iter().flat_map(|(part, allowed)| allowed.iter().map(move |allowed| (part, allowed)));
    unused.filter(|(part, allowed)| !uses(part, allowed)).map(|(part, allowed)| format!("{part}: {allowed}")).collect()
}

/// The line of the table for a module: that of the part that contains it. The files of the floors, `lib.rs` and
/// `server/mod.rs`, only list the modules that stand on them.
fn line_for(module: &str) -> Option<(&'static str, &'static [&'static str])> {
    match module {
        "" | "server" => Some(("", &["api", "components", "copy", "domain", "islands", "pages", "server", "testing"])),
        module => MAY_USE.into_iter().find(|(part, _)| is_within(module, part)),
    }
}

fn is_within(module: &str, part: &str) -> bool {
    module == part || module.strip_prefix(part).is_some_and(|rest| rest.starts_with("::"))
}
