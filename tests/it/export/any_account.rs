//! The export of any account: whatever its values are, the document holds them as they are stored, fits its schema, and
//! holds nothing else.

use jsonschema::Validator;
use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_oneof},
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use signet::{
    domain::{
        event_detail::Detail,
        export::MOST_BYTES,
        id::{ExportId, UserId, hex},
        profile::Name,
        security_log::Event,
    },
    server::{crypto::export_seal::SealClaims, export::document::Document, lifecycle::export::Building},
    testing::{START, TestApp},
};

/// How many accounts are tried.
const ACCOUNTS: u32 = 48;

/// What people and browsers can put into the database.
#[derive(Clone, Debug)]
struct Account {
    /// A name, or none.
    name: Option<String>,
    /// The local part of the address, as it is spelled.
    spelling: String,
    /// The `User-Agent` of each session, and of an event beside it.
    agents: Vec<String>,
    /// The name of each API token, and of the event that records it.
    tokens: Vec<String>,
    /// The name of a linked account at the provider.
    subject: Option<String>,
    /// Random bytes that stand where secrets stand.
    secret: [u8; 24],
}

/// Any text that both databases store, and often one of characters that turn a line, end a text of JSON or of SQL, or
/// need several bytes.
fn text() -> impl Strategy<Value = String> {
    let odd = "[\u{202e}\u{2066}\u{200d}\u{feff}\u{7f}\u{9b}\u{1f600}\u{fffd}\"\\\\<>&'•→\n\r\t\u{1b} a]{0,12}";
    prop_oneof![".{0,40}", odd].prop_map(|text| text.replace('\0', "0"))
}

/// Any name that people may have.
fn name() -> impl Strategy<Value = String> {
    let named = |typed: String| Some(Name::parse(&typed).ok()??.as_str().to_owned());
    prop_oneof![".{1,40}", "[\u{200d}\u{200c}\u{5d0}\u{627}\u{1f468}\"\\\\<>&'…•→@ a]{1,20}"]
        .prop_filter_map("no name", named)
}

fn account() -> impl Strategy<Value = Account> {
    let spelling = "[A-Za-z0-9][A-Za-z0-9+_'-]{0,20}";
    let rows = (vec(text(), 0..5), vec(name(), 0..4), proptest::option::of(text()));
    (proptest::option::of(name()), spelling, rows, any::<[u8; 24]>()).prop_map(
        |(name, spelling, (agents, tokens, subject), secret)| Account {
            name,
            spelling,
            agents,
            tokens,
            subject,
            secret,
        },
    )
}

/// An account in the database, with an export that waits.
struct Stored<'a> {
    app: &'a TestApp,
    user: UserId,
    export: ExportId,
    email: String,
}

impl<'a> Stored<'a> {
    async fn new(app: &'a TestApp, number: u32, account: &Account) -> Self {
        let id = |kind: u8| [&[kind; 12][..], &number.to_be_bytes()].concat().try_into().unwrap();
        let (user, export) = (UserId::from_random(id(1)), ExportId::from_random(id(2)));
        // The number keeps the addresses apart.
        let email = format!("{}{number}@Example.com", account.spelling);
        let stored = Self { app, user, export, email };
        app.db.run(&stored.rows(account).join(";\n")).await.unwrap();
        stored
    }

    /// The statements that store an account.
    fn rows(&self, account: &Account) -> Vec<String> {
        let (user, at, email) = (&self.user, START.0, quoted(&self.email));
        let name = account.name.as_deref().map_or("NULL".to_owned(), quoted);
        let key = quoted(&self.email.to_ascii_lowercase());
        let mut rows = vec![
            format!(
                "INSERT INTO signet_users (id, email, email_key, email_verified_at, name, password_hash, created_at) \
                 VALUES ('{user}', {email}, {key}, {at}, {name}, '$argon2id${}', {at})",
                hex(&account.secret)
            ),
            format!(
                "INSERT INTO signet_exports (id, user_id, state, requested_at) VALUES ('{}', '{user}', 'building', {at})",
                self.export
            ),
        ];
        rows.extend(account.agents.iter().enumerate().map(|(place, agent)| self.session(account, place, agent)));
        rows.extend(account.agents.iter().map(|agent| self.event(Event::SignIn, &quoted(agent), "NULL")));
        for (place, token) in account.tokens.iter().enumerate() {
            rows.push(self.token(account, place, token));
            rows.push(self.event(Event::ApiTokenCreated, "NULL", &quoted(&created(token).to_row())));
        }
        if let Some(subject) = &account.subject {
            // The user's id keeps the subjects of one provider apart.
            let subject = quoted(&format!("{subject}{user}"));
            rows.push(format!(
                "INSERT INTO signet_identities (id, user_id, provider, subject, stamp, linked_at) \
                 VALUES ('i{user}', '{user}', 'acme', {subject}, 0, {at})"
            ));
        }
        rows
    }

    fn session(&self, account: &Account, place: usize, agent: &str) -> String {
        let (user, at, agent, hash) = (&self.user, START.0, quoted(agent), self.secret(account, place));
        format!(
            "INSERT INTO signet_sessions (id, user_id, token_hash, user_agent, created_at, last_seen_at) \
             VALUES ('s{place}{user}', '{user}', {hash}, {agent}, {at}, {at})"
        )
    }

    fn token(&self, account: &Account, place: usize, name: &str) -> String {
        let (user, at, name, hash) = (&self.user, START.0, quoted(name), self.secret(account, place));
        format!(
            "INSERT INTO signet_api_tokens (id, user_id, name, scope, token_hash, hint, created_at, expires_at) \
             VALUES ('t{place}{user}', '{user}', {name}, 'read', {hash}, '0af3', {at}, {at})"
        )
    }

    fn event(&self, event: Event, agent: &str, detail: &str) -> String {
        let (user, at, event) = (&self.user, START.0, event.word());
        format!(
            "INSERT INTO signet_events (at, user_id, actor, event) VALUES ({at}, '{user}', 'person', '{event}'); \
             INSERT INTO signet_event_context (event_id, user_id, user_agent, detail) \
             SELECT MAX(id), '{user}', {agent}, {detail} FROM signet_events"
        )
    }

    /// The bytes of a secret as a literal.
    fn secret(&self, account: &Account, place: usize) -> String {
        let digits = format!("{}{}{place:02}", hex(&account.secret), self.user);
        if self.app.db.is_postgres() { format!("'\\x{digits}'") } else { format!("x'{digits}'") }
    }

    /// The document that the worker seals, read in three ways: as it was made, from its file, and by its owner's key.
    async fn document(&self) -> String {
        let lifecycle = &self.app.lifecycle;
        let mut tx = lifecycle.db.read().await.unwrap();
        let found = tx.exported(&self.user).await.unwrap().unwrap();
        tx.end().await.unwrap();
        let made = Document::of(found, self.app.now()).into_json(MOST_BYTES).unwrap();
        assert_eq!(lifecycle.build_export().await.unwrap(), Building::Ready);
        let sealed = lifecycle.exports.read(&self.export).await.unwrap().unwrap();
        assert!(!sealed.windows(self.email.len()).any(|part| part == self.email.as_bytes()), "the file is sealed");
        let claims = SealClaims { export: &self.export, user: &self.user };
        let opened = lifecycle.keys.open_export(claims, sealed).unwrap();
        assert_eq!(*opened, *made, "what was sealed opens to the same bytes");
        String::from_utf8(opened.to_vec()).unwrap()
    }
}

/// The text as a literal of SQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The event of a new token. An address in a token's name would be masked there.
fn created(token: &str) -> Detail {
    Detail::ApiToken { name: Name::from_row(token.replace('@', "a")), hint: "0af3".to_owned() }
}

/// The texts of a field in each row of a section, sorted; rows without it do not count.
fn said(document: &Value, section: &str, field: &str) -> Vec<String> {
    let rows = document[section].as_array().unwrap().iter();
    let mut texts: Vec<_> = rows.filter_map(|row| row[field].as_str().map(str::to_owned)).collect();
    texts.sort();
    texts
}

fn sorted(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort();
    texts
}

/// Checks that the document has every value of the account as it is stored, and no other.
fn holds_exactly(document: &Value, stored: &Stored<'_>, account: &Account) {
    let person = &document["account"];
    assert_eq!((person["email"].as_str(), person["id"].as_str()), (Some(&*stored.email), Some(stored.user.as_str())));
    assert_eq!(person["name"].as_str(), account.name.as_deref());
    let agents = sorted(account.agents.clone());
    assert_eq!(said(document, "sessions", "user_agent"), agents);
    assert_eq!(said(document, "events", "user_agent"), agents);
    assert_eq!(said(document, "api_tokens", "name"), sorted(account.tokens.clone()));
    let details = account.tokens.iter().map(|token| created(token).to_string());
    assert_eq!(said(document, "events", "detail"), sorted(details));
    let subjects = account.subject.iter().map(|subject| format!("{subject}{}", stored.user));
    assert_eq!(said(document, "identities", "subject"), sorted(subjects));
    assert_eq!(document["exports"].as_array().unwrap().len(), 1);
}

async fn try_one(app: &TestApp, schema: &Validator, number: u32, account: &Account) {
    let stored = Stored::new(app, number, account).await;
    let text = stored.document().await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<_> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    holds_exactly(&document, &stored, account);
    assert!(!text.contains(&hex(&account.secret)), "a secret: {text}");
    // Every earlier account is in the same database.
    for other in app.rows("SELECT id FROM signet_users").await {
        assert_eq!(text.contains(&other), other == stored.user.as_str(), "another account: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_any_account_holds_what_is_stored_and_nothing_else() {
    let app = TestApp::new().await;
    let schema = jsonschema::draft202012::options().should_validate_formats(true);
    let schema = schema.build(&serde_json::from_str(super::SCHEMA).unwrap()).unwrap();
    let runtime = tokio::runtime::Handle::current();
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: ACCOUNTS, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&account(), |account| {
        number.set(number.get() + 1);
        tokio::task::block_in_place(|| runtime.block_on(try_one(&app, &schema, number.get(), &account)));
        Ok(())
    });
    ran.unwrap();
}
