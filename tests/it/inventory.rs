//! Every route of the site, with what a sweep must know of it. The sweeps read their routes here. The tests below
//! compare the lines with the router, the registry of server functions, the table of actions and the sources, so a new
//! route has a line, and every sweep covers it.

mod lines;
mod router;
mod tests;

use axum::http::Method;
use signet::{
    domain::api_tokens::Scope,
    server::lifecycle::{Action, Admits},
};

pub use self::lines::LINES;

/// One route: a method and a path.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The method; [`ANY`] for every method.
    pub method: &'static str,
    /// The path in the router's syntax. The router has one path for all actions; here each has its own.
    pub path: &'static str,
    /// What answers.
    pub kind: Kind,
    /// Whether an answer may begin a session, or give the session in use a new token: everything else must not.
    pub session: Session,
}

/// The method of a route that answers all of them.
pub const ANY: &str = "*";

/// What answers at a route, and so which rules hold for it. No answer may be stored, except for files; a request that
/// may change something must come from our origin, except at the API, which reads no cookie; a body is limited wherever
/// one is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page. Where each of [`VISITORS`] arrives: `.` sees the page, `l` is sent to the log-in page, `d` to the
    /// dashboard, `s` to the settings, `r` to the reactivation page, `p` to the password page.
    Page(&'static str),
    /// The answer of a provider that sends it by a form of its own site: a redirect that reads no cookie and changes
    /// nothing.
    Redirect,
    /// A form of ours: who may send it, and its fields.
    Form(Door, &'static [&'static str]),
    /// The API: the scope of the token that it needs.
    Api(Option<Scope>),
    /// The stream of an open page, which says whether there is a session.
    Stream,
    /// A health check, under any name of the host.
    Health,
    /// A file of the build. The tests have none.
    File,
    /// The development mailbox. There is none in production.
    Mailbox,
    /// Only the answer that there is nothing.
    Nothing,
}

/// Every kind of visitor: not signed in, and with an active, an unverified, a closed account.
pub const VISITORS: [&str; 4] = ["nobody", "active", "unverified", "closed"];

/// The people that a form lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Everybody, signed in or not.
    Open,
    /// Everybody who has the link of a letter, signed in or not.
    Link,
    /// Signed-in people, as the action's line of the table says.
    Rule(Action),
    /// Signed-in people, but by a stricter rule than that line: the form is a second way to the action.
    Way(Action, Admits),
}

/// What becomes of the browser's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// No answer sets a token.
    Kept,
    /// The session in use gets a new token.
    Renewed,
    /// A browser gets a session, whether it has one or not.
    Begun,
}

/// What a field of a form may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What a person types, or a link or a button says: a wrong one is refused.
    Text,
    /// Where to go afterwards, or what to show there: a wrong one counts as none.
    Way,
    /// Boxes: a box without a meaning counts as none.
    Boxes,
    /// The id of something that one person has and another does not: `owners.rs` tests it.
    Object,
}

/// Every field of every form.
pub const FIELDS: [(&str, Field); 23] = [
    ("ask", Field::Way),
    ("before", Field::Way),
    ("code", Field::Text),
    ("confirmation", Field::Text),
    ("current_password", Field::Text),
    ("email", Field::Text),
    ("event", Field::Object),
    ("expires", Field::Text),
    ("export", Field::Object),
    ("id", Field::Object),
    ("kind", Field::Way),
    ("name", Field::Text),
    ("new_email", Field::Text),
    ("new_password", Field::Text),
    ("once", Field::Way),
    ("password", Field::Text),
    ("provider", Field::Text),
    ("return_to", Field::Way),
    ("revoke_api_tokens", Field::Boxes),
    ("scope", Field::Text),
    ("session", Field::Object),
    ("token", Field::Text),
    ("unlink", Field::Boxes),
];

impl Line {
    /// An address of the route: its path with a value for every parameter.
    pub fn address(&self) -> String {
        let id = "0".repeat(32);
        let values = [("{token}", "v1.verify.nothing.nothing"), ("{provider}", "nothing"), ("{id}", &id)];
        let path = values.iter().fold(self.path.to_owned(), |path, (name, value)| path.replace(name, value));
        // What is left is the rest of a path.
        path.split('{').next().unwrap().to_owned() + if path.contains('{') { "x" } else { "" }
    }

    /// The method of a request to the route.
    pub fn method(&self) -> Method {
        if self.method == ANY { Method::GET } else { self.method.parse().unwrap() }
    }

    /// The name of an action, or the path of another form.
    pub fn name(&self) -> &'static str {
        self.path.strip_prefix("/api/").unwrap_or(self.path)
    }

    /// The fields of the form.
    pub fn fields(&self) -> &'static [&'static str] {
        if let Kind::Form(_, fields) = self.kind { fields } else { &[] }
    }

    /// The people that the form lets in.
    pub fn door(&self) -> Option<Door> {
        if let Kind::Form(door, _) = self.kind { Some(door) } else { None }
    }
}

/// What a field holds.
pub fn field(name: &str) -> Field {
    let found = FIELDS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("{name:?} has no line in FIELDS of tests/it/inventory.rs: say what it holds")).1
}

/// The routes of the forms: every action, and the download.
pub fn forms() -> impl Iterator<Item = &'static Line> + Clone {
    LINES.iter().filter(|line| line.door().is_some())
}

/// The routes of the pages.
pub fn pages() -> impl Iterator<Item = &'static Line> + Clone {
    LINES.iter().filter(|line| matches!(line.kind, Kind::Page(_)))
}

/// The routes of the API, each with the scope that it needs.
pub fn api() -> impl Iterator<Item = (&'static Line, Option<Scope>)> + Clone {
    LINES.iter().filter_map(|line| if let Kind::Api(scope) = line.kind { Some((line, scope)) } else { None })
}

/// An address of every route that answers a `GET`, and of no route.
pub fn addresses() -> Vec<String> {
    let lines = LINES.iter().filter(|line| line.method() == Method::GET);
    let nowhere = ["/nowhere", "/users/settings/x.css"].map(str::to_owned);
    lines.map(Line::address).chain(nowhere).collect()
}
